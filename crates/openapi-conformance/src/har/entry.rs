//! Reads an entry of a recording. Recorders deviate from the format: a property of the wrong type counts as absent, and
//! the last value of a duplicate property wins.

use http::{Method, StatusCode};
use serde::Deserialize;
use serde_json::Value;

use super::body::RecordedBody;
use super::exchange::{Body, Exchange, Message, Response};
use super::found::Reason;
use super::headers::Headers;
use crate::json;

#[derive(Deserialize)]
struct Entry {
    #[serde(default)]
    request: Value,
    #[serde(default)]
    response: Value,
}

/// Reads the JSON of an entry.
pub(super) fn read(json: &str) -> Result<Exchange, Reason> {
    if !json.starts_with('{') {
        return Err(Reason::NotAnObject);
    }
    let entry = match serde_json::from_str(json) {
        Ok(entry) => entry,
        Err(_) => repaired(json)?,
    };
    let Entry {
        mut request,
        mut response,
    } = entry;
    let url = string(&mut request, "url").ok_or(Reason::NoUrl)?;
    let method = string(&mut request, "method").ok_or(Reason::NoMethod)?;
    let response = status(&response).map(|status| {
        // The recorded content may come from a cache and was not transferred.
        let is_bare =
            matches!(status.as_u16(), 100..200 | 204 | 304) || method == Method::HEAD.as_str();
        let mut message = received(&mut response);
        if is_bare {
            message.body = Some(Body::Bytes(Vec::new()));
        }
        Response { status, message }
    });
    Ok(Exchange {
        method,
        url,
        request: sent(&mut request),
        response,
    })
}

/// Reads an entry that has lone surrogates or duplicate properties.
fn repaired(json: &str) -> Result<Entry, Reason> {
    let value = json::parse(json.as_bytes()).map_err(|_| Reason::ParserLimit)?;
    serde_json::from_value(value).map_err(|_| Reason::ParserLimit)
}

/// Returns `None` if there was no response. Recorders then write 0, -1 or nothing.
fn status(response: &Value) -> Option<StatusCode> {
    let status = u16::try_from(integer(response.get("status")?)?).ok()?;
    StatusCode::from_u16(status).ok()
}

fn sent(request: &mut Value) -> Message {
    let mut headers = request
        .get("headers")
        .map(Headers::read)
        .unwrap_or_default();
    let size = request.get("bodySize").and_then(integer);
    let body = request.get_mut("postData").map(RecordedBody::read);
    let body = body.unwrap_or_default();
    headers.or_media(body.media.as_deref());
    Message {
        body: body.complete(size.max(headers.length())),
        headers: headers.0,
    }
}

fn received(response: &mut Value) -> Message {
    let mut headers = response
        .get("headers")
        .map(Headers::read)
        .unwrap_or_default();
    let transferred = response.get("bodySize").and_then(integer);
    let body = response.get_mut("content").map(RecordedBody::read);
    let body = body.unwrap_or_default();
    headers.or_media(body.media.as_deref());
    let size = match body.text {
        Some(_) => body.size,
        // Without a text, only a size of zero proves that the body was empty.
        None if body.size == Some(0) => transferred,
        None => Some(1),
    };
    Message {
        body: body.complete(size),
        headers: headers.0,
    }
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
