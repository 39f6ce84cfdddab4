//! Feature `tracing`: one span per call, and one event per retry. `docs/client.md` lists the fields.

use std::time::Duration;

use reqwest::{Request, StatusCode};

use crate::error::Error;

/// The span of one call; without the feature it is empty.
#[cfg(feature = "tracing")]
#[derive(Clone)]
pub(crate) struct Span(tracing::Span);

#[cfg(feature = "tracing")]
impl Span {
    pub(crate) fn start(operation: &'static str, request: &Request) -> Self {
        let url = request.url();
        Span(tracing::info_span!(
            target: "watsi",
            "watsi.call",
            otel.name = operation,
            otel.kind = "client",
            http.request.method = request.method().as_str(),
            server.address = url.host_str(),
            server.port = url.port_or_known_default(),
            http.request.resend_count = tracing::field::Empty,
            http.response.status_code = tracing::field::Empty,
            "error.type" = tracing::field::Empty,
            watsi.request_id = tracing::field::Empty,
        ))
    }

    pub(crate) async fn around<F: Future>(&self, future: F) -> F::Output {
        tracing::Instrument::instrument(future, self.0.clone()).await
    }

    pub(crate) fn succeeded(&self, attempts: u32, status: StatusCode) {
        self.record(attempts, Some(status));
    }

    pub(crate) fn failed(&self, error: &Error) {
        self.record(error.attempts(), error.status());
        self.0
            .record("error.type", tracing::field::debug(error.kind()));
        if let Some(id) = error.printable_request_id() {
            self.0.record("watsi.request_id", id);
        }
        tracing::event!(target: "watsi", parent: &self.0, tracing::Level::WARN, %error, "call failed");
    }

    pub(crate) fn retry(&self, error: &Error, wait: Duration) {
        let wait_ms = u64::try_from(wait.as_millis()).unwrap_or(u64::MAX);
        tracing::event!(
            target: "watsi",
            parent: &self.0,
            tracing::Level::INFO,
            %error,
            wait_ms,
            "retrying"
        );
    }

    fn record(&self, attempts: u32, status: Option<StatusCode>) {
        self.0
            .record("http.request.resend_count", attempts.saturating_sub(1));
        if let Some(status) = status {
            self.0.record("http.response.status_code", status.as_u16());
        }
    }
}

#[cfg(not(feature = "tracing"))]
#[derive(Clone)]
pub(crate) struct Span;

#[cfg(not(feature = "tracing"))]
impl Span {
    pub(crate) fn start(_: &'static str, _: &Request) -> Self {
        Span
    }

    pub(crate) fn around<F: Future>(&self, future: F) -> F {
        future
    }

    pub(crate) fn succeeded(&self, _: u32, _: StatusCode) {}

    pub(crate) fn failed(&self, _: &Error) {}

    pub(crate) fn retry(&self, _: &Error, _: Duration) {}
}
