//! Redacts headers and knows which credentials the contract has.

use axum::http::header::{
    AGE, AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, COOKIE, DATE, SET_COOKIE,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use chrono::DateTime;
use openapi_conformance::{Contract, Described, Scheme};

use super::Redactor;
use super::written::{Kind, PLAIN};
use crate::record::exchange::Exchange;
use crate::screen::{REDACTED, has_plain_words, is_credential};

/// Headers whose values are neither credentials nor personal data.
const KEPT: [&str; 14] = [
    "accept",
    "accept-encoding",
    "accept-language",
    "accept-ranges",
    "allow",
    "cache-control",
    "content-encoding",
    "content-language",
    "expires",
    "retry-after",
    "server",
    "strict-transport-security",
    "user-agent",
    "vary",
];

/// The maximum length of a header's word that a programmer has chosen.
const LONGEST_WORD: usize = 20;
const LONGEST_WITH_DIGIT: usize = 8;

/// Where the contract's security schemes have their credentials.
pub struct Credentials {
    /// Authentication schemes of the `Authorization` header, in lower case.
    schemes: Vec<String>,
    headers: Vec<String>,
    query: Vec<String>,
    cookies: Vec<String>,
}

impl Credentials {
    pub fn of(contract: &Contract) -> Self {
        let mut credentials = Credentials {
            schemes: ["basic", "bearer", "digest"].map(str::to_owned).to_vec(),
            headers: Vec::new(),
            query: Vec::new(),
            cookies: Vec::new(),
        };
        for scheme in contract.security_schemes() {
            match scheme {
                Scheme::Authorization(name) => credentials.schemes.push(name.clone()),
                Scheme::Header(name) => credentials.headers.push(name.to_ascii_lowercase()),
                Scheme::Query(name) => credentials.query.push(name.clone()),
                Scheme::Cookie(name) => credentials.cookies.push(name.clone()),
                _ => {}
            }
        }
        credentials
    }

    /// Returns true if a security scheme has this parameter of the query.
    pub fn has_query(&self, name: &str) -> bool {
        self.query.iter().any(|known| known == name)
    }

    fn has_cookie(&self, name: &str) -> bool {
        self.cookies.iter().any(|known| known == name)
    }

    fn has_header(&self, name: &HeaderName) -> bool {
        self.headers.iter().any(|known| name == known.as_str())
    }

    /// Returns the credentials of an exchange.
    pub fn secrets(&self, exchange: &Exchange) -> Vec<String> {
        let headers = &exchange.request.headers;
        let text = |value: &HeaderValue| value.to_str().ok().map(str::to_owned);
        let own = self.headers.iter().flat_map(|name| headers.get_all(name));
        let mut secrets: Vec<_> = own.filter_map(text).collect();
        for value in headers.get_all(AUTHORIZATION).iter().filter_map(text) {
            let credentials = value
                .split_once(' ')
                .map(|(_, rest)| rest.trim().to_owned());
            secrets.push(credentials.unwrap_or(value));
        }
        let cookies = headers.get_all(COOKIE).iter().filter_map(text);
        for cookies in cookies {
            let pairs = cookies.split(';').filter_map(|pair| pair.split_once('='));
            secrets.extend(pairs.map(|(_, value)| value.trim().to_owned()));
        }
        for (name, value) in exchange.url.query_pairs() {
            if is_credential(&name) || self.has_query(&name) {
                secrets.push(value.into_owned());
            }
        }
        for (name, value) in headers {
            if *name != AUTHORIZATION && is_credential(name.as_str()) {
                secrets.extend(text(value));
            }
        }
        secrets
    }

    /// Keeps the authentication scheme, which is validated.
    fn authorization(&self, value: &str) -> String {
        let mut known = self.schemes.iter();
        match value.split_once(' ') {
            Some((scheme, _)) if known.any(|known| known.eq_ignore_ascii_case(scheme)) => {
                format!("{scheme} {REDACTED}")
            }
            _ => REDACTED.to_owned(),
        }
    }
}

impl Redactor {
    /// Redacts headers. `documented` returns what describes a header or a cookie.
    pub(super) fn headers(
        &mut self,
        headers: &HeaderMap,
        documented: impl Fn(&str, &str) -> Option<Described<'static>>,
    ) -> HeaderMap {
        let mut redacted = HeaderMap::new();
        for (name, value) in headers {
            let described = documented("header", name.as_str());
            let text = match value.to_str() {
                Ok(text) if *name == COOKIE => {
                    self.cookies(text, |name| documented("cookie", name))
                }
                Ok(text) => self.header(name, text, described.as_ref()),
                Err(_) => REDACTED.to_owned(),
            };
            let is_known = described.is_some() || self.credentials.has_header(name);
            let name = if is_known {
                name.clone()
            } else {
                self.header_name(name)
            };
            // Placeholders of valid values are valid.
            let placeholder =
                HeaderValue::from_str(&text).unwrap_or_else(|_| HeaderValue::from_static(REDACTED));
            redacted.append(name, placeholder);
        }
        redacted
    }

    fn header_name(&mut self, name: &HeaderName) -> HeaderName {
        // Base64 cannot be recognized without its case.
        let is_data = name.as_str().split(['-', '_']).any(|word| {
            let has_digit = word.bytes().any(|byte| byte.is_ascii_digit());
            let longest = if has_digit {
                LONGEST_WITH_DIGIT
            } else {
                LONGEST_WORD
            };
            word.len() > longest
        });
        if KEPT.contains(&name.as_str()) {
            return name.clone();
        }
        let redacted = self.name(name.as_str().to_owned(), is_data);
        redacted.parse().unwrap_or_else(|_| name.clone())
    }

    fn header(
        &mut self,
        name: &HeaderName,
        text: &str,
        described: Option<&Described<'_>>,
    ) -> String {
        let is_secret = self.credentials.has_header(name)
            || *name == SET_COOKIE
            || is_credential(name.as_str());
        match *name {
            AUTHORIZATION => self.credentials.authorization(text),
            CONTENT_TYPE => self.content_type(text),
            AGE | CONTENT_LENGTH if is_short_number(text) => text.to_owned(),
            // The digits of a date would be taken for a phone number.
            DATE if DateTime::parse_from_rfc2822(text).is_ok() => text.to_owned(),
            _ if KEPT.contains(&name.as_str()) && is_kept(name, text) => text.to_owned(),
            _ => described.map_or_else(
                || REDACTED.to_owned(),
                |described| {
                    let kind = Kind {
                        described,
                        is_hidden: is_secret,
                        coding: &PLAIN,
                    };
                    self.written(text, kind)
                },
            ),
        }
    }

    /// Keeps the type without parameters that can be data, e.g. the boundary of a form.
    fn content_type(&self, text: &str) -> String {
        let essence = text.split(';').next().unwrap_or_default().trim();
        let is_type = |text: &str| text.contains('/') && is_list(text);
        if is_type(text) && !essence.starts_with("multipart/") {
            text.to_owned()
        } else if self.media_types.contains(&essence.to_ascii_lowercase()) || is_type(essence) {
            essence.to_owned()
        } else {
            REDACTED.to_owned()
        }
    }

    /// Keeps the names of cookies, since a security scheme can require one.
    fn cookies(
        &mut self,
        text: &str,
        documented: impl Fn(&str) -> Option<Described<'static>>,
    ) -> String {
        let cookies = text.split(';').map(|cookie| {
            let Some((name, value)) = cookie.trim().split_once('=') else {
                return REDACTED.to_owned();
            };
            match documented(name) {
                Some(described) if !self.credentials.has_cookie(name) => {
                    let kind = Kind {
                        described: &described,
                        is_hidden: true,
                        coding: &PLAIN,
                    };
                    let redacted = self.written(value, kind);
                    format!("{name}={redacted}")
                }
                _ if self.credentials.has_cookie(name) || self.screen.is_name(name) => {
                    format!("{name}={REDACTED}")
                }
                _ => format!("{REDACTED}={REDACTED}"),
            }
        });
        let cookies: Vec<_> = cookies.collect();
        cookies.join("; ")
    }
}

/// Returns true if a header has a value that this header can have, and that is not a text.
fn is_kept(name: &HeaderName, text: &str) -> bool {
    match name.as_str() {
        "expires" | "retry-after" => {
            is_short_number(text) || DateTime::parse_from_rfc2822(text).is_ok()
        }
        "server" | "user-agent" => is_product(text),
        _ => is_list(text),
    }
}

/// Returns true for names of products, e.g. `curl/8.5.0 (Linux)`.
fn is_product(text: &str) -> bool {
    let allowed =
        |letter: char| letter.is_ascii_alphanumeric() || "!*+-./_ ();:,~".contains(letter);
    let names = text
        .split('(')
        .map(|part| part.rsplit(')').next().unwrap_or_default());
    let mut words = names.flat_map(str::split_whitespace);
    let is_single = !text.contains(char::is_whitespace);
    has_plain_words(text)
        && text.chars().all(allowed)
        && (is_single || words.all(|word| word.contains('/')))
}

/// Returns true for words that are separated by punctuation, e.g. `text/html, application/json;q=0.9`.
fn is_list(text: &str) -> bool {
    let is_word = |word: &str| {
        let allowed =
            |letter: char| letter.is_ascii_alphanumeric() || "!*+-./=_\"".contains(letter);
        word.trim().chars().all(allowed)
    };
    has_plain_words(text) && text.split([',', ';']).all(is_word)
}

fn is_short_number(text: &str) -> bool {
    text.len() < 10 && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use watsi::reqwest::Url;

    use super::*;
    use crate::screen::Screen;
    use crate::settings::embedded;

    #[test]
    fn only_the_scheme_of_an_authorization_header_is_kept() {
        let credentials = Credentials::of(embedded());
        assert_eq!(
            credentials.authorization("Bearer sk-1 2"),
            "Bearer REDACTED"
        );
        assert_eq!(credentials.authorization("sk-1 2"), "REDACTED");
        assert_eq!(credentials.authorization("sk-1"), "REDACTED");
    }

    #[test]
    fn lengths_and_dates_are_kept_only_if_they_are_some() {
        let url = Url::parse("https://example.com").unwrap();
        let contract = embedded();
        let mut redactor = Redactor::new(contract, &url, Screen::new(contract), &[]).unwrap();
        for (name, text, is_kept) in [
            (DATE, "Thu, 29 Feb 2024 10:00:00 GMT", true),
            (DATE, "maria@example.com", false),
            (AGE, "123456789", true),
            (AGE, "5491155551234", false),
            (CONTENT_LENGTH, "16777216", true),
            (CONTENT_LENGTH, "Maria", false),
        ] {
            let expected = if is_kept { text } else { REDACTED };
            assert_eq!(redactor.header(&name, text, None), expected);
        }
    }

    #[test]
    fn common_headers_are_kept_without_texts() {
        let url = Url::parse("https://example.com").unwrap();
        let contract = embedded();
        let mut redactor = Redactor::new(contract, &url, Screen::new(contract), &[]).unwrap();
        for (name, text, is_kept) in [
            ("accept", "text/html, application/json;q=0.9, */*", true),
            ("accept", "where is my parcel", false),
            ("accept-language", "de-DE,de;q=0.9", true),
            ("accept-language", "%4D%61%72%69%61", false),
            (
                "cache-control",
                "private, max-age=0, no-cache=\"Set-Cookie\"",
                true,
            ),
            ("vary", "Origin, Accept-Encoding", true),
            ("vary", "Maria Garcia", false),
            ("allow", "ghp_ZL2hKCBHKTihFCWWVyElRlt", false),
            ("retry-after", "120", true),
            ("retry-after", "soon", false),
            ("expires", "Thu, 29 Feb 2024 10:00:00 GMT", true),
            ("server", "nginx", true),
            ("server", "Maria Garcia", false),
            ("server", "&#77;&#97;", false),
            ("user-agent", "Python/3.11 aiohttp/3.9.1", true),
            (
                "user-agent",
                "Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0",
                false,
            ),
            (
                "user-agent",
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)",
                true,
            ),
            ("user-agent", "call me Maria", false),
            ("content-type", "application/json; charset=\"utf-8\"", true),
            ("content-type", "where is my parcel", false),
            ("content-type", "correct-horse-213;x=1", false),
            ("content-type", "application/%4D%61%72%69%61", false),
        ] {
            let expected = if is_kept { text } else { REDACTED };
            let shown = redactor.header(&HeaderName::from_static(name), text, None);
            assert_eq!(shown, expected, "{name}");
        }
    }

    #[test]
    fn names_of_common_headers_are_kept() {
        let url = Url::parse("https://example.com").unwrap();
        let contract = embedded();
        let mut redactor = Redactor::new(contract, &url, Screen::new(contract), &[]).unwrap();
        for name in KEPT.map(HeaderName::from_static) {
            assert_eq!(redactor.header_name(&name), name);
        }
    }

    #[test]
    fn long_word_in_the_name_of_a_header_is_replaced() {
        let url = Url::parse("https://example.com").unwrap();
        let contract = embedded();
        let mut redactor = Redactor::new(contract, &url, Screen::new(contract), &[]).unwrap();
        let mut shown = |name: &'static str| redactor.header_name(&HeaderName::from_static(name));
        assert_eq!(
            shown("access-control-allow-credentials"),
            "access-control-allow-credentials"
        );
        assert_eq!(
            shown("x-ntqgotexiduzndytnda5nw"),
            "x-xxxxxxxxxxxxxxxxxxx0xx"
        );
    }

    #[test]
    fn only_the_names_of_cookies_are_kept() {
        let url = Url::parse("https://example.com").unwrap();
        let contract = embedded();
        let mut redactor = Redactor::new(contract, &url, Screen::new(contract), &[]).unwrap();
        assert_eq!(
            redactor.cookies("a=1; b=2=3;secret;+549=1", |_| None),
            "a=REDACTED; b=REDACTED; REDACTED; REDACTED=REDACTED"
        );
    }
}
