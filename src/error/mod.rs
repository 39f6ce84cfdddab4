//! The error of a failed call: what happened, and what is safe to do next.

mod display;
mod envelope;
mod report;

use std::error::Error as StdError;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use reqwest::StatusCode;
use reqwest::header::{HeaderMap, LOCATION};
use tokio::time::error::Elapsed;

use crate::client::ConfigError;
use crate::http::response::request_id;
use crate::http::retry::is_transient;
use crate::types::ErrorCode;
pub(crate) use report::{Call, Repeat, Report};

/// An error returned by a call.
///
/// Everything that was received is kept: [`status`](Self::status), [`headers`](Self::headers) and
/// [`response_body`](Self::response_body) are present whenever the server responded. The body can be the documented
/// envelope (<https://docs.watsi.ai/error-handling>) or anything else, e.g. the HTML page of a proxy. `Display` and
/// `Debug` show no body, header, API key, phone number or message text.
///
/// After a failed [`send_message`](crate::Client::send_message), [`outcome`](Self::outcome) tells whether the message
/// may have been sent.
#[derive(Clone)]
#[non_exhaustive]
pub struct Error(Arc<Report>);

/// The kind of an [`Error`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The client could not be configured; see [`Error::config`].
    Config,
    /// The request could not be built, e.g. because its body is missing. Nothing was sent.
    InvalidRequest,
    /// The client could not connect to the server, within its connect timeout and the deadline. Nothing was sent, except
    /// perhaps by an earlier attempt of a call that is safe to repeat; see [`Error::outcome`].
    Connect,
    /// The deadline of the call was exceeded after the request was sent.
    Timeout,
    /// The connection was lost while the request was sent or the response was received, or the response was not
    /// valid HTTP (e.g. it had more than 100 headers).
    Interrupted,
    /// The server responded with an error status.
    Status,
    /// The server responded with a redirect, which is not followed; see [`Error::location`].
    Redirect,
    /// The server responded with success, but the body does not conform to the contract; see
    /// [`Error::json_path`].
    Decode,
    /// The server responded with success, but the body exceeds the client's limit.
    TooLarge,
    /// The list cannot continue without a gap. The items returned so far have no gap.
    Cursor,
}

/// What is known about the processing of a request that failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// The request was not sent, so sending it again cannot cause a duplicate.
    NotSent,
    /// The server rejected the request. Sending it again cannot cause a duplicate, but the server is likely to reject
    /// it until the cause is fixed.
    Rejected,
    /// The request may have been processed. After `send_message`, the message may have been sent: wait for its
    /// `message.status` event before you send it again.
    ///
    /// If the operation has an idempotency key (its request builder has a setter for it), send the call again with the
    /// same key. That works only if you set the key yourself, because each call has another one by default.
    Unknown,
}

impl Error {
    /// Returns the kind of the error.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// Returns the `operationId` of the call, e.g. `send_message`. Of a
    /// [`Client::request`](crate::Client::request) it is the [`name`](crate::Request::name). It is empty if there was
    /// no call.
    pub fn operation(&self) -> &str {
        self.0.call.operation
    }

    /// Returns the number of attempts, including the first. It is 0 if none was made, e.g. because the request is invalid.
    pub fn attempts(&self) -> u32 {
        self.0.call.attempts
    }

    /// Returns the status code if the server responded, even if the body is incomplete.
    pub fn status(&self) -> Option<StatusCode> {
        self.0.response.as_ref().map(|response| response.status)
    }

    /// Returns the code of the error envelope, if the response has one. Bodies longer than 64 KiB are not searched for
    /// an envelope.
    pub fn code(&self) -> Option<&ErrorCode> {
        self.0.envelope.code.as_ref()
    }

    /// Returns the message of the error envelope, a human-readable explanation. It may contain data from the request.
    pub fn message(&self) -> Option<&str> {
        self.0.envelope.message.as_deref()
    }

    /// Returns the details of the error envelope: field-level errors or other context.
    pub fn details(&self) -> Option<&serde_json::Value> {
        self.0.envelope.details.as_ref()
    }

    /// Returns the request id, which identifies the request to Watsi's support. It is taken from the error envelope,
    /// or from the `X-Request-Id` header if the envelope has none.
    pub fn request_id(&self) -> Option<&str> {
        let header = || self.headers().and_then(request_id);
        self.0.envelope.request_id.as_deref().or_else(header)
    }

