//! Reads request bodies within limits, and writes response bodies with faults.

use std::convert::Infallible;
use std::io;
use std::time::Duration;

use bytes::Bytes;
use futures_util::{StreamExt, stream};
use http::header::CONTENT_LENGTH;
use http::{Method, Request, Response, StatusCode};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Full, Limited, StreamBody};
use hyper::body::{Body as _, Frame, Incoming};

/// The maximum size of a request body.
const LARGEST: usize = 1 << 20;

/// The maximum size of a state to import. An export has up to 16 MiB of messages, whose JSON is larger.
const LARGEST_STATE: usize = 64 << 20;

/// The maximum time to receive a request body.
const LONGEST: Duration = Duration::from_secs(30);

pub type Body = UnsyncBoxBody<Bytes, io::Error>;

/// Reads the body of a request.
///
/// # Errors
///
/// Returns the status code of the response if the body is too large, too slow, or ends early.
pub async fn read(request: Request<Incoming>) -> Result<Request<Bytes>, StatusCode> {
    let (parts, body) = request.into_parts();
    let largest = match (&parts.method, parts.uri.path()) {
        (&Method::PUT, "/_sandbox/state") => LARGEST_STATE,
        _ => LARGEST,
    };
    if body.size_hint().lower() > largest as u64 {
        return Err(StatusCode::PAYLOAD_TOO_LARGE);
    }
    let collected = Limited::new(body, largest).collect();
    let collected = tokio::time::timeout(LONGEST, collected).await;
    match collected {
        Ok(Ok(body)) => Ok(Request::from_parts(parts, body.to_bytes())),
        Ok(Err(error)) if error.is::<http_body_util::LengthLimitError>() => {
            Err(StatusCode::PAYLOAD_TOO_LARGE)
        }
        Ok(Err(_)) => Err(StatusCode::BAD_REQUEST),
        Err(_) => Err(StatusCode::REQUEST_TIMEOUT),
    }
}

pub fn full(response: Response<Vec<u8>>) -> Response<Body> {
    response.map(|body| Full::new(Bytes::from(body)).map_err(never).boxed_unsync())
}

/// Announces the whole body, but sends only its first half and closes the connection.
pub fn cut(response: Response<Vec<u8>>) -> Response<Body> {
    let (mut parts, mut body) = response.into_parts();
    parts.headers.insert(CONTENT_LENGTH, body.len().into());
    body.truncate(body.len() / 2);
    let half = stream::iter([Ok(Frame::data(Bytes::from(body)))]);
    let cut = stream::once(async {
        // Otherwise, the half that was written would not be sent.
        tokio::task::yield_now().await;
        Err(io::ErrorKind::ConnectionAborted.into())
    });
    Response::from_parts(parts, StreamBody::new(half.chain(cut)).boxed_unsync())
}

/// Returns a body that never ends by itself.
pub fn endless(frames: impl stream::Stream<Item = Bytes> + Send + 'static) -> Body {
    StreamBody::new(frames.map(|bytes| Ok(Frame::data(bytes)))).boxed_unsync()
}

fn never(never: Infallible) -> io::Error {
    match never {}
}
