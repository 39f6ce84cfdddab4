//! Lines and columns of the values of a contract.

use openapi_conformance::Contract;
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    text: String,
    /// JSON pointers, and positions as `line:column`.
    positions: Vec<(String, String)>,
}

fn position(text: &str, pointer: &str) -> String {
    let contract = Contract::parse(text).unwrap();
    contract.position(pointer).unwrap().to_string()
}

#[test]
fn values_have_the_listed_positions() {
    let cases: Vec<Case> = serde_saphyr::from_str(include_str!("positions.yaml")).unwrap();
    for Case {
        name,
        text,
        positions,
    } in cases
    {
        for (pointer, expected) in positions {
            assert_eq!(position(&text, &pointer), expected, "{name}: {pointer}");
        }
    }
}

#[test]
fn json_has_the_same_positions_as_the_same_text_in_yaml() {
    let json = "{ \"openapi\": \"3.1.0\",\n \"a\\u0062\" : [ 1,\r\n {\"c/d\": {} , \"é😀\": \"x\\\"}\" } ],\n \"e\": true }\n";
    // A comment makes it YAML.
    let yaml = format!("{json}#");
    for pointer in [
        "",
        "/ab",
        "/ab/0",
        "/ab/1",
        "/ab/1/c~1d",
        "/ab/1/é😀",
        "/ab/2",
        "/ab/-",
        "/e",
        "/e/f",
        "/x",
    ] {
        assert_eq!(
            position(json, pointer),
            position(&yaml, pointer),
            "{pointer}"
        );
    }
}

#[test]
fn positions_far_into_a_long_line_are_found() {
    let long = "é".repeat(100_000);
    let text = format!(r#"{{"openapi": "3.1.0", "a": "{long}", "b": 1}}"#);
    assert_eq!(position(&text, "/a"), "1:22");
    assert_eq!(position(&text, "/b"), "1:100031");
}
