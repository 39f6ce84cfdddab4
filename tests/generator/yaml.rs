//! Build and validator read the same YAML, and reject ambiguous YAML.

use openapi_conformance::Contract;
use serde_json::json;

use crate::build::yaml::read;
use crate::contract::CONTRACT;

#[test]
fn build_and_validator_read_the_same_contract() {
    let text = include_str!("../../openapi.yaml");
    assert_eq!(read(text).unwrap(), *CONTRACT);
    assert!(
        Contract::parse(text)
            .unwrap()
            .changes_to(&Contract::parse(&CONTRACT.to_string()).unwrap())
            .is_empty()
    );
}

#[test]
fn scalars_follow_yaml_1_2() {
    let text = "{a: yes, b: 'on', c: true, d: ~, e: 1.5, f: -3, g: 2025-03-15, h: 0o17, i: '20'}";
    let value = json!({
        "a": "yes", "b": "on", "c": true, "d": null, "e": 1.5, "f": -3, "g": "2025-03-15", "h": 15, "i": "20"
    });
    assert_eq!(read(text), Ok(value));
}

#[test]
fn integer_above_the_maximum_of_i64_keeps_its_digits() {
    assert_eq!(read("[18446744073709551615]"), Ok(json!([u64::MAX])));
}

#[test]
fn unquoted_status_code_is_a_key() {
    assert_eq!(read("400: {a: 1}"), Ok(json!({"400": {"a": 1}})));
}

#[test]
fn ambiguous_or_invalid_yaml_is_rejected() {
    let cases = [
        ("a: 1\nb: 2\na: 3", "duplicated key"),
        ("a: 1\nb: 2\na: 3", "line 3"),
        ("400: 1\n'400': 2", "duplicate key `400`"),
        ("[a]: 1", "expected string as key"),
        ("a: .inf", "`.inf`"),
        ("", "got none"),
        ("a: 1\n---\nb: 2", "got several"),
        ("a: [1\nb: 2", "line 2"),
    ];
    for (text, expected) in cases {
        let reason = read(text).unwrap_err();
        assert!(reason.contains(expected), "{text:?}: {reason}");
    }
}
