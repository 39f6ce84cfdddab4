//! A request and its response, as the proxy saw them.

use std::time::Duration;

use axum::body::Bytes;
use axum::http::header::CONTENT_ENCODING;
use axum::http::{HeaderMap, Method, StatusCode, Version};
use chrono::{DateTime, Utc};
use watsi::reqwest::Url;

/// An exchange. It has no `Debug`, because it contains the API key and messages.
pub struct Exchange {
    pub started: DateTime<Utc>,
    pub elapsed: Duration,
    pub method: Method,
    /// The URL at the target.
    pub url: Url,
    pub request: Message,
    /// `None` if the target did not respond.
    pub response: Option<Response>,
}

pub struct Response {
    pub version: Version,
    pub status: StatusCode,
    pub message: Message,
}

/// Headers and body of a request or response.
pub struct Message {
    pub headers: HeaderMap,
    pub body: Body,
}

pub enum Body {
    Recorded(Bytes),
    /// A body that is left out, and its size in bytes.
    Omitted(usize),
}

impl Message {
    /// Creates a message. A compressed body is left out, because it can be neither validated nor redacted.
    pub fn new(headers: HeaderMap, body: Bytes) -> Self {
        let encoding = headers.get(CONTENT_ENCODING);
        let body = match encoding.is_none_or(|encoding| encoding == "identity") {
            true => Body::Recorded(body),
            false => Body::Omitted(body.len()),
        };
        Message { headers, body }
    }
}

impl Body {
    pub fn size(&self) -> usize {
        match self {
            Body::Recorded(bytes) => bytes.len(),
            Body::Omitted(size) => *size,
        }
    }
}
