//! Changes of formats, patterns and open enums.

use serde_json::{Value, json};

use super::{CONVERSATION, LIST, STATUS, assert_changes, at, schema};

#[test]
fn added_format_of_a_request_is_breaking_and_removed_one_additive() {
    assert_changes(
        &[(&at(LIST, "/x-pagination"), Value::Null)],
        &[(&at(LIST, "/parameters/1/schema/format"), Value::Null)],
        &[
            "additive request-format-removed list_conversations /paths/~1conversations/get/parameters/1/schema",
        ],
        &[
            "breaking request-format-added list_conversations /paths/~1conversations/get/parameters/1/schema",
        ],
    );
}

#[test]
fn removed_format_of_a_response_is_breaking_and_added_one_additive() {
    assert_changes(
        &[],
        &[(
            &at(CONVERSATION, "/properties/created_at/format"),
            Value::Null,
        )],
        &[
            "breaking response-format-removed list_conversations /components/schemas/Conversation/properties/created_at",
        ],
        &[
            "additive response-format-added list_conversations /components/schemas/Conversation/properties/created_at",
        ],
    );
}

#[test]
fn changed_format_is_breaking() {
    let change = "breaking format-changed list_conversations /components/schemas/Conversation/properties/created_at";
    assert_changes(
        &[],
        &[(
            &at(CONVERSATION, "/properties/created_at/format"),
            json!("uri"),
        )],
        &[change],
        &[change],
    );
}

const URL_PATTERN: &str = "/components/schemas/CreateWebhookRequest/properties/url/pattern";

#[test]
fn added_pattern_of_a_request_is_breaking_and_removed_one_additive() {
    assert_changes(
        &[],
        &[(URL_PATTERN, Value::Null)],
        &[
            "additive request-pattern-removed create_webhook /components/schemas/CreateWebhookRequest/properties/url",
        ],
        &[
            "breaking request-pattern-added create_webhook /components/schemas/CreateWebhookRequest/properties/url",
        ],
    );
}

#[test]
fn removed_pattern_of_a_response_is_breaking_and_added_one_additive() {
    let code = at(CONVERSATION, "/properties/code");
    assert_changes(
        &[(&code, schema("string"))],
        &[(&at(&code, "/pattern"), json!("^c"))],
        &[
            "additive response-pattern-added list_conversations /components/schemas/Conversation/properties/code",
        ],
        &[
            "breaking response-pattern-removed list_conversations /components/schemas/Conversation/properties/code",
        ],
    );
}

#[test]
fn changed_pattern_is_breaking() {
    let change = "breaking pattern-changed create_webhook /components/schemas/CreateWebhookRequest/properties/url";
    assert_changes(
        &[],
        &[(URL_PATTERN, json!("^https?://"))],
        &[change],
        &[change],
    );
}

#[test]
fn enum_in_requests_and_responses_is_reported_once_for_each() {
    assert_changes(
        &[],
        &[(&at(STATUS, "/x-extensible-enum"), json!(["open"]))],
        &[
            "breaking request-enum-value-removed list_conversations /components/schemas/ConversationStatus",
            "additive response-enum-value-removed - /components/schemas/ConversationStatus",
        ],
        &[
            "additive enum-value-added list_conversations /components/schemas/ConversationStatus",
            "additive enum-value-added - /components/schemas/ConversationStatus",
        ],
    );
}

#[test]
fn removed_enum_of_a_request_is_additive_and_added_one_breaking() {
    assert_changes(
        // The contract's events must be known values of `EventType`.
        &[("/x-webhooks", Value::Null)],
        &[(
            "/components/schemas/EventType/x-extensible-enum",
            Value::Null,
        )],
        &["additive enum-removed create_webhook /components/schemas/EventType"],
        &["breaking request-enum-added create_webhook /components/schemas/EventType"],
    );
}

#[test]
fn enum_added_to_a_response_is_additive() {
    assert_changes(
        &[],
        &[(&at(STATUS, "/x-extensible-enum"), Value::Null)],
        &[
            "additive enum-removed list_conversations /components/schemas/ConversationStatus",
            "additive enum-removed - /components/schemas/ConversationStatus",
        ],
        &[
            "breaking request-enum-added list_conversations /components/schemas/ConversationStatus",
            "additive response-enum-added - /components/schemas/ConversationStatus",
        ],
    );
}
