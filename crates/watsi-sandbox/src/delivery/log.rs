//! Delivery attempts and their outcomes.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use watsi::types::{ConversationId, WebhookEvent};

/// A delivery attempt that has ended.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Delivery {
    /// The id in the header `X-Watsi-Delivery-Id`.
    pub id: String,
    /// The event.
    pub event: Arc<WebhookEvent>,
    /// The conversation that the event belongs to, if any.
    pub conversation_id: Option<ConversationId>,
    /// The id of the subscription.
    pub subscription_id: String,
    /// The URL of the subscription.
    pub url: String,
    /// The number of the attempt, starting at 1.
    pub attempt: u32,
    /// When the attempt ended, by the sandbox's clock.
    pub at: DateTime<Utc>,
    /// The outcome of the attempt.
    pub outcome: DeliveryOutcome,
    /// When the next attempt is due, by the sandbox's clock, or `None` if there is none.
    pub next_attempt_at: Option<DateTime<Utc>>,
}

/// The outcome of a delivery attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DeliveryOutcome {
    /// The subscriber responded with this status code, from 200 to 299.
    Accepted(u16),
    /// The subscriber responded with this status code, outside of 200 to 299.
    Rejected(u16),
    /// There was no response. The string is the reason.
    Failed(&'static str),
    /// A fault dropped the attempt before it reached the subscriber.
    Dropped,
    /// The host of the URL is neither this machine nor
    /// [allowed by name](crate::SandboxBuilder::allow_webhook_host).
    Blocked,
    /// The subscription already had 10,000 pending deliveries, or 16 MiB of them, so the event is not delivered.
    Overflowed,
}

impl DeliveryOutcome {
    /// Returns whether the subscriber accepted the event.
    pub fn is_accepted(&self) -> bool {
        matches!(self, Self::Accepted(_))
    }

    /// Returns the name of the outcome, e.g. `accepted`.
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
