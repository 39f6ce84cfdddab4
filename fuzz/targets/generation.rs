//! An edited contract is either rejected with reasons or generated. The generator never panics on a contract that the
//! lint accepts.

#![no_main]
#![allow(dead_code, reason = "the build's modules have more users than this")]

#[path = "../../build/mod.rs"]
mod build;
#[path = "../shared/edits.rs"]
mod edits;

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use serde_json::{Value, json};

use edits::{Palette, edit};

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

const NAMES: [&str; 10] = [
    "Self", "self", "a b", "limit", "type", "nullable", "pattern", "default", "post", "204",
];

fuzz_target!(|input: &[u8]| {
    let mut contract = CONTRACT.clone();
    let palette = Palette {
        values: &PALETTE,
        names: &NAMES,
    };
    for chunk in input.chunks_exact(4).take(8) {
        edit(
            &mut contract,
            &palette,
            chunk.try_into().expect("there are four"),
        );
    }
    if let Err(reasons) = build::codegen::run(&contract.to_string()) {
        let panicked = |reason: &String| reason.contains("panicked");
        assert!(!reasons.iter().any(panicked), "{reasons:?}");
    }
});
