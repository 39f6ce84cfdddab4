//! What recorders add, omit and get wrong in entries.

use std::collections::BTreeMap;

use openapi_conformance::Contract;
use openapi_conformance::har::{Entries, Reason, Recording};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{found, har, listed, read, read_of, sent, with};
use crate::contract::CONTRACT;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    operation: Option<Value>,
    recordings: Vec<Vec<BTreeMap<String, Value>>>,
    #[serde(default)]
    found: Vec<String>,
    counts: Option<BTreeMap<String, usize>>,
    unreadable: Option<String>,
    #[serde(default)]
    shown: String,
}

/// Returns a contract with one operation, `GET /a`.
fn contract(operation: &Value) -> Contract {
    let mut operation = operation.clone();
    operation["responses"] = json!({"200": {"description": ""}});
    let document = json!({
        "openapi": "3.1.0",
        "servers": [{"url": "https://api.example.com"}],
        "paths": {"/a": {"get": operation}},
        "components": {"securitySchemes": {
            "key": {"type": "apiKey", "in": "header", "name": "X-Key"},
            "session": {"type": "apiKey", "in": "cookie", "name": "sid"},
            "bearer": {"type": "http", "scheme": "bearer"},
        }},
    });
    Contract::parse(&document.to_string()).unwrap()
}

fn entry(values: &BTreeMap<String, Value>) -> Value {
    let mut entry = match values.get("of").and_then(Value::as_str) {
        None => listed(),
        Some("sent") => sent(),
        Some(_) => json!({
            "request": {"method": "GET", "url": "https://api.example.com/a"},
            "response": {"status": 200, "content": {"size": 0}, "bodySize": 0},
        }),
    };
    for (pointer, value) in values {
        match pointer.as_str() {
            "of" => {}
            "raw" => entry = value.clone(),
            pointer => entry = with(entry, pointer, value.clone()),
        }
    }
    entry
}

/// Returns the counts that are not zero.
fn counts(entries: &Entries) -> BTreeMap<String, usize> {
    let counts = [
        ("validated", entries.validated),
        ("rejected", entries.rejected),
        ("ignored", entries.ignored),
        ("unreadable", entries.unreadable),
        ("without_response", entries.without_response),
        ("without_credentials", entries.without_credentials),
        ("incomplete_bodies", entries.incomplete_bodies),
    ];
    let counts = counts.into_iter().filter(|(_, count)| *count > 0);
    counts
        .map(|(name, count)| (name.to_owned(), count))
        .collect()
}

#[test]
fn recordings_have_the_listed_findings() {
    let cases: Vec<Case> = serde_saphyr::from_str(include_str!("entries.yaml")).unwrap();
    for case in cases {
        let other = case.operation.as_ref().map(contract);
        let contract = other.as_ref().unwrap_or(&CONTRACT);
        for recording in &case.recordings {
            let entries: Vec<_> = recording.iter().map(entry).collect();
            let name = format!("{}: {}", case.name, json!(entries));
            let read = read_of(contract, None, har(&entries).as_bytes());
            assert_eq!(read.result, Ok(()), "{name}");
            assert_eq!(read.found, case.found, "{name}");
            let all = || BTreeMap::from([("validated".to_owned(), entries.len())]);
            let expected = case.counts.clone().unwrap_or_else(all);
            assert_eq!(counts(&read.entries), expected, "{name}");
            let first = read.entries.first_unreadable;
            let unreadable = first.map(|first| format!("{} {:?}", first.entry, first.reason));
            assert_eq!(unreadable, case.unreadable, "{name}");
            assert!(read.shown.contains(&case.shown), "{name}: {}", read.shown);
        }
    }
}

#[test]
fn query_of_any_length_is_validated() {
    let long = "1".repeat(70_000);
    let url = format!("https://api.example.com/api/v1/conversations?before={long}");
    let found = found(&[with(listed(), "/request/url", json!(url))]);
    let expected = "0 request request-date-time-invalid /request/query/before";
    assert_eq!(found, [expected]);
}

#[test]
fn excess_headers_are_ignored() {
    let mut headers: Vec<_> = (0..40_000)
        .map(|index| json!({"name": format!("x-{index}"), "value": "x"}))
        .collect();
    headers.insert(0, listed()["request"]["headers"][0].clone());
    let entry = with(listed(), "/request/headers", json!(headers));
    assert_eq!(found(&[entry]), [""; 0]);
}

fn without_key() -> Value {
    with(listed(), "/request/headers", json!([]))
}

#[test]
fn api_key_in_another_file_does_not_count() {
    let mut recording = Recording::new(&CONTRACT, None).unwrap();
    for one in [without_key(), listed(), without_key()] {
        let read = recording.read(har(&[one]).as_bytes(), |found| panic!("{found}"));
        read.unwrap();
    }
}

#[test]
fn number_of_deferred_findings_is_bounded() {
    let mut all = vec![without_key(); 10_001];
    all.push(listed());
    let read = read(har(&all));
    assert_eq!(read.found.len(), 10_000);
    assert_eq!(read.entries.without_credentials, 10_001);
}

#[test]
fn entry_that_the_parser_cannot_read_is_unreadable() {
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    for (pointer, text) in [
        ("/request/headers", &*deep),
        ("/response/status", &deep),
        ("/response/status", "1e999"),
    ] {
        let har = har(&[listed(), with(listed(), pointer, json!("TEXT")), listed()]);
        let read = read(har.replace("\"TEXT\"", text));
        assert_eq!(read.result, Ok(()));
        let first = read.entries.first_unreadable.unwrap();
        assert_eq!((first.entry, first.reason), (1, Reason::ParserLimit));
        assert_eq!(read.entries.validated, 2);
    }
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
