//! Every single edit of the contract, compared with the original.

use std::sync::LazyLock;

use openapi_conformance::{Contract, Impact, Severity};
use serde_json::{Value, json};

use super::{changes, put};
use crate::contract::{CONTRACT, response_examples};
use crate::exchange;

/// A description of each edit, and the edited contract.
static SINGLE_EDITS: LazyLock<Vec<(String, Contract)>> = LazyLock::new(single_edits);

fn single_edits() -> Vec<(String, Contract)> {
    let mut all = Vec::new();
    let mut edit = |description: String, change: &dyn Fn(&mut Value)| {
        let mut contract = CONTRACT.json().clone();
        change(&mut contract);
        // Edits that make the contract invalid are skipped.
        if let Ok(contract) = Contract::parse(&contract.to_string()) {
            all.push((description, contract));
        }
    };
    let at_schema = |name: &str| format!("/components/schemas/{name}");
    let without = |list: &Value, name: &Value| -> Value {
        let kept = list.as_array().into_iter().flatten();
        kept.filter(|item| *item != name).cloned().collect()
    };
    for (name, schema) in CONTRACT.json()["components"]["schemas"]
        .as_object()
        .unwrap()
    {
        let place = at_schema(name);
        for value in schema["x-extensible-enum"].as_array().into_iter().flatten() {
            edit(format!("{place}: value {value} removed"), &|contract| {
                let less = without(&schema["x-extensible-enum"], value);
                put(contract, &format!("{place}/x-extensible-enum"), less);
            });
        }
        for (property, stated) in schema["properties"].as_object().into_iter().flatten() {
            let key = json!(property);
            let pointer = format!("{place}/properties/{property}");
            let less = without(&schema["required"], &key);
            let required = schema["required"]
                .as_array()
                .is_some_and(|names| names.contains(&key));
            edit(format!("{pointer}: removed"), &|contract| {
                put(contract, &pointer, Value::Null);
                put(contract, &format!("{place}/required"), less.clone());
            });
            edit(format!("{pointer}: required toggled"), &|contract| {
                let mut names = less.clone();
                if !required {
                    names.as_array_mut().unwrap().push(key.clone());
                }
                put(contract, &format!("{place}/required"), names);
            });
            edit(format!("{pointer}: nullable toggled"), &|contract| {
                let changed = match (&stated["anyOf"][0], stated.get("$ref")) {
                    (reference, None) if reference.is_object() => reference.clone(),
                    (_, Some(reference)) => {
                        let component = CONTRACT.json().pointer(&reference.as_str().unwrap()[1..]);
                        let kind = &component.unwrap()["type"];
                        let nothing = json!({"type": kind, "nullable": true, "enum": [null]});
                        json!({"anyOf": [stated, nothing], "description": "d"})
                    }
                    _ => {
                        let mut changed = stated.clone();
                        changed["nullable"] = json!(stated["nullable"] != Value::Bool(true));
                        changed
                    }
                };
                put(contract, &pointer, changed);
            });
        }
    }
    for operation in CONTRACT.operations().chain(CONTRACT.events()) {
        let place = operation.pointer();
        let stated = CONTRACT.json().pointer(place).unwrap();
        for parameter in stated["parameters"].as_array().into_iter().flatten() {
            edit(format!("{place}: {parameter} removed"), &|contract| {
                let less = without(&stated["parameters"], parameter);
                put(contract, &format!("{place}/parameters"), less);
            });
        }
        for (status, _) in stated["responses"].as_object().unwrap() {
            let pointer = format!("{place}/responses/{status}");
            edit(format!("{pointer}: removed"), &|contract| {
                put(contract, &pointer, Value::Null);
            });
        }
    }
    assert!(all.len() > 200, "{} edits", all.len());
    all
}

#[test]
fn every_edit_is_reported_in_both_directions() {
    for (edit, edited) in SINGLE_EDITS.iter() {
        assert_ne!(changes(&CONTRACT, edited), [""; 0], "{edit}");
        assert_ne!(changes(edited, &CONTRACT), [""; 0], "{edit}, backward");
    }
}

fn is_breaking(old: &Contract, new: &Contract) -> bool {
    let mut changes = old.changes_to(new).into_iter();
    changes.any(|change| change.impact == Impact::Breaking)
}

#[test]
fn change_is_breaking_if_the_old_contract_rejects_a_new_response() {
    let mut found = 0;
    for (edit, old) in SINGLE_EDITS.iter() {
        for example in response_examples() {
            let Some(operation) = old.operation(example.operation.id()) else {
                continue;
            };
            let response = exchange::response(example.status, example.body);
            let findings = old.validate_response(operation, &response);
            let breaks = findings.iter().any(|finding| {
                finding.severity == Severity::Breaking
                    // A client handles an undocumented failure status code like any failure.
                    && finding.pointer != "/response/status"
            });
            if breaks {
                found += 1;
                assert!(is_breaking(old, &CONTRACT), "{edit}: {findings:?}");
            }
        }
    }
    assert!(found > 0, "no example is rejected");
}

#[test]
fn change_is_breaking_if_the_new_contract_rejects_an_old_request() {
    let mut found = 0;
    for (edit, new) in SINGLE_EDITS.iter() {
        for documented in CONTRACT.operations() {
            let Some(operation) = new.operation(documented.id()) else {
                continue;
            };
            let request = exchange::request(documented);
            if !new.validate_request(operation, &request).is_empty() {
                found += 1;
                assert!(is_breaking(&CONTRACT, new), "{edit}");
            }
        }
    }
    assert!(found > 0, "no example is rejected");
}
