//! Keywords that do not affect the generated code, reviewed as snapshots because no type changes with them.

use std::fmt::Write;

use serde_json::Value;

use crate::build::lint::place::escape;
use crate::build::lower::lower;
use crate::contract::{CONTRACT, EVENTS, OPERATIONS, members};

/// Prose and examples, which other tests validate.
const PROSE: [&str; 6] = [
    "description",
    "summary",
    "example",
    "examples",
    "externalDocs",
    "tags",
];

fn difference(
    contract: &'static Value,
    adapted: Option<&Value>,
    pointer: &str,
    shown: &mut String,
) {
    match contract {
        Value::Object(_) => {
            for (key, child) in members(contract).filter(|(key, _)| !PROSE.contains(key)) {
                let pointer = format!("{pointer}/{}", escape(key));
                difference(child, adapted.and_then(|it| it.get(key)), &pointer, shown);
            }
        }
        Value::Array(items) => {
            for (index, child) in items.iter().enumerate() {
                let pointer = format!("{pointer}/{index}");
                difference(child, adapted.and_then(|it| it.get(index)), &pointer, shown);
            }
        }
        leaf if adapted == Some(leaf) => {}
        leaf => writeln!(shown, "{pointer} = {leaf}").unwrap(),
    }
}

#[test]
fn keywords_hidden_from_the_generator_match_the_snapshot() {
    let mut shown = String::new();
    difference(&CONTRACT, Some(&lower(&CONTRACT)), "", &mut shown);
    insta::assert_snapshot!("beside_generator", shown);
}

/// The generator maps every format to a string and reads no events.
#[test]
fn keywords_without_a_type_match_the_snapshot() {
    let info = &CONTRACT["info"];
    let mut shown = format!(
        "{} {} {}\n",
        info["title"], info["version"], CONTRACT["servers"]
    );
    for (name, schema) in members(&CONTRACT["components"]["schemas"]) {
        if let Some(said) = schema.get("x-sensitive") {
            writeln!(shown, "{name} x-sensitive {said}").unwrap();
        }
        for (property, value) in members(&schema["properties"]) {
            for key in ["format", "nullable", "x-sensitive"] {
                if let Some(said) = value.get(key) {
                    writeln!(shown, "{name}.{property} {key} {said}").unwrap();
                }
            }
        }
    }
    for operation in OPERATIONS.iter().chain(EVENTS.iter()) {
        writeln!(shown, "{} {}", operation.method, operation.path).unwrap();
        for parameter in &operation.parameters {
            let said = ["name", "in", "required", "schema"].map(|key| parameter[key].to_string());
            writeln!(shown, "    {}", said.join(" ")).unwrap();
        }
        writeln!(shown, "    {}", operation.statuses().join(", ")).unwrap();
        if let Some(list) = operation.extension("x-cursor-list") {
            writeln!(shown, "    x-cursor-list {list}").unwrap();
        }
    }
    insta::assert_snapshot!("beside_types", shown);
}

#[test]
fn base_url_matches_the_contract() {
    assert_eq!(CONTRACT["servers"][0]["url"], watsi::BASE_URL);
}
