//! Tables of pairs of contracts, and the changes in both directions.

use openapi_conformance::{Bump, Contract};
use serde::Deserialize;
use serde_json::{Value, json};

use super::equivalent::contract;
use super::{assert_client_impacts, changes, client_changes, edited, impacts, parsed};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case<T> {
    name: String,
    #[serde(flatten)]
    pair: T,
    #[serde(default)]
    changes: Vec<String>,
    #[serde(default)]
    back: Vec<String>,
    #[serde(default)]
    both: Vec<String>,
    client: Option<Vec<String>>,
    client_back: Option<Vec<String>>,
    text: Option<Vec<String>>,
    bump: Option<String>,
}

/// Asserts the changes of each case, as `shown` returns them.
fn assert_changes<T: for<'de> Deserialize<'de>>(
    table: &str,
    contracts: impl Fn(T) -> [Contract; 2],
    shown: fn(&Contract, &Contract) -> Vec<String>,
) {
    let cases: Vec<Case<T>> = serde_saphyr::from_str(table).unwrap();
    for case in cases {
        let name = &case.name;
        let [old, new] = contracts(case.pair);
        let expected = [case.both.clone(), case.changes].concat();
        assert_eq!(shown(&old, &new), expected, "{name}");
        let expected = [case.both, case.back].concat();
        assert_eq!(shown(&new, &old), expected, "{name}, back");
        assert_client_impacts(&old, &new);
        assert_client_impacts(&new, &old);
        if let Some(expected) = case.text {
            let changes = old.changes_to(&new).into_iter();
            let text: Vec<_> = changes.map(|change| change.to_string()).collect();
            assert_eq!(text, expected, "{name}, text");
        }
        if let Some(expected) = case.bump {
            let bump = Bump::of(&old.changes_to(&new)).to_string();
            assert_eq!(bump, expected, "{name}, bump");
        }
        if let Some(expected) = case.client {
            assert_eq!(client_changes(&old, &new), expected, "{name}, client");
        }
        if let Some(expected) = case.client_back {
            let found = client_changes(&new, &old);
            assert_eq!(found, expected, "{name}, client, back");
        }
    }
}

#[derive(Deserialize)]
struct Edits {
    #[serde(default)]
    before: Vec<(String, Value)>,
    edit: Vec<(String, Value)>,
}

#[test]
fn edits_have_the_listed_changes() {
    let contracts = |Edits { before, edit }| {
        let old = parsed(&edited(&before));
        [old, parsed(&edited(&[before, edit].concat()))]
    };
    assert_changes(include_str!("edits.yaml"), contracts, changes);
}

#[derive(Deserialize)]
struct Pair {
    old: Value,
    new: Value,
}

#[test]
fn schemas_have_the_listed_changes() {
    let of = |schema: Value| contract("3.1.0", &schema, &json!({}));
    let contracts = |Pair { old, new }| [old, new].map(of);
    assert_changes(include_str!("keywords.yaml"), contracts, impacts);
}

/// Returns a contract whose only operation has these keys. `flow` is not one of them.
fn operation(mut operation: Value) -> Contract {
    let keys = operation.as_object_mut().unwrap();
    let flow = keys.remove("flow").unwrap_or_default();
    if !keys.contains_key("responses") {
        operation["responses"] = json!({"204": {"description": "d"}});
    }
    parsed(&json!({
        "openapi": "3.1.0",
        "info": {"title": "t", "version": "1"},
        "paths": {"/x": {"post": operation}},
        "components": {
            "schemas": {
                "Size": {"type": "integer", "default": 10},
                "LargeSize": {"type": "integer", "default": 20},
            },
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer"},
                "oauth": {"type": "oauth2", "flows": flow},
                "key": {"type": "apiKey", "in": "header", "name": "X-Key"},
            },
        },
    }))
}

#[test]
fn operations_have_the_listed_changes() {
    let contracts = |Pair { old, new }| [old, new].map(operation);
    assert_changes(include_str!("operations.yaml"), contracts, impacts);
}
