//! A delivery that is signed, but is not an event.

use std::fmt;

use bytes::Bytes;
use http::HeaderMap;

use crate::webhook::WebhookError;

/// A delivery with a correct signature whose body is not an event.
///
/// [`Receiver::on_dead_letter`](super::Receiver::on_dead_letter) handles it. `Debug` shows neither body nor headers.
#[derive(Clone)]
#[non_exhaustive]
pub struct DeadLetter {
    /// The body as it was received.
    pub body: Bytes,
    /// The headers of the delivery.
    pub headers: HeaderMap,
    /// Why the body is not an event.
    pub reason: WebhookError,
}

impl fmt::Debug for DeadLetter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DeadLetter")
            .field("reason", &self.reason)
            .field("length", &self.body.len())
            .finish_non_exhaustive()
    }
}
