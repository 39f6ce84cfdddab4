//! The sandbox delivers events as documented.

use std::collections::HashSet;
use std::time::Duration;

use http::Method;
use serde_json::json;
use watsi::types::{ErrorCode, MessageStatus, SendMessageRequest};
use watsi::webhook::EventData;
use watsi_sandbox::{DeliveryOutcome, Sandbox};

use crate::client::{PHONE, outcomes, request, retry, subscribe};
use crate::subscriber::Subscriber;

const ALL: [&str; 4] = [
    "message.received",
    "message.status",
    "conversation.created",
    "contact.created",
];

#[tokio::test]
async fn new_customer_is_three_events_and_a_known_one_is_one() {
    let (sandbox, subscriber) = Subscriber::start_with(&ALL).await;
    let id = sandbox.customer_writes(PHONE, "Hi");
    sandbox.customer_writes(PHONE, "Hello?");
    sandbox.settled().await;
    let expected = [
        "contact.created",
        "conversation.created",
        "message.received",
        "message.received",
    ];
    assert_eq!(subscriber.event_types(), expected);
    let deliveries = subscriber.deliveries();
    let EventData::MessageReceived(received) = &deliveries[2].event.data else {
        panic!()
    };
    assert_eq!(
        (
            received.text(),
            received.from.as_ref().map(|phone| phone.as_str())
        ),
        (Some("Hi"), Some("5491155551234"))
    );
    assert_eq!(received.conversation_id, Some(id.clone()));
    let EventData::ConversationCreated(created) = &deliveries[1].event.data else {
        panic!()
    };
    assert_eq!(
        (&created.conversation_id, created.status.as_str()),
        (&id, "active")
    );
}

#[tokio::test]
async fn every_status_of_a_message_is_an_event() {
    let (sandbox, subscriber) = Subscriber::start_with(&["message.status"]).await;
    let conversation_id = sandbox.customer_writes(PHONE, "Hi");
    let request = SendMessageRequest::new(conversation_id, "Hello!");
    let sent = sandbox.client().send_message(request).send().await.unwrap();
    sandbox.advance(Duration::from_secs(60));
    sandbox
        .mark(&sent.message.id, MessageStatus::Failed)
        .unwrap();
    sandbox.settled().await;
    let deliveries = subscriber.deliveries();
    let statuses: Vec<_> = deliveries
        .iter()
        .map(|delivery| {
            let event = &delivery.event;
            let EventData::MessageStatus(status) = &event.data else {
                panic!()
            };
            assert_eq!(status.message_id, sent.message.id);
            assert_eq!(status.recipient_id, "5491155551234");
            let created_at = event.created_at.unwrap();
            assert_eq!(status.timestamp, created_at.timestamp().to_string());
            let after = created_at - sent.message.created_at;
            (status.status.as_str().to_owned(), after.num_seconds())
        })
        .collect();
    let expected = [("sent", 0), ("delivered", 1), ("read", 10), ("failed", 60)];
    assert_eq!(
        statuses,
        expected.map(|(status, after)| (status.to_owned(), after))
    );
}

#[tokio::test]
async fn failed_delivery_is_retried_with_another_delivery_id() {
    let (sandbox, subscriber) = Subscriber::start_with(&["message.received"]).await;
    // A redirect is not followed.
    subscriber.respond([500, 307]);
    sandbox.customer_writes(PHONE, "Hi");
    retry(&sandbox).await;
    let deliveries = subscriber.deliveries().into_iter();
    let (events, ids): (HashSet<_>, HashSet<_>) = deliveries
        .map(|delivery| (delivery.event.id, delivery.id))
        .unzip();
    assert_eq!((events.len(), ids.len()), (1, 3));
    let expected = [
        DeliveryOutcome::Rejected(500),
        DeliveryOutcome::Rejected(307),
        DeliveryOutcome::Accepted(200),
    ];
    assert_eq!(outcomes(&sandbox), expected);
}

#[tokio::test]
async fn event_is_given_up_after_eight_attempts() {
    let (sandbox, subscriber) = Subscriber::start_with(&["message.received"]).await;
    subscriber.respond([500; 9]);
    sandbox.customer_writes(PHONE, "Hi");
    retry(&sandbox).await;
    assert_eq!(subscriber.deliveries().len(), 8);
    let attempts = sandbox.deliveries();
    let numbers: Vec<_> = attempts.iter().map(|delivery| delivery.attempt).collect();
    assert_eq!(numbers, [1, 2, 3, 4, 5, 6, 7, 8]);
    assert_eq!(attempts[7].next_attempt_at, None);
}

