//! Keywords of schemas whose changes are not the same in both directions.

use serde::Deserialize;
use serde_json::{Value, json};

use super::equivalent::contract;
use super::impacts;

/// Returns the impact and id of each change on the wire.
#[track_caller]
pub fn ids(old: &Value, new: &Value) -> Vec<String> {
    let components = json!({});
    impacts(
        &contract("3.1.0", old, &components),
        &contract("3.1.0", new, &components),
    )
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    old: Value,
    new: Value,
    changes: Vec<String>,
    back: Option<Vec<String>>,
}

#[test]
fn schemas_have_the_listed_changes() {
    let cases: Vec<Case> = serde_saphyr::from_str(include_str!("keywords.yaml")).unwrap();
    for case in cases {
        assert_eq!(ids(&case.old, &case.new), case.changes, "{}", case.name);
        if let Some(back) = case.back {
            assert_eq!(ids(&case.new, &case.old), back, "{}, back", case.name);
        }
    }
}
