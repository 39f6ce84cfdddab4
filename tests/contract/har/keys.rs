//! When a missing key is a finding.

use serde_json::{Value, json};
use watsi::conformance::Contract;
use watsi::conformance::har::Recording;

use super::{MITMPROXY, entries, har, listed, read, with};

const MISSING: &str = "(list_conversations, 200): request: /request/headers/authorization is missing \
                       (openapi.yaml#/security)";

fn without_key() -> Value {
    with(listed(), "/request/headers", json!([]))
}

#[test]
fn a_recording_without_any_key_misses_none() {
    let read = read(har(&[without_key(), without_key()]));
    assert_eq!(read.found, [""; 0]);
    let expected = entries(|it| {
        it.judged = 2;
        it.without_key = 2;
    });
    assert_eq!(read.entries, expected);
}

#[test]
fn an_entry_without_a_key_among_others_with_one_is_found() {
    let read = read(har(&[without_key(), listed(), without_key()]));
    assert_eq!(
        read.found,
        [format!("entry 0 {MISSING}"), format!("entry 2 {MISSING}")]
    );
}

#[test]
fn a_key_of_another_server_shows_nothing() {
    let other = with(listed(), "/request/url", json!("https://example.com/"));
    assert_eq!(read(har(&[without_key(), other])).found, [""; 0]);
}

#[test]
fn a_key_in_an_entry_without_an_answer_shows_that_keys_are_recorded() {
    let unanswered = with(listed(), "/response", json!(null));
    assert_eq!(
        read(har(&[without_key(), unanswered])).found,
        [format!("entry 0 {MISSING}")]
    );
}

#[test]
fn a_key_in_one_file_says_nothing_of_another() {
    let mut recording = Recording::new(Contract::embedded(), None).unwrap();
    for one in [without_key(), listed(), without_key()] {
        let read = recording.read(har(&[one]).as_bytes(), |found| panic!("{found}"));
        read.unwrap();
    }
}

#[test]
fn a_value_that_is_no_bearer_token_is_found_at_once() {
    let headers = json!([{"name": "authorization", "value": "Basic c2s="}]);
    let found = read(har(&[with(listed(), "/request/headers", headers)])).found;
    assert_eq!(found.len(), 1);
    assert!(found[0].contains("is no bearer token"), "{found:?}");
}

#[test]
fn what_is_held_back_is_bounded() {
    let mut all = vec![without_key(); 10_001];
    all.push(listed());
    let read = read(har(&all));
    assert_eq!(read.found.len(), 10_000);
    assert_eq!(read.entries.without_key, 10_001);
}

#[test]
fn a_recording_without_its_secrets_has_the_findings_of_the_whole_one() {
    let mut har: Value = serde_json::from_str(MITMPROXY).unwrap();
    for entry in har["log"]["entries"].as_array_mut().unwrap() {
        let headers = entry["request"]["headers"].as_array_mut().unwrap();
        headers.retain(|it| it["name"] != "authorization");
    }
    let stripped = read(har.to_string());
    assert_eq!(stripped.entries.without_key, 4);
    assert_eq!(stripped.found, read(MITMPROXY).found);
}
