//! The formats of strings.

use std::net::{Ipv4Addr, Ipv6Addr};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use chrono::{DateTime, NaiveDate};
use regex::Regex;
use url::Url;

use crate::schema::Format;

pub(super) fn conforms_to_format(format: Format, value: &str) -> bool {
    match format {
        Format::Int32 | Format::Int64 | Format::Float => true,
        Format::DateTime => is_date_time(value),
        Format::Date => is_date(value),
        Format::Time => is_date_time(&format!("2000-01-01T{value}")),
        Format::Duration => is_duration(value),
        Format::Email => is_email(value),
        Format::Hostname => is_hostname(value),
        Format::Ipv4 => value.parse::<Ipv4Addr>().is_ok(),
        Format::Ipv6 => value.parse::<Ipv6Addr>().is_ok(),
        Format::Uri => is_uri(value),
        Format::UriReference => is_uri_reference(value),
        Format::Uuid => is_uuid(value),
        Format::JsonPointer => is_json_pointer(value),
        Format::Regex => Regex::new(value).is_ok(),
        Format::Base64 => BASE64_STANDARD.decode(value).is_ok(),
    }
}

/// Validates RFC 3339 strictly. The parser also accepts a space instead of the `T`.
pub(crate) fn is_date_time(value: &str) -> bool {
    // The parser also accepts the minus sign U+2212.
    value.is_ascii()
        && matches!(value.as_bytes().get(10), Some(b'T' | b't'))
        && DateTime::parse_from_rfc3339(value).is_ok()
}

fn is_date(value: &str) -> bool {
    value.len() == 10 && NaiveDate::parse_from_str(value, "%Y-%m-%d").is_ok()
}

/// Validates a duration as in RFC 3339, appendix A: `P3DT4H`, `P2W`.
fn is_duration(value: &str) -> bool {
    let Some(rest) = value.strip_prefix('P') else {
        return false;
    };
    if let Some(weeks) = rest.strip_suffix('W') {
        return !weeks.is_empty() && weeks.bytes().all(|byte| byte.is_ascii_digit());
    }
    let (date, time) = match rest.split_once('T') {
        Some((date, time)) => (date, Some(time)),
        None => (rest, None),
    };
    let has_units = |text: &str, units: &str| {
        let mut units = units.chars();
        text.split_inclusive(|letter: char| !letter.is_ascii_digit())
            .all(|part| {
                let digits = part.trim_end_matches(|letter: char| !letter.is_ascii_digit());
                let unit = part.chars().last();
                !digits.is_empty()
                    && part.len() == digits.len() + 1
                    && units.any(|next| Some(next) == unit)
            })
    };
    let valid_time = time.is_none_or(|time| !time.is_empty() && has_units(time, "HMS"));
    has_units(date, "YMD") && valid_time && rest.len() > usize::from(time.is_some())
}

fn is_email(value: &str) -> bool {
    let Some((local, domain)) = value.rsplit_once('@') else {
        return false;
    };
    let allowed =
        |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~.".contains(&byte);
    !local.is_empty()
        && local.len() <= 64
        && local.bytes().all(allowed)
        && !local.starts_with('.')
        && !local.ends_with('.')
        && !local.contains("..")
        && is_hostname(domain)
}

fn is_hostname(value: &str) -> bool {
    value.len() <= 253
        && value.split('.').all(|label| {
            let allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
            (1..=63).contains(&label.len())
                && label.bytes().all(allowed)
                && !label.starts_with('-')
                && !label.ends_with('-')
        })
}

/// Checks for invalid characters first, because the parser repairs them.
fn is_uri(value: &str) -> bool {
    has_uri_characters(value) && Url::parse(value).is_ok()
}

fn is_uri_reference(value: &str) -> bool {
    // A colon in the first segment ends a scheme.
    let first = value.split(['/', '?', '#']).next();
    if first.is_some_and(|first| first.contains(':')) {
        return is_uri(value);
    }
    let base = Url::parse("http://localhost/");
    has_uri_characters(value) && base.is_ok_and(|base| base.join(value).is_ok())
}

fn has_uri_characters(value: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_graphic() && !b"\"<>\\^`{|}".contains(&byte);
    value.bytes().all(allowed)
}

pub(crate) fn is_uuid(value: &str) -> bool {
    let groups: Vec<usize> = value.split('-').map(str::len).collect();
    let digits = |byte: u8| byte.is_ascii_hexdigit() || byte == b'-';
    groups == [8, 4, 4, 4, 12] && value.bytes().all(digits)
}

fn is_json_pointer(value: &str) -> bool {
    let escapes = value.split('~').skip(1);
    (value.is_empty() || value.starts_with('/'))
        && escapes.into_iter().all(|rest| rest.starts_with(['0', '1']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_format_accepts_its_own_values_and_rejects_others() {
        let cases = [
            (
                Format::DateTime,
                "2026-02-28T23:59:59.5+01:00",
                "2026-02-30T00:00:00Z",
            ),
            (
                Format::DateTime,
                "2026-02-28t23:59:59z",
                "2026-02-28 23:59:59Z",
            ),
            (Format::Date, "2026-02-28", "2026-2-28"),
            (Format::Time, "23:59:59Z", "23:59:59"),
            (Format::Duration, "P1Y2M3DT4H5M6S", "P1H"),
            (Format::Duration, "PT36H", "P"),
            (Format::Duration, "P2W", "P2W1D"),
            (Format::Duration, "P1D", "PT"),
            (Format::Duration, "P12W", "PW"),
            (Format::Duration, "P1DT1H", "P1DT"),
            (Format::Email, "ana+1@example.com", "ana@@example.com"),
            (Format::Email, "a.b@localhost", ".a@localhost"),
            (Format::Hostname, "a-b.example", "-a.example"),
            (Format::Ipv4, "127.0.0.1", "127.0.0.01"),
            (Format::Ipv6, "::1", "::1::"),
            (
                Format::Uri,
                "https://example.com/a%20b",
                "https://example.com/a b",
            ),
            (Format::Uri, "urn:a", "example"),
            (Format::UriReference, "../a?b#c", "a b"),
            (Format::UriReference, "a/b:c", "1:a"),
            (
                Format::Uuid,
                "550e8400-e29b-41d4-a716-446655440000",
                "550e8400e29b41d4a716446655440000",
            ),
            (Format::JsonPointer, "/a~1b/~0", "/a~2"),
            (Format::JsonPointer, "", "a"),
            (Format::Regex, "^a+$", "("),
            (Format::Base64, "YWI=", "YWI"),
        ];
        for (format, valid, invalid) in cases {
            assert!(conforms_to_format(format, valid), "{format:?} {valid}");
            assert!(!conforms_to_format(format, invalid), "{format:?} {invalid}");
        }
    }
}
