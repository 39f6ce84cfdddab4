//! Pairs of operations, and the changes in both directions.

use openapi_conformance::Contract;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{impacts, parsed};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    old: Map<String, Value>,
    new: Map<String, Value>,
    #[serde(default)]
    changes: Vec<String>,
    #[serde(default)]
    back: Vec<String>,
    #[serde(default)]
    both: Vec<String>,
}

/// Returns a contract whose only operation has these keys.
fn contract(keys: &Map<String, Value>) -> Contract {
    let mut operation = json!({"responses": {"204": {"description": "d"}}});
    for (key, value) in keys {
        operation[key] = value.clone();
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
                "oauth": {"type": "oauth2", "flows": {}},
                "key": {"type": "apiKey", "in": "header", "name": "X-Key"},
            },
        },
    }))
}

#[test]
fn operations_have_the_listed_changes() {
    let cases: Vec<Case> = serde_saphyr::from_str(include_str!("operations.yaml")).unwrap();
    for case in cases {
        let (old, new) = (contract(&case.old), contract(&case.new));
        let expected = [case.both.clone(), case.changes].concat();
        assert_eq!(impacts(&old, &new), expected, "{}", case.name);
        let expected = [case.both, case.back].concat();
        assert_eq!(impacts(&new, &old), expected, "{}, back", case.name);
    }
}