#[tokio::test]
async fn retries_wait_for_the_clock() {
    let (sandbox, subscriber) = Subscriber::start_with(&["message.received"]).await;
    subscriber.respond([503]);
    sandbox.customer_writes(PHONE, "Hi");
    assert_eq!(sandbox.settled().await, 1);
    sandbox.advance(Duration::from_millis(999));
    assert_eq!(sandbox.settled().await, 1);
    assert_eq!(subscriber.deliveries().len(), 1);
    sandbox.advance(Duration::from_millis(1));
    assert_eq!(sandbox.settled().await, 0);
    assert_eq!(subscriber.deliveries().len(), 2);
}

#[tokio::test]
async fn every_subscriber_receives_its_events() {
    let sandbox = Sandbox::start().await;
    let one = Subscriber::subscribed(&sandbox, &ALL).await;
    let other = Subscriber::subscribed(&sandbox, &["message.received"]).await;
    one.respond([500]);
    sandbox.customer_writes(PHONE, "Hi");
    retry(&sandbox).await;
    assert_eq!((one.event_types().len(), other.event_types().len()), (4, 1));
    let deliveries = [one.deliveries(), other.deliveries()].concat();
    let ids: HashSet<_> = deliveries.into_iter().map(|delivery| delivery.id).collect();
    assert_eq!(ids.len(), 5);
}

#[tokio::test]
async fn subscriber_with_another_secret_rejects_every_delivery() {
    let sandbox = Sandbox::builder()
        .webhook_secret("the right one")
        .start()
        .await
        .unwrap();
    let subscriber = Subscriber::start("another one").await;
    subscriber.subscribe(&sandbox, &["message.received"]).await;
    sandbox.customer_writes(PHONE, "Hi");
    retry(&sandbox).await;
    assert_eq!(
        (subscriber.event_types().len(), subscriber.unverified()),
        (0, 8)
    );
}

#[tokio::test]
async fn duplicate_subscription_is_a_conflict() {
    let sandbox = Sandbox::start().await;
    let url = "https://example.com/hook";
    let [received, status] = ["message.received", "message.status"];
    let subscribe = async |url: &str, events: &[&str]| subscribe(&sandbox, url, events).await;
    subscribe(url, &[received, status]).await.unwrap();
    let error = subscribe(url, &[status, received]).await.unwrap_err();
    assert_eq!(
        (error.status().unwrap().as_u16(), error.code()),
        (409, Some(&ErrorCode::Conflict))
    );
    subscribe(url, &[received]).await.unwrap();
    let other = "https://example.com/other";
    subscribe(other, &[received, status]).await.unwrap();
}

#[tokio::test]
async fn plain_http_subscription_is_accepted_for_this_machine_and_allowed_hosts_only() {
    let builder = Sandbox::builder().allow_webhook_host("bot.internal");
    let sandbox = builder.start().await.unwrap();
    let subscribe = async |url: &str| {
        let request = request(&sandbox, Method::POST, "/webhooks");
        let request = request.json(&json!({"url": url, "events": []}));
        request.send().await.unwrap().status()
    };
    for url in [
        "http://127.0.0.1:9/",
        "http://localhost/hook",
        "http://[::1]:9/",
        "http://bot.internal:8080/hook",
        "http://BOT.internal/",
        "https://example.com",
    ] {
        assert_eq!(subscribe(url).await, 200, "{url}");
    }
    for url in [
        "http://example.com/",
        "http://10.0.0.1/",
        "http://localhost.example.com",
        "http://evil.bot.internal/",
        "http://bot.internal@example.com/",
        "http://",
        "ftp://127.0.0.1/",
        "/hook",
        "",
    ] {
        assert_eq!(subscribe(url).await, 400, "{url}");
    }
}

#[tokio::test]
async fn event_of_any_type_can_be_sent() {
    let (sandbox, subscriber) =
        Subscriber::start_with(&["conversation.updated", "introduced.later"]).await;
    let data = json!({"assignee": "u_1"}).as_object().unwrap().clone();
    sandbox.post_event("conversation.updated", data.clone());
    sandbox.post_event("introduced.later", data.clone());
    sandbox.settled().await;
    let deliveries = subscriber.deliveries();
    let [updated, later] = &deliveries[..] else {
        panic!("expected two deliveries")
    };
    assert!(
        matches!(&updated.event.data, EventData::ConversationUpdated(updated) if *updated == data)
    );
    assert!(
        matches!(&later.event.data, EventData::Unknown { event_type, .. } if *event_type == "introduced.later")
    );
}
