//! An entry of a recording, reduced to the properties that are validated. Recorders deviate from the format: a property
//! of the wrong type counts as absent, and the last value of a duplicate property wins.

use std::borrow::Cow;
use std::sync::LazyLock;

use http::{Method, StatusCode};
use regex::{Captures, Regex};
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::Value;

use super::body::Body;
use super::found::Reason;
use super::headers::Headers;

pub(super) struct Entry {
    pub method: String,
    pub url: String,
    pub request: Half,
    pub response: Half,
    status: Option<i64>,
}

/// The part of an entry that requests and responses have in common.
pub(super) struct Half {
    pub headers: Headers,
    body: Body,
    /// The size in bytes, as transferred; negative if unknown.
    size: Option<i64>,
}

#[derive(Deserialize)]
struct Recorded {
    #[serde(default)]
    request: Value,
    #[serde(default)]
    response: Value,
}

impl Entry {
    /// Reads the JSON of an entry. An entry that is valid JSON but cannot be validated has a [`Reason`].
    pub fn read(json: &[u8]) -> Result<Result<Self, Reason>, serde_json::Error> {
        let recorded = if json.starts_with(b"{") {
            serde_json::from_slice(json)
                .or_else(|_| repaired(json))
                .map_err(|_| Reason::ParserLimit)
        } else {
            Err(Reason::NotAnObject)
        };
        match recorded {
            Ok(recorded) => Ok(Self::from_recorded(recorded)),
            // This parser accepts everything that is valid JSON.
            Err(reason) => serde_json::from_slice::<IgnoredAny>(json).map(|_| Err(reason)),
        }
    }

    fn from_recorded(recorded: Recorded) -> Result<Self, Reason> {
        let Recorded {
            mut request,
            mut response,
        } = recorded;
        let url = string(&mut request, "url").ok_or(Reason::NoUrl)?;
        let method = string(&mut request, "method").ok_or(Reason::NoMethod)?;
        Ok(Entry {
            method,
            url,
            status: response.get("status").and_then(integer),
            request: Half::read(&mut request, "postData"),
            response: Half::read(&mut response, "content"),
        })
    }

    /// Returns `None` if there was no response. Recorders then write 0, -1 or nothing.
    pub fn status(&self) -> Option<StatusCode> {
        let status = u16::try_from(self.status?).ok()?;
        StatusCode::from_u16(status).ok()
    }

    /// Takes the request body and the response body out of the entry. A body that was not recorded is `None`. Adds
    /// headers from the information stored with the bodies.
    pub fn bodies(
        &mut self,
        method: &Method,
        status: StatusCode,
    ) -> (Option<Vec<u8>>, Option<Vec<u8>>) {
        // The recorded content may come from a cache and was not transferred.
        let bare = matches!(status.as_u16(), 100..200 | 204 | 304) || *method == Method::HEAD;
        let received = if bare {
            Some(Vec::new())
        } else {
            self.response.response_body()
        };
        (self.request.request_body(), received)
    }
}

impl Half {
    fn read(half: &mut Value, body: &str) -> Self {
        Half {
            headers: half.get("headers").map(Headers::read).unwrap_or_default(),
            body: half.get_mut(body).map(Body::read).unwrap_or_default(),
            size: half.get("bodySize").and_then(integer),
        }
    }

    fn request_body(&mut self) -> Option<Vec<u8>> {
        let body = std::mem::take(&mut self.body);
        self.headers.or_media(body.media.as_deref());
        body.bytes(self.size.max(self.headers.length()))
    }

    fn response_body(&mut self) -> Option<Vec<u8>> {
        let body = std::mem::take(&mut self.body);
        self.headers.or_media(body.media.as_deref());
        let size = match body.text {
            Some(_) => body.size,
            // Without a text, only a size of zero proves that the body was empty.
            None if body.size == Some(0) => self.size,
            None => Some(1),
        };
        body.bytes(size)
    }
}

/// Reads an entry that has invalid Unicode or duplicate properties. Invalid bytes and lone surrogates become U+FFFD.
fn repaired(json: &[u8]) -> Result<Recorded, serde_json::Error> {
    let json = String::from_utf8_lossy(json);
    let value: Value = serde_json::from_str(&replace_lone_surrogates(&json))?;
    serde_json::from_value(value)
}

/// Takes a string out of an object.
pub(super) fn string(object: &mut Value, name: &str) -> Option<String> {
    match object.get_mut(name)?.take() {
        Value::String(text) => Some(text),
        _ => None,
    }
}

/// Returns an integer, which recorders also write as a string or with a fraction of zero.
#[expect(clippy::cast_possible_truncation, reason = "the cast saturates")]
pub(super) fn integer(value: &Value) -> Option<i64> {
    let number: f64 = match value {
        Value::String(text) => text.trim().parse().ok()?,
        _ => value.as_f64()?,
    };
    (number.fract() == 0.0).then_some(number as i64)
}

/// Replaces each escape of a lone surrogate, which a recorder writes if it truncates a string inside a pair.
fn replace_lone_surrogates(json: &str) -> Cow<'_, str> {
    // An escaped backslash and a pair are matched too, so that no match starts within them.
    static ESCAPES: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?i)\\\\|\\ud[89ab]..\\ud[c-f]..|(\\ud[89a-f]..)").expect("it is valid")
    });
    ESCAPES.replace_all(json, |escape: &Captures<'_>| match escape.get(1) {
        Some(_) => r"\ufffd".to_owned(),
        None => escape[0].to_owned(),
    })
}
