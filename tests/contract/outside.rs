//! Keywords that do not affect the generated code, reviewed as snapshots because no type changes with them.

use std::fmt::Write;

use serde_json::Value;

use crate::contract::{CONTRACT, EVENTS, OPERATIONS, escape, is_nullable, members};

/// Prose and examples, which other tests validate.
const PROSE: [&str; 6] = [
    "description",
    "summary",
    "example",
    "examples",
    "externalDocs",
    "tags",
];

/// Keywords that the documentation mentions at most.
const BOUNDS: [&str; 6] = [
    "additionalProperties",
    "default",
    "maximum",
    "minimum",
    "operationId",
    "pattern",
];

/// Shows the values that affect no type: bounds, and everything `inside` a part that only the server or the receiver
/// reads.
fn unseen(value: &'static Value, pointer: &str, inside: bool, shown: &mut String) {
    let children: Vec<_> = match value {
        Value::Object(_) => members(value).collect(),
        Value::Array(items) => items.iter().map(|item| ("", item)).collect(),
        leaf if inside => return writeln!(shown, "{pointer} = {leaf}").unwrap(),
        _ => return,
    };
    for (index, (key, child)) in children.into_iter().enumerate() {
        if PROSE.contains(&key) {
            continue;
        }
        let key = match value {
            Value::Array(_) => index.to_string(),
            _ => escape(key),
        };
        let error = pointer.ends_with("/responses") && !key.starts_with('2');
        let outside = ["security", "securitySchemes", "webhooks", "x-webhooks"];
        let inside =
            inside || error || outside.contains(&key.as_str()) || BOUNDS.contains(&key.as_str());
        unseen(child, &format!("{pointer}/{key}"), inside, shown);
    }
}

#[test]
fn keywords_without_effect_on_types_match_the_snapshot() {
    let mut shown = String::new();
    unseen(&CONTRACT, "", false, &mut shown);
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
            if is_nullable(value) {
                writeln!(shown, "{name}.{property} is nullable").unwrap();
            }
            for key in ["format", "x-sensitive"] {
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
        if let Some(list) = operation.extension("x-pagination") {
            writeln!(shown, "    x-pagination {list}").unwrap();
        }
    }
    insta::assert_snapshot!("beside_types", shown);
}

#[test]
fn base_url_matches_the_contract() {
    assert_eq!(CONTRACT["servers"][0]["url"], watsi::BASE_URL);
}
