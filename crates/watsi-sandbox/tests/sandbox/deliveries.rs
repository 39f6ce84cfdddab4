//! Order, concurrency, redelivery and faults of deliveries.

use std::collections::HashSet;
use std::time::Duration;

use http::Method;
use watsi::webhook::EventData;
use watsi_sandbox::{DeliveryOutcome, Fault, Sandbox, SandboxError};

use crate::client::{PHONE, outcomes, request, retry, send, subscribe};
use crate::subscriber::Subscriber;

const RECEIVED: [&str; 1] = ["message.received"];

/// Returns the texts of the messages in the order in which they were delivered.
fn texts(subscriber: &Subscriber) -> Vec<String> {
    let deliveries = subscriber.deliveries().into_iter();
    let texts = deliveries.map(|delivery| match delivery.event.data {
        EventData::MessageReceived(message) => message.text().unwrap().to_owned(),
        other => panic!("{other:?}"),
    });
    texts.collect()
}

#[tokio::test]
async fn events_of_a_conversation_arrive_in_order() {
    let (sandbox, subscriber) = Subscriber::start_with(&RECEIVED).await;
    let written: Vec<_> = (0..50).map(|number| number.to_string()).collect();
    for text in &written {
        sandbox.customer_writes(PHONE, text);
    }
    sandbox.settled().await;
    assert_eq!(texts(&subscriber), written);
}

#[tokio::test]
async fn slow_response_delays_no_other_conversation() {
    let (sandbox, subscriber) = Subscriber::start_with(&RECEIVED).await;
    let slow = subscriber.hold_next();
    sandbox.customer_writes("+1", "held");
    slow.reached().await;
    sandbox.customer_writes("+2", "not held");
    subscriber.received(2).await;
    assert_eq!(texts(&subscriber), ["held", "not held"]);
    drop(slow);
    sandbox.settled().await;
    let expected = vec![DeliveryOutcome::Accepted(200); 2];
    assert_eq!(outcomes(&sandbox), expected);
}

#[tokio::test]
async fn subscriber_that_was_down_for_minutes_gets_the_event() {
    let (sandbox, subscriber) = Subscriber::start_with(&RECEIVED).await;
    subscriber.respond([503; 4]);
    sandbox.customer_writes(PHONE, "Hi");
    for _ in 0..20 {
        sandbox.settled().await;
        sandbox.advance(Duration::from_secs(60));
    }
    assert_eq!(sandbox.settled().await, 0);
    let last = sandbox.deliveries().pop().unwrap();
    assert_eq!(
        (last.attempt, last.outcome),
        (5, DeliveryOutcome::Accepted(200))
    );
}

#[tokio::test]
async fn event_is_redelivered_with_another_delivery_id() {
    let (sandbox, subscriber) = Subscriber::start_with(&RECEIVED).await;
    sandbox.customer_writes(PHONE, "Hi");
    sandbox.settled().await;
    let event = subscriber.deliveries()[0].event.id.clone();
    sandbox.redeliver(&event).unwrap();
    sandbox.settled().await;
    let deliveries = subscriber.deliveries();
    assert_eq!(deliveries.len(), 2);
    assert_eq!(deliveries[0].event, deliveries[1].event);
    assert_ne!(deliveries[0].id, deliveries[1].id);
    let unknown = sandbox.redeliver(&"evt_0".into()).unwrap_err();
    assert!(matches!(unknown, SandboxError::UnknownEvent));
}

#[tokio::test]
async fn dropped_delivery_of_one_type_is_retried() {
    let events = ["message.received", "conversation.created"];
    let (sandbox, subscriber) = Subscriber::start_with(&events).await;
    let fault = Fault::drop_delivery().event_type("message.received");
    sandbox.add_fault(fault).unwrap();
    sandbox.customer_writes(PHONE, "Hi");
    assert_eq!(sandbox.settled().await, 1);
    assert_eq!(subscriber.event_types(), ["conversation.created"]);
    assert!(outcomes(&sandbox).contains(&DeliveryOutcome::Dropped));
    sandbox.advance(Duration::from_secs(1));
    assert_eq!(sandbox.settled().await, 0);
    let expected = ["conversation.created", "message.received"];
    assert_eq!(subscriber.event_types(), expected);
}

