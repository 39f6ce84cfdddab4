//! One attempt to deliver an event.

use std::time::Duration;

use http::header::{CONTENT_TYPE, HeaderValue};

use super::{DeliveryOutcome, Pending};
use watsi::webhook::{DELIVERY_ID_HEADER, EVENT_HEADER, SIGNATURE_HEADER, sign};

/// The time a subscriber has to respond, in real time.
const TIMEOUT: Duration = Duration::from_secs(5);

/// An attempt to be made.
pub struct Attempt {
    pub id: String,
    pub url: String,
    pub pending: Pending,
    pub generation: u64,
}

impl Attempt {
    /// Makes the attempt, signed with this secret.
    pub async fn send(&self, http: &reqwest::Client, secret: &str) -> DeliveryOutcome {
        let event = &self.pending.event;
        let Ok(body) = serde_json::to_vec(&**event) else {
            return DeliveryOutcome::Failed("the event cannot be written");
        };
        let Ok(event_type) = HeaderValue::from_str(event.type_.as_str()) else {
            return DeliveryOutcome::Failed("the event type is not a valid header value");
        };
        let signature = sign(secret, &body);
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
