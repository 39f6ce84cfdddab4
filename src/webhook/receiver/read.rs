//! Reads the body of a delivery within a size and a time limit, and verifies it.

use std::time::Duration;

use http::Request;
use http_body::Body;
use http_body_util::{BodyExt, LengthLimitError, Limited};

use super::{BoxError, DeadLetter, DeliveryError};
use crate::webhook::verify::signature;
use crate::webhook::{Event, Verifier, WebhookError};

/// The default time limit for receiving a body.
pub(super) const BODY_TIMEOUT: Duration = Duration::from_secs(10);

/// Returns the event of a delivery. Buffers no more of the body than the verifier's limit.
pub(super) async fn read<B>(
    request: Request<B>,
    verifier: &Verifier,
    timeout: Duration,
) -> Result<Event, DeliveryError>
where
    B: Body,
    B::Error: Into<BoxError>,
{
    let (head, body) = request.into_parts();
    let limit = verifier.body_limit;
    let too_large = DeliveryError::Invalid(WebhookError::TooLarge { limit });
    // The server derives the hint from `Content-Length`.
    if body.size_hint().lower() > limit as u64 {
        return Err(too_large);
    }
    let received = Limited::new(body, limit).collect();
    let body = match tokio::time::timeout(timeout, received).await {
        Ok(Ok(received)) => received.to_bytes(),
        Ok(Err(error)) if error.is::<LengthLimitError>() => return Err(too_large),
        Ok(Err(_)) => return Err(DeliveryError::IncompleteBody),
        Err(_) => return Err(DeliveryError::BodyTimeout),
    };
    verifier.verify_signature(&body, signature(&head.headers)?)?;
    Event::read(body.clone()).map_err(|reason| {
        DeliveryError::DeadLetter(Box::new(DeadLetter {
            body,
            headers: head.headers,
            reason,
        }))
    })
}
