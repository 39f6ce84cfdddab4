//! Delivers events to subscribers.

mod attempt;
mod log;
mod queue;
mod subscription;
mod target;

pub(super) use attempt::Attempt;
pub use log::{Delivery, DeliveryOutcome};
pub(super) use queue::{MOST_SUBSCRIPTIONS, Queue};
pub(super) use subscription::{Pending, Subscription};
pub(super) use target::is_allowed;
