//! The formats of strings.

use std::net::{Ipv4Addr, Ipv6Addr};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use chrono::NaiveDate;

use super::hostname::is_hostname;
use crate::schema::{Format, is_pattern};

pub(super) fn conforms_to_format(format: Format, value: &str) -> bool {
    match format {
        Format::Int32 | Format::Int64 | Format::Float => true,
        Format::DateTime => is_date_time(value),
        Format::Date => is_date(value),
        Format::Time => is_time(value),
        Format::Duration => is_duration(value),
        Format::Email => is_email(value),
        Format::Hostname => is_hostname(value),
        Format::Ipv4 => value.parse::<Ipv4Addr>().is_ok(),
        Format::Ipv6 => value.parse::<Ipv6Addr>().is_ok(),
        Format::Uri => is_uri(value),
        Format::UriReference => is_uri_reference(value),
        Format::Uuid => is_uuid(value),
        Format::JsonPointer => is_json_pointer(value),
        Format::Regex => is_pattern(value),
        Format::Base64 => BASE64_STANDARD.decode(value).is_ok(),
    }
}

/// Validates a timestamp of RFC 3339.
pub(crate) fn is_date_time(value: &str) -> bool {
    let Some((date, time)) = value.split_at_checked(10) else {
        return false;
    };
    is_date(date) && time.strip_prefix(['T', 't']).is_some_and(is_time)
}

fn is_date(value: &str) -> bool {
    let [year, month, day] = [value.get(..4), value.get(5..7), value.get(8..)];
    let hyphens = value.len() == 10 && [4, 7].iter().all(|at| value.as_bytes()[*at] == b'-');
    match (number(year), number(month), number(day)) {
        (Some(year), Some(month), Some(day)) if hyphens => {
            let year = i32::try_from(year).unwrap_or_default();
            NaiveDate::from_ymd_opt(year, month, day).is_some()
        }
        _ => false,
    }
}

/// Reads a number that consists of digits only.
fn number(digits: Option<&str>) -> Option<u32> {
    digits?.bytes().try_fold(0u32, |number, byte| {
        let digit = byte.is_ascii_digit().then(|| u32::from(byte - b'0'))?;
        number.checked_mul(10)?.checked_add(digit)
    })
}

/// Validates a time of RFC 3339, which has an offset. A leap second is the last one of a day in UTC.
fn is_time(value: &str) -> bool {
    let (Some((time, rest)), true) = (value.split_at_checked(8), value.is_ascii()) else {
        return false;
    };
    let Some([hour, minute, second]) = clock(time) else {
        return false;
    };
    let digits = |letter: char| letter.is_ascii_digit();
    let offset = match rest.strip_prefix('.') {
        Some(fraction) if fraction.starts_with(digits) => fraction.trim_start_matches(digits),
        Some(_) => return false,
        None => rest,
    };
    const DAY: u32 = 24 * 60;
    let minutes = hour * 60 + minute;
    let in_utc = match (offset, offset.split_at_checked(1)) {
        ("Z" | "z", _) => minutes,
        (_, Some((sign @ ("+" | "-"), distance))) if distance.len() == 5 => {
            let Some([hours @ 0..24, rest @ 0..60, _]) = clock(distance) else {
                return false;
            };
            let distance = hours * 60 + rest;
            (minutes
                + if sign == "-" {
                    distance
                } else {
                    DAY - distance
                })
                % DAY
        }
        _ => return false,
    };
    hour < 24 && minute < 60 && (second < 60 || second == 60 && in_utc == DAY - 1)
}

/// Reads `HH:MM:SS` or `HH:MM`.
fn clock(text: &str) -> Option<[u32; 3]> {
    let is_colon = |at: usize| text.as_bytes().get(at) == Some(&b':');
    let second = match text.len() {
        5 if is_colon(2) => Some("0"),
        8 if is_colon(2) && is_colon(5) => text.get(6..),
        _ => return None,
    };
    let (hour, minute) = (text.get(..2), text.get(3..5));
    Some([number(hour)?, number(minute)?, number(second)?])
}

/// Validates a duration as in RFC 3339, appendix A: `P3DT4H`, `P2W`.
fn is_duration(value: &str) -> bool {
    let Some(rest) = value.strip_prefix('P') else {
        return false;
    };
    let (date, time) = match rest.split_once('T') {
        Some((date, time)) => (date, Some(time)),
        None => (rest, None),
    };
    let is_date = has_units(date, "YMD") || time.is_none() && has_units(date, "W");
    let is_time = time.is_none_or(|time| !time.is_empty() && has_units(time, "HMS"));
    is_date && is_time && (!date.is_empty() || time.is_some())
}

