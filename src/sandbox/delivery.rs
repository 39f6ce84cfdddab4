//! Delivers events to subscribers.

use std::time::Duration;

use tokio::sync::{mpsc, watch};
use url::Url;

use crate::types::{EventType, WebhookEvent};
use crate::webhook::{DELIVERY_ID_HEADER, EVENT_HEADER, SIGNATURE_HEADER, sign};

/// The time a subscriber has to respond.
const TIMEOUT: Duration = Duration::from_secs(5);

/// The waits before each redelivery.
const WAITS: [Duration; 5] = [
    Duration::from_millis(50),
    Duration::from_millis(100),
    Duration::from_millis(200),
    Duration::from_millis(400),
    Duration::from_millis(800),
];

/// A URL that receives events of certain types, one after the other.
pub(super) struct Subscription {
    pub url: String,
    pub events: Vec<EventType>,
    queue: mpsc::UnboundedSender<WebhookEvent>,
    pending: watch::Sender<usize>,
}

/// Makes the deliveries of a subscription.
pub(super) struct Courier {
    pub http: reqwest::Client,
    pub url: String,
    /// Distinguishes its deliveries from those of the same event to other subscribers.
    pub id: String,
    pub secret: String,
    /// Decremented for each event that was accepted or given up.
    pub pending: watch::Sender<usize>,
}

impl Subscription {
    /// Starts delivering events, until the subscription is dropped. Requires a Tokio runtime.
    pub fn start(events: Vec<EventType>, courier: Courier) -> Self {
        let (queue, mut waiting) = mpsc::unbounded_channel();
        let subscription = Subscription {
            url: courier.url.clone(),
            events,
            queue,
            pending: courier.pending.clone(),
        };
        tokio::spawn(async move {
            let mut deliveries = 0;
            while let Some(event) = waiting.recv().await {
                courier.deliver(&event, &mut deliveries).await;
                courier.pending.send_modify(|count| *count -= 1);
            }
        });
        subscription
    }

    pub fn wants(&self, kind: &EventType) -> bool {
        self.events.contains(kind)
    }

    /// Queues the event if the subscription includes its type.
    pub fn post(&self, event: &WebhookEvent) {
        if self.wants(&event.type_) {
            self.pending.send_modify(|count| *count += 1);
            if self.queue.send(event.clone()).is_err() {
                self.pending.send_modify(|count| *count -= 1);
            }
        }
    }
}

impl Courier {
    async fn deliver(&self, event: &WebhookEvent, deliveries: &mut u64) {
        if is_for_documentation(&self.url) {
            return;
        }
        let Ok(body) = serde_json::to_vec(event) else {
            return;
        };
        let signature = sign(&self.secret, &body);
        for wait in WAITS.map(Some).into_iter().chain([None]) {
            *deliveries += 1;
            let delivery = format!("dlv_{}_{}_{deliveries}", event.id.as_str(), self.id);
            let request = self.http.post(&self.url).timeout(TIMEOUT);
            let request = request.header("Content-Type", "application/json");
            let request = request.header(SIGNATURE_HEADER, &signature);
            let request = request.header(EVENT_HEADER, event.type_.as_str());
            let request = request.header(DELIVERY_ID_HEADER, delivery);
            let response = request.body(body.clone()).send().await;
            if response.is_ok_and(|response| response.status().is_success()) {
                return;
            }
            if let Some(wait) = wait {
                tokio::time::sleep(wait).await;
            }
        }
    }
}

/// Returns whether the host is reserved for documentation (RFC 2606), like the one in the contract's example.
fn is_for_documentation(url: &str) -> bool {
    let url = Url::parse(url).ok();
    let host = url.as_ref().and_then(Url::domain).unwrap_or_default();
    let reserved = [
        "example.com",
        "example.net",
        "example.org",
        "example",
        "invalid",
    ];
    reserved.iter().any(|name| {
        let below = host.strip_suffix(name);
        below.is_some_and(|below| below.is_empty() || below.ends_with('.'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hosts_of_documentation_get_nothing() {
        for host in [
            "example.com",
            "hooks.example.org",
            "shop.example",
            "a.invalid",
        ] {
            assert!(is_for_documentation(&format!("https://{host}/x")), "{host}");
        }
        for host in [
            "notexample.com",
            "example.com.br",
            "127.0.0.1:80",
            "[::1]",
            "shop.test",
        ] {
            assert!(
                !is_for_documentation(&format!("https://{host}/x")),
                "{host}"
            );
        }
    }
}
