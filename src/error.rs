//! The one error of every call: what happened, and what is safe to do about it.

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use reqwest::header::{HeaderMap, LOCATION};
use reqwest::{StatusCode, Url};

use crate::answer::Answer;
use crate::config::ConfigError;
use crate::envelope::Envelope;
use crate::transport::{Call, Received};
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
    /// The client could not be configured; the source is a [`ConfigError`].
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

    /// The place in the JSON that is not what the contract says, as `chats[3].id`.
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
    /// has then repeated it already, as its [`RetryPolicy`](crate::RetryPolicy) says.
    pub fn is_retryable(&self) -> bool {
        let passing = match self.0.kind {
            ErrorKind::Connect | ErrorKind::Timeout | ErrorKind::Interrupted => true,
            ErrorKind::Status => self
                .status()
                .is_some_and(|status| matches!(status.as_u16(), 408 | 429 | 500 | 502 | 503 | 504)),
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
            (ErrorKind::Redirect, _) => Delivery::Rejected,
            // A proxy writes 408 when the server's answer is late.
            (_, Some(400..=407 | 409..=499)) => Delivery::Rejected,
            _ => Delivery::Unknown,
        }
    }

    fn situation(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let failed = &*self.0;
        match failed.kind {
            ErrorKind::Config => f.write_str("the client could not be configured"),
            ErrorKind::InvalidRequest => f.write_str("the request could not be built"),
            ErrorKind::Connect => f.write_str("no connection to the server, nothing was sent"),
            ErrorKind::Timeout => f.write_str("no complete answer within the deadline"),
            ErrorKind::Interrupted => f.write_str("the connection broke"),
            ErrorKind::TooLarge => f.write_str("the answer is longer than the client's limit"),
            ErrorKind::Decode => f.write_str("the answer is not what the contract says"),
            ErrorKind::Status => f.write_str("the server answered"),
            ErrorKind::Cursor => f.write_str("the list cannot be read on without a gap"),
            ErrorKind::Redirect => {
                match self.location().and_then(other_server) {
                    Some(origin) => write!(f, "redirected to {origin}")?,
                    None => f.write_str("redirected on the same server")?,
                }
                f.write_str(", which is not followed; check the base URL")
            }
        }
    }

    fn advice(&self) -> Option<&'static str> {
        match self.status()?.as_u16() {
            400 if self.0.envelope.message.is_some() => Some("the error's message() says why"),
            401 => Some("check the API key"),
            403 => Some("the key's permissions do not allow it"),
            404 => Some("there is no such resource, or it is not accessible"),
            429 => Some("send fewer requests"),
            400..=599 if self.0.envelope.code.is_none() => {
                Some("the answer has no error envelope; the error's body() is what came")
            }
            _ => None,
        }
    }
}

/// The scheme, host and port that a `Location` leads to, unless it is relative.
fn other_server(location: &str) -> Option<String> {
    let same = Url::parse("https://same.invalid").ok()?;
    let target = same.join(location).ok()?;
    (target.host() != same.host()).then(|| target.origin().ascii_serialization())
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let failed = &*self.0;
        if !failed.call.operation.is_empty() {
            write!(f, "{}: ", failed.call.operation)?;
        }
        self.situation(f)?;
        if let Some(status) = self.status() {
            let answered = failed.kind == ErrorKind::Status;
            let before = if answered { "" } else { ", status" };
            write!(f, "{before} {}", status.as_u16())?;
            if let Some(code) = failed.envelope.printable_code() {
                write!(f, " {code}")?;
            }
        }
        if let Some(path) = &failed.json_path {
            write!(f, ", at {path}")?;
        }
        if let Some(detail) = &failed.detail {
            write!(f, ": {detail}")?;
        } else if let Some(source) = &failed.source
            && failed.kind == ErrorKind::Config
        {
            write!(f, ": {source}")?;
        } else if let Some(advice) = self.advice() {
            write!(f, "; {advice}")?;
        }
        if let Some(wait) = failed.retry_after {
            write!(f, "; try again after {} s", wait.as_secs())?;
        }
        if failed.call.attempts > 0 && !failed.call.safe && self.delivery() == Delivery::Unknown {
            f.write_str("; it may have been processed all the same")?;
        }
        if let Some(id) = failed.envelope.printable_request_id() {
            write!(f, " (request {id})")?;
        }
        if failed.call.attempts > 1 {
            write!(f, " ({} attempts)", failed.call.attempts)?;
        }
        Ok(())
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Error")
            .field("kind", &self.0.kind)
            .field("operation", &self.0.call.operation)
            .field("status", &self.status().map(|status| status.as_u16()))
            .field("code", &self.0.envelope.printable_code())
            .field("request_id", &self.0.envelope.printable_request_id())
            .field("retry_after", &self.0.retry_after)
            .field("json_path", &self.0.json_path)
            .field("detail", &self.0.detail)
            .field("attempts", &self.0.call.attempts)
            .field("delivery", &self.delivery())
            .field("source", &self.0.source)
            .finish_non_exhaustive()
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        Some(&**self.0.source.as_ref()?)
    }
}

