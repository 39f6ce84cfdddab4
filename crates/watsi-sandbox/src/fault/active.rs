//! The faults that are active, and what they do to a request or delivery.

use std::time::Duration;

use http::{HeaderValue, StatusCode};
use serde::Serialize;

use super::{Fault, Kind};
use crate::SandboxError;
use watsi::types::EventType;

/// The maximum number of faults at a time.
const MOST: usize = 1_000;

/// What a fault does to one request.
#[derive(Clone, Debug, PartialEq)]
pub enum RequestFault {
    Status(StatusCode, Option<HeaderValue>),
    Delay(Duration),
    LoseResponse,
    CutBody,
}

/// What a fault does to one delivery attempt.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum DeliveryFault {
    Drop,
    Delay(Duration),
    Duplicate,
    Reorder,
}

/// A fault that is active.
#[derive(Clone, Debug, Serialize)]
pub struct ActiveFault {
    pub id: u64,
    #[serde(flatten)]
    pub fault: Fault,
    /// How many requests or deliveries matched so far.
    #[serde(skip)]
    matched: u32,
    /// How many were affected.
    applied: u32,
}

/// The active faults, in the order in which they were added.
#[derive(Default)]
pub struct Faults {
    active: Vec<ActiveFault>,
    added: u64,
}

impl Faults {
    pub fn add(&mut self, fault: Fault) -> Result<u64, SandboxError> {
        fault
            .check()
            .map_err(|problem| SandboxError::InvalidFault(problem.to_owned()))?;
        if self.active.len() >= MOST {
            return Err(SandboxError::InvalidFault(format!(
                "there are {MOST} faults already"
            )));
        }
        self.added += 1;
        self.active.push(ActiveFault {
            id: self.added,
            fault,
            matched: 0,
            applied: 0,
        });
        Ok(self.added)
    }

    pub fn remove(&mut self, id: u64) -> bool {
        let before = self.active.len();
        self.active.retain(|active| active.id != id);
        self.active.len() < before
    }

    pub fn clear(&mut self) {
        self.active.clear();
    }

    pub fn active(&self) -> &[ActiveFault] {
        &self.active
    }

    /// Returns the fault for a request for this operation, if any.
    pub fn of_request(&mut self, operation: Option<&str>) -> Option<RequestFault> {
        let fault = self.first(|fault| {
            let wanted = fault.operation.as_deref();
            !fault.kind.is_of_deliveries() && (wanted.is_none() || wanted == operation)
        })?;
        Some(match fault.kind {
            Kind::Delay => RequestFault::Delay(Duration::from_millis(fault.milliseconds?)),
            Kind::LoseResponse => RequestFault::LoseResponse,
            Kind::CutBody => RequestFault::CutBody,
            _ => {
                let retry_after = fault.retry_after.as_deref();
                let retry_after = retry_after.and_then(|value| HeaderValue::from_str(value).ok());
                RequestFault::Status(StatusCode::from_u16(fault.status?).ok()?, retry_after)
            }
        })
    }

    /// Returns the fault for a delivery attempt of an event of this type, if any.
    pub fn of_delivery(&mut self, event_type: &EventType) -> Option<DeliveryFault> {
        let fault = self.first(|fault| {
            let wanted = fault.event_type.as_ref();
            fault.kind.is_of_deliveries() && wanted.is_none_or(|wanted| wanted == event_type)
        })?;
        Some(match fault.kind {
            Kind::DelayDelivery => DeliveryFault::Delay(Duration::from_millis(fault.milliseconds?)),
            Kind::DuplicateDelivery => DeliveryFault::Duplicate,
            Kind::ReorderDelivery => DeliveryFault::Reorder,
            _ => DeliveryFault::Drop,
        })
    }

    /// Counts a match of every fault, and returns the first fault that is due.
    fn first(&mut self, matches: impl Fn(&Fault) -> bool) -> Option<Fault> {
        let mut due = None;
        for active in self
            .active
            .iter_mut()
            .filter(|active| matches(&active.fault))
        {
            active.matched = active.matched.wrapping_add(1);
            let is_due = active
                .fault
                .every
                .is_none_or(|n| active.matched.is_multiple_of(n));
            if is_due && due.is_none() {
                active.applied += 1;
                due = Some((active.id, active.fault.clone(), active.applied));
            }
        }
        let (id, fault, applied) = due?;
        if fault.every.is_none() && applied >= fault.next.unwrap_or(1) {
            self.remove(id);
        }
        Some(fault)
    }
}
