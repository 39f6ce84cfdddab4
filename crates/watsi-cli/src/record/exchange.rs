//! A request and its response, as the proxy saw them.

use std::time::Duration;

use axum::body::Bytes;
use axum::http::header::CONTENT_ENCODING;
use axum::http::{HeaderMap, Method, StatusCode, Version};
use chrono::{DateTime, Utc};
use openapi_conformance::har;
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

impl Exchange {
    /// Returns what the validator needs of the exchange.
    pub fn recorded(&self) -> har::Exchange {
        har::Exchange {
            method: self.method.as_str().to_owned(),
            url: self.url.as_str().to_owned(),
            request: self.request.recorded(),
            response: self.response.as_ref().map(|response| har::Response {
                status: response.status,
                message: response.message.recorded(),
            }),
        }
    }
}

impl Message {
    fn recorded(&self) -> har::Message {
        har::Message {
            headers: self.headers.clone(),
            body: match &self.body {
                Body::Recorded(bytes) => Some(har::Body::Bytes(bytes.to_vec())),
                Body::Omitted(_) => None,
            },
        }
    }

    /// Creates a message. A compressed body is left out, because it can be neither validated nor redacted.
    pub fn new(headers: HeaderMap, body: Bytes) -> Self {
        let encoding = headers.get(CONTENT_ENCODING);
        let body = if encoding.is_none_or(|encoding| encoding == "identity") {
            Body::Recorded(body)
        } else {
            Body::Omitted(body.len())
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
