//! Messages are sent, delivered and read.

use std::time::Duration;

use watsi::Outcome;
use watsi::types::{ErrorCode, MessageDirection, MessageStatus};
use watsi_sandbox::{DELIVERED_AFTER, READ_AFTER, Sandbox, SandboxError};

use crate::client::{HOUR, PHONE, ids, send};

#[tokio::test]
async fn sent_message_is_stored_and_moves_its_conversation_to_the_top() {
    let sandbox = Sandbox::start().await;
    let first = sandbox.customer_writes(PHONE, "Hi");
    sandbox.customer_writes("+5491155550000", "Hi");
    let id = send(&sandbox, &first).await.unwrap();
    let messages = sandbox.messages();
    let sent = messages.last().unwrap();
    assert_eq!(
        (messages.len(), &sent.id, &sent.conversation_id),
        (3, &id, &first)
    );
    assert_eq!(
        (sent.body.as_str(), &sent.status),
        ("Hello!", &MessageStatus::Sent)
    );
    assert_eq!(sent.direction, MessageDirection::Outbound);
    assert_eq!(messages[0].direction, MessageDirection::Inbound);
    assert_eq!(ids(&sandbox, "limit=1").await, [first.as_str()]);
}

#[tokio::test]
async fn messaging_window_closes_24_hours_after_the_customers_last_message() {
    let sandbox = Sandbox::start().await;
    let id = sandbox.customer_writes(PHONE, "Hi");
    sandbox.advance(24 * HOUR - Duration::from_millis(2));
    send(&sandbox, &id).await.unwrap();
    sandbox.advance(Duration::from_millis(1));
    let error = send(&sandbox, &id).await.unwrap_err();
    assert_eq!(
        (error.status().unwrap().as_u16(), error.code()),
        (400, Some(&ErrorCode::BadRequest))
    );
    assert!(
        error
            .message()
            .unwrap()
            .contains("24-hour messaging window is closed")
    );
    assert_eq!(error.outcome(), Outcome::Rejected);
    assert_eq!(sandbox.messages().len(), 2);
    sandbox.customer_writes(PHONE, "Still here");
    send(&sandbox, &id).await.unwrap();
}

#[tokio::test]
async fn message_to_an_unknown_conversation_is_not_found() {
    let sandbox = Sandbox::start().await;
    let error = send(&sandbox, &"chat_123".into()).await.unwrap_err();
    assert_eq!(
        (error.status().unwrap().as_u16(), error.code()),
        (404, Some(&ErrorCode::NotFound))
    );
}

#[tokio::test]
async fn message_is_delivered_and_read_over_time() {
    let sandbox = Sandbox::start().await;
    let id = sandbox.customer_writes(PHONE, "Hi");
    send(&sandbox, &id).await.unwrap();
    let status = || sandbox.messages().last().unwrap().status.clone();
    sandbox.advance(DELIVERED_AFTER - Duration::from_millis(1));
    assert_eq!(status(), MessageStatus::Sent);
    sandbox.advance(Duration::from_millis(1));
    assert_eq!(status(), MessageStatus::Delivered);
    sandbox.advance(READ_AFTER - DELIVERED_AFTER);
    assert_eq!(status(), MessageStatus::Read);
}

#[tokio::test]
async fn marked_message_keeps_its_status() {
    let sandbox = Sandbox::start().await;
    let id = sandbox.customer_writes(PHONE, "Hi");
    let message = send(&sandbox, &id).await.unwrap();
    sandbox.mark(&message, MessageStatus::Failed).unwrap();
    sandbox.advance(HOUR);
    assert_eq!(
        sandbox.messages().last().unwrap().status,
        MessageStatus::Failed
    );
    let error = sandbox.mark(&"msg_other".into(), "read").unwrap_err();
    assert!(matches!(error, SandboxError::UnknownMessage));
}

#[tokio::test]
async fn every_change_has_its_own_timestamp() {
    let sandbox = Sandbox::start().await;
    let before = sandbox.now();
    let id = sandbox.customer_writes(PHONE, "Hi");
    let message = send(&sandbox, &id).await.unwrap();
    sandbox.mark(&message, "failed").unwrap();
    assert_eq!((sandbox.now() - before).num_milliseconds(), 3);
}
