//! Redacts headers and knows which credentials the contract has.

use axum::http::header::{
    ACCEPT_LANGUAGE, AUTHORIZATION, CONTENT_LANGUAGE, CONTENT_LENGTH, CONTENT_TYPE, COOKIE,
    SET_COOKIE,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use chrono::DateTime;
use openapi_conformance::{Contract, Described, Scheme};

use super::Redactor;
use super::written::{Kind, PLAIN};
use crate::record::exchange::Exchange;
use crate::screen::{REDACTED, is_credential, is_harmless};

/// Headers whose values are kept if they are common.
const KEPT: [&str; 17] = [
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
    "date",
    "expires",
    "retry-after",
    "server",
    "strict-transport-security",
    "user-agent",
    "vary",
];

/// Words in the values of the headers above, and in media types.
const WORDS: &str = "\
    aac accept age aiohttp android any apache apng applewebkit application ascii audio authorization avif awselb \
    axios axum br bun bytes cache caddy charset chrome cloudflare compress cookie cors cowboy css csv curl dart data \
    deflate delete deno edg encoding envoy error event exchange express fetch firefox form gecko get gif go google \
    gunicorn gz gzip hans hant head html http httpclient httpx hyper identity if image immutable includesubdomains \
    intel ipad iphone iso java javascript jetty jpeg json kestrel khtml language latin1 like linux mac macintosh max \
    merge mixed mobile mozilla mp4 mpeg msie multipart must nginx no node none nt octet ogg okhttp only opr options \
    opus origin os patch pdf plain png post postman postmanruntime preload private problem proxy public put python q \
    requests revalidate ruby s safari sec set signed site stale store stream svg text tomcat transform trident type \
    undici urlencoded utf utf8 uvicorn v vary version video vnd wasm watsi webkit webp werkzeug wget while win64 \
    windows with www x x11 x64 x86 xhtml xml zstd";

/// What separates words, besides the separators of phone numbers.
const OTHERS: [char; 9] = ['!', '"', '*', '+', ',', ':', ';', '=', '~'];

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

    /// Keeps a name that consists of common words, e.g. `x-request-id`.
    fn header_name(&mut self, name: &HeaderName) -> HeaderName {
        if self.screen.is_name(name.as_str()) {
            return name.clone();
        }
        let placeholder = self.placeholders.of(name.as_str());
        placeholder
            .parse()
            .expect("it has the characters of a name")
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
            _ if KEPT.contains(&name.as_str()) && is_common(name, text) => text.to_owned(),
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

    /// Keeps a type that is common or documented, without parameters that can be data, e.g. the boundary of a form.
    fn content_type(&self, text: &str) -> String {
        let essence = text.split(';').next().unwrap_or_default().trim();
        if has_common_words(text) {
            text.to_owned()
        } else if self.media_types.contains(&essence.to_ascii_lowercase())
            || has_common_words(essence)
        {
            essence.to_owned()
        } else {
            REDACTED.to_owned()
        }
    }

    /// Keeps the names of cookies that the contract has.
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
                _ if self.credentials.has_cookie(name) => format!("{name}={REDACTED}"),
                _ => format!("{REDACTED}={REDACTED}"),
            }
        });
        let cookies: Vec<_> = cookies.collect();
        cookies.join("; ")
    }
}

/// Returns true for a date, a number, languages, or words and versions that common programs send.
fn is_common(name: &HeaderName, text: &str) -> bool {
    let can_be_language = [ACCEPT_LANGUAGE, CONTENT_LANGUAGE].contains(name);
    has_common_words(text)
        || can_be_language && has_languages(text)
        || is_short_number(name, text)
        || is_date(text)
}

fn has_common_words(text: &str) -> bool {
    let is_version = |word: &str| word.len() <= 4 && word.bytes().all(|byte| byte.is_ascii_digit());
    let is_known = |word: &str| {
        let mut known = WORDS.split_whitespace();
        known.any(|known| known.eq_ignore_ascii_case(word))
    };
    let mut words = text.split(|letter| " _/-.()".contains(letter) || OTHERS.contains(&letter));
    // The digits of a phone number can have other separators than usual.
    is_harmless(text)
        && is_harmless(&text.replace(OTHERS, ""))
        && words.all(|word| is_version(word) || is_known(word))
}

