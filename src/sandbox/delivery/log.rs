//! What became of each delivery attempt.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use crate::types::WebhookEvent;

/// A delivery attempt that has ended.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Delivery {
    /// The id in the header `X-Watsi-Delivery-Id`.
    pub id: String,
    /// The event.
    pub event: Arc<WebhookEvent>,
    /// The id of the subscription.
    pub subscription_id: String,
    /// The URL of the subscription.
    pub url: String,
    /// 1 for the first attempt.
    pub attempt: u32,
    /// When the attempt ended, by the sandbox's clock.
    pub at: DateTime<Utc>,
    /// What became of it.
    pub outcome: DeliveryOutcome,
    /// When the next attempt is due, by the sandbox's clock.
    pub next_attempt_at: Option<DateTime<Utc>>,
}

/// The outcome of a delivery attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DeliveryOutcome {
    /// The subscriber responded with this status code, which is a success.
    Accepted(u16),
    /// The subscriber responded with this status code, which is not a success.
    Rejected(u16),
    /// There was no response. The string says why.
    Failed(&'static str),
    /// A fault dropped the attempt before it reached the subscriber.
    Dropped,
    /// The host of the URL is neither this machine nor
    /// [allowed by name](crate::sandbox::SandboxBuilder::allow_webhook_host).
    Blocked,
    /// The subscription had 10,000 pending deliveries, so this event is not delivered.
    Overflowed,
}

impl DeliveryOutcome {
    /// Returns whether the subscriber received the event.
    pub fn is_accepted(&self) -> bool {
        matches!(self, Self::Accepted(_))
    }

    /// Returns the outcome in one word.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Accepted(_) => "accepted",
            Self::Rejected(_) => "rejected",
            Self::Failed(_) => "failed",
            Self::Dropped => "dropped",
            Self::Blocked => "blocked",
            Self::Overflowed => "overflowed",
        }
    }
}
