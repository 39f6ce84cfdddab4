//! The queue of pending deliveries.
//!
//! The first attempts for the events of a conversation are made one at a time. All other attempts are concurrent.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};

use super::subscription::Held;
use super::{Delivery, DeliveryOutcome, Pending, Subscription};
use crate::clock::{Due, after};
use crate::log::Log;
use watsi::types::{ConversationId, EventType, WebhookEvent};

/// The wait before each retry, by the sandbox's clock.
const WAITS: [Duration; 7] = [
    Duration::from_secs(1),
    Duration::from_secs(5),
    Duration::from_secs(30),
    Duration::from_secs(2 * 60),
    Duration::from_secs(10 * 60),
    Duration::from_secs(30 * 60),
    Duration::from_secs(2 * 60 * 60),
];

/// The maximum number of pending deliveries per subscription.
const MOST_PENDING: usize = 10_000;

/// The maximum size of the events of the pending deliveries of a subscription, in bytes.
const LARGEST_PENDING: usize = 16 << 20;

/// The maximum number of subscriptions.
pub const MOST_SUBSCRIPTIONS: usize = 1_000;

pub struct Queue {
    subscriptions: Vec<Subscription>,
    /// The deliveries that are due later.
    later: BTreeMap<Due, Pending>,
    log: Log<Delivery>,
    /// The deliveries that the observer has not seen, if there is one.
    unobserved: Option<Vec<Delivery>>,
    posted: u64,
    /// The number of resets. Outcomes of attempts that started before a reset are ignored.
    pub generation: u64,
}

impl Queue {
    pub fn new(is_observed: bool) -> Self {
        Queue {
            subscriptions: Vec::new(),
            later: BTreeMap::new(),
            log: Log::new(10_000),
            unobserved: is_observed.then(Vec::new),
            posted: 0,
            generation: 0,
        }
    }

    /// Returns the deliveries that have ended since the last call, if they are observed.
    pub fn take_unobserved(&mut self) -> Vec<Delivery> {
        self.unobserved
            .as_mut()
            .map(std::mem::take)
            .unwrap_or_default()
    }

