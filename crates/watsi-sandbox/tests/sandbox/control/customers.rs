//! Customers, their conversations and messages.

use http::Method;
use serde_json::{Value, json};
use watsi_sandbox::Sandbox;

use super::{assert_status, post, read};
use crate::client::{PHONE, get, ids, send};
use crate::subscriber::Subscriber;

#[tokio::test]
async fn customer_writes_and_the_reply_is_awaited() {
    let sandbox = Sandbox::start().await;
    let message = json!({"phone": PHONE, "text": "Hi"});
    let written = post(&sandbox, "customer-writes", message).await;
    let id = written["conversation_id"].as_str().unwrap().into();
    let after = written["message"]["id"].as_str().unwrap();
    let path = format!("messages?direction=outbound&wait=10&after={after}");
    let (messages, sent) = tokio::join!(read(&sandbox, &path), send(&sandbox, &id));
    assert_eq!(messages["messages"][0]["id"], sent.unwrap().as_str());
    let all = read(&sandbox, "messages").await;
    assert_eq!(all["messages"].as_array().unwrap().len(), 2);
    let none = read(&sandbox, "messages?conversation_id=chat_1").await;
    assert_eq!(none["messages"], json!([]));
    assert_status(&sandbox, Method::GET, "messages?after=msg_0", None, 404).await;
}

#[tokio::test]
async fn latest_messages_are_listed_and_the_oldest_after_a_message() {
    let sandbox = Sandbox::start().await;
    for text in ["1", "2", "3"] {
        sandbox.customer_writes(PHONE, text);
    }
    let texts = |page: Value| -> Vec<String> {
        let messages = page["messages"].as_array().unwrap().iter();
        messages
            .map(|message| message["body"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(texts(read(&sandbox, "messages?limit=2").await), ["2", "3"]);
    let first = sandbox.messages()[0].id.clone();
    let path = format!("messages?limit=1&after={}", first.as_str());
    assert_eq!(texts(read(&sandbox, &path).await), ["2"]);
}

#[tokio::test]
async fn conversations_are_listed_with_the_end_of_their_window() {
    let start = "2025-03-15T10:29:59.999Z".parse().unwrap();
    let sandbox = Sandbox::builder().clock(start).start().await.unwrap();
    let id = sandbox.customer_writes(PHONE, "Hi");
    let listed = read(&sandbox, "conversations").await;
    let [conversation] = &listed["conversations"].as_array().unwrap()[..] else {
        panic!("{listed}")
    };
    assert_eq!(conversation["conversation"]["id"], id.as_str());
    assert_eq!(conversation["window_closes_at"], "2025-03-16T10:30:00Z");
}

#[tokio::test]
async fn conversation_is_changed_and_its_events_are_delivered() {
    let sandbox = Sandbox::start().await;
    let events = ["contact.updated", "conversation.updated"];
    let subscriber = Subscriber::subscribed(&sandbox, &events).await;
    let id = sandbox.customer_writes(PHONE, "Hi");
    let name = json!({"conversation_id": id, "name": "Maria"});
    let changed = post(&sandbox, "conversation", name).await;
    assert_eq!(changed["conversation"]["customer"]["name"], "Maria");
    let assigned = json!({"conversation_id": id, "status": "active", "assigned_user_id": "u_1"});
    let changed = post(&sandbox, "conversation", assigned).await;
    assert_eq!(changed["conversation"]["customer"]["name"], "Maria");
    assert_eq!(
        ids(&sandbox, "status=active&assigned_user_id=u_1").await,
        [id.as_str()]
    );
    sandbox.settled().await;
    assert_eq!(subscriber.event_types(), events);
    let unknown = Some(json!({"conversation_id": "chat_1"}));
    assert_status(&sandbox, Method::POST, "conversation", unknown, 404).await;
}

#[tokio::test]
async fn conversations_share_a_timestamp_or_have_none() {
    let sandbox = Sandbox::start().await;
    sandbox.seed(3);
    let all = ids(&sandbox, "").await;
    let shared = "2025-03-15T10:30:00Z";
    for id in &all[..2] {
        let change = json!({"conversation_id": id, "last_message_at": shared});
        post(&sandbox, "conversation", change).await;
    }
    let change = json!({"conversation_id": all[2], "last_message_at": null});
    post(&sandbox, "conversation", change).await;
    let chats = get(&sandbox, "/conversations").await.body["chats"].clone();
    let timestamps: Vec<_> = (0..3)
        .map(|index| &chats[index]["last_message_at"])
        .collect();
    assert_eq!(timestamps, [&json!(null), &json!(shared), &json!(shared)]);
}

#[tokio::test]
async fn timestamp_that_responses_cannot_express_is_rejected() {
    let sandbox = Sandbox::start().await;
    let id = sandbox.customer_writes(PHONE, "Hi");
    for timestamp in ["9999-12-31T23:59:59-01:00", "0000-01-01T00:00:00+01:00"] {
        let update = json!({"conversation_id": id, "last_message_at": timestamp});
        assert_status(&sandbox, Method::POST, "conversation", Some(update), 400).await;
    }
    assert_eq!(get(&sandbox, "/conversations").await.status, 200);
}

#[tokio::test]
async fn message_is_marked() {
    let sandbox = Sandbox::start().await;
    let id = sandbox.customer_writes(PHONE, "Hi");
    let sent = send(&sandbox, &id).await.unwrap();
    let mark = json!({"message_id": sent.as_str(), "status": "failed"});
    let marked = post(&sandbox, "mark", mark).await;
    assert_eq!(marked["message"]["status"], "failed");
    let unknown = Some(json!({"message_id": "msg_0", "status": "failed"}));
    assert_status(&sandbox, Method::POST, "mark", unknown, 404).await;
}
