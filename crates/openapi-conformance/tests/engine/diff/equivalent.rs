//! Contracts that mean the same have no changes on the wire, however they are written.

use openapi_conformance::Contract;
use serde::Deserialize;
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

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    spellings: Vec<(String, Value)>,
}

#[test]
fn spellings_are_equivalent() {
    let components = json!({
        "Text": {"type": "string"},
        "A": {"type": "object", "required": ["a"], "properties": {"a": {"type": "string"}}},
        "B": {"type": "object", "properties": {"b": {"type": "integer"}}},
    });
    let cases: Vec<Case> = serde_saphyr::from_str(include_str!("equivalent.yaml")).unwrap();
    for Case { name, spellings } in cases {
        for (version, one) in &spellings {
            for (other_version, other) in &spellings {
                let old = contract(version, one, &components);
                let new = contract(other_version, other, &components);
                assert_eq!(changes(&old, &new), [""; 0], "{name}: {one} -> {other}");
            }
        }
    }
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

#[test]
fn base_url_path_parameter_names_and_key_of_events_are_ignored() {
    let contract = |server: &str, events: &str, path: &str, parameter: &str, range: &str| {
        let parameter = json!({"name": parameter, "in": "path", "required": true, "schema": {"type": "string"}});
        parsed(&json!({
            "openapi": "3.1.0",
            "servers": [{"url": server}],
            "paths": {path: {"get": {"parameters": [parameter], "responses": {range: {}}}}},
            events: {"made": {"post": {"responses": {"200": {}}}}},
        }))
    };
    let one = contract("https://h/api/v1", "webhooks", "/x/{id}", "id", "2XX");
    let other = contract("https://h", "x-webhooks", "/api/v1/x/{name}", "name", "2xx");
    assert_eq!(changes(&one, &other), [""; 0]);
    assert_eq!(changes(&other, &one), [""; 0]);
}