    /// Adds a subscription.
    ///
    /// # Errors
    ///
    /// Returns the problem if there are too many subscriptions, or if this one is too large.
    pub fn subscribe(&mut self, subscription: Subscription) -> Result<(), &'static str> {
        if self.subscriptions.len() >= MOST_SUBSCRIPTIONS {
            return Err("the sandbox has too many subscriptions");
        }
        subscription.check_size()?;
        self.subscriptions.push(subscription);
        Ok(())
    }

    /// Removes a subscription and its deliveries. Returns `false` if no subscription has this id.
    pub fn unsubscribe(&mut self, id: &str) -> bool {
        let before = self.subscriptions.len();
        self.subscriptions
            .retain(|subscription| subscription.id != id);
        self.later
            .retain(|_, pending| pending.subscription_id != id);
        self.subscriptions.len() < before
    }

    pub fn subscriptions(&self) -> &[Subscription] {
        &self.subscriptions
    }

    pub fn subscriptions_mut(&mut self) -> &mut [Subscription] {
        &mut self.subscriptions
    }

    fn subscription(&mut self, id: &str) -> Option<&mut Subscription> {
        self.subscriptions
            .iter_mut()
            .find(|subscription| subscription.id == id)
    }

    pub fn is_subscribed(&self, kind: &EventType) -> bool {
        self.subscriptions
            .iter()
            .any(|subscription| subscription.wants(kind))
    }

    /// Queues an event for the subscriptions of its type.
    pub fn post(&mut self, event: WebhookEvent, conversation: Option<&ConversationId>) {
        let event = Arc::new(event);
        let mut deliveries = Vec::new();
        for subscription in &self.subscriptions {
            if subscription.wants(&event.type_) {
                let mut pending =
                    Pending::new(&subscription.id, Arc::clone(&event), conversation.cloned());
                pending.lane = conversation.cloned();
                deliveries.push(pending);
            }
        }
        for pending in deliveries {
            self.enqueue(pending);
        }
    }

    fn enqueue(&mut self, mut pending: Pending) {
        pending.number = self.key();
        let Some(subscription) = self.subscription(&pending.subscription_id) else {
            return;
        };
        let outcome = if !subscription.allowed {
            DeliveryOutcome::Blocked
        } else if subscription.pending >= MOST_PENDING
            || subscription.pending_size + pending.size > LARGEST_PENDING
        {
            DeliveryOutcome::Overflowed
        } else {
            subscription.push(pending);
            return;
        };
        let delivery = Delivery {
            id: format!("dlv_{}", pending.event.id.as_str()),
            at: pending.event.created_at,
            event: pending.event,
            conversation_id: pending.conversation_id,
            subscription_id: pending.subscription_id,
            url: subscription.url.clone(),
            attempt: 1,
            outcome,
            next_attempt_at: None,
        };
        self.record(delivery, pending.size);
    }

    /// Queues an event again for each subscription that has a delivery attempt for it. Returns their number.
    pub fn redeliver(&mut self, event: &str) -> usize {
        let mut targets = BTreeMap::new();
        for delivery in self.log.iter() {
            if delivery.event.id.as_str() == event {
                let id = delivery.subscription_id.clone();
                let event = Arc::clone(&delivery.event);
                let pending = Pending::new(&id, event, delivery.conversation_id.clone());
                targets.insert(id, pending);
            }
        }
        targets.retain(|id, _| self.subscription(id).is_some());
        let count = targets.len();
        for pending in targets.into_values() {
            self.enqueue(pending);
        }
        count
    }

    /// Queues a copy of a delivery.
    pub fn duplicate(&mut self, pending: &mut Pending) {
        pending.duplicated = true;
        if let Some(subscription) = self.subscription(&pending.subscription_id) {
            subscription.pending += 1;
            subscription.pending_size += pending.size;
            let copy = Pending {
                lane: None,
                ..pending.clone()
            };
            subscription.runnable.push_back(copy);
        }
    }

    /// Postpones a taken delivery. With `hold`, it also becomes runnable once a later delivery was attempted.
    pub fn postpone(&mut self, mut pending: Pending, until: DateTime<Utc>, hold: bool) {
        let lane = pending.lane.take();
        let key = (until, self.key());
        if let Some(subscription) = self.subscription(&pending.subscription_id) {
            subscription.in_progress -= 1;
            subscription.free(lane);
            if hold {
                let number = pending.number;
                subscription.held.push(Held { number, key });
            }
            self.later.insert(key, pending);
        }
    }

    fn key(&mut self) -> u64 {
        self.posted += 1;
        self.posted
    }

    /// Ends an attempt. If it failed, schedules a retry, up to the maximum number.
    pub fn end(
        &mut self,
        mut pending: Pending,
        id: String,
        outcome: DeliveryOutcome,
        now: DateTime<Utc>,
    ) {
        let key = self.key();
        let Some(subscription) = self.subscription(&pending.subscription_id) else {
            return;
        };
        subscription.in_progress -= 1;
        subscription.free(pending.lane.take());
        let is_freed = |held: &mut Held| held.number < pending.number;
        let freed: Vec<Held> = subscription.held.extract_if(.., is_freed).collect();
        let wait = match outcome {
            DeliveryOutcome::Accepted(_) => None,
            _ => WAITS.get(pending.attempt as usize - 1),
        };
        let next = wait.map(|wait| after(now, *wait));
        if next.is_none() {
            subscription.pending -= 1;
            subscription.pending_size -= pending.size;
        }
        let url = subscription.url.clone();
        for held in freed {
            self.make_runnable(held.key);
        }
        let delivery = Delivery {
            id,
            event: Arc::clone(&pending.event),
            conversation_id: pending.conversation_id.clone(),
            subscription_id: pending.subscription_id.clone(),
            url,
            attempt: pending.attempt,
            at: now,
            outcome,
            next_attempt_at: next,
        };
        self.record(delivery, pending.size);
        if let Some(next) = next {
            pending.attempt += 1;
            pending.faulted = false;
            self.later.insert((next, key), pending);
        }
    }

    /// Adds a delivery of an event of this size to the log.
    fn record(&mut self, delivery: Delivery, size: usize) {
        let kept = size_of::<Delivery>() + size_of::<WebhookEvent>();
        let entry_size = size + delivery.url.len() + kept;
        if let Some(unobserved) = &mut self.unobserved {
            unobserved.push(delivery.clone());
        }
        self.log.push(delivery, entry_size);
    }

    /// Makes all deliveries runnable that are due.
    pub fn release(&mut self, now: DateTime<Utc>) {
        while let Some((key, _)) = self.later.first_key_value() {
            let key = *key;
            if key.0 > now {
                break;
            }
            self.make_runnable(key);
        }
    }

    fn make_runnable(&mut self, key: Due) {
        let Some(pending) = self.later.remove(&key) else {
            return;
        };
        if let Some(subscription) = self.subscription(&pending.subscription_id) {
            subscription.held.retain(|held| held.key != key);
            subscription.runnable.push_back(pending);
        }
    }

    /// Returns the delivery attempts that have ended, oldest first.
    pub fn log(&self) -> &Log<Delivery> {
        &self.log
    }

    /// Returns the number of deliveries that are due later.
    pub fn waiting(&self) -> usize {
        self.later.len()
    }

    /// Returns whether no delivery is in progress or due now.
    pub fn is_settled(&self) -> bool {
        let pending: usize = self
            .subscriptions
            .iter()
            .map(|subscription| subscription.pending)
            .sum();
        pending == self.later.len()
    }

    /// Removes all deliveries, and all subscriptions unless `keep_subscriptions` is set.
    pub fn clear(&mut self, keep_subscriptions: bool) {
        self.generation += 1;
        self.later.clear();
        self.log.clear();
        for old in std::mem::take(&mut self.subscriptions) {
            if keep_subscriptions {
                let fresh = Subscription::new(old.id, old.url, old.events, old.allowed);
                self.subscriptions.push(fresh);
            }
        }
    }
}
