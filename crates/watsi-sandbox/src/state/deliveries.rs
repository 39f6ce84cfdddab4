//! Deliveries that are due, and their outcomes.

use std::time::Duration;

use super::State;
use crate::clock::after;
use crate::delivery::{Attempt, DeliveryOutcome, Pending};
use crate::fault::DeliveryFault;

/// How long a reordered delivery waits for the next one, by the sandbox's clock.
const LONGEST_HOLD: Duration = Duration::from_secs(60);

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

    /// Records the outcome of an attempt.
    pub fn end_attempt(&mut self, attempt: Attempt, outcome: DeliveryOutcome) {
        if self.queue.generation == attempt.generation {
            self.end_delivery(attempt.pending, attempt.id, outcome);
        }
    }

    fn end_delivery(&mut self, pending: Pending, id: String, outcome: DeliveryOutcome) {
        self.queue.end(pending, id, outcome, self.now);
        self.revisions.deliveries += 1;
    }
}
