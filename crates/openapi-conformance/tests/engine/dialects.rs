//! A rewrite of the contract as OpenAPI 3.1 with inline schemas validates the same.

use std::sync::LazyLock;

use openapi_conformance::{Contract, Finding};
use serde_json::{Map, Value, json};

use crate::contract::{CONTRACT, response_examples, spots};
use crate::exchange;

static REWRITTEN: LazyLock<Contract> = LazyLock::new(|| {
    let mut document = rewritten(CONTRACT.json());
    document["openapi"] = json!("3.1.0");
    let contract = Contract::parse(&document.to_string()).unwrap();
    assert_eq!(contract.notes(), []);
    contract
});

/// Converts a part of the contract: references become copies, `nullable` a type, and `x-webhooks` `webhooks`.
fn rewritten(value: &Value) -> Value {
    match value {
        Value::Array(items) => items.iter().map(rewritten).collect(),
        Value::Object(object) => {
            if let Some(reference) = value["$ref"].as_str() {
                return rewritten(CONTRACT.json().pointer(&reference[1..]).unwrap());
            }
            let mut converted = Map::new();
            for (key, value) in object {
                let key = if key == "x-webhooks" { "webhooks" } else { key };
                converted.insert(key.to_owned(), rewritten(value));
            }
            if converted.remove("nullable") == Some(json!(true)) {
                converted["type"] = json!([converted["type"], "null"]);
            }
            Value::Object(converted)
        }
        other => other.clone(),
    }
}

fn ids(findings: &[Finding]) -> Vec<(&'static str, &str)> {
    let findings = findings.iter();
    findings
        .map(|finding| (finding.id, finding.pointer.as_str()))
        .collect()
}

#[test]
fn rewrite_as_openapi_3_1_has_the_same_operations_and_events() {
    let names = |contract: &Contract| {
        let all = contract.operations().chain(contract.events());
        let mut names: Vec<_> = all.map(|operation| operation.id().to_owned()).collect();
        names.sort_unstable();
        names
    };
    assert_eq!(names(&REWRITTEN), names(&CONTRACT));
}

#[test]
fn rewrite_as_openapi_3_1_has_the_same_findings() {
    let wrong = [
        json!(null),
        json!(7),
        json!("text"),
        json!([]),
        json!({"a": 1}),
    ];
    let mut found = 0;
    for example in response_examples() {
        let mut bodies = vec![example.body.clone()];
        for spot in spots(example.schema, example.body) {
            for value in &wrong {
                let mut body = example.body.clone();
                *body.pointer_mut(&spot.pointer).unwrap() = value.clone();
                bodies.push(body);
            }
        }
        let id = example.operation.id();
        let operation = REWRITTEN.operation(id).unwrap();
        for body in bodies {
            let response = exchange::response(example.status, &body);
            let expected = exchange::findings(&example, &body);
            let findings = REWRITTEN.validate_response(operation, &response);
            assert_eq!(ids(&findings), ids(&expected), "{id} {body}");
            found += findings.len();
        }
    }
    assert!(found > 100, "{found} findings");
}
