//! A recorded exchange.

use http::{HeaderMap, StatusCode};

use crate::media_type::Payload;

/// A request and its response, as far as they were recorded. It has no `Debug`, because it contains credentials.
#[derive(Clone)]
pub struct Exchange {
    /// The method of the request.
    pub method: String,
    /// The absolute URL of the request.
    pub url: String,
    /// The headers and the body of the request.
    pub request: Message,
    /// The response, or `None` if none arrived.
    pub response: Option<Response>,
}

/// A recorded response.
#[derive(Clone)]
pub struct Response {
    /// The status code.
    pub status: StatusCode,
    /// The headers and the body.
    pub message: Message,
}

/// The headers and the body of a recorded request or response.
#[derive(Clone)]
pub struct Message {
    /// The headers.
    pub headers: HeaderMap,
    /// The body, or `None` if it was not recorded. Without a body, it is empty.
    pub body: Option<Body>,
}

/// A recorded body.
#[derive(Clone)]
pub enum Body {
    /// The bytes that were transferred.
    Bytes(Vec<u8>),
    /// A text, which the recorder has decoded.
    Text(String),
}

impl Message {
    pub(super) fn payload(&self) -> Option<Payload<'_>> {
        Some(match self.body.as_ref()? {
            Body::Bytes(bytes) => Payload::from(&bytes[..]),
            Body::Text(text) => Payload {
                bytes: text.as_bytes(),
                is_text: true,
            },
        })
    }

    /// Returns whether the body can be validated.
    pub(super) fn has_body(&self) -> bool {
        let payload = self.payload();
        payload.is_some_and(|payload| !payload.is_compressed(&self.headers))
    }
}
