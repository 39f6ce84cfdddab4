//! The message that is sent if a conversation is given.

use std::process::Output;

use serde_json::{Value, json};
use watsi_sandbox::Sandbox;
use wiremock::matchers::{method, path};
use wiremock::{Mock, ResponseTemplate};

use crate::command::{sandbox, with};
use crate::fixtures::CONTRACT;
use crate::overlay::over;
use crate::written::Written;

/// A conversation that the sandbox does not have.
const UNKNOWN: &str = "chat_123";

/// Sends a message, and returns the report's check of it, which is the last one.
#[track_caller]
fn message_check(sandbox: &Sandbox, conversation: &str, options: &[&str]) -> Value {
    let arguments = ["conform", "--format", "json", "--send-to", conversation];
    let mut command = with(sandbox, &arguments);
    let Output { stdout, stderr, .. } = command.args(options).output().unwrap();
    let report: Result<Value, _> = serde_json::from_slice(&stdout);
    let report = report.unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&stderr)));
    let checks = report["checks"].as_array().unwrap();
    let check = checks.last().unwrap().clone();
    assert!(check["name"].as_str().unwrap().starts_with("send_message"));
    check
}

/// Sends a message to a server that responds to it with this, and returns the check of it.
async fn check_of_response(status: u16, body: Value) -> Value {
    let sandbox = sandbox().await;
    let server = over(&sandbox).await;
    let response = ResponseTemplate::new(status).set_body_json(body);
    let mock = Mock::given(method("POST")).and(path("/messages"));
    mock.respond_with(response).mount(&server).await;
    message_check(&sandbox, UNKNOWN, &["--base-url", &server.uri()])
}

/// Returns the contract after a change of the operation that sends a message.
fn edited(change: impl FnOnce(&mut Value)) -> Written {
    let contract = openapi_conformance::Contract::parse(CONTRACT).unwrap();
    let mut contract = contract.json().clone();
    change(&mut contract["paths"]["/messages"]["post"]);
    Written::new("message.yaml", &contract.to_string())
}

/// Asserts that no message is sent, and the reason that the report has for it.
#[track_caller]
fn assert_not_sent(sandbox: &Sandbox, contract: &Written, reason: &str) {
    let check = message_check(sandbox, UNKNOWN, &["--spec", contract.path()]);
    assert_eq!(check["findings"], json!([]));
    assert_eq!(check["skipped"], reason);
    let requests = sandbox.requests();
    assert!(requests.iter().all(|request| request.method() == "GET"));
}

#[tokio::test]
async fn sent_message_has_no_findings() {
    let sandbox = sandbox().await;
    let id = sandbox.customer_writes("+5491155551234", "Hi");
    let check = message_check(&sandbox, id.as_str(), &[]);
    assert_eq!(check["name"], "send_message to the given conversation");
    assert_eq!(check["findings"], json!([]));
    assert_eq!(check["skipped"], Value::Null);
    assert_eq!(sandbox.messages().len(), 2);
}

#[tokio::test]
async fn changed_message_in_the_response_is_found() {
    let message = json!({
        "id": "msg_1", "conversation_id": UNKNOWN, "body": "another text", "direction": "outbound",
        "status": "sent", "created_at": "2025-03-15T10:35:00.000Z",
    });
    let check = check_of_response(201, json!({"message": message})).await;
    let [finding] = &check["findings"].as_array().unwrap()[..] else {
        panic!("{check}");
    };
    assert_eq!(finding["id"], "response-message-mismatch");
    assert_eq!(finding["severity"], "breaking");
    assert_eq!(finding["pointer"], "/response/body/message/body");
}

#[tokio::test]
async fn message_in_another_conversation_is_found() {
    let message = json!({
        "id": "msg_1", "conversation_id": "chat_124", "direction": "outbound", "status": "sent",
        "created_at": "2025-03-15T10:35:00.000Z", "body": "Hello from the Watsi API!",
    });
    let check = check_of_response(201, json!({"message": message})).await;
    let [finding] = &check["findings"].as_array().unwrap()[..] else {
        panic!("{check}");
    };
    assert_eq!(finding["id"], "response-message-mismatch");
    let pointer = "/response/body/message/conversation_id";
    assert_eq!(finding["pointer"], pointer);
}

#[tokio::test]
async fn rejected_message_is_skipped() {
    let sandbox = sandbox().await;
    let check = message_check(&sandbox, UNKNOWN, &[]);
    assert_eq!(check["findings"], json!([]));
    let reason = "the server responded to the message with 404";
    assert_eq!(check["skipped"], reason);
}

#[tokio::test]
async fn message_with_an_invalid_rejection_is_not_skipped() {
    let check = check_of_response(404, json!({"error": "Not found"})).await;
    assert_eq!(check["findings"][0]["pointer"], "/response/body/error");
    assert_eq!(check["skipped"], Value::Null);
}

#[tokio::test]
async fn message_is_not_sent_without_its_operation() {
    let contract = edited(|operation| operation["operationId"] = json!("send"));
    let reason = "the contract has no operation `send_message`";
    assert_not_sent(&sandbox().await, &contract, reason);
}

#[tokio::test]
async fn message_is_not_sent_without_an_example_that_is_an_object() {
    let reason = "the contract has no example for the request body";
    for examples in [json!({}), json!({"text": {"value": "Hi"}})] {
        let contract = edited(|operation| {
            operation["requestBody"]["content"]["application/json"]["examples"] = examples;
        });
        assert_not_sent(&sandbox().await, &contract, reason);
    }
}
