//! Contracts that mean the same have no changes on the wire, however they are written.

use openapi_conformance::Contract;
use serde_json::{Value, json};

use super::{changes, parsed};

/// Returns a contract whose only operation sends and receives a schema, with components.
pub fn contract(version: &str, schema: &Value, components: &Value) -> Contract {
    let content = json!({"application/json": {"schema": schema}});
    parsed(&json!({
        "openapi": version,
        "info": {"title": "t", "version": "1"},
        "paths": {"/x": {"post": {
            "operationId": "x",
            "requestBody": {"required": true, "content": content},
            "responses": {"200": {"description": "d", "content": content}},
        }}},
        "components": {"schemas": components},
    }))
}

/// A schema and the version of OpenAPI that it is written for.
type Versioned = (&'static str, Value);

fn v30(schema: Value) -> Versioned {
    ("3.0.3", schema)
}

fn v31(schema: Value) -> Versioned {
    ("3.1.0", schema)
}

#[track_caller]
fn assert_equivalent(spellings: &[Versioned]) {
    let components = json!({
        "Text": {"type": "string"},
        "A": {"type": "object", "required": ["a"], "properties": {"a": {"type": "string"}}},
        "B": {"type": "object", "properties": {"b": {"type": "integer"}}},
    });
    for (version, one) in spellings {
        for (other_version, other) in spellings {
            let old = contract(version, one, &components);
            let new = contract(other_version, other, &components);
            assert_eq!(changes(&old, &new), [""; 0], "{one} -> {other}");
        }
    }
}

#[test]
fn spellings_of_nullable_are_equivalent() {
    let text = json!({"type": "string"});
    assert_equivalent(&[
        v30(json!({"type": "string", "nullable": true})),
        v30(json!({"anyOf": [
            {"$ref": "#/components/schemas/Text"},
            {"type": "string", "nullable": true, "enum": [null]},
        ]})),
        v31(json!({"type": ["string", "null"]})),
        v31(json!({"anyOf": [text, {"type": "null"}]})),
        v31(json!({"oneOf": [{"type": "null"}, text]})),
        v31(json!({"oneOf": [{"$ref": "#/components/schemas/Text"}, {"const": null}]})),
    ]);
}

#[test]
fn null_beside_several_alternatives_is_equivalent_to_a_nullable_alternative() {
    let (text, number) = (json!({"type": "string"}), json!({"type": "integer"}));
    let (a, b) = (json!({"minLength": 1}), json!({"minimum": 1}));
    let with = |one: &Value, other: &Value| json!({"allOf": [one, other]});
    assert_equivalent(&[
        v31(json!({"anyOf": [with(&text, &a), with(&number, &b), {"type": "null"}]})),
        v31(json!({"anyOf": [{"type": ["integer", "null"], "minimum": 1}, with(&text, &a)]})),
        v31(json!({"oneOf": [
            {"type": ["string", "null"], "minLength": 1}, {"type": "integer", "minimum": 1}
        ]})),
    ]);
}

#[test]
fn references_compositions_and_inline_schemas_are_equivalent() {
    assert_equivalent(&[
        v30(json!({"$ref": "#/components/schemas/A"})),
        v30(json!({"allOf": [{"$ref": "#/components/schemas/A"}]})),
        v31(json!({"$ref": "#/components/schemas/A", "description": "d"})),
        v31(json!({"type": "object", "required": ["a"], "properties": {"a": {"type": "string"}}})),
    ]);
    assert_equivalent(&[
        v30(
            json!({"allOf": [{"$ref": "#/components/schemas/A"}, {"$ref": "#/components/schemas/B"}]}),
        ),
        v30(json!({"type": "object", "required": ["a"], "properties": {
            "b": {"type": "integer"}, "a": {"type": "string"},
        }})),
        v31(json!({
            "$ref": "#/components/schemas/B",
            "properties": {"a": {"type": "string"}},
            "required": ["a"],
        })),
    ]);
}

#[test]
fn constants_and_enums_with_one_value_are_equivalent() {
    assert_equivalent(&[
        v31(json!({"const": "a"})),
        v31(json!({"type": "string", "const": "a"})),
        v30(json!({"enum": ["a"]})),
        v30(json!({"type": "string", "enum": ["a"]})),
    ]);
    assert_equivalent(&[
        v30(json!({"type": "string", "enum": ["a", "b"]})),
        v31(json!({"enum": ["b", "a"]})),
    ]);
}

#[test]
fn spellings_of_bounds_and_limits_are_equivalent() {
    assert_equivalent(&[
        v30(json!({"type": "number", "minimum": 0, "exclusiveMinimum": true})),
        v31(json!({"type": "number", "exclusiveMinimum": 0})),
        v31(json!({"allOf": [{"type": "number", "minimum": -1}, {"exclusiveMinimum": 0.0}]})),
    ]);
    assert_equivalent(&[
        v30(json!({"type": "integer", "maximum": 10, "exclusiveMaximum": true})),
        v31(json!({"type": "integer", "exclusiveMaximum": 10})),
        v31(json!({"type": "integer", "maximum": 9})),
        v31(json!({"type": "integer", "maximum": 9.5})),
    ]);
    assert_equivalent(&[
        v31(json!({"type": "integer", "exclusiveMaximum": 1e15})),
        v31(json!({"type": "integer", "maximum": 999_999_999_999_999_i64})),
    ]);
    assert_equivalent(&[
        v30(json!({"type": "string"})),
        v30(json!({"type": "string", "minLength": 0, "minimum": 3})),
    ]);
}

#[test]
fn unrestricted_additional_properties_are_the_default() {
    assert_equivalent(&[
        v30(json!({"type": "object"})),
        v30(json!({"type": "object", "properties": {}})),
        v30(json!({"type": "object", "additionalProperties": {}})),
        v31(json!({"type": "object", "additionalProperties": true})),
    ]);
    assert_equivalent(&[
        v31(json!({"type": "object", "properties": {"a": {}}, "additionalProperties": false})),
        v31(json!({"type": "object", "properties": {"a": {}}, "unevaluatedProperties": false})),
    ]);
}

#[test]
fn only_alternative_is_equivalent_to_the_schema_itself() {
    assert_equivalent(&[
        v30(json!({"type": "string"})),
        v30(json!({"anyOf": [{"type": "string"}]})),
        v30(json!({"oneOf": [{"$ref": "#/components/schemas/Text"}]})),
    ]);
}

#[test]
fn order_of_alternatives_is_ignored() {
    assert_equivalent(&[
        v30(json!({"oneOf": [{"type": "string"}, {"type": "integer"}]})),
        v30(json!({"anyOf": [{"type": "integer"}, {"type": "string"}]})),
    ]);
}

#[test]
fn recursive_schemas_with_other_names_are_equivalent() {
    let tree = |name: &str| {
        let own = json!({"$ref": format!("#/components/schemas/{name}")});
        let node = json!({"anyOf": [
            {"type": "string"},
            {"type": "object", "properties": {"left": own, "right": own}},
            {"type": "array", "items": own},
        ]});
        contract("3.1.0", &own, &json!({name: node}))
    };
    assert_eq!(changes(&tree("Tree"), &tree("Node")), [""; 0]);
}

fn paths(server: &str, events: &str, path: &str, responses: &Value) -> Contract {
    let name = path.rsplit(['{', '}']).nth(1).unwrap_or("id");
    parsed(&json!({
        "openapi": "3.1.0",
        "info": {"title": "t", "version": "1"},
        "servers": [{"url": server}],
        "paths": {path: {"get": {
            "operationId": "x",
            "parameters": [
                {"name": name, "in": "path", "required": true, "schema": {"type": "string"}},
            ],
            "responses": responses,
        }}},
        events: {"made": {"post": {"operationId": "y", "responses": {"200": {"description": "d"}}}}},
    }))
}

#[test]
fn base_url_path_parameter_names_and_key_of_events_are_ignored() {
    let responses = json!({"2XX": {"description": "d"}, "4XX": {"description": "d"}});
    let lower = json!({"2xx": {"description": "d"}, "4xx": {"description": "d"}});
    let one = paths("https://h/api/v1", "webhooks", "/x/{id}", &responses);
    let other = paths("https://h", "x-webhooks", "/api/v1/x/{name}", &lower);
    assert_eq!(changes(&one, &other), [""; 0]);
    assert_eq!(changes(&other, &one), [""; 0]);
}

#[test]
fn default_response_includes_explicit_failures() {
    let same = json!({"description": "d", "content": {"text/plain": {}}});
    let with = json!({"200": {"description": "d"}, "404": same, "5XX": same, "default": same});
    let without = json!({"200": {"description": "d"}, "default": same});
    let one = paths("/", "webhooks", "/x/{id}", &with);
    let other = paths("/", "webhooks", "/x/{id}", &without);
    assert_eq!(changes(&one, &other), [""; 0]);
    assert_eq!(changes(&other, &one), [""; 0]);
}
