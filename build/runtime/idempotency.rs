//! Idempotency keys, with which a request can be sent again.

use crate::error::Repeat;
use crate::http::Request;

impl Request {
    /// Adds an idempotency key: that of the caller, or a new one.
    pub(crate) fn idempotency_key(mut self, header: &'static str, key: Option<String>) -> Self {
        self.repeat = if key.is_some() {
            Repeat::Always
        } else {
            Repeat::WithinCall
        };
        self.header(header, key.unwrap_or_else(random_uuid))
    }
}

/// A random UUID, of version 4.
fn random_uuid() -> String {
    let random = fastrand::u128(..);
    let variant = 0x8000 | (random >> 48) & 0x3fff;
    format!(
        "{:08x}-{:04x}-4{:03x}-{variant:04x}-{:012x}",
        random >> 96,
        (random >> 80) & 0xffff,
        (random >> 64) & 0xfff,
        random & 0xffff_ffff_ffff
    )
}
