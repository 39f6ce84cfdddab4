//! Generates edited copies of the contract's examples and of other documents.

use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::{Value, json};

/// Inputs that tend to break parsers: ends, nesting, numbers, lone surrogates.
const PIECES: [&str; 14] = [
    "",
    "null",
    "{",
    "]",
    "\"",
    ",",
    "\\ud83d",
    "1e999",
    "-0",
    "+5491155551234",
    "2025-03-15T24:00:00Z",
    "\u{0}",
    "[[[[[[[[",
    "\"error\":",
];

fn edit() -> impl Strategy<Value = (Index, Index, Vec<u8>)> {
    let piece = select(PIECES.to_vec()).prop_map(|piece| piece.as_bytes().to_vec());
    let bytes = proptest::collection::vec(any::<u8>(), 0..4);
    (
        any::<Index>(),
        any::<Index>(),
        prop_oneof![3 => piece, 1 => bytes],
    )
}

/// Generates the replacement for a value of a document.
fn another() -> impl Strategy<Value = Value> {
    select(vec![
        json!("+5491155551234"),
        json!(5_491_155_551_234_u64),
        json!(null),
        json!([]),
        json!({"5491155551234": {}}),
    ])
}

/// Collects the pointers to all values.
fn pointers(value: &Value, at: String, found: &mut Vec<String>) {
    match value {
        Value::Object(object) => {
            for (key, child) in object {
                let key = key.replace('~', "~0").replace('/', "~1");
                pointers(child, format!("{at}/{key}"), found);
            }
        }
        Value::Array(items) => {
            for (index, child) in items.iter().enumerate() {
                pointers(child, format!("{at}/{index}"), found);
            }
        }
        _ => {}
    }
    found.push(at);
}

/// Generates one of `seeds`: unchanged, with one value replaced if it is JSON, or with up to three places of its
/// text overwritten.
pub fn edited(seeds: Vec<Vec<u8>>) -> impl Strategy<Value = Vec<u8>> {
    let edits = proptest::collection::vec(edit(), 0..4);
    let replaced = (select(seeds.clone()), any::<Index>(), another());
    let replaced = replaced.prop_map(|(seed, index, another)| {
        let Ok(mut value) = serde_json::from_slice(&seed) else {
            return seed;
        };
        let mut places = Vec::new();
        pointers(&value, String::new(), &mut places);
        *value
            .pointer_mut(&places[index.index(places.len())])
            .unwrap() = another;
        value.to_string().into_bytes()
    });
    let overwritten = (select(seeds), edits).prop_map(|(mut bytes, edits)| {
        for (from, length, piece) in edits {
            let from = from.index(bytes.len() + 1);
            let to = (from + length.index(12)).min(bytes.len());
            bytes.splice(from..to, piece);
        }
        bytes
    });
    prop_oneof![replaced, overwritten]
}

/// Returns the contract.
pub fn contract() -> Value {
    let text = include_str!(concat!(env!("OUT_DIR"), "/contract.json"));
    serde_json::from_str(text).unwrap()
}

/// Returns the values of the examples below this part of the contract.
pub fn examples(of: &str) -> Vec<Vec<u8>> {
    fn collect(value: &Value, found: &mut Vec<Vec<u8>>) {
        let named = value.get("examples").and_then(|it| it.as_object());
        for example in named.into_iter().flat_map(|it| it.values()) {
            found.push(example["value"].to_string().into_bytes());
        }
        match value {
            Value::Object(object) => {
                object.values().for_each(|value| collect(value, found));
            }
            Value::Array(items) => {
                items.iter().for_each(|value| collect(value, found));
            }
            _ => {}
        }
    }
    let mut found = Vec::new();
    collect(contract().pointer(of).unwrap(), &mut found);
    assert!(!found.is_empty());
    found
}