#[tokio::test]
async fn duplicated_delivery_arrives_twice_with_different_ids() {
    let (sandbox, subscriber) = Subscriber::start_with(&RECEIVED).await;
    sandbox.add_fault(Fault::duplicate_delivery()).unwrap();
    sandbox.customer_writes(PHONE, "Hi");
    sandbox.settled().await;
    let deliveries = subscriber.deliveries();
    let ids: HashSet<_> = deliveries.iter().map(|delivery| &delivery.id).collect();
    assert_eq!(
        (texts(&subscriber), ids.len()),
        (vec!["Hi".to_owned(); 2], 2)
    );
}

#[tokio::test]
async fn retries_of_a_duplicated_delivery_are_not_duplicated() {
    let (sandbox, subscriber) = Subscriber::start_with(&RECEIVED).await;
    for _ in 0..2 {
        let fault = Fault::duplicate_delivery().every(1);
        sandbox.add_fault(fault).unwrap();
    }
    subscriber.respond([500; 1000]);
    sandbox.customer_writes(PHONE, "Hi");
    retry(&sandbox).await;
    // Each of two deliveries is attempted 8 times.
    assert_eq!(subscriber.deliveries().len(), 16);
}

#[tokio::test]
async fn pending_deliveries_are_limited_in_size() {
    let sandbox = Sandbox::start().await;
    let url = "http://127.0.0.1:1/";
    subscribe(&sandbox, url, &RECEIVED).await.unwrap();
    let overflowed = || {
        let outcomes = outcomes(&sandbox).into_iter();
        let overflowed = outcomes.filter(|outcome| *outcome == DeliveryOutcome::Overflowed);
        overflowed.count()
    };
    // 16 MiB are pending, with the other properties of the events.
    let text = "x".repeat(1 << 19);
    for _ in 0..40 {
        sandbox.customer_writes(PHONE, &text);
    }
    assert_eq!(overflowed(), 40 - 31);
    retry(&sandbox).await;
    let before = overflowed();
    sandbox.customer_writes(PHONE, &text);
    sandbox.settled().await;
    assert_eq!(overflowed(), before);
    assert_eq!(sandbox.deliveries().last().unwrap().attempt, 1);
}

#[tokio::test]
async fn delayed_delivery_waits_for_the_clock() {
    let (sandbox, subscriber) = Subscriber::start_with(&RECEIVED).await;
    let fault = Fault::delay_delivery(Duration::from_secs(30));
    sandbox.add_fault(fault).unwrap();
    sandbox.customer_writes(PHONE, "first");
    sandbox.customer_writes(PHONE, "second");
    assert_eq!(sandbox.settled().await, 1);
    assert_eq!(texts(&subscriber), ["second"]);
    sandbox.advance(Duration::from_secs(30));
    assert_eq!(sandbox.settled().await, 0);
    assert_eq!(texts(&subscriber), ["second", "first"]);
}

#[tokio::test]
async fn reordered_delivery_follows_the_next_one() {
    let (sandbox, subscriber) = Subscriber::start_with(&RECEIVED).await;
    sandbox.add_fault(Fault::reorder_delivery()).unwrap();
    for text in ["first", "second", "third"] {
        sandbox.customer_writes(PHONE, text);
        sandbox.settled().await;
    }
    assert_eq!(texts(&subscriber), ["second", "first", "third"]);
}

#[tokio::test]
async fn reordered_delivery_does_not_wait_forever() {
    let (sandbox, subscriber) = Subscriber::start_with(&RECEIVED).await;
    sandbox.add_fault(Fault::reorder_delivery()).unwrap();
    sandbox.customer_writes(PHONE, "only");
    assert_eq!(sandbox.settled().await, 1);
    sandbox.advance(Duration::from_secs(60));
    sandbox.settled().await;
    assert_eq!(texts(&subscriber), ["only"]);
}

#[tokio::test]
async fn reordered_delivery_does_not_follow_an_earlier_one() {
    let (sandbox, subscriber) = Subscriber::start_with(&RECEIVED).await;
    let held = subscriber.hold_next();
    sandbox.customer_writes("+1", "earlier");
    held.reached().await;
    sandbox.add_fault(Fault::reorder_delivery()).unwrap();
    sandbox.customer_writes("+2", "reordered");
    drop(held);
    assert_eq!(sandbox.settled().await, 1);
    sandbox.customer_writes("+3", "later");
    assert_eq!(sandbox.settled().await, 0);
    assert_eq!(texts(&subscriber), ["earlier", "later", "reordered"]);
}

