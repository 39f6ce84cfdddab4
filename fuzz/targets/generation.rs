//! An edited contract is either rejected with reasons or generated. The generator never panics on a contract that the
//! lint accepts.

#![no_main]
#![allow(dead_code, reason = "the build's modules have more users than this")]

#[path = "../../build/mod.rs"]
mod build;

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use serde_json::{Value, json};

static CONTRACT: LazyLock<Value> =
    LazyLock::new(|| build::yaml::read(include_str!("../../openapi.yaml")).expect("it is YAML"));

/// The values that an edit can insert.
static PALETTE: LazyLock<Vec<Value>> = LazyLock::new(|| {
    vec![
        json!(null),
        json!(true),
        json!(0),
        json!(""),
        json!("type"),
        json!("a-b c"),
        json!([]),
        json!({}),
        json!("string"),
        json!("array"),
        json!("object"),
        json!("integer"),
        json!("number"),
        json!("date"),
        json!("uuid"),
        json!("path"),
        json!("header"),
        json!({"type": "string", "description": "d"}),
        json!({"type": "array", "items": {"type": "string"}}),
        json!({"$ref": "#/components/schemas/Conversation"}),
        json!({"$ref": "#/components/schemas/ConversationStatus"}),
    ]
});

/// Returns the value at this index in traversal order, if there is one.
fn place<'v>(value: &'v mut Value, index: &mut usize) -> Option<&'v mut Value> {
    if *index == 0 {
        return Some(value);
    }
    *index -= 1;
    match value {
        Value::Object(object) => object.values_mut().find_map(|child| place(child, index)),
        Value::Array(items) => items.iter_mut().find_map(|child| place(child, index)),
        _ => None,
    }
}

/// Applies an edit. Four bytes say where and what, so an input is a list of edits.
fn edit(contract: &mut Value, edit: [u8; 4]) {
    let mut index = usize::from(u16::from_be_bytes([edit[0], edit[1]]));
    let Some(place) = place(contract, &mut index) else {
        return;
    };
    let nth = usize::from(edit[3]);
    match (edit[2] % 4, place) {
        (0, place) => *place = PALETTE[nth % PALETTE.len()].clone(),
        (1, Value::Object(object)) => {
            let key = object.keys().nth(nth % object.len().max(1)).cloned();
            key.and_then(|key| object.remove(&key));
        }
        (2, Value::Object(object)) => {
            let names = [
                "Self", "self", "a b", "limit", "type", "nullable", "pattern", "default", "post",
                "204",
            ];
            let key = object.keys().nth(nth % object.len().max(1)).cloned();
            if let Some(value) = key.and_then(|key| object.remove(&key)) {
                object.insert(names[nth % names.len()].to_owned(), value);
            }
        }
        (3, Value::Object(object)) => {
            let copy = object.values().nth(nth % object.len().max(1)).cloned();
            copy.and_then(|copy| object.insert("copy".to_owned(), copy));
        }
        (_, Value::Array(items)) => {
            let copy = items.get(nth % items.len().max(1)).cloned();
            items.extend(copy);
        }
        (_, place) => *place = PALETTE[nth % PALETTE.len()].clone(),
    }
}

fuzz_target!(|input: &[u8]| {
    let mut contract = CONTRACT.clone();
    for chunk in input.chunks_exact(4).take(8) {
        edit(&mut contract, chunk.try_into().expect("there are four"));
    }
    if let Err(reasons) = build::codegen::run(&contract.to_string()) {
        let panicked = |reason: &String| reason.contains("panicked");
        assert!(!reasons.iter().any(panicked), "{reasons:?}");
    }
});
