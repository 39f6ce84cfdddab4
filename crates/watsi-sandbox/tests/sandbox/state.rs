//! Export, import and reset.

use std::time::Duration;

use serde_json::{Value, json};
use watsi::types::{Message, SendMessageRequest};
use watsi_sandbox::{Fault, Sandbox, SandboxError};

use crate::client::{PHONE, get, ids, send};
use crate::subscriber::Subscriber;

#[tokio::test]
async fn imported_state_continues_in_another_sandbox() {
    let one = Sandbox::start().await;
    let subscriber = Subscriber::subscribed(&one, &["message.status"]).await;
    one.seed(2);
    let conversation = one.customer_writes(PHONE, "Hi");
    let sent = send(&one, &conversation).await.unwrap();
    let state = one.export();

    let other = Sandbox::start().await;
    other.customer_writes("+1", "Removed by the import");
    other.import(state.clone()).unwrap();
    assert_eq!(other.export(), state);
    assert_eq!(other.now(), one.now());
    assert_eq!(ids(&other, "").await, ids(&one, "").await);
    let before = subscriber.deliveries().len();
    other.advance(Duration::from_secs(60));
    other.settled().await;
    let of = |sandbox: &Sandbox| -> Message {
        let messages = sandbox.messages().into_iter();
        messages.clone().find(|message| message.id == sent).unwrap()
    };
    assert_eq!(of(&other).status.as_str(), "read");
    assert_eq!(of(&one).status.as_str(), "sent");
    assert!(subscriber.deliveries().len() >= before + 2);
    let next = send(&other, &conversation).await.unwrap();
    assert_ne!(next, sent);
    // The imported message is not one that a client sends now.
    let deadline = Duration::from_secs(10);
    assert_eq!(other.next_message(deadline).await.unwrap().id, next);
}

#[tokio::test]
async fn invalid_state_changes_nothing() {
    let sandbox = Sandbox::start().await;
    sandbox.seed(2);
    sandbox.customer_writes(PHONE, "secret text");
    let valid = sandbox.export();
    let edits: [fn(&mut Value); 19] = [
        |state| {
            let subscription =
                |id| json!({"id": format!("whk_{id}"), "url": "http://127.0.0.1:1/", "events": []});
            state["subscriptions"] = (0..1001).map(subscription).collect();
        },
        |state| state["version"] = json!(2),
        |state| state["now"] = json!("yesterday"),
        |state| state["now"] = json!("+10000-01-01T00:00:00Z"),
        |state| state["now"] = json!("-0001-01-01T00:00:00Z"),
        |state| drop(state.as_object_mut().unwrap().remove("ids")),
        |state| state["ids"] = json!(u64::MAX),
        |state| state["opened"] = json!(u64::MAX),
        |state| state["conversations"][0] = state["conversations"][1].clone(),
        |state| state["conversations"][0]["conversation"]["customer"]["phone"] = json!(null),
        |state| {
            let conversation = &mut state["conversations"][0]["conversation"];
            conversation["created_at"] = json!("+10000-01-01T00:00:00Z");
        },
        |state| {
            let conversation = &mut state["conversations"][0]["conversation"];
            conversation["last_message_at"] = json!("+10000-01-01T00:00:00Z");
        },
        |state| state["conversations"][0]["conversation"]["customer"] = json!("secret text"),
        |state| state["messages"][0]["message"]["conversation_id"] = json!("chat_1"),
        |state| state["messages"] = json!([state["messages"][0], state["messages"][0]]),
        |state| state["messages"] = messages(state, 10_001, ""),
        // The limit applies to the JSON, which is six times as large as this text.
        |state| state["messages"] = messages(state, 3, &"\0".repeat(1 << 20)),
        |state| {
            let url = format!("http://127.0.0.1:1/{}", "a".repeat(20_000));
            let subscription = json!({"id": "whk_1", "url": url, "events": []});
            state["subscriptions"] = json!([subscription]);
        },
        |state| {
            let subscription = json!({"id": "whk_1", "url": "http://127.0.0.1:1/", "events": []});
            state["subscriptions"] = json!([subscription, subscription]);
        },
    ];
    for (number, edit) in edits.into_iter().enumerate() {
        let mut state = valid.clone();
        edit(&mut state);
        let error = sandbox.import(state).unwrap_err();
        assert!(matches!(error, SandboxError::InvalidState(_)), "{number}");
        let shown = format!("{error} {error:?}");
        assert!(!shown.contains("secret"), "{number}: {shown}");
        assert_eq!(sandbox.export(), valid, "{number}");
    }
}

