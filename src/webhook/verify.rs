//! Verifies that a delivery comes from Watsi.

use std::fmt;

use bytes::Bytes;
use hmac::{Hmac, KeyInit, Mac};
use http::{HeaderMap, HeaderValue, StatusCode};
use sha2::Sha256;
use thiserror::Error;

use super::{Event, SIGNATURE_HEADER};

/// The length of a signature: 32 bytes in hexadecimal.
const SIGNATURE_LENGTH: usize = 64;

/// An error returned by a [`Verifier`].
///
/// It contains no secret, signature or body.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum WebhookError {
    /// A secret is empty, so anyone could sign with it.
    #[error("a webhook secret is empty")]
    EmptySecret,
    /// The delivery has no signature.
    #[error("missing header {}", SIGNATURE_HEADER)]
    MissingSignature,
    /// The signature is not 64 lower-case hexadecimal digits, or the headers contain several signatures.
    #[error("the signature is not 64 lower-case hexadecimal digits, or is duplicated")]
    MalformedSignature,
    /// The signature does not match the body with any of the secrets. The secret is wrong, the body was changed
    /// (e.g. parsed and serialized again), or the delivery does not come from Watsi.
    #[error(
        "the signature does not match the body; check the secret, and verify the raw body as it was received"
    )]
    WrongSignature,
    /// The body is longer than the limit.
    #[error("the body is longer than {limit} bytes")]
    TooLarge {
        /// The limit, in bytes.
        limit: usize,
    },
    /// The signature is correct, but the body has no id or no type, or cannot be parsed: it is not valid JSON, is nested
    /// deeper than 127 levels, or contains a number beyond the range of `f64`. The string describes the problem without
    /// quoting the body.
    #[error("the signed body is not an event: {0}")]
    NotAnEvent(String),
}

impl WebhookError {
    /// Returns true if the delivery is to be answered with 401, as documented: its signature is missing, malformed or
    /// wrong, so it may not come from Watsi.
    pub fn is_invalid_signature(&self) -> bool {
        matches!(
            self,
            Self::MissingSignature | Self::MalformedSignature | Self::WrongSignature
        )
    }

    /// Returns the status code to respond with: 401 if the signature is invalid, 413 if the body is too large, 400 if a
    /// signed body is not an event, and 500 if a secret is empty.
    pub fn status(&self) -> StatusCode {
        match self {
            Self::MissingSignature | Self::MalformedSignature | Self::WrongSignature => {
                StatusCode::UNAUTHORIZED
            }
            Self::TooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
            Self::NotAnEvent(_) => StatusCode::BAD_REQUEST,
            Self::EmptySecret => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}

/// Verifies deliveries with the secret of a subscription, or with several secrets during a rotation.
#[derive(Clone)]
pub struct Verifier {
    /// Keyed once; each verification clones it.
    secrets: Vec<Hmac<Sha256>>,
    pub(super) body_limit: usize,
}

impl fmt::Debug for Verifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Verifier")
            .field("secrets", &self.secrets.len())
            .field("body_limit", &self.body_limit)
            .finish()
    }
}

impl Verifier {
    /// Creates a verifier with one secret.
    ///
    /// # Errors
    ///
    /// Returns [`WebhookError::EmptySecret`] if the secret is empty.
    pub fn new(secret: impl AsRef<[u8]>) -> Result<Self, WebhookError> {
        let verifier = Verifier {
            secrets: Vec::new(),
            body_limit: 1024 * 1024,
        };
        verifier.or_secret(secret)
    }

    /// Also accepts deliveries that are signed with this secret, e.g. the old one during a rotation.
    ///
    /// # Errors
    ///
    /// Returns [`WebhookError::EmptySecret`] if the secret is empty.
    pub fn or_secret(mut self, secret: impl AsRef<[u8]>) -> Result<Self, WebhookError> {
        if secret.as_ref().is_empty() {
            return Err(WebhookError::EmptySecret);
        }
        self.secrets.push(keyed(secret.as_ref()));
        Ok(self)
    }

