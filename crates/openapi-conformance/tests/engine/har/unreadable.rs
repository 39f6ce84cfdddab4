//! An entry that cannot be read is counted with its index and reason, and the others are validated.

use openapi_conformance::har::{Reason, Recording};
use serde_json::{Value, json};

use super::{har, listed, read, with};
use crate::contract::CONTRACT;

/// Asserts that the entry in the middle is the only unreadable one of three.
#[track_caller]
fn assert_unreadable(recording: &str, reason: Reason) {
    let read = read(recording);
    assert_eq!(read.result, Ok(()));
    assert_eq!(read.found, []);
    assert_eq!((read.entries.validated, read.entries.unreadable), (2, 1));
    let first = read.entries.first_unreadable.unwrap();
    assert_eq!((first.recording, first.entry), (0, 1));
    assert_eq!(first.reason, reason);
}

fn between(entry: Value) -> String {
    har(&[listed(), entry, listed()])
}

#[test]
fn entry_without_a_url_is_unreadable() {
    for pointer in ["/request", "/request/url"] {
        for wrong in [json!(null), json!(7), json!([]), json!([{}]), json!({})] {
            assert_unreadable(&between(with(listed(), pointer, wrong)), Reason::NoUrl);
        }
    }
    assert_unreadable(&between(json!({})), Reason::NoUrl);
}

#[test]
fn entry_without_a_method_is_unreadable() {
    for wrong in [json!(null), json!(7), json!([]), json!({})] {
        let entry = with(listed(), "/request/method", wrong);
        assert_unreadable(&between(entry), Reason::NoMethod);
    }
}

#[test]
fn entry_that_is_not_an_object_is_unreadable() {
    let array = json!([listed()["request"], listed()["response"]]);
    for wrong in [json!(null), json!(true), json!(7), json!("x"), array] {
        assert_unreadable(&between(wrong), Reason::NotAnObject);
    }
}

#[test]
fn deeply_nested_property_is_unreadable() {
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    for pointer in ["/request/headers", "/response/status"] {
        let har = between(with(listed(), pointer, json!("DEEP")));
        assert_unreadable(&har.replace("\"DEEP\"", &deep), Reason::ParserLimit);
    }
}

#[test]
fn number_out_of_range_is_unreadable() {
    let har = between(with(listed(), "/response/status", json!("NUMBER")));
    assert_unreadable(&har.replace("\"NUMBER\"", "1e999"), Reason::ParserLimit);
}

#[test]
fn first_unreadable_entry_has_the_index_of_its_recording() {
    let mut recording = Recording::new(&CONTRACT, None).unwrap();
    for entries in [
        [listed(), listed()],
        [listed(), json!(7)],
        [json!(8), json!(9)],
    ] {
        recording.read(har(&entries).as_bytes(), |_| ()).unwrap();
    }
    assert_eq!(recording.entries().unreadable, 3);
    let first = recording.entries().first_unreadable.unwrap();
    assert_eq!((first.recording, first.entry), (1, 1));
}
