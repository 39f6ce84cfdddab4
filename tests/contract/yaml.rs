//! The build parses YAML as the validator does, and rejects ambiguous documents.

use serde_json::json;
use watsi::conformance::Contract;

use crate::build::yaml::read;
use crate::contract::CONTRACT;

#[test]
fn the_build_and_the_validator_parse_the_contract_alike() {
    let text = include_str!("../../openapi.yaml");
    assert_eq!(read(text).unwrap(), *CONTRACT);
    assert!(
        Contract::parse(text)
            .unwrap()
            .changes_to(Contract::embedded())
            .is_empty()
    );
}

#[test]
fn scalars_are_those_of_yaml_1_2() {
    let text = "{a: yes, b: 'on', c: true, d: ~, e: 1.5, f: -3, g: 2025-03-15, h: 0o17, i: '20'}";
    let value = json!({
        "a": "yes", "b": "on", "c": true, "d": null, "e": 1.5, "f": -3, "g": "2025-03-15", "h": 15, "i": "20"
    });
    assert_eq!(read(text), Ok(value));
}

#[test]
fn a_status_code_without_quotes_is_a_key() {
    assert_eq!(read("400: {a: 1}"), Ok(json!({"400": {"a": 1}})));
}

#[track_caller]
fn assert_rejected(text: &str, part: &str) {
    let reason = read(text).unwrap_err();
    assert!(reason.contains(part), "{reason}");
}

#[test]
fn a_duplicate_key_is_rejected_with_its_line() {
    assert_rejected("a: 1\nb: 2\na: 3", "duplicated key");
    assert_rejected("a: 1\nb: 2\na: 3", "line 3");
}

#[test]
fn a_duplicate_key_of_another_type_is_rejected() {
    assert_rejected("400: 1\n'400': 2", "duplicate key `400`");
}

#[test]
fn an_array_as_key_is_rejected() {
    assert_rejected("[a]: 1", "expected string as key");
}

#[test]
fn a_number_that_json_does_not_have_is_rejected() {
    assert_rejected("a: .inf", "`.inf`");
}

#[test]
fn no_document_and_several_documents_are_rejected() {
    assert_rejected("", "got none");
    assert_rejected("a: 1\n---\nb: 2", "got several");
}

#[test]
fn invalid_yaml_is_rejected_with_its_line() {
    assert_rejected("a: [1\nb: 2", "line 2");
}
