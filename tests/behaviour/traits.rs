//! Public types are `Send`, `Sync` and `Debug`, and futures can be spawned.

use std::fmt::Debug;

use watsi::types::{CreateWebhookRequest, SendMessageRequest};

fn shared<T: Send + Sync + Debug + 'static>() {}

#[derive(Debug, serde::Deserialize)]
struct Item;

impl watsi::ListItem for Item {
    const ITEMS: &'static str = "items";

    fn id(&self) -> &str {
        ""
    }

    fn timestamp(&self) -> Option<chrono::DateTime<chrono::Utc>> {
        None
    }
}

/// Requires the bounds of `tokio::spawn`.
fn future<F: Future + Send + 'static>(_: F) {}

#[test]
fn every_type_is_send_sync_and_debug() {
    shared::<watsi::Client>();
    shared::<watsi::ClientBuilder>();
    shared::<watsi::ConfigError>();
    shared::<watsi::Checkpoint>();
    shared::<watsi::Outcome>();
    shared::<watsi::Error>();
    shared::<watsi::ErrorKind>();
    shared::<watsi::Request>();
    shared::<watsi::Response<watsi::types::ConversationPage>>();
    shared::<watsi::RetryPolicy>();
    shared::<watsi::operations::SendMessage>();
    shared::<watsi::types::ConversationStatus>();
    shared::<watsi::webhook::DeliveryError>();
    shared::<watsi::webhook::Event>();
    shared::<watsi::webhook::MemorySeen>();
    shared::<watsi::webhook::Receiver<fn(), watsi::webhook::MemorySeen>>();
    shared::<watsi::webhook::Verifier>();
    shared::<watsi::webhook::WebhookError>();
}

#[test]
fn every_future_can_be_spawned() {
    let client = watsi::Client::builder().api_key("key").build().unwrap();
    future(client.list_conversations().send());
    let webhook = CreateWebhookRequest::new("https://example.com/", ["message.status"]);
    future(client.create_webhook(webhook).send());
    let message = SendMessageRequest::new("c", "Hi");
    future(client.send_message(message).send());
    let request = || client.request(reqwest::Method::GET, "/x");
    future(request().send_bytes());
    future(request().send_stream());
    let mut other = request().items::<Item>();
    future(async move { other.next().await });
    let mut items = client.list_conversations().items();
    future(async move { items.next().await });
    future(
        client
            .request(reqwest::Method::GET, "/x")
            .send::<serde_json::Value>(),
    );
}

#[test]
fn error_is_small() {
    assert_eq!(size_of::<watsi::Error>(), size_of::<usize>());
}
