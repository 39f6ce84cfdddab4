//! One call, and the answer that it came to.

use bytes::{Bytes, BytesMut};
use reqwest::StatusCode;
use reqwest::header::{HeaderMap, HeaderValue};

/// What an error says of the call that failed.
#[derive(Clone, Copy)]
pub(crate) struct Call {
    pub operation: &'static str,
    pub attempts: u32,
    /// The method is `GET`.
    pub safe: bool,
}

impl Call {
    /// No request was made.
    pub const NONE: Call = Call {
        operation: "",
        attempts: 0,
        safe: false,
    };
}

/// A success: its whole body was read.
#[derive(Clone)]
pub(crate) struct Received {
    pub call: Call,
    pub answer: Answer,
    /// What was sent: an error shows nothing that repeats it.
    pub authorization: HeaderValue,
}

/// What the server answered.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chunks_are_collected_in_their_order() {
        let mut body = Collected::default();
        for chunk in ["", "a", "", "bc", "d"] {
            body.push(Bytes::from_static(chunk.as_bytes()));
        }
        assert_eq!(body.into_bytes(), "abcd");
    }
}
