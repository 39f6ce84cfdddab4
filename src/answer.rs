//! What the server answered: status, headers, and a body that was read up to a limit.

use std::time::SystemTime;

use bytes::{Bytes, BytesMut};
use reqwest::StatusCode;
use reqwest::header::{HeaderMap, LOCATION, RETRY_AFTER};

use crate::envelope::Envelope;
use crate::error::{Error, ErrorKind, Failed};
use crate::retry;
use crate::transport::Call;

#[derive(Clone)]
pub(crate) struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    /// The body, or what arrived of it.
    pub body: Bytes,
}

/// Why a body is not whole.
#[derive(Debug)]
pub(crate) enum Cut {
    /// It is longer than the limit.
    TooLarge,
    /// The deadline passed.
    Late,
    /// The connection broke.
    Broken(reqwest::Error),
}

impl Answer {
    pub(crate) fn without_body(response: &reqwest::Response) -> Self {
        Answer {
            status: response.status(),
            headers: response.headers().clone(),
            body: Bytes::new(),
        }
    }

    /// The error of an answer that is no success.
    pub(crate) fn into_error(self, call: Call) -> Error {
        let redirect = self.status.is_redirection() && self.headers.contains_key(LOCATION);
        let kind = if redirect {
            ErrorKind::Redirect
        } else {
            ErrorKind::Status
        };
        let retry_after = self.headers.get(RETRY_AFTER);
        Error::from(Failed {
            retry_after: retry_after.and_then(|it| retry::retry_after(it, SystemTime::now())),
            envelope: Envelope::read(&self.body),
            answer: Some(self),
            ..Failed::new(kind, call)
        })
    }
}

/// Reads a body into `body`, which holds what arrived even where this fails or is cancelled.
///
/// The limit is for the bytes after decompression, so a small answer cannot become a huge one.
pub(crate) async fn read_body(
    response: &mut reqwest::Response,
    limit: usize,
    body: &mut Collected,
) -> Result<(), Cut> {
    while let Some(chunk) = response.chunk().await.map_err(Cut::Broken)? {
        if chunk.len() > limit - body.len() {
            body.push(chunk.slice(..limit - body.len()));
            return Err(Cut::TooLarge);
        }
        body.push(chunk);
    }
    Ok(())
}

/// The chunks of a body; the only chunk of a small one is not copied.
#[derive(Default)]
pub(crate) struct Collected {
    first: Bytes,
    all: BytesMut,
}

impl Collected {
    fn len(&self) -> usize {
        if self.all.is_empty() {
            self.first.len()
        } else {
            self.all.len()
        }
    }

    fn push(&mut self, chunk: Bytes) {
        if self.len() == 0 {
            self.first = chunk;
            return;
        }
        if self.all.is_empty() {
            self.all.extend_from_slice(&self.first);
        }
        self.all.extend_from_slice(&chunk);
    }

    pub(crate) fn into_bytes(self) -> Bytes {
        if self.all.is_empty() {
            self.first
        } else {
            self.all.freeze()
        }
    }
}
