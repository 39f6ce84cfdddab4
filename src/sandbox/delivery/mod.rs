//! Delivers events to subscribers.

mod attempt;
mod log;
mod queue;
mod target;

pub use log::{Delivery, DeliveryOutcome};
use queue::Pending;
pub(super) use queue::{Queue, Subscription};
pub(super) use target::is_allowed;