    /// Sets the maximum length of a body, in bytes. Default: 1 MiB.
    #[must_use]
    pub fn body_limit(mut self, bytes: usize) -> Self {
        self.body_limit = bytes;
        self
    }

    /// Verifies a delivery and returns its event. `signature` is the value of the header [`SIGNATURE_HEADER`].
    ///
    /// # Errors
    ///
    /// Returns the errors of [`verify_signature`](Self::verify_signature), and [`WebhookError::NotAnEvent`] if the
    /// signed body is not an event.
    pub fn verify(
        &self,
        raw_body: impl AsRef<[u8]>,
        signature: impl AsRef<[u8]>,
    ) -> Result<Event, WebhookError> {
        self.verify_signature(raw_body.as_ref(), signature)?;
        Event::read(Bytes::copy_from_slice(raw_body.as_ref()))
    }

    /// Verifies a delivery and returns its event, with the signature from the headers of the delivery.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`verify`](Self::verify), and [`WebhookError::MissingSignature`] if the headers contain
    /// no signature.
    pub fn verify_delivery(
        &self,
        raw_body: impl AsRef<[u8]>,
        headers: &HeaderMap,
    ) -> Result<Event, WebhookError> {
        self.verify(raw_body, signature(headers)?)
    }

    /// Verifies the signature of a delivery in constant time, without parsing the body.
    ///
    /// # Errors
    ///
    /// Returns [`WebhookError::TooLarge`], [`WebhookError::MalformedSignature`] or
    /// [`WebhookError::WrongSignature`].
    pub fn verify_signature(
        &self,
        raw_body: impl AsRef<[u8]>,
        signature: impl AsRef<[u8]>,
    ) -> Result<(), WebhookError> {
        if raw_body.as_ref().len() > self.body_limit {
            return Err(WebhookError::TooLarge {
                limit: self.body_limit,
            });
        }
        let signature = decoded(signature.as_ref()).ok_or(WebhookError::MalformedSignature)?;
        let signed = self.secrets.iter().any(|secret| {
            let mac = secret.clone().chain_update(raw_body.as_ref());
            mac.verify_slice(&signature).is_ok()
        });
        if signed {
            Ok(())
        } else {
            Err(WebhookError::WrongSignature)
        }
    }
}

/// Returns the signature that Watsi would send with `body`, e.g. to test a receiver.
pub fn sign(secret: impl AsRef<[u8]>, body: impl AsRef<[u8]>) -> String {
    hex::encode(
        keyed(secret.as_ref())
            .chain_update(body.as_ref())
            .finalize()
            .into_bytes(),
    )
}

/// Returns the signature of a delivery.
pub(super) fn signature(headers: &HeaderMap) -> Result<&HeaderValue, WebhookError> {
    let mut signatures = headers.get_all(SIGNATURE_HEADER).iter();
    match (signatures.next(), signatures.next()) {
        (Some(signature), None) => Ok(signature),
        (None, _) => Err(WebhookError::MissingSignature),
        (Some(_), Some(_)) => Err(WebhookError::MalformedSignature),
    }
}

fn keyed(secret: &[u8]) -> Hmac<Sha256> {
    <Hmac<Sha256> as KeyInit>::new_from_slice(secret).expect("an HMAC takes a key of any length")
}

/// Decodes a signature. The documented form is lower-case only.
fn decoded(signature: &[u8]) -> Option<[u8; SIGNATURE_LENGTH / 2]> {
    let lower = |byte: &u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    if signature.len() != SIGNATURE_LENGTH || !signature.iter().all(lower) {
        return None;
    }
    let mut bytes = [0; SIGNATURE_LENGTH / 2];
    hex::decode_to_slice(signature, &mut bytes).ok()?;
    Some(bytes)
}
