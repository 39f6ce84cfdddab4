//! One request with a body.

use openapi_conformance::{Live, LiveError, Sent, Severity};
use serde_json::{Value, json};

use super::lossy::Lossy;
use super::server::{Break, be_busy, live_on, start};
use crate::contract::{CONTRACT, operation};

/// Sends the example of a message.
async fn send(live: &mut Live<'static>) -> Result<Sent, LiveError> {
    let operation = operation("send_message");
    let body = CONTRACT.request_example(operation).unwrap();
    live.send(operation, body).await
}

/// Sends the example of a message to a server that changes the response.
async fn sent(break_it: Break) -> Sent {
    let server = start(0, break_it).await;
    send(&mut live_on(&server)).await.unwrap()
}

#[tokio::test]
async fn response_is_returned() {
    let sent = sent(|_| ()).await;
    assert_eq!(sent.status, 200);
    assert_eq!(sent.body["message"]["id"], "msg_01HXYZ987654321");
    assert_eq!(sent.check.name, "send_message with a given body");
    assert_eq!(sent.check.requests, ["POST /messages -> 200"]);
    assert_eq!(sent.check.findings, []);
    assert_eq!(sent.check.skipped, None);
}

#[tokio::test]
async fn response_that_is_not_json_is_a_finding() {
    let sent = sent(|exchange| exchange.raw = Some(b"<html>".to_vec())).await;
    assert_eq!(sent.body, Value::Null);
    assert_eq!(sent.check.findings[0].id, "response-body-not-json");
}

#[tokio::test]
async fn documented_error_is_not_a_finding() {
    let server = start(0, |_| ()).await;
    let mut live = live_on(&server);
    let invalid = json!({"conversation_id": "chat_1"});
    let sent = live.send(operation("send_message"), &invalid).await;
    let sent = sent.unwrap();
    assert_eq!(sent.status, 400);
    assert_eq!(sent.check.findings, []);
    let operations = live.coverage().operations();
    assert_eq!(operations.missing, ["list_conversations", "create_webhook"]);
}

#[tokio::test]
async fn error_that_does_not_conform_is_a_finding() {
    let sent = sent(|exchange| {
        exchange.status = 404;
        exchange.body = json!({"error": "Not found"});
    });
    let findings = sent.await.check.findings;
    let [finding] = &findings[..] else {
        panic!("{findings:#?}");
    };
    assert_eq!(finding.id, "response-type-mismatch");
    assert_eq!(finding.severity, Severity::Breaking);
    assert_eq!(finding.pointer, "/response/body/error");
}

#[tokio::test]
async fn request_is_not_retried_if_it_may_have_been_processed() {
    for (busy, status, requests) in [(503, 503, 1), (429, 200, 2)] {
        let server = start(0, |_| ()).await;
        be_busy(&server, busy, 1).await;
        let sent = send(&mut live_on(&server)).await.unwrap();
        assert_eq!(sent.status, status);
        let received = server.received_requests().await.unwrap();
        assert_eq!(received.len(), requests, "{busy}");
    }
}

#[tokio::test]
async fn request_is_not_retried_after_a_lost_response() {
    let server = Lossy::start(1).await;
    let mut live = Live::new(&CONTRACT, &server.url, "key").unwrap();
    let error = send(&mut live).await.unwrap_err();
    assert!(matches!(error, LiveError::NoResponse { .. }), "{error:?}");
    assert_eq!(server.requests(), 1);
}
