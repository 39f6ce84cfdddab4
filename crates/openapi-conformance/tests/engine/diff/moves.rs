//! Edits that move or copy parts of the contract.

use serde_json::{Value, json};

use super::{RATE_LIMITED, RECEIVED, SEND, assert_changes, at, path_with_parameter, value_at};
use crate::contract::CONTRACT;

#[test]
fn path_without_its_parameter_is_another_path() {
    assert_changes(
        &[
            ("/paths/~1messages", Value::Null),
            ("/paths/~1chats~1{id}", path_with_parameter("id")),
        ],
        &[
            ("/paths/~1chats~1{id}", Value::Null),
            ("/paths/~1chats~1", value_at("/paths/~1messages")),
        ],
        &["breaking operation-moved send_message /paths/~1chats~1/post"],
        &["breaking operation-moved send_message /paths/~1chats~1{id}/post"],
    );
}

#[test]
fn changed_path_is_breaking() {
    assert_changes(
        &[],
        &[
            ("/paths/~1texts", value_at("/paths/~1messages")),
            ("/paths/~1messages", Value::Null),
        ],
        &["breaking operation-moved send_message /paths/~1texts/post"],
        &["breaking operation-moved send_message /paths/~1messages/post"],
    );
}

#[test]
fn changed_path_hides_its_new_parameters() {
    assert_changes(
        &[],
        &[
            ("/paths/~1messages", Value::Null),
            ("/paths/~1chats~1{id}", path_with_parameter("id")),
        ],
        &["breaking operation-moved send_message /paths/~1chats~1{id}/post"],
        &["breaking operation-moved send_message /paths/~1messages/post"],
    );
}

#[test]
fn changed_method_is_breaking() {
    assert_changes(
        &[],
        &[("/paths/~1messages", json!({"put": value_at(SEND)}))],
        &["breaking operation-moved send_message /paths/~1messages/put"],
        &["breaking operation-moved send_message /paths/~1messages/post"],
    );
}

#[test]
fn changed_event_type_is_breaking() {
    // Every event must be a known value of `EventType`.
    let types = CONTRACT
        .events()
        .map(|event| event.path())
        .chain(["message.in"]);
    let types = json!(types.collect::<Vec<_>>());
    assert_changes(
        &[("/components/schemas/EventType/x-extensible-enum", types)],
        &[
            (
                "/x-webhooks/message.in",
                value_at("/x-webhooks/message.received"),
            ),
            ("/x-webhooks/message.received", Value::Null),
        ],
        &["breaking event-type-changed message_received /x-webhooks/message.in/post"],
        &["breaking event-type-changed message_received /x-webhooks/message.received/post"],
    );
}

#[test]
fn path_parameter_that_becomes_an_integer_is_narrower() {
    let pointer = "/paths/~1chats~1{id}/post/parameters/0/schema";
    assert_changes(
        &[
            ("/paths/~1messages", Value::Null),
            ("/paths/~1chats~1{id}", path_with_parameter("id")),
        ],
        &[(pointer, json!({"type": "integer"}))],
        &[&format!(
            "breaking request-type-narrowed send_message {pointer}"
        )],
        &[&format!(
            "additive request-type-widened send_message {pointer}"
        )],
    );
}

#[test]
fn added_or_removed_body_of_an_event_response_is_breaking() {
    let content = value_at(&at(RATE_LIMITED, "/content"));
    assert_changes(
        &[],
        &[(&at(RECEIVED, "/responses/401/content"), content)],
        &[
            "breaking event-response-body-added message_received /x-webhooks/message.received/post/responses/401",
        ],
        &[
            "breaking event-response-body-removed message_received /x-webhooks/message.received/post/responses/401",
        ],
    );
}

#[test]
fn added_or_removed_success_status_code_is_breaking() {
    let success = value_at(&at(SEND, "/responses/2XX"));
    assert_changes(
        &[
            (&at(SEND, "/responses/200"), success.clone()),
            (&at(SEND, "/responses/2XX"), Value::Null),
        ],
        &[(&at(SEND, "/responses/202"), success)],
        &["breaking success-status-code-added send_message /paths/~1messages/post/responses/202"],
        &["breaking success-status-code-removed send_message /paths/~1messages/post/responses/202"],
    );
}

#[test]
fn wider_range_of_success_status_codes_is_breaking_and_narrower_one_additive() {
    let success = value_at(&at(SEND, "/responses/2XX"));
    assert_changes(
        &[],
        &[
            (&at(SEND, "/responses/200"), success),
            (&at(SEND, "/responses/2XX"), Value::Null),
        ],
        &[
            "additive success-status-codes-narrowed send_message /paths/~1messages/post/responses/200",
        ],
        &["breaking success-status-code-added send_message /paths/~1messages/post/responses/2XX"],
    );
}
