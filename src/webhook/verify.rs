//! Whether a delivery comes from Watsi.

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use http::HeaderMap;
use sha2::Sha256;

use super::{Event, SIGNATURE_HEADER};

/// The length of a signature: 32 bytes in hexadecimal.
const SIGNATURE_LENGTH: usize = 64;

/// Why a delivery is not an event. No text of it holds a secret, a signature or a body.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum WebhookError {
    /// A secret is empty: everyone could sign with it.
    EmptySecret,
    /// The delivery has no signature.
    MissingSignature,
    /// The signature is not 64 lower-case hexadecimal digits.
    MalformedSignature,
    /// The signature is not that of this body with any of the secrets: the secret is another one, the
    /// body was changed (parsed and written again, perhaps), or it does not come from Watsi.
    WrongSignature,
    /// The body is longer than the limit, in bytes.
    TooLarge {
        /// The limit.
        limit: usize,
    },
    /// The delivery comes from Watsi, and is not the documented envelope, or not JSON that can be held
    /// (nested deeper than 127 levels, or with a number beyond 64-bit floats). The text says what is
    /// wrong with it; the body is with the caller.
    NotAnEvent(String),
}

impl WebhookError {
    /// Whether the delivery is to be answered with 401, as the documentation says: it does not come
    /// from Watsi, as far as one can tell.
    pub fn is_refused(&self) -> bool {
        matches!(
            self,
            Self::MissingSignature | Self::MalformedSignature | Self::WrongSignature
        )
    }
}

impl fmt::Display for WebhookError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::EmptySecret => f.write_str("a webhook secret is empty"),
            Self::MissingSignature => write!(f, "the delivery has no header {SIGNATURE_HEADER}"),
            Self::MalformedSignature => {
                f.write_str("the signature is not 64 lower-case hexadecimal digits")
            }
            Self::WrongSignature => f.write_str(
                "the signature is not that of this body; check the secret, and that the body is \
                 verified as it came",
            ),
            Self::TooLarge { limit } => write!(f, "the body is longer than {limit} bytes"),
            Self::NotAnEvent(why) => write!(f, "the signed body is not an event: {why}"),
        }
    }
}

impl std::error::Error for WebhookError {}

/// Verifies deliveries with the secret of a subscription, or with several while it is rotated.
#[derive(Clone)]
pub struct Verifier {
    /// Each keyed once; a delivery continues a copy.
    secrets: Vec<Hmac<Sha256>>,
    body_limit: usize,
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
    /// A verifier with one secret.
    ///
    /// # Errors
    ///
    /// [`WebhookError::EmptySecret`].
    pub fn new(secret: impl AsRef<[u8]>) -> Result<Self, WebhookError> {
        let verifier = Verifier {
            secrets: Vec::new(),
            body_limit: 1024 * 1024,
        };
        verifier.or_secret(secret)
    }

    /// Accepts deliveries that are signed with this secret too: the old one, while a new one takes over.
    ///
    /// # Errors
    ///
    /// [`WebhookError::EmptySecret`].
    pub fn or_secret(mut self, secret: impl AsRef<[u8]>) -> Result<Self, WebhookError> {
        if secret.as_ref().is_empty() {
            return Err(WebhookError::EmptySecret);
        }
        self.secrets.push(keyed(secret.as_ref()));
        Ok(self)
    }

    /// The longest body that is looked at, in bytes. Default: 1 MiB.
    #[must_use]
    pub fn body_limit(mut self, bytes: usize) -> Self {
        self.body_limit = bytes;
        self
    }

    /// Verifies a delivery, and reads its event. `signature` is the value of
    /// [`SIGNATURE_HEADER`].
    ///
    /// # Errors
    ///
    /// As [`verify_signature`](Self::verify_signature), and [`WebhookError::NotAnEvent`] for a signed
    /// body that is not the documented envelope.
    pub fn verify(
        &self,
        raw_body: impl AsRef<[u8]>,
        signature: impl AsRef<[u8]>,
    ) -> Result<Event, WebhookError> {
        self.verify_signature(raw_body.as_ref(), signature)?;
        Event::read(raw_body.as_ref())
    }

    /// As [`verify`](Self::verify), with the signature taken from the headers of the delivery.
    ///
    /// # Errors
    ///
    /// As [`verify`](Self::verify), and [`WebhookError::MissingSignature`].
    pub fn verify_delivery(
        &self,
        raw_body: impl AsRef<[u8]>,
        headers: &HeaderMap,
    ) -> Result<Event, WebhookError> {
        let mut signatures = headers.get_all(SIGNATURE_HEADER).iter();
        match (signatures.next(), signatures.next()) {
            (Some(signature), None) => self.verify(raw_body, signature),
            (None, _) => Err(WebhookError::MissingSignature),
            (Some(_), Some(_)) => Err(WebhookError::MalformedSignature),
        }
    }

    /// Verifies a delivery without reading it, in constant time.
    ///
    /// # Errors
    ///
    /// [`WebhookError::TooLarge`], [`WebhookError::MalformedSignature`] and
    /// [`WebhookError::WrongSignature`]; nothing else is looked at before the signature is right.
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

/// The signature that Watsi would send with `body`: for tests of a receiver.
pub fn sign(secret: impl AsRef<[u8]>, body: impl AsRef<[u8]>) -> String {
    hex::encode(
        keyed(secret.as_ref())
            .chain_update(body.as_ref())
            .finalize()
            .into_bytes(),
    )
}

fn keyed(secret: &[u8]) -> Hmac<Sha256> {
    <Hmac<Sha256> as KeyInit>::new_from_slice(secret).expect("an HMAC takes a key of any length")
}

/// The bytes of a signature as the documentation writes it, which is lower-case only.
fn decoded(signature: &[u8]) -> Option<[u8; SIGNATURE_LENGTH / 2]> {
    let lower = |byte: &u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    if signature.len() != SIGNATURE_LENGTH || !signature.iter().all(lower) {
        return None;
    }
    let mut bytes = [0; SIGNATURE_LENGTH / 2];
    hex::decode_to_slice(signature, &mut bytes).ok()?;
    Some(bytes)
}
