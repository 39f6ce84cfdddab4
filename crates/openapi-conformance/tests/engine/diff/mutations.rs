//! A changed schema is a change wherever it is.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::changes;
use super::equivalent::contract;
use super::schemas;

fn wrapped(schema: Value, way: usize) -> Value {
    match way {
        0 => json!({"type": "object", "properties": {"p": schema}, "required": ["p"]}),
        1 => json!({"type": "array", "items": schema}),
        2 => json!({"type": "object", "additionalProperties": schema}),
        3 => json!({"allOf": [schema, {"description": "d"}]}),
        4 => json!({"anyOf": [schema, {"type": "null"}]}),
        5 => json!({"oneOf": [schema, {"type": "boolean"}]}),
        _ => json!({"not": schema}),
    }
}

fn wrappers() -> impl Strategy<Value = Vec<usize>> {
    prop::collection::vec(0..7usize, 0..4)
}

/// Returns pairs of different schemas.
fn pairs() -> Vec<[Value; 2]> {
    let mut pairs = schemas::changed();
    let open_enum = |known: &[&str]| json!({"type": "string", "x-extensible-enum": known});
    pairs.push([open_enum(&["a"]), open_enum(&["a", "b"])]);
    pairs
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn changed_schema_is_reported_behind_wrappers(
        pair in prop::sample::select(pairs()),
        wrappers in wrappers(),
    ) {
        let [old, new] = pair.map(|schema| {
            let schema = wrappers.iter().fold(schema, |schema, way| wrapped(schema, *way));
            contract("3.1.0", &schema, &schemas::components())
        });
        prop_assert_ne!(changes(&old, &new), [""; 0]);
        prop_assert_ne!(changes(&new, &old), [""; 0]);
    }
}
