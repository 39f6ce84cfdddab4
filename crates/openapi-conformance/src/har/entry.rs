//! Reads an entry of a recording. Recorders deviate from the format: a property of the wrong type counts as absent, and
//! the last value of a duplicate property wins.

use std::borrow::Cow;

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::Value;
use url::form_urlencoded;

use super::exchange::{Body, Exchange, Message, Response};
use super::found::Reason;
use crate::json;

/// Accepts the output of any encoder.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

#[derive(Default, Deserialize)]
#[serde(default)]
struct Entry<'j> {
    #[serde(borrow)]
    request: Half<'j>,
    #[serde(borrow)]
    response: Half<'j>,
}

/// A request or a response.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Half<'j> {
    method: Option<String>,
    url: Option<String>,
    status: Value,
    #[serde(borrow)]
    headers: Vec<Pair<'j>>,
    /// The size in bytes, as transferred; negative if unknown.
    body_size: Value,
    #[serde(borrow)]
    post_data: Content<'j>,
    #[serde(borrow)]
    content: Content<'j>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Content<'j> {
    text: Option<String>,
    mime_type: Option<String>,
    encoding: Option<String>,
    /// The uncompressed size in bytes; negative if unknown.
    size: Value,
    /// The fields of a form.
    #[serde(borrow)]
    params: Vec<Pair<'j>>,
}

/// A header, or a field of a form.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Pair<'j> {
    #[serde(borrow)]
    name: Cow<'j, str>,
    #[serde(borrow)]
    value: Cow<'j, str>,
}

/// Reads the JSON of an entry.
pub(super) fn read(json: &str) -> Result<Exchange, Reason> {
    if !json.starts_with('{') {
        return Err(Reason::NotAnObject);
    }
    let value;
    let entry: Entry<'_> = match serde_json::from_str(json) {
        Ok(entry) => entry,
        Err(_) => {
            let parsed = json::parse(json.as_bytes()).map_err(|_| Reason::ParserLimit)?;
            value = repaired(parsed);
            Entry::deserialize(&value).map_err(|_| Reason::ParserLimit)?
        }
    };
    let Entry { request, response } = entry;
    let url = request.url.ok_or(Reason::NoUrl)?;
    let method = request.method.ok_or(Reason::NoMethod)?;
    let mut headers = header_map(&request.headers);
    request.post_data.add_content_type(&mut headers);
    let size = integer(&request.body_size).max(content_length(&headers));
    let request = Message {
        headers,
        body: request.post_data.complete(size),
    };
    // Without a response, recorders write 0, -1 or nothing. Playwright computes the size of a response that it has not
    // seen, e.g. to a beacon, from a size of zero.
    let is_unseen =
        response.headers.is_empty() && integer(&response.body_size).is_some_and(|size| size < -1);
    let status = integer(&response.status)
        .filter(|_| !is_unseen)
        .and_then(|status| u16::try_from(status).ok());
    let Some(status) = status.and_then(|status| StatusCode::from_u16(status).ok()) else {
        return Ok(Exchange {
            method,
            url,
            request,
            response: None,
        });
    };
    let mut headers = header_map(&response.headers);
    response.content.add_content_type(&mut headers);
    // The recorded content may come from a cache and was not transferred.
    let is_bare =
        matches!(status.as_u16(), 100..200 | 204 | 304) || method == Method::HEAD.as_str();
    let body = if is_bare {
        Some(Body::Bytes(Vec::new()))
    } else {
        let content = response.content;
        let size = match (&content.text, integer(&content.size)) {
            (Some(_), size) => size,
            // Without a text, only a size of zero proves that the body was empty.
            (None, Some(0)) => integer(&response.body_size),
            (None, _) => Some(1),
        };
        content.complete(size)
    };
    let message = Message { headers, body };
    Ok(Exchange {
        method,
        url,
        request,
        response: Some(Response { status, message }),
    })
}

