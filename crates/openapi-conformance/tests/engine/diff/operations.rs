//! Changes of the base URL, operations, events and pagination.

use serde_json::{Value, json};

use super::{LIST, SEND, assert_changes, at, path_with_parameter, value_at};
use crate::contract::CONTRACT;

#[test]
fn changed_base_url_is_breaking() {
    assert_changes(
        &[],
        &[("/servers/0/url", json!("https://b.example"))],
        &["breaking base-url-changed - /servers/0/url"],
        &["breaking base-url-changed - /servers/0/url"],
    );
}

#[test]
fn changed_origin_or_path_of_the_base_url_is_breaking() {
    let change = "breaking base-url-changed - /servers/0/url";
    for url in [
        "https://b.example/api/v1",
        "https://api.example.com/api/v2",
        "https://api.example.com",
    ] {
        assert_changes(&[], &[("/servers/0/url", json!(url))], &[change], &[change]);
    }
}

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
fn removed_operation_is_breaking_and_added_one_additive() {
    assert_changes(
        &[],
        &[("/paths/~1messages", Value::Null)],
        &["breaking operation-removed send_message /paths/~1messages/post"],
        &["additive operation-added send_message /paths/~1messages/post"],
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
fn removed_event_is_breaking_and_added_one_additive() {
    assert_changes(
        &[],
        &[("/x-webhooks/message.received", Value::Null)],
        &["breaking event-removed message_received /x-webhooks/message.received/post"],
        &["additive event-added message_received /x-webhooks/message.received/post"],
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
fn removed_pagination_is_breaking_and_added_one_additive() {
    assert_changes(
        &[],
        &[(&at(LIST, "/x-pagination"), Value::Null)],
        &["breaking pagination-removed list_conversations /paths/~1conversations/get/x-pagination"],
        &["additive pagination-added list_conversations /paths/~1conversations/get/x-pagination"],
    );
}

#[test]
fn pagination_that_is_described_further_is_additive() {
    let pointer = at(LIST, "/x-pagination/next");
    assert_changes(
        &[],
        &[(&pointer, json!("/meta/next"))],
        &["additive pagination-added list_conversations /paths/~1conversations/get/x-pagination"],
        &["breaking pagination-changed list_conversations /paths/~1conversations/get/x-pagination"],
    );
}

#[test]
fn pagination_of_another_style_is_breaking() {
    let change =
        "breaking pagination-changed list_conversations /paths/~1conversations/get/x-pagination";
    let pages = json!({"items": "chats", "more": "hasMore", "page": "before"});
    assert_changes(
        &[],
        &[(&at(LIST, "/x-pagination"), pages)],
        &[change],
        &[change],
    );
}

#[test]
fn pagination_by_another_property_is_breaking() {
    let change =
        "breaking pagination-changed list_conversations /paths/~1conversations/get/x-pagination";
    assert_changes(
        &[],
        &[(&at(LIST, "/x-pagination/timestamp"), json!("created_at"))],
        &[change],
        &[change],
    );
}
