//! Delivers events to subscribers.

mod attempt;
mod log;
mod queue;
mod subscription;
mod target;

pub use log::{Delivery, DeliveryOutcome};
pub(super) use queue::{MOST_SUBSCRIPTIONS, Queue};
use subscription::Pending;
pub(super) use subscription::Subscription;
pub(super) use target::is_allowed;