/// Returns copies of the first message with different ids.
fn messages(state: &Value, count: usize, text: &str) -> Value {
    let mut message = state["messages"][0].clone();
    let copies = (0..count).map(|number| {
        message["message"]["id"] = json!(format!("msg_{number}"));
        message["message"]["body"] = json!(text);
        message.clone()
    });
    copies.collect()
}

#[tokio::test]
async fn as_many_messages_as_are_kept_can_be_imported() {
    let sandbox = Sandbox::start().await;
    sandbox.customer_writes(PHONE, "Hi");
    let mut state = sandbox.export();
    state["messages"] = messages(&state, 10_000, "Hi");
    sandbox.import(state.clone()).unwrap();
    assert_eq!(sandbox.export(), state);
}

#[tokio::test]
async fn ids_of_an_imported_state_are_not_used_again() {
    let sandbox = Sandbox::start().await;
    let subscriber = Subscriber::subscribed(&sandbox, &["message.status"]).await;
    for number in 0..3 {
        let id = sandbox.customer_writes(&format!("+{number}"), "Hi");
        send(&sandbox, &id).await.unwrap();
    }
    let mut state = sandbox.export();
    // As if another program had written them.
    state["ids"] = json!(0);
    state["opened"] = json!(0);
    state["conversations"].as_array_mut().unwrap().remove(0);
    let removed = state["messages"].as_array_mut().unwrap();
    removed.drain(..2);
    let other = Sandbox::start().await;
    other.import(state).unwrap();
    for number in 3..10 {
        subscriber
            .subscribe(&other, &[&format!("test.{number}")])
            .await;
        let id = other.customer_writes(&format!("+{number}"), "Hi");
        send(&other, &id).await.unwrap();
    }
    other.import(other.export()).unwrap();
    assert_eq!(ids(&other, "").await.len(), 9);
}

#[tokio::test]
async fn reset_returns_to_the_start_and_uses_no_id_twice() {
    let start = "2025-03-15T10:30:00Z".parse().unwrap();
    let sandbox = Sandbox::builder().clock(start).start().await.unwrap();
    let subscriber = Subscriber::subscribed(&sandbox, &["message.received"]).await;
    let first = sandbox.customer_writes(PHONE, "Hi");
    sandbox.settled().await;
    sandbox.add_fault(Fault::status(503).every(1)).unwrap();
    sandbox.reset();
    assert_eq!(sandbox.now(), start);
    assert_eq!(sandbox.messages(), []);
    assert_eq!(sandbox.deliveries().len(), 0);
    assert_eq!(
        get(&sandbox, "/conversations").await.body["chats"],
        json!([])
    );
    let second = sandbox.customer_writes(PHONE, "Hi");
    sandbox.settled().await;
    assert_eq!(subscriber.deliveries().len(), 1);
    assert_ne!(first, second);
}

#[tokio::test]
async fn next_message_returns_each_sent_message_once() {
    let sandbox = Sandbox::start().await;
    let client = sandbox.client();
    let id = sandbox.customer_writes(PHONE, "Hi");
    for text in ["one", "two"] {
        let request = SendMessageRequest::new(&id, text);
        client.send_message(request).send().await.unwrap();
        sandbox.customer_writes(PHONE, "Thanks");
    }
    let deadline = Duration::from_secs(10);
    assert_eq!(sandbox.next_message(deadline).await.unwrap().body, "one");
    assert_eq!(sandbox.next_message(deadline).await.unwrap().body, "two");
    let error = sandbox
        .next_message(Duration::from_millis(1))
        .await
        .unwrap_err();
    assert!(matches!(error, SandboxError::Timeout));
    let request = SendMessageRequest::new(&id, "three");
    let sending = client.send_message(request);
    let (next, sent) = tokio::join!(sandbox.next_message(deadline), sending.send());
    assert_eq!(next.unwrap().id, sent.unwrap().message.id);
}

#[tokio::test]
async fn state_with_the_most_ids_is_exported_and_imported_after_more() {
    let (one, other) = (Sandbox::start().await, Sandbox::start().await);
    let mut state = one.export();
    state["ids"] = json!(1_u64 << 40);
    state["opened"] = json!(1_u64 << 30);
    one.import(state).unwrap();
    one.customer_writes(PHONE, "Hi");
    other.import(one.export()).unwrap();
    assert_eq!(other.messages().len(), 1);
}
