//! References, alone and wrapped in `allOf` or `anyOf`.

use serde_json::{Value, json};

use super::{BODY, PAGE, STATUS, assert_finding, assert_finding_at};

const AGENT: &str = "/components/schemas/Conversation/properties/agent_id";

fn reference() -> Value {
    json!({"$ref": "#/components/schemas/AgentId"})
}

fn null_of(kind: &str) -> Value {
    json!({"type": kind, "nullable": true, "enum": [null]})
}

#[test]
fn references_must_point_to_a_component() {
    let pointer = format!("{PAGE}/properties/chats/items/$ref");
    for target in ["other.yaml#/A", "#/components/schemas/Missing"] {
        assert_finding("reference-unresolved", &pointer, json!(target));
    }
    let any = json!([{"$ref": "#/components/schemas/None"}, null_of("string")]);
    let at = format!("{AGENT}/anyOf/0/$ref");
    assert_finding_at(&at, "reference-unresolved", &format!("{AGENT}/anyOf"), any);
}

#[test]
fn references_must_have_no_siblings() {
    let items = format!("{PAGE}/properties/chats/items");
    let pointer = format!("{items}/description");
    assert_finding_at(&items, "reference-siblings", &pointer, json!("d"));
}

#[test]
fn keywords_next_to_a_wrapped_reference_must_not_change_the_type() {
    for (key, value) in [
        ("required", json!(["a"])),
        ("properties", json!({})),
        ("format", json!("date-time")),
        ("maximum", json!(1)),
    ] {
        assert_finding("reference-type-changed", &format!("{AGENT}/{key}"), value);
    }
}

#[test]
fn any_of_must_be_a_nullable_reference() {
    let pointer = format!("{STATUS}/anyOf");
    let any = json!([{"type": "string"}]);
    assert_finding_at(STATUS, "any-of-unsupported", &pointer, any);
    for any in [
        json!([reference()]),
        json!([null_of("string"), reference()]),
        json!([reference(), {"type": "string", "nullable": true}]),
        json!([reference(), null_of("string"), null_of("string")]),
        json!([{"type": "string"}, null_of("string")]),
    ] {
        assert_finding_at(AGENT, "any-of-unsupported", &format!("{AGENT}/anyOf"), any);
    }
}

#[test]
fn nullable_references_are_allowed_only_at_properties_and_items() {
    let any = json!({"anyOf": [reference(), null_of("string")]});
    assert_finding("keyword-misplaced", &format!("{BODY}/schema"), any);
}

#[test]
fn nullable_has_no_effect_next_to_all_of() {
    let all = json!({"description": "d", "nullable": true, "allOf": [reference()]});
    let at = format!("{AGENT}/nullable");
    assert_finding_at(&at, "nullable-ineffective", AGENT, all);
}

#[test]
fn all_of_must_annotate_one_reference() {
    let all = json!({"description": "d", "allOf": [reference(), reference()]});
    assert_finding("all-of-unsupported", AGENT, all);
}

#[test]
fn all_of_of_a_webhook_must_not_be_nested() {
    let schema = "/x-webhooks/message.received/post/requestBody/content/application~1json/schema";
    for (key, value) in [("allOf", json!([])), ("additionalProperties", json!(true))] {
        assert_finding("all-of-nested", &format!("{schema}/allOf/1/{key}"), value);
    }
}

#[test]
fn a_component_must_not_be_an_alias() {
    let alias = json!({"$ref": "#/components/schemas/Channel"});
    assert_finding("schema-alias", "/components/schemas/Alias", alias);
}
