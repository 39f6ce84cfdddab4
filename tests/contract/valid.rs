//! The contract is valid OpenAPI, and its examples conform.

use std::collections::BTreeSet;

use openapi_conformance::Finding;
use serde_json::Value;

use crate::contract::{CONTRACT, EVENTS, OPERATIONS, members, spots};
use crate::exchange::{self, VALIDATOR};

#[test]
fn the_contract_is_valid_openapi_3_1() {
    // The OpenAPI Initiative's own schema, version 2022-10-07 (Apache-2.0).
    let schema: Value = serde_json::from_str(include_str!("openapi-3.1.schema.json")).unwrap();
    let validator = jsonschema::options()
        .should_validate_formats(true)
        .build(&schema)
        .unwrap();
    let errors: Vec<_> = validator
        .iter_errors(&CONTRACT)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert_eq!(errors, Vec::<String>::new());
}

#[test]
fn schemas_are_valid_json_schema() {
    for (name, schema) in members(&CONTRACT["components"]["schemas"]) {
        let valid = jsonschema::draft202012::meta::validate(schema);
        assert!(valid.is_ok(), "{name}: {valid:?}");
    }
}

#[track_caller]
fn assert_none(findings: &[Finding], what: &str) {
    assert!(findings.is_empty(), "{what}: {findings:#?}");
}

#[test]
fn response_examples_conform() {
    for documented in OPERATIONS
        .iter()
        .flat_map(|operation| operation.documented_responses())
    {
        let what = format!(
            "{} {} {}",
            documented.operation.id, documented.key, documented.example
        );
        assert_none(&exchange::findings(&documented, documented.body), &what);
    }
}

#[test]
fn request_examples_conform() {
    for operation in OPERATIONS.iter() {
        let mut bodies = operation.request_examples();
        if operation.request_content().is_none() {
            bodies.push(("nothing", &Value::Null));
        }
        for (name, body) in bodies {
            let request = exchange::request(operation, body);
            let validated = exchange::operation(operation.id);
            let findings = VALIDATOR.validate_request(validated, &request);
            assert_none(&findings, &format!("{} {name}", operation.id));
        }
    }
}

#[test]
fn event_examples_conform() {
    for event in EVENTS.iter() {
        for (name, body) in event.request_examples() {
            let delivery = exchange::request(event, body);
            let validated = exchange::operation(event.id);
            let findings = VALIDATOR.validate_delivery(validated, &delivery);
            assert_none(&findings, &format!("{} {name}", event.id));
        }
    }
}

#[test]
fn component_examples_conform() {
    for (name, schema) in members(&CONTRACT["components"]["schemas"]) {
        if let Some(example) = schema.get("example") {
            let pointer = format!("/components/schemas/{name}");
            let findings = VALIDATOR.validate_value(&pointer, example);
            assert_none(&findings.expect("the component is a schema"), name);
        }
    }
}

#[test]
fn every_error_code_has_an_example_with_its_name() {
    let listed = CONTRACT["components"]["schemas"]["ErrorCode"]["x-extensible-enum"].as_array();
    let listed: BTreeSet<_> = listed
        .unwrap()
        .iter()
        .map(|code| code.as_str().unwrap())
        .collect();
    let all = OPERATIONS
        .iter()
        .flat_map(|operation| operation.documented_responses());
    // An error may have a body without a code.
    let errors = all.filter(|documented| !documented.is_success());
    let mut shown = BTreeSet::new();
    for documented in errors {
        if let Some(code) = documented.body.pointer("/error/code") {
            assert_eq!(code, documented.example);
            shown.insert(documented.example);
        }
    }
    assert_eq!(shown, listed);
}

#[test]
fn events_match_the_event_types() {
    let listed = CONTRACT["components"]["schemas"]["EventType"]["x-extensible-enum"].as_array();
    let listed: BTreeSet<_> = listed.unwrap().iter().filter_map(Value::as_str).collect();
    let events: BTreeSet<_> = EVENTS.iter().map(|event| event.path).collect();
    assert_eq!(listed, events);
    for event in EVENTS.iter() {
        for (name, example) in event.request_examples() {
            assert_eq!(example["type"], event.path, "{} {name}", event.id);
        }
    }
}

/// No test covers a property without an example.
#[test]
fn every_property_is_in_an_example() {
    let mut shown = BTreeSet::new();
    let mut see = |schema: &'static Value, example: &Value| {
        for spot in spots(schema, example) {
            for (name, _) in members(&spot.schema["properties"]) {
                let object = example.pointer(&spot.pointer).unwrap();
                if object.get(name).is_some_and(|value| !value.is_null()) {
                    shown.insert((std::ptr::from_ref(spot.schema), name));
                }
            }
        }
    };
    for operation in OPERATIONS.iter().chain(EVENTS.iter()) {
        for (_, example) in operation.request_examples() {
            see(operation.request_schema().unwrap(), example);
        }
    }
    for documented in OPERATIONS
        .iter()
        .flat_map(|operation| operation.documented_responses())
    {
        see(documented.schema, documented.body);
    }
    let mut missing = Vec::new();
    for (component, schema) in members(&CONTRACT["components"]["schemas"]) {
        for (property, _) in members(&schema["properties"]) {
            if !shown.contains(&(std::ptr::from_ref(schema), property)) {
                missing.push(format!("{component}.{property}"));
            }
        }
    }
    assert_eq!(
        missing,
        Vec::<String>::new(),
        "properties that no example shows"
    );
}