    /// Returns how long the server asks the client to wait before a retry, counted from the response. Returns `None`
    /// if the server does not say, or if the call is not [retryable](Self::is_retryable). The `Retry-After` header
    /// itself is in [`headers`](Self::headers).
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after.filter(|_| self.is_retryable())
    }

    /// Returns the headers of the response.
    pub fn headers(&self) -> Option<&HeaderMap> {
        self.0.response.as_ref().map(|response| &response.headers)
    }

    /// Returns the response body as it was received. It is truncated at the client's limit, and incomplete if the
    /// connection was lost or the deadline was exceeded.
    pub fn response_body(&self) -> Option<&Bytes> {
        self.0.response.as_ref().map(|response| &response.body)
    }

    /// Returns the target of a redirect, as the server wrote it.
    pub fn location(&self) -> Option<&str> {
        match self.0.kind {
            ErrorKind::Redirect => self.headers()?.get(LOCATION)?.to_str().ok(),
            _ => None,
        }
    }

    /// Returns the path to the JSON value that does not conform to the contract, e.g. `chats[3].id`. `.` is the
    /// whole body, and `*` is a key that does not look like a property's name.
    pub fn json_path(&self) -> Option<&str> {
        self.0.json_path.as_deref()
    }

    /// Returns the setting's error, if the client could not be configured.
    pub fn config(&self) -> Option<&ConfigError> {
        self.0.source.as_ref()?.downcast_ref()
    }

    /// Returns whether the deadline was exceeded, or the client could not connect in time.
    pub fn is_timeout(&self) -> bool {
        let source = self.0.source.as_ref();
        let connecting = source.is_some_and(|source| match source.downcast_ref() {
            Some(error) => reqwest::Error::is_timeout(error),
            None => source.is::<Elapsed>(),
        });
        connecting || self.0.kind == ErrorKind::Timeout
    }

    /// Returns whether the client could not connect to the server.
    pub fn is_connect(&self) -> bool {
        self.0.kind == ErrorKind::Connect
    }

    /// Returns whether the server rejected the request because of a rate limit (429).
    pub fn is_rate_limited(&self) -> bool {
        self.status() == Some(StatusCode::TOO_MANY_REQUESTS)
    }

    /// Returns whether the server rejected the API key (401).
    pub fn is_unauthorized(&self) -> bool {
        self.status() == Some(StatusCode::UNAUTHORIZED)
    }

    /// Returns whether the same call may succeed later, and sending it again cannot cause a duplicate.
    ///
    /// The client has already retried such a call as often as its [`RetryPolicy`](crate::RetryPolicy) and the deadline
    /// allowed.
    pub fn is_retryable(&self) -> bool {
        self.is_transient()
            && (self.0.call.repeat == Repeat::Always || self.outcome() != Outcome::Unknown)
    }

    /// Returns true if another attempt of the same call may succeed and cannot cause a duplicate.
    pub(crate) fn allows_another_attempt(&self) -> bool {
        self.is_transient()
            && (self.0.call.repeat != Repeat::Never || self.outcome() != Outcome::Unknown)
    }

    /// Returns how long the server asks to wait before another attempt.
    pub(crate) fn wait(&self) -> Option<Duration> {
        self.0.retry_after
    }

    fn is_transient(&self) -> bool {
        match self.0.kind {
            ErrorKind::Connect | ErrorKind::Timeout | ErrorKind::Interrupted => true,
            ErrorKind::Status => self.status().is_some_and(is_transient),
            _ => false,
        }
    }

    /// Returns whether the server processed the request. Unlike the rest of the error, it takes account of all attempts.
    pub fn outcome(&self) -> Outcome {
        match (self.0.kind, self.status().map(|status| status.as_u16())) {
            _ if self.0.call.earlier_unknown => Outcome::Unknown,
            (ErrorKind::Config | ErrorKind::InvalidRequest | ErrorKind::Connect, _) => {
                Outcome::NotSent
            }
            (ErrorKind::Timeout, _) if self.0.call.attempts == 0 => Outcome::NotSent,
            // These ask for the same request elsewhere; a 303 often follows a processed request.
            (ErrorKind::Redirect, Some(307 | 308)) => Outcome::Rejected,
            // A proxy may respond with 408 while the server is still processing the request.
            (_, Some(400..=407 | 409..=499)) => Outcome::Rejected,
            _ => Outcome::Unknown,
        }
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        // `Display` shows the error of a setting itself.
        if self.0.kind == ErrorKind::Config {
            return None;
        }
        self.0.source.as_ref().map(|source| &**source as _)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wait_is_shown_rounded_up() {
        for (wait, shown) in [(6_001, "retry after 7 s"), (6_000, "retry after 6 s")] {
            let call = Call {
                repeat: Repeat::Always,
                ..Call::unsent("an_operation")
            };
            let mut report = Report::new(ErrorKind::Connect, call);
            report.retry_after = Some(Duration::from_millis(wait));
            let error = Error::new(report);
            assert!(error.to_string().contains(shown), "{error}");
        }
    }
}
