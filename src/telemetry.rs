//! Feature `tracing`: a span a call, and an event a repeat. Nothing in them holds a body, a phone
//! number, a message text or the key.

use std::time::Duration;

use reqwest::StatusCode;

use crate::error::Error;

/// The span of one call; without the feature it is nothing.
#[cfg(feature = "tracing")]
pub(crate) struct Span {
    span: tracing::Span,
    started: std::time::Instant,
}

#[cfg(feature = "tracing")]
impl Span {
    pub(crate) fn start(operation: &'static str) -> Self {
        let span = tracing::info_span!(
            "watsi.call",
            operation,
            attempt = tracing::field::Empty,
            status = tracing::field::Empty,
            elapsed_ms = tracing::field::Empty,
            request_id = tracing::field::Empty,
        );
        Span {
            span,
            started: std::time::Instant::now(),
        }
    }

    pub(crate) async fn around<F: Future>(&self, future: F) -> F::Output {
        tracing::Instrument::instrument(future, self.span.clone()).await
    }

    pub(crate) fn succeeded(&self, attempts: u32, status: StatusCode) {
        self.record(attempts, Some(status));
    }

    pub(crate) fn failed(&self, error: &Error) {
        self.record(error.attempts(), error.status());
        if let Some(id) = error.printable_request_id() {
            self.span.record("request_id", id);
        }
        tracing::event!(parent: &self.span, tracing::Level::WARN, %error, "the call failed");
    }

    pub(crate) fn repeats(&self, error: &Error, wait: Duration) {
        let wait_ms = u64::try_from(wait.as_millis()).unwrap_or(u64::MAX);
        tracing::event!(
            parent: &self.span,
            tracing::Level::INFO,
            %error,
            wait_ms,
            "the request is repeated"
        );
    }

    fn record(&self, attempts: u32, status: Option<StatusCode>) {
        self.span.record("attempt", attempts);
        if let Some(status) = status {
            self.span.record("status", status.as_u16());
        }
        let elapsed = u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.span.record("elapsed_ms", elapsed);
    }
}

#[cfg(not(feature = "tracing"))]
pub(crate) struct Span;

#[cfg(not(feature = "tracing"))]
impl Span {
    pub(crate) fn start(_: &'static str) -> Self {
        Span
    }

    pub(crate) fn around<F: Future>(&self, future: F) -> F {
        future
    }

    pub(crate) fn succeeded(&self, _: u32, _: StatusCode) {}

    pub(crate) fn failed(&self, _: &Error) {}

    pub(crate) fn repeats(&self, _: &Error, _: Duration) {}
}
