//! The text of a change. Other tests compare ids.

use serde_json::{Value, json};

use super::{CONVERSATION, Edit, LIMIT, LIST, RATE_LIMITED, STATUS, at, edited, parsed, schema};

#[track_caller]
fn assert_text(old: &[Edit], new: &[Edit], expected: &[&str]) {
    let changes = parsed(&edited(old)).changes_to(&parsed(&edited(new)));
    let text: Vec<_> = changes.iter().map(ToString::to_string).collect();
    assert_eq!(text, expected);
}

#[test]
fn change_is_displayed_with_impact_operation_sentence_and_pointer() {
    assert_text(
        &[],
        &[("/servers/0/url", json!("https://b.example"))],
        &[
            "breaking: the base URL changes from https://api.watsi.ai/api/v1 to https://b.example (openapi.yaml#/servers/0/url)",
        ],
    );
    assert_text(
        &[],
        &[(&at(LIMIT, "/schema/maximum"), json!(50))],
        &[
            "breaking: list_conversations: the parameter `limit` has the maximum `50` instead of `100` (openapi.yaml#/paths/~1conversations/get/parameters/0/schema)",
        ],
    );
    assert_text(
        &[],
        &[(&at(STATUS, "/x-extensible-enum"), json!(["open"]))],
        &[
            "breaking: list_conversations: the parameter `status` no longer has the known value `active` (openapi.yaml#/components/schemas/ConversationStatus)",
            "additive: the response's `chats[].status` no longer has the known value `active`, in list_conversations and 1 more (openapi.yaml#/components/schemas/ConversationStatus)",
        ],
    );
}

#[test]
fn operation_that_reaches_a_change_by_two_paths_is_counted_once() {
    let (pointer, header) = (
        at(LIST, "/responses/503"),
        at(RATE_LIMITED, "/headers/Retry-After"),
    );
    let shared = (
        &*pointer,
        json!({"$ref": "#/components/responses/RateLimited"}),
    );
    let with = [shared.clone()];
    let without = [shared, (&*header, Value::Null)];
    assert_text(
        &with,
        &without,
        &[
            "breaking: the response header `Retry-After` is removed, in list_conversations and 2 more (openapi.yaml#/components/responses/RateLimited/headers/Retry-After)",
        ],
    );
    assert_text(
        &without,
        &with,
        &[
            "additive: the response header `Retry-After` is added, in list_conversations and 2 more (openapi.yaml#/components/responses/RateLimited/headers/Retry-After)",
        ],
    );
}

#[test]
fn change_is_displayed_on_one_line() {
    let name = at(CONVERSATION, "/properties/a\nb");
    let (old, new) = (
        parsed(&edited(&[])),
        parsed(&edited(&[(&name, schema("string"))])),
    );
    let text = old.changes_to(&new)[0].to_string();
    assert_eq!(text.lines().count(), 1, "{text}");
}
