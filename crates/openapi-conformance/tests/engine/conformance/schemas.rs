//! Bodies are validated against their schemas.

use std::fmt;

use openapi_conformance::Severity;
use serde_json::{Value, json};

use super::{breaking, shown};
use crate::contract::{CONTRACT, ResponseExample, Spot, operation, response_examples, spots};
use crate::exchange;

/// An example whose body was changed at a pointer.
struct Changed {
    example: ResponseExample,
    body: Value,
    pointer: String,
}

impl fmt::Display for Changed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (operation, name) = (self.example.operation.id(), self.example.name);
        write!(f, "{operation} {name} {}", self.pointer)
    }
}

/// Returns every response example once per spot that `change` changes. `change` returns the changed pointer.
fn changed(change: impl Fn(&Spot, &mut Value) -> Option<String>) -> Vec<Changed> {
    let mut all = Vec::new();
    for example in response_examples() {
        for spot in spots(example.schema, example.body) {
            let mut body = example.body.clone();
            if let Some(pointer) = change(&spot, &mut body) {
                all.push(Changed {
                    example,
                    body,
                    pointer,
                });
            }
        }
    }
    assert!(!all.is_empty(), "the contract has nothing to change");
    all
}

/// Asserts that each response has exactly one finding, with this id and at the changed pointer.
#[track_caller]
fn assert_found(all: Vec<Changed>, id: &str, severity: Severity) {
    for changed in all {
        let findings = exchange::findings(&changed.example, &changed.body);
        let [finding] = &findings[..] else {
            panic!("{changed}: {findings:#?}");
        };
        assert_eq!(finding.id, id, "{changed}");
        assert_eq!(finding.severity, severity, "{changed}");
        let pointer = format!("/response/body{}", changed.pointer);
        assert_eq!(finding.pointer, pointer, "{changed}");
        let place = CONTRACT.json().pointer(&finding.contract_pointer);
        assert!(place.is_some(), "{changed}: {finding}");
    }
}

fn put(body: &mut Value, spot: &Spot, value: Value) -> Option<String> {
    *body.pointer_mut(&spot.pointer)? = value;
    Some(spot.pointer.clone())
}

#[test]
fn wrong_type_is_breaking() {
    for wrong in [
        json!(7),
        json!(0.5),
        json!("text"),
        json!(true),
        json!([]),
        json!({}),
    ] {
        let all = changed(|spot, body| {
            let right = match spot.schema["type"].as_str().unwrap() {
                "object" => wrong.is_object(),
                "array" => wrong.is_array(),
                "string" => wrong.is_string(),
                "boolean" => wrong.is_boolean(),
                other => panic!("no wrong value for type {other}"),
            };
            put(body, spot, wrong.clone()).filter(|_| !right)
        });
        assert_found(all, "response-type-mismatch", Severity::Breaking);
    }
}

#[test]
fn null_is_breaking_unless_nullable() {
    let all = changed(|spot, body| put(body, spot, Value::Null).filter(|_| !spot.nullable));
    assert_found(all, "response-type-mismatch", Severity::Breaking);
}

#[test]
fn nullable_property_may_be_null() {
    let all = changed(|spot, body| put(body, spot, Value::Null).filter(|_| spot.nullable));
    for changed in all {
        let findings = exchange::findings(&changed.example, &changed.body);
        assert_eq!(findings, [], "{changed}");
    }
}

#[test]
fn missing_required_property_is_breaking() {
    let all = changed(|spot, body| {
        let (parent, name) = spot.pointer.rsplit_once('/')?;
        let object = body.pointer_mut(parent)?.as_object_mut()?;
        object.remove(name).filter(|_| spot.required)?;
        Some(spot.pointer.clone())
    });
    assert_found(all, "response-property-missing", Severity::Breaking);
}

#[test]
fn undocumented_property_is_additive() {
    let all = changed(|spot, body| {
        let object = body.pointer_mut(&spot.pointer)?.as_object_mut()?;
        let closed = spot.schema["additionalProperties"] != Value::Bool(true);
        object.insert("introduced/later".to_owned(), json!({"a": [1]}));
        closed.then(|| format!("{}/introduced~1later", spot.pointer))
    });
    assert_found(all, "response-property-unknown", Severity::Additive);
}

#[test]
fn unknown_value_of_an_open_enum_is_additive() {
    let all = changed(|spot, body| {
        let open_enum = spot.schema.get("x-extensible-enum").is_some();
        put(body, spot, json!("introduced_later")).filter(|_| open_enum)
    });
    assert_found(all, "response-enum-value-unknown", Severity::Additive);
}

#[test]
fn duplicate_property_is_breaking() {
    let body = r#"{
        "chats": 7,
        "chats": [
            {"id": "a", "customer": {}, "status": "open"},
            {"id": "\":", "id": "b", "customer": {}, "status": "open", "details": {"a": 1, "a": 2}}
        ],
        "hasMore": false
    }"#;
    let mut response = exchange::response(200, &Value::Null);
    *response.body_mut() = body.into();
    let found = shown(&CONTRACT.validate_response(operation("list_conversations"), &response));
    let expected = ["body/chats", "body/chats/1/id", "body/chats/1/details/a"];
    let expected = expected.map(|place| breaking("response-property-duplicate", place));
    assert_eq!(found, expected.concat());
}
