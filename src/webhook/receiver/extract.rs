//! Support for axum: `Event` as an extractor, and errors as responses.

use axum_core::extract::{FromRef, FromRequest, Request};
use axum_core::response::{IntoResponse, Response};

use super::DeliveryError;
use super::read::{BODY_TIMEOUT, read};
use crate::webhook::{Event, Verifier};

/// Verifies a delivery with the [`Verifier`] in the router's state, and extracts its event. The body must be received
/// within 10 s.
///
/// Events are not deduplicated. Use a [`Receiver`](super::Receiver) for that.
///
/// ```
/// use axum::{Router, http::StatusCode, routing::post};
/// use watsi::webhook::{Event, Verifier};
///
/// async fn receive(event: Event) -> StatusCode {
///     println!("{} is {}", event.id, event.event_type());
///     StatusCode::OK
/// }
///
/// # fn main() -> Result<(), watsi::webhook::WebhookError> {
/// let verifier = Verifier::new("the subscription's secret")?;
/// let router: Router = Router::new().route("/webhooks", post(receive)).with_state(verifier);
/// # Ok(())
/// # }
/// ```
impl<S> FromRequest<S> for Event
where
    S: Send + Sync,
    Verifier: FromRef<S>,
{
    type Rejection = DeliveryError;

    async fn from_request(request: Request, state: &S) -> Result<Self, DeliveryError> {
        read(request, &Verifier::from_ref(state), BODY_TIMEOUT).await
    }
}

/// Responds with the status code and no body.
impl IntoResponse for DeliveryError {
    fn into_response(self) -> Response {
        self.status().into_response()
    }
}
