//! Reads a response body up to the limit, and keeps what was received.

use bytes::{Bytes, BytesMut};

/// The facts about a failed call that its error reports.
#[derive(Clone, Copy)]
pub(crate) struct Call {
    pub operation: &'static str,
    pub attempts: u32,
    /// The method is `GET` or `HEAD`, so a retry cannot cause a duplicate.
    pub safe: bool,
}

impl Call {
    /// No request was built.
    pub const NONE: Call = Call {
        operation: "",
        attempts: 0,
        safe: false,
    };
}

/// Why a body is incomplete.
#[derive(Debug)]
pub(crate) enum Incomplete {
    /// It exceeds the limit.
    TooLarge,
    /// The connection was lost.
    Lost(reqwest::Error),
}

/// Reads a body into `body`, which keeps what was received even if this fails or is cancelled.
///
/// The limit is that of the bytes after decompression, so that a small response cannot become a huge one.
pub(crate) async fn read_body(
    response: &mut reqwest::Response,
    limit: usize,
    body: &mut Chunks,
) -> Result<(), Incomplete> {
    while let Some(chunk) = response.chunk().await.map_err(Incomplete::Lost)? {
        if chunk.len() > limit - body.len() {
            body.push(chunk.slice(..limit - body.len()));
            return Err(Incomplete::TooLarge);
        }
        body.push(chunk);
    }
    Ok(())
}

/// The chunks of a body. A body of one chunk is not copied.
#[derive(Default)]
pub(crate) struct Chunks {
    first: Bytes,
    all: BytesMut,
}

impl Chunks {
    fn len(&self) -> usize {
        self.first.len().max(self.all.len())
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

    /// Takes the bytes, so that the next body can be read.
    pub(crate) fn take(&mut self) -> Bytes {
        let chunks = std::mem::take(self);
        if chunks.all.is_empty() {
            chunks.first
        } else {
            chunks.all.freeze()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chunks_are_joined_in_order() {
        let mut body = Chunks::default();
        for chunk in ["", "a", "", "bc", "d"] {
            body.push(Bytes::from_static(chunk.as_bytes()));
        }
        assert_eq!((body.len(), body.take()), (4, Bytes::from_static(b"abcd")));
    }
}
