//! Sends a request: its attempts until the deadline, and the response or the error they end with.

use std::time::Duration;

use reqwest::header::{HeaderMap, USER_AGENT};
use reqwest::{Method, Request, StatusCode};
use serde::de::DeserializeOwned;
use tokio::time::{Instant, timeout_at};

use super::body::{Call, Chunks, Incomplete, read_body};
use super::response::{RawResponse, Response};
use super::retry::{Failure, is_safe, may_retry};
use super::{decode, telemetry};
use crate::client::{Client, Shared};
use crate::error::{Error, ErrorKind};

/// Sends `request`, and decodes the body of a successful response.
pub(crate) async fn send<T: DeserializeOwned>(
    client: &Client,
    request: Request,
    operation: &'static str,
) -> Result<Response<T>, Error> {
    call(client, request, operation, decode::json).await
}

/// Sends `request`, and ignores the body of a successful response.
#[allow(
    dead_code,
    reason = "the contract decides whether an operation has a response without content"
)]
pub(crate) async fn send_without_content(
    client: &Client,
    request: Request,
    operation: &'static str,
) -> Result<Response<()>, Error> {
    call(client, request, operation, |response, _| {
        Ok(Response::new((), response.status, response.headers))
    })
    .await
}

/// Sends `request`, and reads a successful response with `decode`.
pub(crate) async fn call<T>(
    client: &Client,
    mut request: Request,
    operation: &'static str,
    decode: impl FnOnce(RawResponse, Call) -> Result<Response<T>, Error>,
) -> Result<Response<T>, Error> {
    let span = telemetry::Span::start(operation, &request);
    let call = async {
        let shared = &client.shared;
        let headers = request.headers_mut();
        headers.insert(USER_AGENT, shared.user_agent.clone());
        let mut progress = Progress::new(operation, request.method());
        let received = until_deadline(client, request, &mut progress, &span).await;
        let decoded = received.and_then(|response| {
            let status = response.status;
            let decoded = decode(response, progress.call)?;
            span.succeeded(progress.call.attempts, status);
            Ok(decoded)
        });
        decoded.map_err(|error| {
            let error = error.hiding(&shared.authorization);
            span.failed(&error);
            error
        })
    };
    span.around(call).await
}

async fn until_deadline(
    client: &Client,
    request: Request,
    progress: &mut Progress,
    span: &telemetry::Span,
) -> Result<RawResponse, Error> {
    if client.timeout.is_zero() {
        return Err(Error::new(ErrorKind::Timeout, progress.call));
    }
    // `None` if it is beyond the range of the clock.
    let deadline = Instant::now().checked_add(client.timeout);
    let attempts = attempts(client, request, deadline, progress, span);
    match deadline {
        None => attempts.await,
        Some(deadline) => match timeout_at(deadline, attempts).await {
            Ok(ended) => ended,
            Err(_) => Err(progress.timed_out()),
        },
    }
}

async fn attempts(
    client: &Client,
    mut request: Request,
    deadline: Option<Instant>,
    progress: &mut Progress,
    span: &telemetry::Span,
) -> Result<RawResponse, Error> {
    let policy = &client.retry;
    let method = request.method().clone();
    loop {
        // `None` also for a body that can be sent only once.
        let copy = policy
            .allows(progress.call.attempts)
            .then(|| request.try_clone())
            .flatten();
        progress.call.attempts += 1;
        let (failure, error) = match attempt(&client.shared, request, progress).await {
            Ok(response) => return Ok(response),
            Err((failure, error)) => (failure, error.hiding(&client.shared.authorization)),
        };
        let wait = failure
            .filter(|failure| may_retry(&method, *failure))
            .and_then(|_| {
                let remaining =
                    deadline.map_or(Duration::MAX, |deadline| deadline - Instant::now());
                let random = fastrand::f64();
                policy.wait(
                    progress.call.attempts,
                    error.retry_after(),
                    remaining,
                    random,
                )
            });
        let (Some(wait), Some(copy)) = (wait, copy) else {
            return Err(error);
        };
        span.retry(&error, wait);
        tokio::time::sleep(wait).await;
        request = copy;
    }
}

/// The error of an attempt, and how it failed if a retry may help.
type Failed = (Option<Failure>, Error);

async fn attempt(
    shared: &Shared,
    request: Request,
    progress: &mut Progress,
) -> Result<RawResponse, Failed> {
    let sent = shared.http.execute(request).await;
    let mut response = sent.map_err(|error| no_response(shared, error, progress.call))?;
    let status = response.status();
    progress.status = Some(status);
    progress.headers = std::mem::take(response.headers_mut());
    let limit = shared.response_body_limit;
    let read = read_body(&mut response, limit, &mut progress.body).await;
    let response = progress.take_response(status);
    if !status.is_success() {
        // An error status tells more than an incomplete body.
        let failure = Failure::Status(status);
        let error = Error::from_response(response, progress.call);
        let error = match read {
            Ok(()) => error,
            Err(_) => error.with_detail(INCOMPLETE),
        };
        return Err((Some(failure), error));
    }
    let (kind, failure, source) = match read {
        Ok(()) => return Ok(response),
        Err(Incomplete::TooLarge) => (ErrorKind::TooLarge, None, None),
        Err(Incomplete::Lost(error)) if error.is_timeout() => {
            (ErrorKind::Timeout, None, Some(error))
        }
        Err(Incomplete::Lost(error)) => (ErrorKind::Interrupted, Some(Failure::Lost), Some(error)),
    };
    let error = Error::new(kind, progress.call).with_response(response);
    Err((failure, error.with_source(source)))
}

const INCOMPLETE: &str = "the response body is incomplete";

fn no_response(shared: &Shared, error: reqwest::Error, call: Call) -> Failed {
    // A user's HTTP client may follow redirects, and reports on the last request.
    let followed = shared.own_http_client && !call.safe;
    let error = Error::from_reqwest(error, followed, call);
    let failure = match error.kind() {
        ErrorKind::Connect => Some(Failure::NotConnected),
        ErrorKind::Interrupted => Some(Failure::Lost),
        _ => None,
    };
    (failure, error)
}

/// The progress of a call, for the error if the deadline is exceeded.
struct Progress {
    call: Call,
    /// The status of the response that is being received.
    status: Option<StatusCode>,
    headers: HeaderMap,
    body: Chunks,
}

impl Progress {
    fn new(operation: &'static str, method: &Method) -> Self {
        Progress {
            call: Call {
                operation,
                attempts: 0,
                safe: is_safe(method),
            },
            status: None,
            headers: HeaderMap::new(),
            body: Chunks::default(),
        }
    }

    /// Takes what was received of the response, so that a retry starts empty.
    fn take_response(&mut self, status: StatusCode) -> RawResponse {
        self.status = None;
        RawResponse {
            status,
            headers: std::mem::take(&mut self.headers),
            body: self.body.take(),
        }
    }

    fn timed_out(&mut self) -> Error {
        let timeout = Error::new(ErrorKind::Timeout, self.call);
        match self.status {
            None => timeout,
            Some(status) if status.is_success() => {
                timeout.with_response(self.take_response(status))
            }
            Some(status) => {
                Error::from_response(self.take_response(status), self.call).with_detail(INCOMPLETE)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_timeout_while_an_error_is_received_is_the_error() {
        let mut progress = Progress::new("an_operation", &Method::POST);
        progress.status = Some(StatusCode::CONFLICT);
        let error = progress.timed_out();
        assert_eq!(error.kind(), ErrorKind::Status);
        assert_eq!(error.status(), Some(StatusCode::CONFLICT));
    }
}