impl Content<'_> {
    /// Adds the content type that is recorded with the body, unless there is such a header.
    fn add_content_type(&self, headers: &mut HeaderMap) {
        let recorded = self.mime_type.as_deref().unwrap_or_default();
        if !matches!(recorded, "" | "x-unknown")
            && !headers.contains_key(CONTENT_TYPE)
            && let Ok(value) = HeaderValue::from_str(recorded)
        {
            // Appending fails only if the map is full; then the header is missing.
            _ = headers.try_append(CONTENT_TYPE, value);
        }
    }

    /// Returns the recorded text, the decoded bytes or the encoded form. Returns `None` if it is not the complete body,
    /// which has `size` bytes.
    fn complete(self, size: Option<i64>) -> Option<Body> {
        let text = self.text.unwrap_or_default();
        let encoding = self.encoding.unwrap_or_default();
        if text.is_empty() && !self.params.is_empty() {
            let mut form = form_urlencoded::Serializer::new(String::new());
            form.extend_pairs(self.params.iter().map(|field| (&field.name, &field.value)));
            return Some(Body::Text(form.finish()));
        }
        let body = if encoding.eq_ignore_ascii_case("base64") {
            let mut text = text.into_bytes();
            text.retain(|byte| !byte.is_ascii_whitespace());
            Body::Bytes(BASE64.decode(text).ok()?)
        } else {
            Body::Text(text)
        };
        let bytes = match &body {
            Body::Bytes(bytes) => bytes,
            Body::Text(text) => text.as_bytes(),
        };
        let expected = size.and_then(|size| usize::try_from(size).ok());
        let is_short = expected.is_some_and(|size| bytes.len() < size);
        // Recorders that omit a body write no text or an empty one; recorders that truncate it write its beginning. A
        // text can also be shorter for another reason, such as its charset. It is complete then.
        let is_cut = is_short && serde_json::from_slice::<IgnoredAny>(bytes).is_err();
        (!is_cut).then_some(body)
    }
}

fn header_map(headers: &[Pair<'_>]) -> HeaderMap {
    let mut map = HeaderMap::new();
    for Pair { name, value } in headers {
        // HTTP/2 pseudo-headers such as `:path` are not valid header names.
        let Ok(name) = HeaderName::from_bytes(name.as_bytes()) else {
            continue;
        };
        // Chrome joins the values of a repeated header with line breaks.
        for line in value.split('\n') {
            if let Ok(value) = HeaderValue::from_bytes(line.trim_ascii().as_bytes()) {
                // Headers beyond the capacity of the map are skipped.
                _ = map.try_append(&name, value);
            }
        }
    }
    map
}

/// Returns the length of the body in bytes, according to the header.
fn content_length(headers: &HeaderMap) -> Option<i64> {
    headers.get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

/// Removes what has the wrong type from an entry.
fn repaired(mut entry: Value) -> Value {
    for (half, body) in [("request", "postData"), ("response", "content")] {
        keep(&mut entry, half, Value::is_object);
        let Some(half) = entry.get_mut(half) else {
            continue;
        };
        for name in ["method", "url"] {
            keep(half, name, Value::is_string);
        }
        keep_pairs(half, "headers");
        keep(half, body, Value::is_object);
        let Some(body) = half.get_mut(body) else {
            continue;
        };
        for name in ["text", "mimeType", "encoding"] {
            keep(body, name, Value::is_string);
        }
        keep_pairs(body, "params");
    }
    entry
}

fn keep(object: &mut Value, name: &str, is_right: fn(&Value) -> bool) {
    if let Some(properties) = object.as_object_mut()
        && !properties.get(name).is_some_and(is_right)
    {
        properties.remove(name);
    }
}

fn keep_pairs(object: &mut Value, name: &str) {
    keep(object, name, Value::is_array);
    let Some(pairs) = object.get_mut(name).and_then(Value::as_array_mut) else {
        return;
    };
    pairs.retain(Value::is_object);
    for pair in pairs {
        keep(pair, "name", Value::is_string);
        keep(pair, "value", Value::is_string);
    }
}

/// Returns an integer, which recorders also write as a string or with a fraction of zero.
#[expect(clippy::cast_possible_truncation, reason = "the cast saturates")]
fn integer(value: &Value) -> Option<i64> {
    let number: f64 = match value {
        Value::String(text) => text.trim().parse().ok()?,
        _ => value.as_f64()?,
    };
    (number.fract() == 0.0).then_some(number as i64)
}