impl From<Failed> for Error {
    fn from(failed: Failed) -> Self {
        Error(Arc::new(failed))
    }
}

impl From<ConfigError> for Error {
    fn from(error: ConfigError) -> Self {
        Error::from(Failed {
            source: Some(Box::new(error)),
            ..Failed::new(ErrorKind::Config, Call::NONE)
        })
    }
}

/// For code that meets the generator's own error: what `send` returns is this error already.
impl<E> From<progenitor_client::Error<E>> for Error {
    fn from(error: progenitor_client::Error<E>) -> Self {
        Error::from_generated(error, Call::NONE.operation)
    }
}

impl Error {
    #[cfg(feature = "tracing")]
    pub(crate) fn printable_request_id(&self) -> Option<&str> {
        self.0.envelope.printable_request_id()
    }

    pub(crate) fn from_generated<E>(
        error: progenitor_client::Error<E>,
        operation: &'static str,
    ) -> Self {
        use progenitor_client::Error as Generated;
        let call = Call {
            operation,
            ..Call::NONE
        };
        let failed = match error {
            Generated::UnexpectedResponse(mut response) => {
                if let Some(carried) = response.extensions_mut().remove::<Error>() {
                    return carried;
                }
                return match response.extensions_mut().remove::<Received>() {
                    // A success under a status that the contract does not have.
                    Some(Received { call, answer }) => answer.into_error(call),
                    None => Answer::without_body(&response).into_error(call),
                };
            }
            Generated::CommunicationError(error) => return Error::from_reqwest(error, call),
            Generated::ErrorResponse(value) => {
                let answer = Answer {
                    status: value.status(),
                    headers: value.headers().clone(),
                    body: Bytes::new(),
                };
                return answer.into_error(call);
            }
            Generated::InvalidRequest(reason) | Generated::Custom(reason) => Failed {
                detail: Some(reason),
                ..Failed::new(ErrorKind::InvalidRequest, call)
            },
            Generated::ResponseBodyError(error) | Generated::InvalidUpgrade(error) => Failed {
                source: Some(Box::new(error.without_url())),
                ..Failed::new(ErrorKind::Interrupted, call)
            },
            Generated::InvalidResponsePayload(body, _) => Failed {
                answer: Some(Answer {
                    // The generator's error has lost the status of this success.
                    status: StatusCode::OK,
                    headers: HeaderMap::new(),
                    body,
                }),
                ..Failed::new(ErrorKind::Decode, call)
            },
        };
        Error::from(failed)
    }

    /// What `reqwest` failed on, without the URL, whose query may name a person.
    pub(crate) fn from_reqwest(error: reqwest::Error, call: Call) -> Self {
        let kind = if error.is_builder() {
            ErrorKind::InvalidRequest
        } else if error.is_connect() {
            ErrorKind::Connect
        } else if error.is_timeout() {
            ErrorKind::Timeout
        } else {
            ErrorKind::Interrupted
        };
        Error::from(Failed {
            source: Some(Box::new(error.without_url())),
            ..Failed::new(kind, call)
        })
    }
}
