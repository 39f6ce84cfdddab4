//! The quickstart's payloads, kept verbatim beside this file, are the contract's examples.
//! Source: <https://docs.watsi.ai/quickstart>.

use serde_json::Value;

use crate::contract::OPERATIONS;

#[track_caller]
fn assert_documented(operation: &str, example: &str, payload: &str, response: bool) {
    let payload: Value = serde_json::from_str(payload).unwrap();
    let operation = OPERATIONS
        .iter()
        .find(|it| it.id == operation)
        .expect("it is in the contract");
    let answers = operation.answers();
    let shown = if response {
        answers
            .iter()
            .find(|it| it.example == example)
            .map(|it| it.body)
    } else {
        operation
            .request_examples()
            .into_iter()
            .find(|it| it.0 == example)
            .map(|it| it.1)
    };
    assert_eq!(shown, Some(&payload));
}

#[test]
fn list_conversations_example_matches_the_quickstart() {
    let payload = include_str!("quickstart/conversations.json");
    assert_documented("list_conversations", "quickstart", payload, true);
}

#[test]
fn send_message_request_matches_the_quickstart() {
    let payload = include_str!("quickstart/send_message.json");
    assert_documented("send_message", "quickstart", payload, false);
}

#[test]
fn send_message_response_matches_the_quickstart() {
    let payload = include_str!("quickstart/message.json");
    assert_documented("send_message", "quickstart", payload, true);
}
