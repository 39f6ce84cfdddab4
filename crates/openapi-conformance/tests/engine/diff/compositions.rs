//! Alternatives and compositions: what is paired, what is beside them, and which part a change points at.

use serde_json::{Value, json};

use super::equivalent::contract;
use super::{changes, parsed};

#[test]
fn changed_alternatives_of_the_same_component_are_compared() {
    let any =
        json!({"anyOf": [{"$ref": "#/components/schemas/A"}, {"$ref": "#/components/schemas/B"}]});
    let components = |minimum: u64| {
        let object = |name: &str| json!({"type": "object", "properties": {name: {"type": "string", "minLength": minimum}}});
        json!({"A": object("a"), "B": object("b")})
    };
    let (old, new) = (
        contract("3.1.0", &any, &components(0)),
        contract("3.1.0", &any, &components(1)),
    );
    assert_eq!(
        changes(&old, &new),
        [
            "breaking request-length-narrowed x /components/schemas/A/properties/a",
            "breaking request-length-narrowed x /components/schemas/B/properties/b",
            "additive response-length-narrowed x /components/schemas/A/properties/a",
            "additive response-length-narrowed x /components/schemas/B/properties/b",
        ]
    );
}

#[test]
fn schema_becomes_no_alternative_if_keywords_are_beside_them() {
    let single = json!({"type": "array"});
    let alternatives = |beside: &Value| {
        let mut schema =
            json!({"anyOf": [{"type": "array"}, {"type": "object"}, {"type": "string"}]});
        for (keyword, value) in beside.as_object().unwrap() {
            schema[keyword] = value.clone();
        }
        schema
    };
    let text = json!({"type": "string"});
    for beside in [
        json!({"not": {"const": "a"}}),
        json!({"minLength": 1}),
        json!({"properties": {"a": text}}),
        json!({"prefixItems": [text]}),
        json!({"items": text}),
    ] {
        let schema = alternatives(&beside);
        let of = |schema: &Value| contract("3.1.0", schema, &json!({}));
        let (old, new) = (of(&single), of(&schema));
        assert_ne!(changes(&old, &new), [""; 0], "{single} -> {schema}");
        assert_ne!(changes(&new, &old), [""; 0], "{schema} -> {single}");
    }
}

#[test]
fn change_points_at_the_part_of_a_composition_that_says_the_most() {
    let compositions = [
        (
            json!({"items": {"type": "string"}, "maxItems": 9}),
            json!({"items": {"type": "string"}, "maxItems": 8}),
        ),
        (json!({"enum": ["a", "b"]}), json!({"enum": ["a"]})),
        (
            json!({"x-extensible-enum": ["a", "b"]}),
            json!({"x-extensible-enum": ["a"]}),
        ),
    ];
    for (old, new) in compositions {
        let of = |part: &Value| {
            let whole = json!({"allOf": [{"type": ["array", "string"]}, part]});
            contract("3.1.0", &whole, &json!({}))
        };
        let found = changes(&of(&old), &of(&new));
        assert_eq!(found.len(), 2, "{found:?}");
        for change in found {
            assert!(change.ends_with("/schema/allOf/1"), "{change}");
        }
    }
}

#[test]
fn schemas_that_refer_to_themselves_endlessly_are_compared_without_that_reference() {
    let document = |kind: &str| {
        let base = json!({
            "type": "object",
            "properties": {"k": {"type": kind}},
            "oneOf": [{"$ref": "#/components/schemas/Sub"}],
        });
        let sub = json!({"allOf": [{"$ref": "#/components/schemas/Base"}, {"type": "object"}]});
        let content =
            json!({"application/json": {"schema": {"$ref": "#/components/schemas/Base"}}});
        parsed(&json!({
            "openapi": "3.1.0",
            "paths": {"/x": {"get": {"responses": {"200": {"description": "d", "content": content}}}}},
            "components": {"schemas": {"Base": base, "Sub": sub}},
        }))
    };
    let (old, new) = (document("string"), document("integer"));
    assert_eq!(changes(&old, &document("string")), [""; 0]);
    assert_ne!(changes(&old, &new), [""; 0]);
}
