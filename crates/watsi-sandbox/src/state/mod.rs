//! The state of a sandbox: customers write, messages are delivered and read, time passes.

mod conversations;
mod log;
mod messages;
mod shared;
mod snapshot;
mod store;

use std::collections::BTreeMap;
use std::time::Duration;

use chrono::{DateTime, Datelike, TimeDelta, Utc};
use serde::Serialize;

use super::SandboxError;
use super::api::RateLimit;
use super::delivery::Queue;
use super::fault::{Fault, Faults};
use watsi::types::{MessageId, MessageStatus};

pub use conversations::ConversationUpdate;
pub(super) use log::Log;
pub use messages::{DELIVERED_AFTER, READ_AFTER};
pub(super) use shared::{Settings, Shared};
pub(super) use store::Group;
use store::Store;

/// The end of the year 9999, the last time that RFC 3339 can express.
pub(super) const LAST_MILLISECOND: i64 = 253_402_300_799_999;

/// How long messages can be sent after the customer's last one.
pub(super) const WINDOW: TimeDelta = TimeDelta::hours(24);

/// The key of a scheduled change: its time, and a number that makes it unique.
pub(super) type Due = (DateTime<Utc>, u64);

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
    pub requests: Log<http::Request<bytes::Bytes>>,
    pub revisions: Revisions,
    /// The number of the message from which [`Sandbox::next_message`](super::Sandbox::next_message) continues.
    pub read_until: u64,
    rate_limit: Option<RateLimit>,
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
    fn new(settings: &Settings) -> Self {
        State {
            now: settings.clock,
            store: Store::default(),
            queue: Queue::default(),
            faults: Faults::default(),
            requests: Log::new(1_000),
            revisions: Revisions::default(),
            read_until: 0,
            rate_limit: settings
                .rate_limit
                .map(|(requests, per)| RateLimit::new(requests, per)),
            distinct_event_ids: settings.distinct_event_ids,
            due: BTreeMap::new(),
            started_at: settings.clock,
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

    fn number(&mut self) -> u64 {
        self.ids += 1;
        self.ids
    }

    /// Counts a request. Returns how many seconds to wait if it exceeds the limit.
    pub fn limited(&mut self) -> Option<u64> {
        let wait = self.rate_limit.as_mut()?.count(self.now)?;
        // Round up, so that the wait covers the whole last second.
        Some(u64::try_from(wait.num_milliseconds()).map_or(0, |millis| millis.div_ceil(1000)))
    }

    pub fn advance(&mut self, duration: Duration) {
        let until = after(self.now, duration);
        while let Some(entry) = self.due.first_entry() {
            if entry.key().0 > until {
                break;
            }
            let ((at, _), change) = entry.remove_entry();
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
        self.store.clear();
        self.queue.clear(keep_subscriptions);
        self.faults.clear();
        self.requests.clear();
        self.due.clear();
        if let Some(rate_limit) = &mut self.rate_limit {
            rate_limit.reset();
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

/// Returns whether RFC 3339 can express the time.
fn is_supported(time: &DateTime<Utc>) -> bool {
    (0..10_000).contains(&time.year())
}

/// Returns the time after this duration, or the last supported one.
pub(super) fn after(now: DateTime<Utc>, duration: Duration) -> DateTime<Utc> {
    let time = TimeDelta::from_std(duration)
        .ok()
        .and_then(|delta| now.checked_add_signed(delta))
        .filter(is_supported);
    let end = DateTime::from_timestamp_millis(LAST_MILLISECOND);
    time.or(end).unwrap_or(now)
}
