//! Responses that are passed on while they are received: event streams, some of which never end.

use std::mem;
use std::sync::{Mutex, PoisonError};

use axum::body::{Body as HttpBody, Bytes};
use axum::http::Response;
use axum::http::header::CONTENT_TYPE;
use futures_util::stream;
use http_body_util::BodyExt;
use hyper::body::{Body as _, Incoming};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;

/// The streams that are open.
#[derive(Default)]
pub struct Streams {
    open: Mutex<JoinSet<()>>,
    has_ended: watch::Sender<bool>,
}

impl Streams {
    /// Passes a body on, and records its size when it ends, when the caller leaves, or when all streams end. A caller that
    /// has the whole body finds it in the file.
    pub fn pass_on<F>(
        &self,
        mut body: Incoming,
        record: impl FnOnce(usize) -> F + Send + 'static,
    ) -> HttpBody
    where
        F: Future<Output = ()> + Send,
    {
        let (sender, receiver) = mpsc::channel(1);
        let mut has_ended = self.has_ended.subscribe();
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        while open.try_join_next().is_some() {}
        open.spawn(async move {
            let mut size = 0;
            let failure = tokio::select! {
                failure = pass_on(&mut body, &mut size, &sender) => failure,
                () = sender.closed() => None,
                _ = has_ended.wait_for(|ended| *ended) => None,
            };
            record(size).await;
            if let Some(error) = failure {
                // A caller that does not read must not delay the end.
                tokio::select! {
                    _ = sender.send(Err(error)) => {}
                    _ = has_ended.wait_for(|ended| *ended) => {}
                }
            }
        });
        HttpBody::from_stream(stream::unfold(receiver, async |mut receiver| {
            Some((receiver.recv().await?, receiver))
        }))
    }

    /// Ends all streams, and waits until they are recorded.
    pub async fn end(&self) {
        self.has_ended.send_replace(true);
        let open = mem::take(&mut *self.open.lock().unwrap_or_else(PoisonError::into_inner));
        open.join_all().await;
    }
}

/// Passes a body on until it ends or the caller leaves, and returns the error that ended it.
async fn pass_on(
    body: &mut Incoming,
    size: &mut usize,
    sender: &mpsc::Sender<Result<Bytes, hyper::Error>>,
) -> Option<hyper::Error> {
    while let Some(frame) = body.frame().await {
        match frame.map(|frame| frame.into_data()) {
            Ok(Ok(data)) => {
                *size += data.len();
                sender.send(Ok(data)).await.ok()?;
            }
            Ok(Err(_trailers)) => {}
            Err(error) => return Some(error),
        }
    }
    None
}

/// Returns true if the body is an event stream.
pub fn is_event_stream(response: &Response<Incoming>) -> bool {
    let media_type = response.headers().get(CONTENT_TYPE);
    let essence = media_type.and_then(|value| value.to_str().ok()?.split(';').next());
    essence.is_some_and(|essence| essence.trim().eq_ignore_ascii_case("text/event-stream"))
        && !response.body().is_end_stream()
        && !response.status().is_informational()
}
