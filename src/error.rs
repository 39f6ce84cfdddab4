//! The one error of every call: what happened, and what is safe to do about it.

mod convert;
mod display;

use std::error::Error as StdError;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use reqwest::StatusCode;
use reqwest::header::{HeaderMap, LOCATION};

use crate::call::{Answer, Call};
use crate::envelope::Envelope;
use crate::retry;
use crate::types::ErrorCode;

/// Why a call failed.
///
/// Nothing that arrived is lost: [`status`](Self::status), [`headers`](Self::headers) and
/// [`body`](Self::body) are there whenever the server answered, be it with the documented envelope
/// (<https://docs.watsi.ai/error-handling>) or with an HTML page of a proxy. `Display` is one line to
/// act on; neither it nor `Debug` shows a body, a header, a key, a phone number or a text.
///
/// [`delivery`](Self::delivery) answers the question that matters after a failed
/// [`send_message`](crate::Client::send_message): may it have been sent?
#[derive(Clone)]
#[non_exhaustive]
pub struct Error(Arc<Failed>);

/// The kind of an [`Error`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The client could not be configured; the source is a [`ConfigError`](crate::ConfigError).
    Config,
    /// The request could not be built (a missing body, a refused path). Nothing was sent.
    InvalidRequest,
    /// No connection to the server was made. Nothing was sent.
    Connect,
    /// The deadline of the call passed.
    Timeout,
    /// The connection broke while the request was sent or its answer came.
    Interrupted,
    /// The server answered with a status that is no success.
    Status,
    /// The server answered with a redirect, which is not followed; see
    /// [`Error::location`].
    Redirect,
    /// The server answered with success, and a body that is not what the contract says; see
    /// [`Error::json_path`].
    Decode,
    /// The server answered with success, and a body that is longer than the client's limit.
    TooLarge,
    /// A list cannot be read on without a gap: its cursor does not move. What came before is complete.
    Cursor,
}

/// Whether the server processed a request that failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Delivery {
    /// The request never left: it can be repeated.
    NotSent,
    /// The server refused the request: a repeat is no duplicate, but needs what the error asks for.
    Rejected,
    /// The request may have been processed. After `send_message` the message may be on its way:
    /// look before you repeat it.
    Unknown,
}

pub(crate) struct Failed {
    pub kind: ErrorKind,
    pub call: Call,
    pub answer: Option<Answer>,
    pub envelope: Envelope,
    pub retry_after: Option<Duration>,
    /// The place in the JSON that could not be decoded.
    pub json_path: Option<String>,
    /// What is known beyond the kind, in words that hold nothing of what was sent or received.
    pub detail: Option<String>,
    pub source: Option<Box<dyn StdError + Send + Sync>>,
}

impl Failed {
    pub(crate) fn new(kind: ErrorKind, call: Call) -> Self {
        Failed {
            kind,
            call,
            answer: None,
            envelope: Envelope::default(),
            retry_after: None,
            json_path: None,
            detail: None,
            source: None,
        }
    }
}

impl Error {
    /// What kind of failure it is.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The `operationId` of the call, as `send_message`; `request` for
    /// [`Client::request`](crate::Client::request), and empty where there was no call.
    pub fn operation(&self) -> &str {
        self.0.call.operation
    }

    /// How many requests went out, or were tried; 0 where the request could not be built.
    pub fn attempts(&self) -> u32 {
        self.0.call.attempts
    }

    /// The status, if the server answered. It is there also where the body was broken.
    pub fn status(&self) -> Option<StatusCode> {
        self.0.answer.as_ref().map(|answer| answer.status)
    }

    /// The code of the error envelope, if the answer has one.
    pub fn code(&self) -> Option<&ErrorCode> {
        self.0.envelope.code.as_ref()
    }

    /// What the envelope says went wrong, for a person. It may hold what was sent.
    pub fn message(&self) -> Option<&str> {
        self.0.envelope.message.as_deref()
    }

    /// The envelope's field-level errors or other context.
    pub fn details(&self) -> Option<&serde_json::Value> {
        self.0.envelope.details.as_ref()
    }

    /// What to name when asking Watsi for support, if the envelope has it.
    pub fn request_id(&self) -> Option<&str> {
        self.0.envelope.request_id.as_deref()
    }

    /// How long the server asks to wait before the next request, counted from when its answer came.
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// The headers of the answer.
    pub fn headers(&self) -> Option<&HeaderMap> {
        self.0.answer.as_ref().map(|answer| &answer.headers)
    }

    /// The body of the answer as it came: at most the client's limit, and only what arrived before
    /// the connection broke or the deadline passed.
    pub fn body(&self) -> Option<&Bytes> {
        self.0.answer.as_ref().map(|answer| &answer.body)
    }

    /// Where a redirect leads to, as the server wrote it.
    pub fn location(&self) -> Option<&str> {
        match self.0.kind {
            ErrorKind::Redirect => self.headers()?.get(LOCATION)?.to_str().ok(),
            _ => None,
        }
    }

    /// The place in the JSON that is not what the contract says, as `chats[3].id`; `.` is the
    /// whole of it, and `*` stands for a key that does not look like a name.
    pub fn json_path(&self) -> Option<&str> {
        self.0.json_path.as_deref()
    }

    /// Whether time ran out: the call's deadline passed, or no connection was made in time.
    pub fn is_timeout(&self) -> bool {
        let source = self
            .0
            .source
            .as_ref()
            .and_then(|source| source.downcast_ref::<reqwest::Error>());
        self.0.kind == ErrorKind::Timeout || source.is_some_and(reqwest::Error::is_timeout)
    }

    /// Whether no connection to the server was made.
    pub fn is_connect(&self) -> bool {
        self.0.kind == ErrorKind::Connect
    }

    /// Whether the server asks to send fewer requests (429).
    pub fn is_rate_limited(&self) -> bool {
        self.status() == Some(StatusCode::TOO_MANY_REQUESTS)
    }

    /// Whether the server does not accept the key (401).
    pub fn is_unauthorized(&self) -> bool {
        self.status() == Some(StatusCode::UNAUTHORIZED)
    }

    /// Whether the same call may succeed later, and repeating it cannot do anything twice. The client
    /// has then repeated it already, as its [`RetryPolicy`](crate::RetryPolicy) says; but for a timeout, after
    /// which nothing is left of the call's deadline.
    pub fn is_retryable(&self) -> bool {
        let passing = match self.0.kind {
            ErrorKind::Connect | ErrorKind::Timeout | ErrorKind::Interrupted => true,
            ErrorKind::Status => self.status().is_some_and(retry::passes),
            _ => false,
        };
        passing && (self.0.call.safe || self.delivery() != Delivery::Unknown)
    }

    /// Whether the server processed the request.
    pub fn delivery(&self) -> Delivery {
        match (self.0.kind, self.status().map(|status| status.as_u16())) {
            (ErrorKind::Config | ErrorKind::InvalidRequest | ErrorKind::Connect, _) => {
                Delivery::NotSent
            }
            // These ask for the same request elsewhere; 303 often means that it was processed.
            (ErrorKind::Redirect, Some(307 | 308)) => Delivery::Rejected,
            // A proxy writes 408 when the server's answer is late.
            (_, Some(400..=407 | 409..=499)) => Delivery::Rejected,
            _ => Delivery::Unknown,
        }
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        Some(&**self.0.source.as_ref()?)
    }
}
