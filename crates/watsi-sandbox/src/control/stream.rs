//! A stream of server-sent events that tells what changed.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use futures_util::stream;
use http::Response;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use serde::Serialize;
use tokio::sync::watch;

use crate::body::{Body, endless};
use crate::connections::Busy;
use crate::shared::Shared;
use crate::state::Revisions;

/// The shortest time between two events.
const PAUSE: Duration = Duration::from_millis(100);

#[derive(Clone, Copy, PartialEq, Serialize)]
struct Change {
    now: DateTime<Utc>,
    #[serde(flatten)]
    revisions: Revisions,
}

struct Changes {
    shared: Arc<Shared>,
    notified: watch::Receiver<()>,
    last: Option<Change>,
    /// The connection is in use as long as the stream exists.
    _busy: Busy,
}

impl Changes {
    async fn next(&mut self) -> Option<Bytes> {
        loop {
            let change = self.shared.read(|state| Change {
                now: state.now,
                revisions: state.revisions,
            });
            if self.last != Some(change) {
                self.last = Some(change);
                let data = serde_json::to_string(&change).unwrap_or_default();
                return Some(Bytes::from(format!("data: {data}\n\n")));
            }
            self.notified.changed().await.ok()?;
            tokio::time::sleep(PAUSE).await;
            self.notified.mark_unchanged();
        }
    }
}

pub fn changes(shared: &Arc<Shared>, busy: Busy) -> Response<Body> {
    let changes = Changes {
        shared: Arc::clone(shared),
        notified: shared.changes(),
        last: None,
        _busy: busy,
    };
    let events = stream::unfold(changes, |mut changes| async move {
        let event = changes.next().await?;
        Some((event, changes))
    });
    let mut response = Response::new(endless(events));
    let headers = response.headers_mut();
    headers.insert(
        CONTENT_TYPE,
        http::HeaderValue::from_static("text/event-stream"),
    );
    headers.insert(CACHE_CONTROL, http::HeaderValue::from_static("no-store"));
    response
}
