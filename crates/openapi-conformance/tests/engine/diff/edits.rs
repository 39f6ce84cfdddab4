//! Edits of the contract, and the changes that they make in both directions.

use openapi_conformance::Change;
use serde::Deserialize;
use serde_json::Value;

use super::{changes, edited, parsed};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    #[serde(default)]
    before: Vec<(String, Value)>,
    edit: Vec<(String, Value)>,
    #[serde(default)]
    changes: Vec<String>,
    #[serde(default)]
    back: Vec<String>,
    #[serde(default)]
    both: Vec<String>,
}

#[test]
fn edits_have_the_listed_changes() {
    let cases: Vec<Case> = serde_saphyr::from_str(include_str!("edits.yaml")).unwrap();
    for case in cases {
        let name = &case.name;
        let old = parsed(&edited(&case.before));
        let new = parsed(&edited(&[case.before, case.edit].concat()));
        for change in case.both.iter().chain(&case.changes).chain(&case.back) {
            let id = change.split(' ').nth(1);
            assert!(Change::ids().iter().any(|known| Some(known.0) == id));
        }
        let expected = [case.both.clone(), case.changes].concat();
        assert_eq!(changes(&old, &new), expected, "{name}");
        let expected = [case.both, case.back].concat();
        assert_eq!(changes(&new, &old), expected, "{name}, back");
    }
}
