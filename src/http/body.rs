//! Bodies: decides whether a connection takes a request, and reads a response up to the limit.

use std::fmt;
use std::pin::Pin;
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll};

use bytes::{Bytes, BytesMut};
use futures_util::stream::{self, Stream};
use http_body::{Body, Frame, SizeHint};
use tokio::time::{Instant, timeout_at};

use super::response::RawResponse;
use crate::error::{Call, Error, ErrorKind, Report};

type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// Decides whether a connection takes a request, so that the request may be sent, or the request is abandoned.
#[derive(Clone, Default)]
pub(crate) struct Claim(Arc<OnceLock<Decision>>);

#[derive(Clone, Copy, PartialEq)]
enum Decision {
    Taken,
    Abandoned,
}

impl Claim {
    /// Abandons the request. Returns false if a connection has already taken it.
    ///
    /// A connection is served by another task, which may be about to take the request.
    pub fn abandon(&self) -> bool {
        self.decide(Decision::Abandoned)
    }

    /// Watches the body of `request`, which then can be sent only once.
    pub fn watch(&self, request: &mut reqwest::Request) {
        let body = request.body_mut();
        *body = Some(reqwest::Body::wrap(Watched {
            body: body.take().unwrap_or_default(),
            claim: self.clone(),
        }));
    }

    /// Takes the request for a connection. Returns false if it was abandoned.
    fn take(&self) -> bool {
        self.decide(Decision::Taken)
    }

    /// Returns true if this was or is the decision.
    fn decide(&self, decision: Decision) -> bool {
        *self.0.get_or_init(|| decision) == decision
    }

    fn is_abandoned(&self) -> bool {
        self.0.get() == Some(&Decision::Abandoned)
    }
}

/// A request body that claims the request when it is used. That of an abandoned request fails, so that no complete request
/// is sent.
///
/// For each request, hyper asks whether the body is empty before it writes the head. It does not use the body before
/// there is a connection.
struct Watched {
    body: reqwest::Body,
    claim: Claim,
}

impl Body for Watched {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        if !self.claim.take() {
            return Poll::Ready(Some(Err("the request was abandoned".into())));
        }
        let frame = Pin::new(&mut self.body).poll_frame(context);
        frame.map_err(BoxError::from)
    }

    fn is_end_stream(&self) -> bool {
        self.claim.take() && self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        if self.claim.is_abandoned() {
            // A request of length 0 would be complete.
            return SizeHint::default();
        }
        self.body.size_hint()
    }
}

/// A stream of the chunks of a response body.
pub(crate) struct BodyStream {
    chunks: Pin<Box<dyn Stream<Item = Result<Bytes, Error>> + Send>>,
}

/// A body that is being streamed.
struct Open {
    response: Option<reqwest::Response>,
    deadline: Option<Instant>,
    /// The response without its body, for errors.
    head: RawResponse,
    call: Call,
}

impl BodyStream {
    pub(super) fn new(
        response: Option<reqwest::Response>,
        deadline: Option<Instant>,
        head: RawResponse,
        call: Call,
    ) -> Self {
        let open = Open {
            response,
            deadline,
            head,
            call,
        };
        BodyStream {
            chunks: Box::pin(stream::try_unfold(open, next_chunk)),
        }
    }
}

async fn next_chunk(mut open: Open) -> Result<Option<(Bytes, Open)>, Error> {
    let Some(response) = &mut open.response else {
        return Ok(None);
    };
    let read = match open.deadline {
        None => Ok(response.chunk().await),
        Some(deadline) => timeout_at(deadline, response.chunk()).await,
    };
    let report = match read {
        Ok(Ok(None)) => return Ok(None),
        Ok(Ok(Some(chunk))) => return Ok(Some((chunk, open))),
        Ok(Err(error)) => Report::of_reqwest(error, true, open.call),
        Err(_) => Report::new(ErrorKind::Timeout, open.call),
    };
    Err(Error::new(report.response(open.head)))
}

impl Stream for BodyStream {
    type Item = Result<Bytes, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.chunks.as_mut().poll_next(context)
    }
}

impl fmt::Debug for BodyStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BodyStream").finish_non_exhaustive()
    }
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
    body: &mut BytesMut,
) -> Result<(), Incomplete> {
    while let Some(chunk) = response.chunk().await.map_err(Incomplete::Lost)? {
        let rest = limit - body.len();
        if chunk.len() > rest {
            body.extend_from_slice(&chunk[..rest]);
            return Err(Incomplete::TooLarge);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::task::Waker;

    use super::*;

    fn watched(body: &'static str, claim: &Claim) -> reqwest::Body {
        let url = "http://localhost".parse().unwrap();
        let mut request = reqwest::Request::new(reqwest::Method::POST, url);
        *request.body_mut() = Some(body.into());
        claim.watch(&mut request);
        request.body_mut().take().unwrap()
    }

    fn is_frame(body: &mut reqwest::Body) -> bool {
        let mut context = Context::from_waker(Waker::noop());
        let frame = Pin::new(body).poll_frame(&mut context);
        matches!(frame, Poll::Ready(Some(Ok(_))))
    }

    #[test]
    fn no_complete_request_is_sent_after_it_was_abandoned() {
        for text in ["", "text"] {
            let claim = Claim::default();
            let mut body = watched(text, &claim);
            assert!(claim.abandon());
            assert!(!body.is_end_stream());
            assert_eq!(body.size_hint().exact(), None);
            assert!(!is_frame(&mut body));
        }
    }

    #[test]
    fn request_that_a_connection_took_cannot_be_abandoned() {
        let claim = Claim::default();
        let mut body = watched("text", &claim);
        assert_eq!(body.size_hint().exact(), Some(4));
        assert!(!body.is_end_stream());
        assert!(!claim.abandon());
        assert!(is_frame(&mut body));
    }
}
