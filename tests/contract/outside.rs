//! Keywords that do not affect the generated code, reviewed as snapshots because no type changes with them.

use std::fmt::Write;

use serde_json::Value;

use crate::contract::{CONTRACT, escape, members};

/// Prose and examples, which other tests validate.
const PROSE: [&str; 6] = [
    "description",
    "summary",
    "example",
    "examples",
    "externalDocs",
    "tags",
];

/// Keys whose values affect no type: keywords that the documentation mentions at most, and parts that only the server or
/// the receiver reads.
const OUTSIDE: [&str; 15] = [
    "additionalProperties",
    "default",
    "format",
    "info",
    "maximum",
    "minimum",
    "operationId",
    "parameters",
    "pattern",
    "security",
    "securitySchemes",
    "servers",
    "webhooks",
    "x-sensitive",
    "x-webhooks",
];

/// Shows the values that affect no type, and everything `inside` such a part.
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
        let is_error = pointer.ends_with("/responses") && !key.starts_with('2');
        // An optional property may be null, whatever its type.
        let is_nullable = key == "type" && child.is_array();
        let inside = inside || is_error || is_nullable || OUTSIDE.contains(&key.as_str());
        unseen(child, &format!("{pointer}/{key}"), inside, shown);
    }
}

#[test]
fn keywords_without_effect_on_types_match_the_snapshot() {
    let mut shown = String::new();
    unseen(&CONTRACT, "", false, &mut shown);
    insta::assert_snapshot!("beside_generator", shown);
}

#[test]
fn base_url_matches_the_contract() {
    assert_eq!(CONTRACT["servers"][0]["url"], watsi::BASE_URL);
}
