use watsi::reqwest;
use watsi::serde_json::json;
use watsi::webhook::{SIGNATURE_HEADER, sign};
use watsi_sandbox::Fault;

use crate::engine::{Engine, on_each_engine};
use crate::process::{Bot, DEADLINE};
use crate::replies::{replies, ticket};

const PHONE: &str = "+5491155551234";

on_each_engine!(
    event_that_is_delivered_twice_gets_one_reply,
    event_of_an_earlier_run_is_not_answered_again,
    events_in_another_order_are_all_answered,
    event_that_cannot_be_stored_is_delivered_again,
    text_with_a_null_character_is_answered,
    event_without_a_recipient_is_reported_for_a_person,
    forged_event_is_rejected,
);

async fn event_that_is_delivered_twice_gets_one_reply(engine: Engine) {
    let bot = Bot::start(engine).await;
    let twice = Fault::duplicate_delivery()
        .event_type("message.received")
        .next(3);
    bot.sandbox.add_fault(twice).unwrap();
    for text in ["first", "second", "third"] {
        bot.sandbox.customer_writes(PHONE, text);
    }
    bot.await_state("sent", 3);
    let tickets: Vec<_> = replies(&bot.sandbox).iter().map(ticket).collect();
    assert_eq!(tickets, [1, 2, 3]);
}

async fn event_of_an_earlier_run_is_not_answered_again(engine: Engine) {
    let mut bot = Bot::start(engine).await;
    bot.sandbox.customer_writes(PHONE, "first");
    bot.await_state("sent", 1);
    let event = bot.sandbox.deliveries()[0].event.id.clone();
    bot.kill();
    bot.run();
    bot.sandbox.redeliver(&event).unwrap();
    bot.sandbox.settled().await;
    bot.sandbox.customer_writes(PHONE, "second");
    bot.await_state("sent", 2);
    assert_eq!(replies(&bot.sandbox).len(), 2);
}

async fn events_in_another_order_are_all_answered(engine: Engine) {
    let bot = Bot::start(engine).await;
    let later = Fault::reorder_delivery().event_type("message.received");
    bot.sandbox.add_fault(later).unwrap();
    bot.sandbox.customer_writes(PHONE, "first");
    bot.sandbox.customer_writes(PHONE, "second");
    bot.await_state("sent", 2);
    assert_eq!(replies(&bot.sandbox).len(), 2);
}

async fn event_that_cannot_be_stored_is_delivered_again(engine: Engine) {
    let bot = Bot::start(engine).await;
    bot.execute("ALTER TABLE inbox RENAME COLUMN text TO unavailable");
    bot.sandbox.customer_writes(PHONE, "first");
    bot.sandbox.settled().await;
    bot.execute("ALTER TABLE inbox RENAME COLUMN unavailable TO text");
    bot.sandbox.advance(std::time::Duration::from_secs(1));
    bot.sandbox.next_message(DEADLINE).await.unwrap();
    assert_eq!(bot.sandbox.deliveries()[0].outcome.name(), "rejected");
}

async fn text_with_a_null_character_is_answered(engine: Engine) {
    let bot = Bot::start(engine).await;
    bot.sandbox.customer_writes(PHONE, "Hi\0there");
    bot.await_state("sent", 1);
}

async fn event_without_a_recipient_is_reported_for_a_person(engine: Engine) {
    let bot = Bot::start(engine).await;
    let message = json!({"message": {"id": "wamid.1", "body": "Hi"}});
    for data in [message, json!({"from": 7})] {
        let data = data.as_object().unwrap().clone();
        bot.sandbox.post_event("message.received", data);
    }
    bot.sandbox.settled().await;
    assert_eq!(bot.log().matches("a person must reply").count(), 2);
}

async fn forged_event_is_rejected(engine: Engine) {
    let bot = Bot::start(engine).await;
    let body = r#"{"id":"evt_1","type":"message.received","created_at":"2025-03-15T10:30:00Z","workspace_id":"w",
        "data":{"conversationId":"chat_123","from":"549","body":"Hi"}}"#;
    let url = format!("http://{}/", bot.address);
    let request = reqwest::Client::builder()
        .no_proxy()
        .build()
        .unwrap()
        .post(url);
    let request = request.header(SIGNATURE_HEADER, sign("another secret", body));
    let response = request.body(body).send().await.unwrap();
    assert_eq!(response.status(), 401);
    assert_eq!(bot.query("SELECT count(*) FROM inbox"), 0);
}
