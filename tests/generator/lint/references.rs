//! References, alone and wrapped in `allOf` or `anyOf`.

use serde_json::{Value, json};

use super::{PAGE, assert_finding, assert_finding_at, findings, put};
use crate::contract::CONTRACT;

const AGENT: &str = "/components/schemas/Conversation/properties/agent_id";

fn reference() -> Value {
    json!({"$ref": "#/components/schemas/AgentId"})
}

fn nothing() -> Value {
    json!({"type": "null"})
}

#[test]
fn references_must_point_to_a_component() {
    let pointer = format!("{PAGE}/properties/chats/items/$ref");
    for target in ["other.yaml#/A", "#/components/schemas/Missing"] {
        assert_finding("reference-unresolved", &pointer, json!(target));
    }
    let any = json!([{"$ref": "#/components/schemas/None"}, nothing()]);
    let at = format!("{AGENT}/anyOf/0/$ref");
    assert_finding_at(&at, "reference-unresolved", &format!("{AGENT}/anyOf"), any);
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
fn keywords_next_to_a_reference_must_not_change_the_type() {
    let items = format!("{PAGE}/properties/chats/items");
    assert_finding(
        "reference-type-changed",
        &format!("{items}/minItems"),
        json!(1),
    );
    let mut contract = CONTRACT.clone();
    put(&mut contract, &format!("{items}/description"), json!("d"));
    assert_eq!(findings(&contract), []);
}

#[test]
fn parts_of_all_of_must_be_objects_that_agree() {
    let part = |schema: Value| json!({"type": "object", "properties": {"a": schema}});
    let all_of = |parts: Value| json!({"description": "d", "allOf": parts});
    for parts in [
        json!([reference(), reference()]),
        json!([
            part(json!({"type": "string"})),
            part(json!({"type": "integer"}))
        ]),
        json!([part(json!({"type": "string"})), {"type": "object", "properties": {}, "additionalProperties": false}]),
    ] {
        assert_finding("all-of-unsupported", AGENT, all_of(parts));
    }
}

#[test]
fn variants_of_a_union_must_be_told_apart() {
    let object =
        |properties: Value| json!({"type": "object", "required": ["a"], "properties": properties});
    let string = json!({"type": "string"});
    for members in [
        json!([reference(), string]),
        json!([{"type": "integer"}, {"type": "number"}]),
        json!([
            object(json!({"a": string})),
            object(json!({"a": string, "b": string}))
        ]),
        json!([
            object(json!({"a": {"const": "x"}})),
            object(json!({"a": {"const": "x"}}))
        ]),
    ] {
        let union = json!({"description": "d", "oneOf": members});
        assert_finding("union-ambiguous", AGENT, union);
    }
}

#[test]
fn unions_of_distinct_variants_have_no_finding() {
    let string = json!({"type": "string"});
    let tagged = |value: &str| json!({"type": "object", "required": ["kind"], "properties": {"kind": {"const": value}}});
    let with =
        |name: &str| json!({"type": "object", "required": [name], "properties": {name: string}});
    for members in [
        json!([tagged("x"), tagged("y")]),
        json!([with("x"), with("y"), nothing()]),
        json!([{"type": "integer"}, string, {"type": "array", "items": string}]),
        json!([{"enum": ["x", "y"]}, string]),
    ] {
        let mut contract = CONTRACT.clone();
        put(
            &mut contract,
            AGENT,
            json!({"description": "d", "anyOf": members}),
        );
        assert_eq!(findings(&contract), []);
    }
}

#[test]
fn tag_of_a_variant_is_not_sensitive() {
    let tagged =
        |kind: Value| json!({"type": "object", "required": ["kind"], "properties": {"kind": kind}});
    let members = [
        tagged(json!({"const": "x", "x-sensitive": true})),
        tagged(json!({"const": "y"})),
    ];
    let union = json!({"description": "d", "oneOf": members});
    let at = format!("{AGENT}/oneOf/0/properties/kind");
    assert_finding_at(&at, "sensitive-invalid", AGENT, union);
}

#[test]
fn a_discriminator_must_map_to_the_variants() {
    let union = json!({
        "description": "d",
        "oneOf": [{"$ref": "#/components/schemas/Customer"}],
        "discriminator": {"propertyName": "kind", "mapping": {"a": "#/components/schemas/Message"}},
    });
    let at = format!("{AGENT}/discriminator/mapping/a");
    assert_finding_at(&at, "reference-unresolved", AGENT, union);
}

#[test]
fn references_must_not_lead_back_to_themselves() {
    let alias = "/components/schemas/Alias";
    let itself = json!({"$ref": "#/components/schemas/Alias"});
    assert_finding("schema-alias", alias, itself);
}
