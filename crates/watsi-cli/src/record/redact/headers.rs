//! Redacts headers and knows which credentials the contract has.

use axum::http::header::{AGE, AUTHORIZATION, CONTENT_LENGTH, COOKIE, DATE, SET_COOKIE};
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use openapi_conformance::{Contract, Described, Scheme};

use super::Redactor;
use crate::record::exchange::Exchange;
use crate::screen::{REDACTED, has_plain_words, is_credential};

/// Headers whose values are neither credentials nor personal data.
const KEPT: [&str; 18] = [
    "accept",
    "accept-encoding",
    "accept-language",
    "accept-ranges",
    "age",
    "allow",
    "cache-control",
    "content-encoding",
    "content-language",
    "content-length",
    "content-type",
    "date",
    "expires",
    "retry-after",
    "server",
    "strict-transport-security",
    "user-agent",
    "vary",
];

/// Headers with long numbers that are not personal.
const NUMERIC: [HeaderName; 3] = [AGE, CONTENT_LENGTH, DATE];

/// Where the contract's security schemes have their credentials.
pub struct Credentials {
    /// Authentication schemes of the `Authorization` header, in lower case.
    schemes: Vec<String>,
    headers: Vec<String>,
    query: Vec<String>,
}

impl Credentials {
    pub fn of(contract: &Contract) -> Self {
        let mut credentials = Credentials {
            schemes: ["basic", "bearer", "digest"].map(str::to_owned).to_vec(),
            headers: Vec::new(),
            query: Vec::new(),
        };
        for scheme in contract.security_schemes() {
            match scheme {
                Scheme::Authorization(name) => credentials.schemes.push(name.clone()),
                Scheme::Header(name) => credentials.headers.push(name.to_ascii_lowercase()),
                Scheme::Query(name) => credentials.query.push(name.clone()),
                // All cookies are redacted.
                _ => {}
            }
        }
        credentials
    }

    pub fn is_query(&self, name: &str) -> bool {
        is_credential(name) || self.query.iter().any(|known| known == name)
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
            if self.is_query(&name) {
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
    /// Redacts headers. `documented` returns what describes a header.
    pub(super) fn headers(
        &mut self,
        headers: &HeaderMap,
        documented: impl Fn(&str) -> Option<Described<'static>>,
    ) -> HeaderMap {
        let mut redacted = HeaderMap::new();
        for (name, value) in headers {
            let text = self.header(name, value, &documented);
            let name = self.header_name(name);
            // Placeholders of valid values are valid.
            let placeholder =
                HeaderValue::from_str(&text).unwrap_or_else(|_| HeaderValue::from_static(REDACTED));
            redacted.append(name, placeholder);
        }
        redacted
    }

    fn header_name(&mut self, name: &HeaderName) -> HeaderName {
        let redacted = self.name(name.as_str().to_owned(), false);
        redacted.parse().unwrap_or_else(|_| name.clone())
    }

    fn header(
        &mut self,
        name: &HeaderName,
        value: &HeaderValue,
        documented: impl Fn(&str) -> Option<Described<'static>>,
    ) -> String {
        let Ok(text) = value.to_str() else {
            return REDACTED.to_owned();
        };
        let is_credential = self
            .credentials
            .headers
            .iter()
            .any(|known| name == known.as_str());
        match *name {
            AUTHORIZATION => self.credentials.authorization(text),
            COOKIE => cookies(text, |name| self.screen.is_name(name)),
            _ if is_credential || *name == SET_COOKIE => REDACTED.to_owned(),
            _ if NUMERIC.contains(name) => text.to_owned(),
            _ if KEPT.contains(&name.as_str()) && has_plain_words(text) => text.to_owned(),
            _ => match documented(name.as_str()) {
                Some(described) => self.written(text.to_owned(), &described, false),
                None => REDACTED.to_owned(),
            },
        }
    }
}

/// Keeps the names of cookies, since a security scheme can require one.
fn cookies(text: &str, is_name: impl Fn(&str) -> bool) -> String {
    let pairs = text.split(';').map(|pair| match pair.split_once('=') {
        Some((name, _)) if is_name(name.trim()) => format!("{}={REDACTED}", name.trim()),
        Some(_) => format!("{REDACTED}={REDACTED}"),
        None => REDACTED.to_owned(),
    });
    pairs.collect::<Vec<_>>().join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;
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
    fn only_the_names_of_cookies_are_kept() {
        assert_eq!(
            cookies("a=1; b=2=3;secret;+549=1", |name| name != "+549"),
            "a=REDACTED; b=REDACTED; REDACTED; REDACTED=REDACTED"
        );
    }
}
