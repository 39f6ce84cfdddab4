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
    Status {
        status: StatusCode,
        retry_after: Option<HeaderValue>,
    },
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
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct ActiveFault {
    /// The id that [`add_fault`](crate::Sandbox::add_fault) returned.
    pub id: u64,
    /// The fault.
    #[serde(flatten)]
    pub fault: Fault,
    /// The number of requests or deliveries that it has affected.
    pub applied: u32,
}

struct Entry {
    active: ActiveFault,
    /// The number of requests or deliveries that matched so far.
    matched: u32,
}

/// The active faults, in the order in which they were added.
#[derive(Default)]
pub struct Faults {
    entries: Vec<Entry>,
    added: u64,
}

impl Faults {
    pub fn add(&mut self, fault: Fault) -> Result<u64, SandboxError> {
        fault
            .check()
            .map_err(|problem| SandboxError::InvalidFault(problem.to_owned()))?;
        if self.entries.len() >= MOST {
            return Err(SandboxError::InvalidFault(format!(
                "there are {MOST} faults already"
            )));
        }
        self.added += 1;
        self.entries.push(Entry {
            active: ActiveFault {
                id: self.added,
                fault,
                applied: 0,
            },
            matched: 0,
        });
        Ok(self.added)
    }

    pub fn remove(&mut self, id: u64) -> bool {
        let before = self.entries.len();
        self.entries.retain(|entry| entry.active.id != id);
        self.entries.len() < before
    }

    pub fn clear(&mut self) {
        self.entries.clear();
    }

    pub fn active(&self) -> impl Iterator<Item = &ActiveFault> {
        self.entries.iter().map(|entry| &entry.active)
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
            _ => RequestFault::Status {
                status: StatusCode::from_u16(fault.status?).ok()?,
                retry_after: fault
                    .retry_after
                    .and_then(|value| HeaderValue::from_str(&value).ok()),
            },
        })
    }

    /// Returns the fault for a delivery attempt of an event of this type, if any. A delivery that was duplicated before
    /// is not duplicated again.
    pub fn of_delivery(
        &mut self,
        event_type: &EventType,
        is_duplicated: bool,
    ) -> Option<DeliveryFault> {
        let fault = self.first(|fault| {
            let wanted = fault.event_type.as_ref();
            fault.kind.is_of_deliveries()
                && wanted.is_none_or(|wanted| wanted == event_type)
                && !(is_duplicated && fault.kind == Kind::DuplicateDelivery)
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
        for (index, entry) in self.entries.iter_mut().enumerate() {
            let fault = &entry.active.fault;
            if !matches(fault) {
                continue;
            }
            entry.matched = entry.matched.wrapping_add(1);
            if due.is_none() && fault.every.is_none_or(|n| entry.matched.is_multiple_of(n)) {
                due = Some(index);
            }
        }
        let index = due?;
        let active = &mut self.entries[index].active;
        active.applied = active.applied.saturating_add(1);
        let fault = active.fault.clone();
        if fault.every.is_none() && active.applied >= fault.next.unwrap_or(1) {
            self.entries.remove(index);
        }
        Some(fault)
    }
}
