//! A stream of server-sent events that tells what changed.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use futures_util::stream;
use http::Response;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use serde::Serialize;

use crate::server::{Body, endless};
use crate::state::{Revisions, Shared};

/// The shortest time between two events.
const PAUSE: Duration = Duration::from_millis(100);

#[derive(Clone, Copy, PartialEq, Serialize)]
struct Change {
    now: DateTime<Utc>,
    #[serde(flatten)]
    revisions: Revisions,
}

pub fn changes(shared: &Arc<Shared>) -> Response<Body> {
    let changes = shared.changes();
    let start = (Arc::clone(shared), changes, None);
    let events = stream::unfold(start, |(shared, mut changes, last)| async move {
        loop {
            let change = shared.read(|state| Change {
                now: state.now,
                revisions: state.revisions,
            });
            if last != Some(change) {
                let data = serde_json::to_string(&change).unwrap_or_default();
                let event = Bytes::from(format!("data: {data}\n\n"));
                return Some((event, (shared, changes, Some(change))));
            }
            changes.changed().await.ok()?;
            tokio::time::sleep(PAUSE).await;
            changes.mark_unchanged();
        }
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