/// Returns true for languages such as `de-DE,en;q=0.5`.
fn has_languages(text: &str) -> bool {
    text.split(',').all(|range| {
        let range = range.trim();
        let (language, weight) = range.split_once(";q=").unwrap_or((range, "1"));
        let is_weight = weight.len() <= 5 && weight.parse::<f32>().is_ok();
        is_weight && language.split('-').all(|tag| tag.len() <= 2)
    })
}

/// Returns true for a number that cannot be that of a phone. The length of a body belongs to the protocol.
fn is_short_number(name: &HeaderName, text: &str) -> bool {
    let most = if *name == CONTENT_LENGTH { 9 } else { 6 };
    text.len() <= most && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Returns true for a date without a comment.
fn is_date(text: &str) -> bool {
    !text.contains('(') && DateTime::parse_from_rfc2822(text).is_ok()
}

#[cfg(test)]
mod tests {
    use watsi::reqwest::Url;

    use super::*;
    use crate::screen::Screen;
    use crate::settings::embedded;

    fn redactor() -> Redactor {
        let url = Url::parse("https://example.com").unwrap();
        let contract = embedded();
        Redactor::new(contract, &url, Screen::new(contract), &[]).unwrap()
    }

    #[test]
    fn common_headers_are_kept_without_texts() {
        let mut redactor = redactor();
        for (name, text, is_kept) in [
            ("accept", "text/html, application/json;q=0.9, */*", true),
            ("accept", "where is my parcel", false),
            ("accept-language", "de-DE,de;q=0.9", true),
            ("content-language", "B-AD 1234 XY", false),
            ("accept-language", "%4D%61%72%69%61", false),
            (
                "cache-control",
                "private, max-age=0, no-cache=\"Set-Cookie\"",
                true,
            ),
            ("vary", "Origin, Accept-Encoding", true),
            ("vary", "Maria Garcia", false),
            ("allow", "ghp_ZL2hKCBHKTihFCWWVyElRlt", false),
            ("date", "Thu, 29 Feb 2024 10:00:00 GMT", true),
            ("date", "maria@example.com", false),
            ("date", "Thu, 29 Feb 2024 10:00:00 GMT (Maria)", false),
            ("server", "Li Na", false),
            ("server", "B-AD 1234 XY", false),
            ("age", "604800", true),
            ("age", "612345678", false),
            ("server", "612345678", false),
            ("accept", "5491,1555,5123,4", false),
            ("age", "5491155551234", false),
            ("content-length", "16777216", true),
            ("content-length", "Maria", false),
            ("retry-after", "120", true),
            ("retry-after", "soon", false),
            ("expires", "Thu, 29 Feb 2024 10:00:00 GMT", true),
            ("server", "nginx", true),
            ("accept", "correct-horse-213;x=1", false),
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
    fn names_of_headers_are_kept_if_their_words_are_common() {
        let mut redactor = redactor();
        for name in KEPT {
            let shown = redactor.header_name(&HeaderName::from_static(name));
            assert_eq!(shown, name);
        }
        for (name, expected) in [
            (
                "access-control-allow-credentials",
                "access-control-allow-credentials",
            ),
            ("x-amzn-trace-id", "x-amzn-trace-id"),
            ("x-forwarded-for", "x-forwarded-for"),
            ("x-request-id", "x-request-id"),
            ("sec-ch-ua-platform", "sec-ch-ua-platform"),
            ("x-maria-garcia", "x-xxxxx-xxxxxx"),
            ("x-ntqgotexiduzndytnda5nw", "x-xxxxxxxxxxxxxxxxxxx0xx"),
            ("x-549-1155-5512-34", "x-000-0000-0000-00"),
            ("x-5491155551234", "x-0000000000000"),
        ] {
            let shown = redactor.header_name(&HeaderName::from_static(name));
            assert_eq!(shown, expected);
        }
    }
}
