//! Errors of deliveries that were not accepted, and their status codes.

use http::StatusCode;
use thiserror::Error;

use super::{BoxError, DeadLetter};
use crate::webhook::WebhookError;

/// The error of a delivery that a [`Receiver`](super::Receiver) did not accept.
///
/// Only its status code is part of the response. Its `Display` output contains no personal data, and leaves out the
/// error of the handler or the store, which [`source`](std::error::Error::source) returns.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum DeliveryError {
    /// The method is not `POST`.
    #[error("the method is not POST")]
    MethodNotAllowed,
    /// The body was not received within the time limit.
    #[error("the body was not received within the time limit")]
    BodyTimeout,
    /// The body ended early or was malformed, e.g. because the connection was lost.
    #[error("the body was not received completely")]
    IncompleteBody,
    /// The body is too large, or the signature is invalid.
    #[error(transparent)]
    Invalid(#[from] WebhookError),
    /// The signed body is not an event, and there is no [handler](super::Receiver::on_dead_letter) for it.
    #[error("{}", .0.reason)]
    DeadLetter(Box<DeadLetter>),
    /// The store of seen events failed. If the handler had already succeeded, it runs again when the event is
    /// redelivered.
    #[error("the store of seen events failed")]
    Seen(#[source] BoxError),
    /// The handler of events or of dead letters failed.
    #[error("the handler failed")]
    Handler(#[source] BoxError),
}

impl DeliveryError {
    /// Returns the status code of the response. Watsi redelivers the event after any of them.
    pub fn status(&self) -> StatusCode {
        match self {
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::BodyTimeout => StatusCode::REQUEST_TIMEOUT,
            Self::IncompleteBody => StatusCode::BAD_REQUEST,
            Self::Invalid(error) => error.status(),
            Self::DeadLetter(letter) => letter.reason.status(),
            Self::Seen(_) | Self::Handler(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// Traces the error without its source, which may contain personal data.
    pub(super) fn trace(&self) {
        #[cfg(feature = "tracing")]
        {
            let status = self.status();
            let code = status.as_u16();
            // Anyone on the internet can cause the other errors.
            if status.is_server_error() {
                tracing::warn!(target: "watsi", error = %self, http.response.status_code = code, "delivery failed");
            } else {
                tracing::info!(target: "watsi", error = %self, http.response.status_code = code, "delivery rejected");
            }
        }
    }
}
