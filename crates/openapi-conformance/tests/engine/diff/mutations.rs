//! Generated schemas: a contract equals itself, and each mutated keyword is reported.

use openapi_conformance::Contract;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::changes;
use super::equivalent::contract;

/// A keyword that matters for the type, and two values that mean something different.
const KEYWORDS: [(&str, &str, &str, &str); 22] = [
    ("string", "minLength", "1", "2"),
    ("string", "maxLength", "8", "9"),
    ("string", "pattern", r#""^a""#, r#""^b""#),
    ("string", "format", r#""uuid""#, r#""date-time""#),
    ("string", "enum", r#"["a","b"]"#, r#"["a","c"]"#),
    ("string", "const", r#""a""#, r#""b""#),
    ("string", "x-extensible-enum", r#"["a"]"#, r#"["a","b"]"#),
    ("integer", "minimum", "1", "2"),
    ("integer", "exclusiveMaximum", "90", "91"),
    ("integer", "multipleOf", "2", "3"),
    ("integer", "format", r#""int32""#, r#""int64""#),
    ("number", "maximum", "0.5", "0.25"),
    ("array", "minItems", "1", "2"),
    ("array", "maxItems", "8", "9"),
    ("array", "uniqueItems", "true", "false"),
    (
        "array",
        "items",
        r#"{"type":"string"}"#,
        r#"{"type":"null"}"#,
    ),
    (
        "array",
        "prefixItems",
        r#"[{"type":"string"}]"#,
        r#"[{"type":"number"}]"#,
    ),
    ("array", "contains", r#"{"const":1}"#, r#"{"const":2}"#),
    ("object", "required", r#"["a"]"#, r#"["b"]"#),
    (
        "object",
        "additionalProperties",
        r#"{"type":"string"}"#,
        "false",
    ),
    ("object", "maxProperties", "8", "9"),
    (
        "object",
        "propertyNames",
        r#"{"maxLength":1}"#,
        r#"{"maxLength":2}"#,
    ),
];

/// Returns a schema, the same schema without the keyword, and with its other value.
fn mutations() -> impl Strategy<Value = [Value; 3]> {
    let keyword = prop::sample::select(KEYWORDS.as_slice());
    let wrappers = prop::collection::vec(0..7usize, 0..4);
    (keyword, wrappers).prop_map(|((kind, keyword, one, other), wrappers)| {
        let without = json!({"type": kind});
        let with = |value: &str| {
            let mut schema = without.clone();
            schema[keyword] = serde_json::from_str(value).unwrap();
            schema
        };
        [with(one), without.clone(), with(other)].map(|schema| {
            wrappers
                .iter()
                .fold(schema, |schema, way| wrapped(schema, *way))
        })
    })
}

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

/// Returns a contract that differs from another one with this schema only in its title.
fn titled(schema: &Value) -> Contract {
    let mut contract = contract("3.1.0", schema, &json!({})).json().clone();
    contract["info"]["title"] = json!("another");
    super::parsed(&contract)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn contract_with_the_same_schemas_has_no_changes([schema, _, _] in mutations()) {
        let old = contract("3.1.0", &schema, &json!({}));
        prop_assert_eq!(old.changes_to(&titled(&schema)), []);
    }

    #[test]
    fn each_mutated_keyword_is_reported([one, without, other] in mutations()) {
        let contracts = [&one, &without, &other].map(|schema| contract("3.1.0", schema, &json!({})));
        let [one, without, other] = &contracts;
        for (old, new) in [(one, without), (without, one), (one, other), (other, one)] {
            prop_assert_ne!(changes(old, new), [""; 0]);
        }
    }
}
