use support_bot::outcome::{Outcome, pause};
use watsi::types::SendMessageRequest;
use watsi::{Client, RetryPolicy};
use watsi_sandbox::{Fault, Sandbox};

use std::time::Duration;

async fn send(client: Client) -> (Outcome, Option<Duration>) {
    let client = client.with_retry(RetryPolicy::never());
    let request = SendMessageRequest::new("chat_123", "Hi");
    let result = client.send_message(request).send().await;
    let outcome = Outcome::of(&result);
    (outcome, pause(outcome, &result, 2))
}

async fn after(fault: Fault) -> (Outcome, Option<Duration>) {
    let sandbox = Sandbox::start().await;
    sandbox.add_fault(fault).unwrap();
    send(sandbox.client()).await
}

#[tokio::test]
async fn reply_is_sent_later_if_there_is_no_connection() {
    let sandbox = Sandbox::start().await;
    let client = sandbox.client();
    drop(sandbox);
    let backoff = Some(Duration::from_secs(4));
    assert_eq!(send(client).await, (Outcome::Later, backoff));
}

#[tokio::test]
async fn reply_is_sent_later_if_the_api_key_is_rejected() {
    let (outcome, pause) = after(Fault::status(401)).await;
    assert_eq!((outcome, pause.is_some()), (Outcome::Later, true));
}

#[tokio::test]
async fn pause_is_as_long_as_the_api_asks_up_to_an_hour() {
    let limited = Fault::status(429).retry_after("7");
    let seven = Some(Duration::from_secs(7));
    assert_eq!(after(limited).await, (Outcome::Later, seven));
    let limited = Fault::status(429).retry_after("99999999999999999999");
    let hour = Some(Duration::from_secs(3600));
    assert_eq!(after(limited).await, (Outcome::Later, hour));
}

#[tokio::test]
async fn reply_in_an_unknown_conversation_is_rejected_without_a_pause() {
    let sandbox = Sandbox::start().await;
    assert_eq!(send(sandbox.client()).await, (Outcome::Rejected, None));
}

#[tokio::test]
async fn outcome_is_unknown_after_a_server_error() {
    let (outcome, pause) = after(Fault::status(500)).await;
    assert_eq!((outcome, pause.is_some()), (Outcome::Unknown, true));
}
