//! The lint of the contract reports each problem with its id and location.

use serde_json::Value;

use crate::build::lint::finding::Finding;
use crate::build::lint::ids::IDS;
use crate::build::plain::plain;
use crate::build::positions::Positions;
use crate::contract::CONTRACT;

mod document;
mod keys;
mod lists;
mod operations;
mod parameters;
mod references;
mod schemas;

const LIST: &str = "/paths/~1conversations/get";
const SEND: &str = "/paths/~1messages/post";
const PAGE: &str = "/components/schemas/ConversationPage";
const STATUS: &str = "/components/schemas/ConversationStatus";
const CUSTOMER: &str = "/components/schemas/Customer";
const BODY: &str = "/paths/~1messages/post/requestBody/content/application~1json";
const DOCS: &str = include_str!("../../docs/ids.md");

/// Returns what the build reports about a contract.
pub fn findings(contract: &Value) -> Vec<Finding> {
    plain(contract).err().unwrap_or_default()
}

/// Asserts that the lint reports `id` at `at`, if the contract has `value` at `pointer`, or nothing there if it is
/// null.
#[track_caller]
fn assert_finding_at(at: &str, id: &str, pointer: &str, value: Value) {
    let mut contract = CONTRACT.clone();
    put(&mut contract, pointer, value);
    let findings = findings(&contract);
    let found = findings
        .iter()
        .any(|finding| finding.id == id && finding.pointer == at);
    assert!(found, "expected `{id}` at `{at}`, got {findings:#?}");
}

/// Asserts that the lint reports `id` at `pointer`, if the contract has `value` there.
#[track_caller]
fn assert_finding(id: &str, pointer: &str, value: Value) {
    assert_finding_at(pointer, id, pointer, value);
}

/// Asserts that the lint reports `id` at `parent`, if the key at `parent` followed by `tail` is missing.
#[track_caller]
fn assert_finding_without(id: &str, parent: &str, tail: &str) {
    assert_finding_at(parent, id, &format!("{parent}/{tail}"), Value::Null);
}

/// Sets the value at `pointer`, or removes it if `value` is null. Appends to an array if the last token is `-`.
pub fn put(contract: &mut Value, pointer: &str, value: Value) {
    let (parent, key) = pointer.rsplit_once('/').unwrap();
    let parent = contract
        .pointer_mut(parent)
        .unwrap_or_else(|| panic!("no {parent}"));
    let key = key.replace("~1", "/").replace("~0", "~");
    match parent {
        Value::Object(object) if value.is_null() => drop(object.remove(&key).expect("no such key")),
        Value::Object(object) => drop(object.insert(key, value)),
        Value::Array(items) => match key.parse::<usize>() {
            Ok(index) => items[index] = value,
            Err(_) => items.push(value),
        },
        _ => panic!("the parent of {pointer} is not an object or array"),
    }
}

#[test]
fn the_contract_has_no_findings() {
    assert_eq!(findings(&CONTRACT), []);
}

#[test]
fn findings_are_described_with_line_and_column() {
    let text = "openapi: 3.0.3\nservers:\n  - url: https://a.example\npaths: {}\n";
    let positions = Positions::new(text);
    let described = |pointer: &str| {
        let (id, reason) = ("an-id", "a reason".to_owned());
        let pointer = pointer.to_owned();
        positions.describe(&Finding {
            id,
            pointer,
            reason,
        })
    };
    assert_eq!(described("/openapi"), "1:1: an-id: a reason");
    assert_eq!(described("/servers/0/url"), "3:5: an-id: a reason");
    assert_eq!(
        described("/servers/0/url/missing"),
        described("/servers/0/url")
    );
    assert_eq!(described(""), "1:1: an-id: a reason");
}

#[test]
fn ids_are_kebab_case_and_unique() {
    for (index, (id, _)) in IDS.iter().enumerate() {
        let words = id.split('-').all(|word| {
            let letter = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
            !word.is_empty() && word.bytes().all(letter)
        });
        assert!(words, "{id}");
        assert!(
            IDS[..index].iter().all(|(other, _)| other != id),
            "duplicate {id}"
        );
    }
}

#[test]
fn all_ids_are_documented() {
    let (_, section) = DOCS
        .split_once("\n## Lint of the contract\n")
        .expect("docs/ids.md has the section");
    let section = section.split("\n## ").next().unwrap_or_default();
    let documented = section.lines().filter(|line| line.starts_with("| `"));
    let rows = IDS
        .iter()
        .map(|(id, meaning)| format!("| `{id}` | {meaning} |"));
    assert_eq!(
        documented.collect::<Vec<_>>(),
        rows.collect::<Vec<_>>(),
        "the table in docs/ids.md differs from build/lint/ids.rs"
    );
}