#[tokio::test]
async fn every_attempt_can_be_dropped() {
    let (sandbox, subscriber) = Subscriber::start_with(&RECEIVED).await;
    sandbox.add_fault(Fault::drop_delivery().every(1)).unwrap();
    sandbox.customer_writes(PHONE, "Hi");
    retry(&sandbox).await;
    assert_eq!(subscriber.deliveries().len(), 0);
    assert_eq!(outcomes(&sandbox), vec![DeliveryOutcome::Dropped; 8]);
}

#[tokio::test]
async fn at_most_16_deliveries_per_subscription_are_in_progress() {
    let (sandbox, subscriber) = Subscriber::start_with(&RECEIVED).await;
    let other = Subscriber::subscribed(&sandbox, &RECEIVED).await;
    let held = subscriber.hold_all();
    for number in 0..30 {
        sandbox.customer_writes(&format!("+{number}"), "Hi");
    }
    subscriber.received(16).await;
    // Those for the other subscriber are made meanwhile.
    other.received(30).await;
    assert_eq!(subscriber.deliveries().len(), 16);
    drop(held);
    sandbox.settled().await;
    assert_eq!(subscriber.deliveries().len(), 30);
}

#[tokio::test]
async fn delivery_that_is_in_progress_during_a_reset_is_forgotten() {
    let (sandbox, subscriber) = Subscriber::start_with(&RECEIVED).await;
    let held = subscriber.hold_next();
    sandbox.customer_writes(PHONE, "Hi");
    held.reached().await;
    let reset = request(&sandbox, Method::POST, "/_sandbox/reset");
    let reset = reset.json(&serde_json::json!({"keep_subscriptions": true}));
    assert_eq!(reset.send().await.unwrap().status(), 200);
    drop(held);
    for _ in 0..3 {
        sandbox.customer_writes(PHONE, "Hi again");
        sandbox.settled().await;
    }
    let received: Vec<_> = texts(&subscriber).split_off(1);
    assert_eq!(received, ["Hi again"; 3]);
    assert_eq!(sandbox.deliveries().len(), 3);
}

#[tokio::test]
async fn events_are_blocked_for_other_machines_and_fail_for_unreachable_ones() {
    let builder = Sandbox::builder().allow_webhook_host("LOCALHOST.");
    let sandbox = builder.start().await.unwrap();
    for url in [
        "https://bot.example.com/hook",
        "http://localhost.:1/hook",
        "http://127.0.0.1:1/",
        "https://localhost/",
    ] {
        subscribe(&sandbox, url, &RECEIVED).await.unwrap();
    }
    // The contract permits no such URL, but a state may have one.
    let mut state = sandbox.export();
    state["subscriptions"][3]["url"] = "ftp://127.0.0.1/".into();
    sandbox.import(state).unwrap();
    sandbox.customer_writes(PHONE, "Hi");
    assert_eq!(sandbox.settled().await, 2);
    let outcomes = outcomes(&sandbox).into_iter();
    let (failed, blocked): (Vec<_>, Vec<_>) =
        outcomes.partition(|outcome| *outcome == DeliveryOutcome::Failed("connection failed"));
    assert_eq!(failed.len(), 2);
    assert_eq!(blocked, vec![DeliveryOutcome::Blocked; 2]);
}

#[tokio::test]
async fn event_whose_type_cannot_be_a_header_is_a_failed_delivery() {
    let (sandbox, _subscriber) = Subscriber::start_with(&["two\nlines"]).await;
    sandbox.post_event("two\nlines", serde_json::Map::new());
    sandbox.settled().await;
    let outcome = &sandbox.deliveries()[0].outcome;
    let expected = DeliveryOutcome::Failed("the event type is not a valid header value");
    assert_eq!(*outcome, expected);
}

#[tokio::test]
async fn event_ids_of_messages_differ_from_those_of_responses_if_requested() {
    let builder = Sandbox::builder().distinct_event_ids(true);
    let sandbox = builder.start().await.unwrap();
    let subscriber = Subscriber::subscribed(&sandbox, &["message.status"]).await;
    let conversation = sandbox.customer_writes(PHONE, "Hi");
    let sent = send(&sandbox, &conversation).await.unwrap();
    sandbox.advance(Duration::from_secs(60));
    sandbox.settled().await;
    let deliveries = subscriber.deliveries().into_iter();
    let ids: HashSet<_> = deliveries
        .map(|delivery| match delivery.event.data {
            EventData::MessageStatus(status) => status.message_id,
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(ids.len(), 1);
    let id = ids.iter().next().unwrap();
    assert_ne!(*id, sent);
    assert!(id.as_str().starts_with("wamid."));
    assert!(sandbox.messages().iter().any(|message| message.id == sent));
}
