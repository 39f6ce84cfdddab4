//! The build reads YAML as the validator does, and refuses what has two meanings.

use serde_json::json;
use watsi::conformance::Contract;

use crate::build::yaml::read;
use crate::contract::CONTRACT;

#[test]
fn the_build_and_the_strict_reader_read_the_contract_alike() {
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
fn a_status_without_quotes_is_a_key() {
    assert_eq!(read("400: {a: 1}"), Ok(json!({"400": {"a": 1}})));
}

#[track_caller]
fn assert_refused(text: &str, why: &str) {
    let reason = read(text).unwrap_err();
    assert!(reason.contains(why), "{reason}");
}

#[test]
fn a_key_that_stands_twice_is_rejected_with_its_line() {
    assert_refused("a: 1\nb: 2\na: 3", "duplicated key");
    assert_refused("a: 1\nb: 2\na: 3", "line 3");
}

#[test]
fn a_key_that_stands_twice_in_other_words_is_rejected() {
    assert_refused("400: 1\n'400': 2", "`400` stands twice");
}

#[test]
fn a_key_that_is_no_text_is_rejected() {
    assert_refused("[a]: 1", "no text");
}

#[test]
fn a_number_that_json_does_not_have_is_rejected() {
    assert_refused("a: .inf", "`.inf`");
}

#[test]
fn more_or_less_than_one_document_is_rejected() {
    assert_refused("", "no YAML document");
    assert_refused("a: 1\n---\nb: 2", "more than one");
}

#[test]
fn what_is_no_yaml_is_rejected_with_its_line() {
    assert_refused("a: [1\nb: 2", "line 2");
}
