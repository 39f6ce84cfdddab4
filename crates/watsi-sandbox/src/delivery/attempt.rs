//! One attempt to deliver an event.

use std::sync::Arc;
use std::time::Duration;

use http::header::{CONTENT_TYPE, HeaderValue};

use super::{DeliveryOutcome, Pending};
use crate::fault::DeliveryFault;
use crate::state::{Shared, State, after};
use watsi::webhook::{DELIVERY_ID_HEADER, EVENT_HEADER, SIGNATURE_HEADER, sign};

/// The time a subscriber has to respond, in real time.
const TIMEOUT: Duration = Duration::from_secs(5);

/// How long a reordered delivery waits for the next one, by the sandbox's clock.
const LONGEST_HOLD: Duration = Duration::from_secs(60);

/// An attempt to be made.
pub struct Attempt {
    id: String,
    url: String,
    pending: Pending,
    generation: u64,
}

impl State {
    /// Takes the deliveries that are due, as far as faults and the limit of concurrent ones allow.
    pub fn start_deliveries(&mut self) -> Vec<Attempt> {
        let mut attempts = Vec::new();
        for index in 0..self.queue.subscriptions().len() {
            while let Some(mut pending) = self.queue.subscriptions_mut()[index].take() {
                match self.delivery_fault(&mut pending) {
                    Some(DeliveryFault::Drop) => {
                        let id = self.id("dlv_");
                        self.end_delivery(pending, id, DeliveryOutcome::Dropped);
                        continue;
                    }
                    Some(DeliveryFault::Delay(time)) => {
                        self.queue.postpone(pending, after(self.now, time), false);
                        self.queue.release(self.now);
                        continue;
                    }
                    Some(DeliveryFault::Reorder) => {
                        self.queue
                            .postpone(pending, after(self.now, LONGEST_HOLD), true);
                        continue;
                    }
                    Some(DeliveryFault::Duplicate) => self.queue.duplicate(&mut pending),
                    None => {}
                }
                attempts.push(Attempt {
                    id: self.id("dlv_"),
                    url: self.queue.subscriptions()[index].url.clone(),
                    pending,
                    generation: self.queue.generation,
                });
            }
        }
        attempts
    }

    /// Returns the fault of an attempt. At most one fault affects an attempt.
    fn delivery_fault(&mut self, pending: &mut Pending) -> Option<DeliveryFault> {
        if std::mem::replace(&mut pending.faulted, true) {
            return None;
        }
        let event_type = &pending.event.type_;
        let fault = self.faults.of_delivery(event_type, pending.duplicated)?;
        self.revisions.faults += 1;
        Some(fault)
    }

    fn end_delivery(&mut self, pending: Pending, id: String, outcome: DeliveryOutcome) {
        self.queue.end(pending, id, outcome, self.now);
        self.revisions.deliveries += 1;
    }
}

impl Attempt {
    /// Makes the attempt and records its outcome.
    pub async fn run(self, shared: Arc<Shared>) {
        let outcome = self.send(&shared).await;
        shared.change(|state| {
            if state.queue.generation == self.generation {
                state.end_delivery(self.pending, self.id, outcome);
            }
        });
    }

    async fn send(&self, shared: &Shared) -> DeliveryOutcome {
        let event = &self.pending.event;
        let (Ok(http), Ok(body)) = (shared.http(), serde_json::to_vec(&**event)) else {
            return DeliveryOutcome::Failed("no HTTP client");
        };
        let Ok(event_type) = HeaderValue::from_str(event.type_.as_str()) else {
            return DeliveryOutcome::Failed("the event type is not a valid header value");
        };
        let signature = sign(&shared.settings.webhook_secret, &body);
        let request = http
            .post(&self.url)
            .timeout(TIMEOUT)
            .header(CONTENT_TYPE, "application/json")
            .header(SIGNATURE_HEADER, signature)
            .header(EVENT_HEADER, event_type)
            .header(DELIVERY_ID_HEADER, &self.id)
            .body(body);
        match request.send().await {
            Ok(response) if response.status().is_success() => {
                DeliveryOutcome::Accepted(response.status().as_u16())
            }
            Ok(response) => DeliveryOutcome::Rejected(response.status().as_u16()),
            Err(error) if error.is_timeout() => DeliveryOutcome::Failed("no response within 5 s"),
            Err(error) if error.is_connect() => DeliveryOutcome::Failed("connection failed"),
            Err(_) => DeliveryOutcome::Failed("connection lost"),
        }
    }
}
