//! A subscription, and its deliveries that are due.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use crate::sandbox::state::Due;
use crate::types::{ConversationId, EventType, WebhookEvent};

/// The maximum number of concurrent attempts per subscription.
const CONCURRENT: usize = 16;

/// A URL that receives events of certain types.
pub struct Subscription {
    pub id: String,
    pub url: String,
    pub events: Vec<EventType>,
    /// Whether events may be delivered to the URL.
    pub allowed: bool,
    /// For each conversation with an attempt to be made or in progress, the deliveries that wait for it.
    lanes: HashMap<ConversationId, VecDeque<Pending>>,
    /// The deliveries to be attempted now.
    pub runnable: VecDeque<Pending>,
    pub in_progress: usize,
    /// The deliveries that wait for the next one, and their keys in [`Queue::later`].
    pub held: Vec<(u64, Due)>,
    /// The number of pending deliveries, including those that are due later.
    pub pending: usize,
}

/// A delivery that is not yet accepted or given up.
#[derive(Clone)]
pub struct Pending {
    pub subscription_id: String,
    pub event: Arc<WebhookEvent>,
    pub attempt: u32,
    /// Orders the deliveries of a subscription.
    pub number: u64,
    pub lane: Option<ConversationId>,
    /// A fault has already affected this attempt.
    pub faulted: bool,
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
        }
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

    /// Adds a delivery. If it is for a conversation, it waits for the earlier ones for that conversation.
    pub fn push(&mut self, event: Arc<WebhookEvent>, number: u64, lane: Option<ConversationId>) {
        self.pending += 1;
        let pending = Pending {
            subscription_id: self.id.clone(),
            event,
            attempt: 1,
            number,
            lane: lane.clone(),
            faulted: false,
        };
        if let Some(lane) = lane {
            if let Some(waiting) = self.lanes.get_mut(&lane) {
                waiting.push_back(pending);
                return;
            }
            self.lanes.insert(lane, VecDeque::new());
        }
        self.runnable.push_back(pending);
    }

    /// Lets the next delivery of the conversation proceed.
    pub fn free(&mut self, lane: Option<ConversationId>) {
        let Some(lane) = lane else {
            return;
        };
        let next = self.lanes.get_mut(&lane).and_then(VecDeque::pop_front);
        match next {
            Some(next) => self.runnable.push_back(next),
            None => drop(self.lanes.remove(&lane)),
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
