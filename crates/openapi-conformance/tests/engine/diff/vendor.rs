//! The contract compared with a document of another style: only what the documents state differently is a change.

use std::collections::BTreeMap;

use openapi_conformance::{Contract, Impact};

use crate::contract::CONTRACT;

#[test]
fn document_of_another_style_differs_only_where_it_states_more() {
    let vendor = Contract::parse(include_str!("../vendor.yaml")).unwrap();
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for change in CONTRACT.changes_to(&vendor) {
        if change.impact != Impact::Unaffected {
            *counts.entry(change.id).or_default() += 1;
        }
    }
    let expected = [
        // Open enums are closed, and one that was shared is inline.
        // Only one event is documented.
        ("event-removed", 5),
        // The default response stands for failures without a status code.
        ("failure-status-code-added", 3),
        // The rules of pagination are an extension.
        ("pagination-removed", 1),
        ("request-closed-enum-added", 2),
        // Identifiers are UUIDs.
        ("request-format-added", 1),
        ("response-closed-enum-added", 5),
        ("response-format-added", 5),
        // Every failure has the header `Retry-After`.
        ("response-header-added", 1),
        ("success-status-codes-narrowed", 3),
    ];
    assert_eq!(counts.into_iter().collect::<Vec<_>>(), expected);
}
