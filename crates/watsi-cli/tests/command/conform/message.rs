//! The message that is sent if a conversation is given.

use serde_json::{Value, json};
use watsi_sandbox::Sandbox;
use wiremock::matchers::{method, path};
use wiremock::{Mock, ResponseTemplate};

use crate::command::{end, sandbox, with};
use crate::fixtures::CONTRACT;
use crate::servers::over;
use crate::written::Written;

/// A conversation that the sandbox does not have.
const UNKNOWN: &str = "chat_123";

/// Sends a message, and returns the report's check of it, which is the last one.
#[track_caller]
fn message_check(sandbox: &Sandbox, conversation: &str, options: &[&str]) -> Value {
    let arguments = ["conform", "--format", "json", "--send-to", conversation];
    let report = end(with(sandbox, &arguments).args(options)).json();
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

#[tokio::test]
async fn message_is_sent_on_request_and_has_no_findings() {
    let sandbox = sandbox().await;
    let id = sandbox.customer_writes("+5491155551234", "Hi");
    end(&mut with(&sandbox, &["conform"])).exits(0);
    assert_eq!(sandbox.messages().len(), 1);
    let check = message_check(&sandbox, id.as_str(), &[]);
    assert_eq!(check["name"], "send_message to the given conversation");
    assert_eq!(check["findings"], json!([]));
    assert_eq!(check["skipped"], Value::Null);
    assert_eq!(sandbox.messages().len(), 2);
}

#[tokio::test]
async fn changed_message_in_the_response_is_found() {
    let message = json!({
        "id": "msg_1", "conversation_id": UNKNOWN, "body": "Hello from the Watsi API!", "direction": "outbound",
        "status": "sent", "created_at": "2025-03-15T10:35:00.000Z",
    });
    for (name, other) in [("body", "another text"), ("conversation_id", "chat_124")] {
        let mut changed = message.clone();
        changed[name] = json!(other);
        let check = check_of_response(201, json!({"message": changed})).await;
        let [finding] = &check["findings"].as_array().unwrap()[..] else {
            panic!("{check}");
        };
        assert_eq!(finding["id"], "response-message-mismatch");
        assert_eq!(finding["severity"], "breaking");
        let pointer = format!("/response/body/message/{name}");
        assert_eq!(finding["pointer"], pointer);
    }
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
async fn message_is_not_sent_without_its_operation_or_an_example_that_is_an_object() {
    let no_operation = "the contract has no operation `send_message`";
    let no_example = "the contract has no example for the request body";
    let examples = "/requestBody/content/application~1json/examples";
    let contract = openapi_conformance::Contract::parse(CONTRACT).unwrap();
    for (place, value, reason) in [
        ("/operationId", json!("send"), no_operation),
        (examples, json!({}), no_example),
        (examples, json!({"text": {"value": "Hi"}}), no_example),
    ] {
        let mut contract = contract.json().clone();
        let operation = &mut contract["paths"]["/messages"]["post"];
        *operation.pointer_mut(place).unwrap() = value;
        let contract = Written::new("message.yaml", &contract.to_string());
        let sandbox = sandbox().await;
        let check = message_check(&sandbox, UNKNOWN, &["--spec", contract.path()]);
        assert_eq!(check["findings"], json!([]), "{reason}");
        assert_eq!(check["skipped"], reason);
        let requests = sandbox.requests();
        assert!(requests.iter().all(|request| request.method() == "GET"));
    }
}
