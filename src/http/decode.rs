//! Decodes the body of a successful response; an error keeps everything that was received.

use bytes::Bytes;
use serde::de::DeserializeOwned;
use serde_json::error::Category;
use serde_path_to_error::Segment;

use super::response::{RawResponse, Response};
use crate::error::{Call, ErrorKind, Report};

/// Decodes the body; an empty one is `null`.
pub(crate) fn json<T: DeserializeOwned>(
    response: RawResponse,
    call: Call,
) -> Result<Response<T>, Box<Report>> {
    let body: &[u8] = match response.body.as_ref() {
        b"" => b"null",
        body => body,
    };
    match crate::json::read(body) {
        Ok(value) => Ok(Response::new(value, response.status, response.headers)),
        Err(_) if response.body.is_empty() => Err(Report::new(ErrorKind::Decode, call)
            .detail("the body is empty")
            .response(response)),
        Err(error) => {
            let path = path_of_failure::<T>(body).filter(|_| error.classify() == Category::Data);
            Err(Report::new(ErrorKind::Decode, call)
                .detail(describe(&error))
                .json_path(path)
                .response(response))
        }
    }
}

/// Returns the body as it is.
pub(crate) fn bytes(response: RawResponse, _: Call) -> Result<Response<Bytes>, Box<Report>> {
    Ok(Response::new(
        response.body,
        response.status,
        response.headers,
    ))
}

/// Returns the body as text, which is UTF-8.
pub(crate) fn text(response: RawResponse, call: Call) -> Result<Response<String>, Box<Report>> {
    match String::from_utf8(response.body.to_vec()) {
        Ok(text) => Ok(Response::new(text, response.status, response.headers)),
        Err(_) => Err(Report::new(ErrorKind::Decode, call)
            .detail("the body is not valid UTF-8")
            .response(response)),
    }
}

/// Decodes the body again, this time with the path to each value: only failures pay for that.
fn path_of_failure<T: DeserializeOwned>(body: &[u8]) -> Option<String> {
    let text = crate::json::replace_lone_surrogates(crate::json::without_byte_order_mark(body));
    let mut json = serde_json::Deserializer::from_slice(&text);
    let error = serde_path_to_error::deserialize::<_, T>(&mut json).err()?;
    let mut path = String::new();
    for segment in error.path() {
        match segment {
            Segment::Seq { index } => path += &format!("[{index}]"),
            Segment::Map { key } | Segment::Enum { variant: key } => {
                let dot = if path.is_empty() { "" } else { "." };
                path += &format!("{dot}{}", printable(key));
            }
            Segment::Unknown => path += ".?",
        }
    }
    Some(if path.is_empty() {
        ".".to_owned()
    } else {
        path
    })
}

/// A property of the contract, or `*`: the key of a map can be anything, e.g. a phone number.
fn printable(key: &str) -> &str {
    let plain = key
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    let name = key.starts_with(|first: char| first.is_ascii_alphabetic());
    if plain && name { key } else { "*" }
}

/// Describes an error without the value, which serde quotes.
pub(crate) fn describe(error: &serde_json::Error) -> String {
    let place = format!("line {} column {}", error.line(), error.column());
    let shown = error.to_string();
    let text = shown
        .strip_suffix(&format!(" at {place}"))
        .unwrap_or(&shown);
    let what = match error.classify() {
        Category::Eof => "unexpected end of JSON".to_owned(),
        // Valid JSON that cannot be represented.
        Category::Syntax if text == "number out of range" => text.to_owned(),
        Category::Syntax if text == "recursion limit exceeded" => "nested too deeply".to_owned(),
        Category::Syntax | Category::Io => "not valid JSON".to_owned(),
        Category::Data if text.starts_with("missing field `") => {
            text.replace("missing field", "missing property")
        }
        Category::Data => match text.rsplit_once(", expected ") {
            Some((_, expected)) => format!("expected {expected}"),
            None => "unexpected value".to_owned(),
        },
    };
    format!("{what} ({place})")
}
