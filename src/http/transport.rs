//! Sends a request: its attempts until the deadline, and the response or the error they end with.

use std::time::Duration;

use bytes::BytesMut;
use reqwest::StatusCode;
use reqwest::header::HeaderMap;
use tokio::time::error::Elapsed;
use tokio::time::{Instant, timeout_at};

use super::body::{BodyStream, Claim, Incomplete, read_body};
use super::response::{RawResponse, Response};
use super::retry::is_safe;
use super::telemetry::Span;
use crate::client::Client;
use crate::error::{Call, Error, ErrorKind, Outcome, Repeat, Report};

const INCOMPLETE: &str = "the response body is incomplete";

/// Sends `request`, and decodes a successful response.
pub(crate) async fn call<T>(
    client: &Client,
    call: Call,
    request: reqwest::Request,
    decode: impl FnOnce(RawResponse, Call) -> Result<Response<T>, Box<Report>>,
) -> Result<Response<T>, Error> {
    let mut exchange = Exchange::new(client, call, &request);
    exchange
        .run(request, |exchange, response| {
            decode(response, exchange.call)
        })
        .await
}

/// Sends `request`, and returns a successful response before its body is received.
pub(super) async fn open(
    client: &Client,
    call: Call,
    request: reqwest::Request,
) -> Result<Response<BodyStream>, Error> {
    let mut exchange = Exchange::new(client, call, &request);
    exchange.streams = true;
    exchange
        .run(request, |exchange, head| {
            let (status, headers) = (head.status, head.headers.clone());
            let body = BodyStream::new(
                exchange.opened.take(),
                exchange.deadline,
                head,
                exchange.call,
            );
            Ok(Response::new(body, status, headers))
        })
        .await
}

/// A call in progress, and what was received of the current response.
struct Exchange<'c> {
    client: &'c Client,
    call: Call,
    span: Span,
    /// `None` if it is beyond the range of the clock.
    deadline: Option<Instant>,
    /// The body of a successful response is not read here.
    streams: bool,
    opened: Option<reqwest::Response>,
    /// Whether a connection takes the request of the current attempt.
    claim: Claim,
    status: Option<StatusCode>,
    headers: HeaderMap,
    body: BytesMut,
}

impl<'c> Exchange<'c> {
    fn new(client: &'c Client, call: Call, request: &reqwest::Request) -> Self {
        Exchange {
            client,
            call: Call {
                repeat: if is_safe(request.method()) {
                    Repeat::Always
                } else {
                    call.repeat
                },
                ..call
            },
            span: Span::start(call.operation, request),
            deadline: Instant::now().checked_add(client.timeout),
            streams: false,
            opened: None,
            claim: Claim::default(),
            status: None,
            headers: HeaderMap::new(),
            body: BytesMut::new(),
        }
    }

    async fn run<T>(
        &mut self,
        request: reqwest::Request,
        decode: impl FnOnce(&mut Self, RawResponse) -> Result<Response<T>, Box<Report>>,
    ) -> Result<Response<T>, Error> {
        let span = self.span.clone();
        span.around(async {
            let received = self.until_deadline(request).await;
            let decoded = received
                .and_then(|response| decode(self, response).map_err(|report| self.error(report)));
            match &decoded {
                Ok(response) => span.succeeded(self.call.attempts, response.status()),
                Err(error) => span.failed(error),
            }
            decoded
        })
        .await
    }

    async fn until_deadline(&mut self, request: reqwest::Request) -> Result<RawResponse, Error> {
        if self.client.timeout.is_zero() {
            return Err(self.error(Report::new(ErrorKind::Timeout, self.call)));
        }
        let Some(deadline) = self.deadline else {
            return self.attempts(request).await;
        };
        match timeout_at(deadline, self.attempts(request)).await {
            Ok(ended) => ended,
            Err(elapsed) => {
                let report = self.timed_out(elapsed);
                Err(self.error(report))
            }
        }
    }

    async fn attempts(&mut self, mut request: reqwest::Request) -> Result<RawResponse, Error> {
        let policy = &self.client.retry;
        loop {
            // `None` also for a body that can be sent only once.
            let copy = policy
                .allows(self.call.attempts)
                .then(|| request.try_clone())
                .flatten();
            self.call.attempts += 1;
            let error = match self.attempt(request).await {
                Ok(response) => return Ok(response),
                Err(report) => self.error(report),
            };
            // After a timeout, no time is left.
            let Some(copy) = copy
                .filter(|_| error.allows_another_attempt() && error.kind() != ErrorKind::Timeout)
            else {
                return Err(error);
            };
            let remaining = match self.deadline {
                Some(deadline) => deadline - Instant::now(),
                None => Duration::MAX,
            };
            let (attempts, random) = (self.call.attempts, fastrand::f64());
            let Some(wait) = policy.wait(attempts, error.wait(), remaining, random) else {
                return Err(error);
            };
            self.span.retry(&error, wait);
            self.call.earlier_unknown |= error.outcome() == Outcome::Unknown;
            self.claim = Claim::default();
            tokio::time::sleep(wait).await;
            request = copy;
        }
    }

    async fn attempt(&mut self, mut request: reqwest::Request) -> Result<RawResponse, Box<Report>> {
        self.claim.watch(&mut request);
        let mut response = match self.client.shared.http.execute(request).await {
            Ok(response) => response,
            Err(error) => {
                let taken = !self.claim.abandon();
                return Err(Report::of_reqwest(error, taken, self.call));
            }
        };
        let status = response.status();
        self.status = Some(status);
        self.headers = std::mem::take(response.headers_mut());
        if self.streams && status.is_success() {
            self.opened = Some(response);
            return Ok(self.take_response(status));
        }
        let limit = self.client.shared.response_body_limit;
        let read = read_body(&mut response, limit, &mut self.body).await;
        let response = self.take_response(status);
        match read {
            Ok(()) if status.is_success() => Ok(response),
            Ok(()) => Err(Report::of_status(response, self.call)),
            // An error status tells more than an incomplete body.
            Err(_) if !status.is_success() => {
                Err(Report::of_status(response, self.call).detail(INCOMPLETE))
            }
            Err(Incomplete::TooLarge) => {
                Err(Report::new(ErrorKind::TooLarge, self.call).response(response))
            }
            Err(Incomplete::Lost(error)) => {
                Err(Report::of_reqwest(error, true, self.call).response(response))
            }
        }
    }

    /// Takes what was received of the response, so that a retry starts empty.
    fn take_response(&mut self, status: StatusCode) -> RawResponse {
        self.status = None;
        RawResponse {
            status,
            headers: std::mem::take(&mut self.headers),
            body: self.body.split().freeze(),
        }
    }

    fn timed_out(&mut self, elapsed: Elapsed) -> Box<Report> {
        if self.claim.abandon() {
            return Report::new(ErrorKind::Connect, self.call).source(elapsed);
        }
        let Some(status) = self.status else {
            return Report::new(ErrorKind::Timeout, self.call);
        };
        let response = self.take_response(status);
        if status.is_success() {
            Report::new(ErrorKind::Timeout, self.call).response(response)
        } else {
            Report::of_status(response, self.call).detail(INCOMPLETE)
        }
    }

    fn error(&self, report: Box<Report>) -> Error {
        Error::new(report.hiding(&self.client.shared.authorization))
    }
}
