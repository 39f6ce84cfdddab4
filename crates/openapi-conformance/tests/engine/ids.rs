//! The documentation lists all ids, and what they mean.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use openapi_conformance::{Change, Finding, Note, Part, Severity};
use serde_json::json;

/// Returns the cells of the rows of a section. The first one is an id.
fn rows(section: &str) -> impl Iterator<Item = Vec<&'static str>> {
    let docs = include_str!("../../docs/ids.md");
    let (_, section) = docs.split_once(&format!("\n## {section}\n")).unwrap();
    let section = section.split("\n## ").next().unwrap();
    let rows = section.lines().filter_map(|line| line.strip_prefix("| `"));
    rows.map(|row| row.trim_end_matches(" |").split(" | ").collect())
}

/// The documented impacts of changes, by id.
pub type Impacts = LazyLock<HashMap<&'static str, &'static str>>;

pub static ON_WIRE: Impacts = LazyLock::new(|| impacts("Changes of a contract"));
pub static ON_CLIENTS: Impacts = LazyLock::new(|| impacts("Changes for generated clients"));

fn impacts(section: &str) -> HashMap<&'static str, &'static str> {
    rows(section)
        .map(|row| (row[0].trim_end_matches('`'), row[1]))
        .collect()
}

/// Asserts that the changes have their documented impacts.
#[track_caller]
pub fn assert_impacts(documented: &Impacts, changes: &[Change]) {
    for change in changes {
        assert_eq!(documented[change.id], change.impact.as_str(), "{change}");
    }
}

/// Returns the ids of a section with their meanings, as the documentation writes them.
fn documented(section: &str) -> Vec<(&'static str, &'static str)> {
    rows(section)
        .map(|row| (row[0].trim_end_matches('`'), *row.last().unwrap()))
        .collect()
}

#[test]
fn ids_are_unique_and_documented() {
    let ids = [Finding::ids(), Note::ids(), Change::ids()];
    for all in ids {
        let unique: HashSet<_> = all.iter().map(|(id, _)| id).collect();
        assert_eq!(unique.len(), all.len());
    }
    assert_eq!(documented("Findings"), Finding::ids());
    assert_eq!(documented("Notes on a contract"), Note::ids());
    let wire = documented("Changes of a contract");
    let clients = documented("Changes for generated clients");
    for (id, meaning) in Change::ids() {
        let row = &(*id, *meaning);
        assert!(wire.contains(row) || clients.contains(row), "{id}");
    }
    for section in [wire, clients] {
        let mut all = Change::ids().iter();
        assert!(section.iter().all(|row| all.any(|known| known == row)));
    }
}

#[test]
fn finding_is_serialized_with_its_fields() {
    let finding = Finding::new(
        "list-order",
        Part::List,
        Severity::Request,
        "/response/body",
        "/paths",
        "is late",
    );
    let expected = json!({
        "id": "list-order", "severity": "request", "pointer": "/response/body",
        "contract_pointer": "/paths", "sentence": "is late",
    });
    assert_eq!(serde_json::to_value(finding).unwrap(), expected);
}
