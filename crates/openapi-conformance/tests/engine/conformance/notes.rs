//! Notes on the parts of a contract that are not validated.

use openapi_conformance::Contract;
use serde::Deserialize;
use serde_json::{Value, json};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    openapi: Option<String>,
    #[serde(rename = "$self")]
    url: Option<String>,
    #[serde(default = "default_path")]
    path: String,
    #[serde(default)]
    item: Value,
    #[serde(default)]
    schemas: Value,
    notes: Vec<String>,
}

fn default_path() -> String {
    "/a".to_owned()
}

#[test]
fn contracts_have_the_listed_notes() {
    let cases: Vec<Case> = serde_saphyr::from_str(include_str!("notes.yaml")).unwrap();
    for case in cases {
        let mut document = json!({
            "openapi": case.openapi.as_deref().unwrap_or("3.1.0"),
            "paths": {case.path: case.item},
            "components": {"schemas": case.schemas},
        });
        if let Some(url) = case.url {
            document["$self"] = json!(url);
        }
        let contract = Contract::parse(&document.to_string()).unwrap();
        let notes = contract.notes().iter();
        let mut notes: Vec<_> = notes.map(|note| format!("{}: {note}", note.id)).collect();
        notes.sort_unstable();
        assert_eq!(notes, case.notes, "{}", case.name);
    }
}