/// Returns whether a text consists of numbers with these units, in their order.
fn has_units(text: &str, units: &str) -> bool {
    let mut units = units.chars();
    let mut digits = 0;
    for letter in text.chars() {
        if letter.is_ascii_digit() {
            digits += 1;
        } else if digits > 0 && units.any(|unit| unit == letter) {
            digits = 0;
        } else {
            return false;
        }
    }
    digits == 0
}

fn is_email(value: &str) -> bool {
    let Some((local, domain)) = value.rsplit_once('@') else {
        return false;
    };
    let is_domain = match domain
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'))
    {
        Some(literal) => match literal.strip_prefix("IPv6:") {
            Some(address) => address.parse::<Ipv6Addr>().is_ok(),
            None => literal.parse::<Ipv4Addr>().is_ok(),
        },
        None => is_hostname(domain),
    };
    local.len() <= 64 && is_domain && (is_dot_atom(local) || is_quoted(local))
}

fn is_dot_atom(local: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&byte);
    local
        .split('.')
        .all(|atom| !atom.is_empty() && atom.bytes().all(allowed))
}

/// Returns whether a local part is a quoted string.
fn is_quoted(local: &str) -> bool {
    let inner = local
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'));
    let Some(inner) = inner.filter(|_| local.len() > 1) else {
        return false;
    };
    let mut letters = inner.chars();
    while let Some(letter) = letters.next() {
        let is_escaped = letter == '\\';
        let letter = if is_escaped {
            letters.next()
        } else {
            Some(letter)
        };
        match letter {
            Some('"') if !is_escaped => return false,
            Some(' '..='~') => {}
            _ => return false,
        }
    }
    true
}

/// Validates a URI of RFC 3986, which has a scheme.
fn is_uri(value: &str) -> bool {
    let Some((scheme, rest)) = value.split_once(':') else {
        return false;
    };
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte);
    scheme.starts_with(|letter: char| letter.is_ascii_alphabetic())
        && scheme.bytes().all(allowed)
        && is_relative(rest)
}

fn is_uri_reference(value: &str) -> bool {
    // A colon in the first segment ends a scheme.
    let first = value.split(['/', '?', '#']).next();
    if first.is_some_and(|first| first.contains(':')) {
        is_uri(value)
    } else {
        is_relative(value)
    }
}

/// Validates what follows the scheme of a URI.
fn is_relative(value: &str) -> bool {
    let (rest, fragment) = value.split_once('#').unwrap_or((value, ""));
    let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
    let path = match rest.strip_prefix("//") {
        Some(rest) => {
            let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
            if !is_authority(authority) {
                return false;
            }
            path
        }
        None => rest,
    };
    has_only(path, ":@/") && has_only(query, ":@/?") && has_only(fragment, ":@/?")
}

fn is_authority(authority: &str) -> bool {
    let (user, server) = authority.rsplit_once('@').unwrap_or(("", authority));
    let (is_host, rest) = match server.strip_prefix('[') {
        Some(literal) => {
            let Some((address, rest)) = literal.split_once(']') else {
                return false;
            };
            (is_ip_literal(address), rest)
        }
        None => {
            let (host, rest) = server.split_at(server.find(':').unwrap_or(server.len()));
            (has_only(host, ""), rest)
        }
    };
    let port = rest.strip_prefix(':').unwrap_or(rest);
    is_host && has_only(user, ":") && port.bytes().all(|byte| byte.is_ascii_digit())
}

/// Validates an IPv6 address, or one of a later version: `v1.a`.
fn is_ip_literal(address: &str) -> bool {
    match address
        .strip_prefix(['v', 'V'])
        .and_then(|rest| rest.split_once('.'))
    {
        Some((version, rest)) => {
            let is_version = version.bytes().all(|byte| byte.is_ascii_hexdigit());
            is_version && !version.is_empty() && !rest.is_empty() && has_only(rest, ":")
        }
        None => address.parse::<Ipv6Addr>().is_ok(),
    }
}

/// Returns whether a part of a URI consists of unreserved characters, delimiters, escapes, and these.
fn has_only(text: &str, others: &str) -> bool {
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        let is_valid = match byte {
            b'%' => {
                let mut digit = || bytes.next().is_some_and(|byte| byte.is_ascii_hexdigit());
                digit() && digit()
            }
            byte => {
                byte.is_ascii_alphanumeric()
                    || b"-._~!$&'()*+,;=".contains(&byte)
                    || others.as_bytes().contains(&byte)
            }
        };
        if !is_valid {
            return false;
        }
    }
    true
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
