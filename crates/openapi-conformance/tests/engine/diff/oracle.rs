//! The comparison agrees with the crate `jsonschema` on which schemas no longer accept what others accept.

use jsonschema::Draft;
use jsonschema::canonical::{self, CanonicalSchema, Satisfiability};
use openapi_conformance::{Contract, Impact};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use proptest::test_runner::RngSeed;
use serde_json::{Value, json};

use super::parsed;

const TYPES: [&str; 4] = ["string", "integer", "number", "boolean"];

/// Schemas of scalars. The comparison has rules of its own for the properties of objects.
fn scalars() -> impl Strategy<Value = Value> {
    let values = [json!("a"), json!("ab"), json!(1), json!(2.5), json!(true)];
    let number = || select(vec![-1.0, 0.0, 1.0, 1.5, 3.0]);
    prop_oneof![
        select(&TYPES[..]).prop_map(|name| json!({"type": name})),
        subsequence(&TYPES[..], 2).prop_map(|names| json!({"type": names})),
        select(&TYPES[..]).prop_map(|name| json!({"type": [name, "null"]})),
        subsequence(values.to_vec(), 1..4).prop_map(|values| json!({"enum": values})),
        (0..3u64).prop_map(|least| json!({"type": "string", "minLength": least})),
        (0..3u64).prop_map(|most| json!({"type": "string", "maxLength": most})),
        number().prop_map(|least| json!({"type": "number", "minimum": least})),
        number().prop_map(|most| json!({"type": "integer", "exclusiveMaximum": most})),
        (1..5u64).prop_map(|factor| json!({"type": "integer", "multipleOf": factor})),
    ]
}

fn schemas() -> impl Strategy<Value = Value> {
    scalars().prop_recursive(2, 8, 3, |inner| {
        prop_oneof![
            vec(inner.clone(), 1..4).prop_map(|all| json!({"anyOf": all})),
            vec(inner.clone(), 1..3).prop_map(|all| json!({"allOf": all})),
            (inner.clone(), 0..3u64).prop_map(
                |(item, least)| json!({"type": "array", "items": item, "minItems": least})
            ),
            (scalars(), inner.clone()).prop_map(
                |(first, rest)| json!({"type": "array", "prefixItems": [first], "items": rest})
            ),
            (scalars(), scalars()).prop_map(|(schema, not)| json!({"allOf": [schema], "not": not})),
            inner.prop_map(|item| json!({"type": "array", "contains": item})),
        ]
    })
}

fn canonical(schema: &Value) -> CanonicalSchema {
    let options = canonical::options()
        .with_draft(Draft::Draft202012)
        .offline();
    options.canonicalize(schema).unwrap()
}

fn with_body(schema: &Value) -> Contract {
    let content = json!({"application/json": {"schema": schema}});
    let post =
        json!({"requestBody": {"content": content}, "responses": {"204": {"description": "d"}}});
    parsed(&json!({"openapi": "3.1.0", "paths": {"/x": {"post": post}}}))
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 500,
        failure_persistence: None,
        // The same cases in every run, so that a failure can be reproduced.
        rng_seed: RngSeed::Fixed(26),
        ..ProptestConfig::default()
    })]

    #[test]
    fn request_that_is_no_longer_accepted_is_breaking(old in schemas(), new in schemas()) {
        let Ok(lost) = canonical(&old).subtract(&canonical(&new)) else {
            return Ok(());
        };
        if lost.satisfiability() == Satisfiability::Yes {
            let changes = with_body(&old).changes_to(&with_body(&new));
            let is_breaking = changes.iter().any(|change| change.impact == Impact::Breaking);
            prop_assert!(is_breaking, "no longer accepts {}", lost.to_json_schema());
        }
    }

    #[test]
    fn closed_enum_that_another_schema_accepts_is_only_narrower(values in subsequence(vec![json!("a"), json!("ab"), json!(1), json!(2.5)], 1..4), other in schemas()) {
        let listed = json!({"enum": values});
        let Ok(lost) = canonical(&listed).subtract(&canonical(&other)) else {
            return Ok(());
        };
        if lost.satisfiability() == Satisfiability::No {
            let changes = with_body(&listed).changes_to(&with_body(&other));
            prop_assert_eq!(changes.iter().find(|change| change.impact == Impact::Breaking), None);
        }
    }
}
