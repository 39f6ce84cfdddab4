//! Changes of properties, and of objects with arbitrary properties.

use serde_json::{Value, json};

use super::keywords::{assert_different, assert_narrower, ids};
use super::{CONVERSATION, LIST, MESSAGE, RECEIVED, assert_changes, at, schema};

fn map_of(kind: &str) -> Value {
    json!({"type": "object", "additionalProperties": {"type": kind}, "description": "d"})
}

fn customer() -> Value {
    json!({"$ref": "#/components/schemas/Customer"})
}

#[test]
fn request_property_that_becomes_required_is_breaking_and_optional_additive() {
    assert_changes(
        &[],
        &[(&at(MESSAGE, "/required"), json!(["body"]))],
        &[
            "additive request-property-optional send_message /components/schemas/SendMessageRequest/properties/conversation_id",
        ],
        &[
            "breaking request-property-required send_message /components/schemas/SendMessageRequest/properties/conversation_id",
        ],
    );
}

#[test]
fn added_required_request_property_is_breaking() {
    assert_changes(
        &[],
        &[
            (&at(MESSAGE, "/properties/tone"), schema("string")),
            (&at(MESSAGE, "/required/-"), json!("tone")),
        ],
        &[
            "breaking required-request-property-added send_message /components/schemas/SendMessageRequest/properties/tone",
        ],
        &[
            "breaking request-property-removed send_message /components/schemas/SendMessageRequest/properties/tone",
        ],
    );
}

#[test]
fn added_optional_request_property_is_additive() {
    assert_changes(
        &[],
        &[(&at(MESSAGE, "/properties/tone"), schema("string"))],
        &[
            "additive request-property-added send_message /components/schemas/SendMessageRequest/properties/tone",
        ],
        &[
            "breaking request-property-removed send_message /components/schemas/SendMessageRequest/properties/tone",
        ],
    );
}

#[test]
fn response_property_that_becomes_optional_is_breaking_and_required_additive() {
    assert_changes(
        &[],
        &[(&at(CONVERSATION, "/required"), json!(["id", "customer"]))],
        &[
            "breaking response-property-optional list_conversations /components/schemas/Conversation/properties/status",
        ],
        &[
            "additive response-property-required list_conversations /components/schemas/Conversation/properties/status",
        ],
    );
}

const DETAILS_REMOVED: &str = "breaking response-property-removed list_conversations /components/schemas/Conversation/properties/details";
const DETAILS_ADDED: &str = "additive response-property-added list_conversations /components/schemas/Conversation/properties/details";

#[test]
fn removed_response_property_is_breaking_and_added_one_additive() {
    assert_changes(
        &[],
        &[(&at(CONVERSATION, "/properties/details"), Value::Null)],
        &[DETAILS_REMOVED],
        &[DETAILS_ADDED],
    );
}

#[test]
fn recursive_schema_is_compared() {
    let parent = json!({"$ref": "#/components/schemas/Conversation"});
    assert_changes(
        &[(&at(CONVERSATION, "/properties/parent"), parent)],
        &[(&at(CONVERSATION, "/properties/details"), Value::Null)],
        &[DETAILS_REMOVED],
        &[DETAILS_ADDED],
    );
}

#[test]
fn restricted_properties_of_a_response_are_additive_and_arbitrary_ones_breaking() {
    assert_changes(
        &[],
        &[(&at(CONVERSATION, "/properties/details"), customer())],
        &[
            "additive response-properties-restricted list_conversations /components/schemas/Customer",
        ],
        &[
            "breaking response-properties-unrestricted list_conversations /components/schemas/Conversation/properties/details",
        ],
    );
}

#[test]
fn restricted_properties_of_a_request_are_breaking_and_arbitrary_ones_additive() {
    let free = json!({"type": "object", "additionalProperties": true, "description": "d"});
    assert_changes(
        &[(&at(MESSAGE, "/properties/extra"), free)],
        &[(&at(MESSAGE, "/properties/extra"), customer())],
        &["breaking request-properties-restricted send_message /components/schemas/Customer"],
        &[
            "additive request-properties-unrestricted send_message /components/schemas/SendMessageRequest/properties/extra",
        ],
    );
}

#[test]
fn documented_event_data_is_additive() {
    let pointer = at(RECEIVED, "/requestBody/content/application~1json/schema");
    assert_changes(
        &[],
        &[(
            &pointer,
            json!({"$ref": "#/components/schemas/WebhookEvent"}),
        )],
        &[
            "breaking response-properties-unrestricted message_received /components/schemas/WebhookEvent/properties/data",
        ],
        &[
            "additive response-properties-restricted message_received /components/schemas/MessageReceivedData",
        ],
    );
}

#[test]
fn changed_values_of_a_map_are_breaking() {
    let change = "breaking type-changed list_conversations /components/schemas/Conversation/properties/details/additionalProperties";
    let details = at(CONVERSATION, "/properties/details");
    assert_changes(
        &[(&details, map_of("string"))],
        &[(&details, map_of("boolean"))],
        &[change],
        &[change],
    );
}

#[test]
fn changed_request_type_is_breaking() {
    let change = "breaking type-changed send_message /components/schemas/SendMessageRequest/properties/urgent";
    assert_changes(
        &[(&at(MESSAGE, "/properties/urgent"), schema("boolean"))],
        &[(&at(MESSAGE, "/properties/urgent/type"), json!("string"))],
        &[change],
        &[change],
    );
}

#[test]
fn changed_response_type_is_breaking() {
    let change = "breaking type-changed list_conversations /components/schemas/ConversationPage/properties/hasMore";
    let array = json!({"type": "array", "description": "d", "items": {"type": "string"}});
    assert_changes(
        &[(&at(LIST, "/x-pagination"), Value::Null)],
        &[(
            "/components/schemas/ConversationPage/properties/hasMore",
            array,
        )],
        &[change],
        &[change],
    );
}

fn record() -> Value {
    json!({"type": "object", "properties": {"a": {"type": "string"}}})
}

#[test]
fn map_instead_of_named_properties_is_breaking() {
    assert_different(map_of("string"), record(), "type-changed");
    let mut closed = record();
    closed["additionalProperties"] = json!(false);
    assert_different(map_of("string"), closed, "type-changed");
}

#[test]
fn map_with_a_named_property_is_still_a_map() {
    let mut named = record();
    named["additionalProperties"] = json!({"type": "string"});
    let added = [
        "additive request-property-added",
        "additive response-property-added",
    ];
    assert_eq!(ids(&map_of("string"), &named), added);
}

#[test]
fn map_without_properties_is_restricted() {
    let empty = json!({"type": "object", "additionalProperties": false});
    let names = ["properties-restricted", "properties-unrestricted"];
    assert_narrower(map_of("string"), empty, names);
}
