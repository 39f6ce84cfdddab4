//! The lint of the contract reports each problem with its id and location.

use serde::Deserialize;
use serde_json::Value;

use crate::build::lint::finding::Finding;
use crate::build::lint::ids::IDS;
use crate::build::plain::plain;
use crate::build::positions::Positions;
use crate::build::yaml::read;
use crate::contract::CONTRACT;

const DOCS: &str = include_str!("../../docs/ids.md");

/// Returns what the build reports about a contract.
fn findings(contract: &Value) -> Vec<Finding> {
    plain(contract).err().unwrap_or_default()
}

/// Sets the value at `pointer`, or removes it if `value` is null. Appends to an array if the last token is `-`.
fn put(contract: &mut Value, (pointer, value): &(String, Value)) {
    let (parent, key) = pointer.rsplit_once('/').unwrap();
    let parent = contract
        .pointer_mut(parent)
        .unwrap_or_else(|| panic!("no {parent}"));
    let key = key.replace("~1", "/").replace("~0", "~");
    match parent {
        Value::Object(object) if value.is_null() => drop(object.remove(&key).expect("no such key")),
        Value::Object(object) => drop(object.insert(key, value.clone())),
        Value::Array(items) if key == "-" => items.push(value.clone()),
        Value::Array(items) => items[key.parse::<usize>().unwrap()] = value.clone(),
        _ => panic!("the parent of {pointer} is not an object or array"),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    #[serde(default)]
    with: Vec<(String, Value)>,
    edit: Option<(String, Value)>,
    #[serde(default)]
    edits: Vec<(String, Value)>,
    finds: Option<String>,
    #[serde(default)]
    advises: bool,
}

fn cases() -> Vec<Case> {
    let cases = read(include_str!("lint/edits.yaml")).unwrap();
    serde_json::from_value(cases).unwrap()
}

#[test]
fn each_rule_has_a_case() {
    let cases = cases();
    for (id, _) in IDS {
        let found = |case: &Case| {
            case.finds
                .iter()
                .any(|finds| finds.split(' ').next() == Some(id))
        };
        assert!(cases.iter().any(found), "{id}");
    }
}

#[test]
fn edits_have_the_listed_findings() {
    let contract = read(include_str!("lint/contract.yaml")).unwrap();
    for case in cases() {
        for edit in case.edits.iter().chain(&case.edit) {
            let mut contract = contract.clone();
            case.with.iter().for_each(|edit| put(&mut contract, edit));
            put(&mut contract, edit);
            let findings = findings(&contract);
            let expected =
                |finding: &&Finding| case.finds.as_deref() == Some(&shown(finding, &edit.0));
            let found = findings.iter().find(expected);
            let is_as_listed = if case.finds.is_some() {
                found.is_some()
            } else {
                findings.is_empty()
            };
            assert!(is_as_listed, "{}: {edit:?} has {findings:#?}", case.name);
            let reason = found.map_or("", |finding| &finding.reason);
            let advises = [";", "use ", "write ", "describe "]
                .iter()
                .any(|word| reason.contains(word));
            assert!(advises || !case.advises, "{}: {reason}", case.name);
        }
    }
}

/// Returns the id of a finding, and its place if that was not edited.
fn shown(finding: &Finding, edited: &str) -> String {
    match finding.pointer.as_str() {
        pointer if pointer == edited => finding.id.to_owned(),
        pointer => format!("{} /{}", finding.id, pointer.trim_start_matches('/')),
    }
}

#[test]
fn constructs_of_other_contracts_have_no_findings() {
    let contract = read(include_str!("lint/constructs.yaml")).unwrap();
    assert_eq!(findings(&contract), []);
}

#[test]
fn the_contract_has_no_findings() {
    assert_eq!(findings(&CONTRACT), []);
}

#[test]
fn findings_are_described_with_line_and_column() {
    let text = "openapi: 3.0.3\nservers:\n  - url: https://a.example\n  - url: x\npaths: {}\n";
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
    assert_eq!(described("/servers/1/url"), "4:5: an-id: a reason");
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
