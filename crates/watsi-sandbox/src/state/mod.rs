//! The state of a sandbox: customers write, messages are delivered and read, time passes.

mod conversations;
mod deliveries;
mod messages;
mod settings;
mod snapshot;
mod store;

use std::collections::BTreeMap;
use std::time::Duration;

use bytes::Bytes;
use chrono::{DateTime, TimeDelta, Utc};
use http::Request;
use http::header::AUTHORIZATION;
use serde::Serialize;

use super::SandboxError;
use super::clock::{Due, after};
use super::delivery::Queue;
use super::fault::{Fault, Faults, RequestFault};
use super::log::Log;
use super::rate_limit::RequestCount;
use watsi::types::{MessageId, MessageStatus};

pub use conversations::ConversationUpdate;
pub use messages::{DELIVERED_AFTER, READ_AFTER};
pub(super) use settings::Settings;
pub(super) use snapshot::Snapshot;
use store::Store;
pub(super) use store::{Group, Thread};

/// How long messages can be sent after the customer's last one.
pub(super) const WINDOW: TimeDelta = TimeDelta::hours(24);

/// A scheduled change of the status of a message.
struct Change {
    message_id: MessageId,
    /// If the message has another status by then, the change has no effect.
    from: MessageStatus,
    to: MessageStatus,
}

/// Counts changes, so that a page knows what to read again.
#[derive(Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub(super) struct Revisions {
    pub conversations: u64,
    pub messages: u64,
    pub deliveries: u64,
    pub faults: u64,
}

pub(super) struct State {
    pub now: DateTime<Utc>,
    pub store: Store,
    pub queue: Queue,
    pub faults: Faults,
    pub requests: Log<Request<Bytes>>,
    pub revisions: Revisions,
    /// The number of the message from which [`Sandbox::next_message`](super::Sandbox::next_message) continues.
    pub read_until: u64,
    request_count: Option<RequestCount>,
    distinct_event_ids: bool,
    due: BTreeMap<Due, Change>,
    started_at: DateTime<Utc>,
    seeded: usize,
    /// The time that the timestamps of seeded conversations are counted back from.
    seeded_at: Option<DateTime<Utc>>,
    /// The number of conversations opened so far, including those removed since.
    opened: usize,
    ids: u64,
}

impl State {
    pub fn new(settings: &Settings) -> Self {
        let started_at = settings.start_time();
        State {
            now: started_at,
            store: Store::default(),
            queue: Queue::new(settings.observer.is_some()),
            faults: Faults::default(),
            requests: Log::new(1_000),
            revisions: Revisions::default(),
            read_until: 0,
            request_count: settings.rate_limit.map(RequestCount::new),
            distinct_event_ids: settings.distinct_event_ids,
            due: BTreeMap::new(),
            started_at,
            seeded: 0,
            seeded_at: None,
            opened: 0,
            ids: 0,
        }
    }

    /// Returns an id that is unique in this sandbox.
    pub fn id(&mut self, prefix: &str) -> String {
        format!("{prefix}{:012}", self.number())
    }

    /// Returns an id for a subscription. An imported state may use any ids.
    pub fn subscription_id(&mut self) -> String {
        loop {
            let id = self.id("whk_");
            if self
                .queue
                .subscriptions()
                .iter()
                .all(|other| other.id != id)
            {
                return id;
            }
        }
    }

    fn number(&mut self) -> u64 {
        self.ids += 1;
        self.ids
    }

    /// Adds a request to the log.
    pub fn record(&mut self, request: &Request<Bytes>) {
        // Copied, because the originals share the buffer of the connection, which may be much larger.
        let uri = request.uri().to_string();
        let mut size = uri.len() + request.body().len();
        let mut recorded = Request::new(Bytes::copy_from_slice(request.body()));
        *recorded.method_mut() = request.method().clone();
        *recorded.uri_mut() = uri.parse().unwrap_or_default();
        for (name, value) in request.headers() {
            size += name.as_str().len() + value.len() + size_of::<http::HeaderValue>();
            let Ok(mut copy) = http::HeaderValue::from_bytes(value.as_bytes()) else {
                continue;
            };
            copy.set_sensitive(name == AUTHORIZATION);
            recorded.headers_mut().append(name, copy);
        }
        self.requests.push(recorded, size);
    }

