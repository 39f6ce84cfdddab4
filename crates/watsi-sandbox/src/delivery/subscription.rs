//! A subscription and its deliveries.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use crate::clock::Due;
use watsi::types::{ConversationId, EventType, WebhookEvent};

/// The maximum number of concurrent attempts per subscription.
const CONCURRENT: usize = 16;

/// The maximum size of the URL and the event types of a subscription, in bytes.
const LARGEST: usize = 16 << 10;

/// A URL that receives events of certain types.
pub struct Subscription {
    pub id: String,
    pub url: String,
    pub events: Vec<EventType>,
    /// True if events may be delivered to the URL.
    pub allowed: bool,
    /// For each conversation with a first attempt that is runnable or in progress, the deliveries that wait for it.
    lanes: HashMap<ConversationId, VecDeque<Pending>>,
    /// The deliveries to attempt now.
    pub runnable: VecDeque<Pending>,
    pub in_progress: usize,
    /// The reordered deliveries, which wait for a later one.
    pub held: Vec<Held>,
    /// The number of pending deliveries, including those that are due later.
    pub pending: usize,
    /// The size of their events.
    pub pending_size: usize,
}

/// A reordered delivery.
#[derive(Clone, Copy)]
pub struct Held {
    /// The number of the delivery.
    pub number: u64,
    /// Its key in `Queue::later`.
    pub key: Due,
}

impl Pending {
    /// Returns the first attempt to deliver an event.
    pub fn new(
        subscription_id: &str,
        event: Arc<WebhookEvent>,
        conversation_id: Option<ConversationId>,
    ) -> Self {
        Pending {
            subscription_id: subscription_id.to_owned(),
            size: serde_json::to_vec(&*event).map_or(0, |json| json.len()),
            event,
            conversation_id,
            attempt: 1,
            number: 0,
            lane: None,
            faulted: false,
            duplicated: false,
        }
    }
}

/// A delivery that has been neither accepted nor given up.
#[derive(Clone)]
pub struct Pending {
    pub subscription_id: String,
    pub event: Arc<WebhookEvent>,
    /// The size of the event in bytes.
    pub size: usize,
    pub conversation_id: Option<ConversationId>,
    pub attempt: u32,
    /// The position among the deliveries of a subscription.
    pub number: u64,
    /// The conversation whose deliveries wait for this one.
    pub lane: Option<ConversationId>,
    /// True if faults were already applied to this attempt.
    pub faulted: bool,
    /// True if this is one of two deliveries that a fault made of one.
    pub duplicated: bool,
}

impl Subscription {
    pub fn new(id: String, url: String, events: Vec<EventType>, allowed: bool) -> Self {
        Subscription {
            id,
            url,
            events,
            allowed,
            lanes: HashMap::new(),
            runnable: VecDeque::new(),
            in_progress: 0,
            held: Vec::new(),
            pending: 0,
            pending_size: 0,
        }
    }

    /// Returns the problem of a subscription that is too large to be kept.
    pub fn check_size(&self) -> Result<(), &'static str> {
        let events = self.events.iter();
        let size: usize = events.map(|event| event.as_str().len() + 1).sum();
        if self.url.len() + size > LARGEST {
            return Err("the URL and the event types of a subscription are too long");
        }
        Ok(())
    }

    pub fn wants(&self, kind: &EventType) -> bool {
        self.events.contains(kind)
    }

    /// Returns whether the subscription has this URL and these events, in any order.
    pub fn is_same(&self, url: &str, events: &[EventType]) -> bool {
        self.url == url
            && events.iter().all(|event| self.wants(event))
            && self.events.iter().all(|event| events.contains(event))
    }

    /// Adds a delivery. If it belongs to a conversation, it waits for the first attempts of its earlier deliveries.
    pub fn push(&mut self, pending: Pending) {
        self.pending += 1;
        self.pending_size += pending.size;
        if let Some(lane) = pending.lane.clone() {
            if let Some(waiting) = self.lanes.get_mut(&lane) {
                waiting.push_back(pending);
                return;
            }
            self.lanes.insert(lane, VecDeque::new());
        }
        self.runnable.push_back(pending);
    }

    /// Makes the next delivery of the conversation runnable.
    pub fn free(&mut self, lane: Option<ConversationId>) {
        let Some(lane) = lane else {
            return;
        };
        let next = self.lanes.get_mut(&lane).and_then(VecDeque::pop_front);
        if let Some(next) = next {
            self.runnable.push_back(next);
        } else {
            self.lanes.remove(&lane);
        }
    }

    /// Takes a delivery to attempt now.
    pub fn take(&mut self) -> Option<Pending> {
        if self.in_progress >= CONCURRENT {
            return None;
        }
        let pending = self.runnable.pop_front()?;
        self.in_progress += 1;
        Some(pending)
    }
}
