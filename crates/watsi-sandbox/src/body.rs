//! Reads request bodies within limits, and writes response bodies with faults.

use std::convert::Infallible;
use std::error::Error;
use std::io;
use std::time::Duration;

use bytes::Bytes;
use futures_util::{StreamExt, stream};
use http::header::CONTENT_LENGTH;
use http::request::Parts;
use http::{Method, Request, Response, StatusCode};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Full, LengthLimitError, Limited, StreamBody};
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
    let limited = limited(&parts, body)?;
    let collected = in_time(limited.collect()).await?;
    let body = if has_state(&parts) {
        // Joining the parts of a large body takes long.
        let joining = tokio::task::spawn_blocking(|| collected.to_bytes());
        let joined = joining.await;
        joined.map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)?
    } else {
        collected.to_bytes()
    };
    Ok(Request::from_parts(parts, body))
}

/// Receives the body of a request without keeping it, because some clients read no response before they have sent the
/// whole request.
///
/// # Errors
///
/// The same as of [`read`].
pub async fn discard(request: Request<Incoming>) -> Result<(), StatusCode> {
    let (parts, body) = request.into_parts();
    let mut limited = limited(&parts, body)?;
    let received = async {
        while let Some(frame) = limited.frame().await {
            frame?;
        }
        Ok(())
    };
    in_time(received).await
}

/// Returns whether the body of a request is a state to import.
fn has_state(parts: &Parts) -> bool {
    parts.method == Method::PUT && parts.uri.path() == "/_sandbox/state"
}

/// Limits the size of a body.
fn limited(parts: &Parts, body: Incoming) -> Result<Limited<Incoming>, StatusCode> {
    let largest = if has_state(parts) {
        LARGEST_STATE
    } else {
        LARGEST
    };
    if body.size_hint().lower() > largest as u64 {
        return Err(StatusCode::PAYLOAD_TOO_LARGE);
    }
    Ok(Limited::new(body, largest))
}

/// Waits for a body, up to the maximum time.
async fn in_time<T>(
    received: impl Future<Output = Result<T, Box<dyn Error + Send + Sync>>>,
) -> Result<T, StatusCode> {
    match tokio::time::timeout(LONGEST, received).await {
        Ok(Ok(received)) => Ok(received),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(StatusCode::PAYLOAD_TOO_LARGE),
        Ok(Err(_)) => Err(StatusCode::BAD_REQUEST),
        Err(_) => Err(StatusCode::REQUEST_TIMEOUT),
    }
}

pub fn full(response: Response<Bytes>) -> Response<Body> {
    response.map(|body| Full::new(body).map_err(never).boxed_unsync())
}

/// Announces the whole body, but sends only its first half and closes the connection.
pub fn cut(response: Response<Bytes>) -> Response<Body> {
    let (mut parts, mut body) = response.into_parts();
    parts.headers.insert(CONTENT_LENGTH, body.len().into());
    body.truncate(body.len() / 2);
    let half = stream::iter([Ok(Frame::data(body))]);
    let failure = stream::once(async {
        // Otherwise, the half that was written would not be sent.
        tokio::task::yield_now().await;
        Err(io::ErrorKind::ConnectionAborted.into())
    });
    Response::from_parts(parts, StreamBody::new(half.chain(failure)).boxed_unsync())
}

/// Returns a body that never ends by itself.
pub fn endless(frames: impl stream::Stream<Item = Bytes> + Send + 'static) -> Body {
    StreamBody::new(frames.map(|bytes| Ok(Frame::data(bytes)))).boxed_unsync()
}

fn never(never: Infallible) -> io::Error {
    match never {}
}