    /// Returns the fault of a request for this operation, if any.
    pub fn request_fault(&mut self, operation: Option<&str>) -> Option<RequestFault> {
        let fault = self.faults.of_request(operation)?;
        self.revisions.faults += 1;
        Some(fault)
    }

    /// Counts a request. Returns how many seconds to wait if it exceeds the limit.
    pub fn limited(&mut self) -> Option<u64> {
        let wait = self.request_count.as_mut()?.count(self.now)?;
        // Round up, so that the wait covers the whole last second.
        Some(u64::try_from(wait.num_milliseconds()).map_or(0, |millis| millis.div_ceil(1000)))
    }

    pub fn advance(&mut self, duration: Duration) {
        let until = after(self.now, duration);
        while let Some(entry) = self.due.first_entry() {
            if entry.key().0 > until {
                break;
            }
            let at = entry.key().0;
            let change = entry.remove();
            if let Some(kept) = self.store.message(&change.message_id)
                && kept.message.status == change.from
            {
                kept.message.status = change.to;
                self.post_status(&change.message_id, at);
            }
        }
        self.now = self.now.max(until);
        self.queue.release(self.now);
    }

    /// Returns the timestamp of a change, one millisecond after the previous one.
    pub fn tick(&mut self) -> DateTime<Utc> {
        self.advance(Duration::from_millis(1));
        self.now
    }

    pub fn add_fault(&mut self, fault: Fault) -> Result<u64, SandboxError> {
        self.revisions.faults += 1;
        self.faults.add(fault)
    }

    pub fn remove_fault(&mut self, id: u64) -> bool {
        self.revisions.faults += 1;
        self.faults.remove(id)
    }

    pub fn clear_faults(&mut self) {
        self.revisions.faults += 1;
        self.faults.clear();
    }

    /// Returns to the state of the start. Ids continue, so that no id is used twice.
    pub fn reset(&mut self, keep_subscriptions: bool) {
        self.now = self.started_at;
        self.store.replace(Store::default());
        self.queue.clear(keep_subscriptions);
        self.faults.clear();
        self.requests.clear();
        self.due.clear();
        if let Some(request_count) = &mut self.request_count {
            request_count.reset();
        }
        (self.seeded, self.seeded_at) = (0, None);
        for revision in [
            &mut self.revisions.conversations,
            &mut self.revisions.messages,
            &mut self.revisions.deliveries,
            &mut self.revisions.faults,
        ] {
            *revision += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Records requests of 50,000 bytes each, and returns how many are kept.
    fn kept(request: &Request<Bytes>) -> usize {
        let mut state = State::new(&Settings::default());
        for _ in 0..1_000 {
            state.record(request);
        }
        state.requests.iter().count()
    }

    #[test]
    fn every_part_of_a_recorded_request_counts() {
        let long = "a".repeat(50_000);
        let most = (16 << 20) / 50_000;
        let path = Request::builder().uri(format!("/{long}"));
        assert!(kept(&path.body(Bytes::new()).unwrap()) <= most);
        let query = Request::builder().uri(format!("/?{long}"));
        assert!(kept(&query.body(Bytes::new()).unwrap()) <= most);
        let header = Request::builder().header("x", &long);
        assert!(kept(&header.body(Bytes::new()).unwrap()) <= most);
        let mut many = Request::new(Bytes::new());
        for number in 0..10 {
            let name = format!("{number}{}", "a".repeat(5_000));
            many.headers_mut().insert(
                http::HeaderName::try_from(name).unwrap(),
                http::HeaderValue::from_static("x"),
            );
        }
        assert!(kept(&many) <= most);
        assert!(kept(&Request::new(Bytes::from(long))) <= most);
    }
}
