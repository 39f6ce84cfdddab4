//! Contracts that are made to be hard to compare. The comparison ends with a result.

use openapi_conformance::Contract;
use serde_json::{Map, Value, json};

use super::equivalent::contract;
use super::{changes, impacts};

fn reference(index: usize) -> Value {
    json!({"$ref": format!("#/components/schemas/S{index}")})
}

/// Returns the changes of a chain of components, of which each is made from the next one and the last differs.
#[track_caller]
fn chain(length: usize, link: impl Fn(Value) -> Value) -> Vec<String> {
    let components = |last: Value| {
        let mut components = Map::new();
        for index in 0..length {
            components.insert(format!("S{index}"), link(reference(index + 1)));
        }
        components.insert(format!("S{length}"), last);
        Value::Object(components)
    };
    let old = contract(
        "3.1.0",
        &reference(0),
        &components(json!({"type": "string"})),
    );
    let new = contract(
        "3.1.0",
        &reference(0),
        &components(json!({"type": "integer"})),
    );
    changes(&old, &new)
}

#[test]
fn long_chain_of_properties_is_compared() {
    let found = chain(
        5000,
        |next| json!({"type": "object", "properties": {"a": next}}),
    );
    let pointer = "/components/schemas/S5000";
    let change = format!("breaking type-changed x {pointer}");
    assert_eq!(found, [change.clone(), change]);
}

#[test]
fn exponentially_many_properties_are_compared_once() {
    let found = chain(
        60,
        |next| json!({"type": "object", "properties": {"a": next, "b": next, "c": {"items": next}}}),
    );
    let change = "breaking type-changed x /components/schemas/S60";
    assert_eq!(found, [change, change]);
}

#[test]
fn deeply_nested_alternatives_are_reported_as_too_complex() {
    let found = chain(
        200,
        |next| json!({"anyOf": [{"type": "object", "properties": {"a": next}}, {"type": "array", "items": next}]}),
    );
    assert!(
        found.contains(&"breaking schema-too-complex - ".to_owned()),
        "{found:?}"
    );
}

/// Returns the ids of the changes of a composition of which the last part differs.
fn composition(parts: usize) -> Vec<String> {
    let of = |last: &str| {
        let mut all: Vec<_> = (1..parts)
            .map(|index| json!({"minLength": index}))
            .collect();
        all.push(json!({"type": last}));
        contract("3.1.0", &json!({"allOf": all}), &json!({}))
    };
    impacts(&of("string"), &of("integer"))
}

#[test]
fn compositions_with_too_many_parts_are_reported_as_too_complex() {
    // The whole is one more schema.
    for parts in [1000, 2000] {
        assert_eq!(composition(parts), ["breaking schema-too-complex"]);
    }
}

#[test]
fn largest_composition_is_compared() {
    assert_eq!(composition(999), ["breaking type-changed"; 2]);
}

/// Returns a contract with this many alternatives, of which the first has a number.
fn alternatives(numbers: impl Iterator<Item = usize>) -> Contract {
    let alternative = |number| json!({"type": "object", "required": [format!("p{number}")]});
    let any: Value = numbers.map(alternative).collect();
    contract("3.1.0", &json!({"anyOf": any}), &json!({}))
}

#[test]
fn thousands_of_alternatives_are_compared() {
    let old = alternatives(0..3200);
    assert_eq!(changes(&old, &alternatives((0..3200).rev())), [""; 0]);
    let found = changes(&old, &alternatives(10..3210));
    let count = |id: &str| found.iter().filter(|line| line.contains(id)).count();
    assert_eq!(count("request-alternative-removed"), 10);
    assert_eq!(count("response-alternative-added"), 10);
}

#[test]
fn thousands_of_alternatives_that_all_differ_are_added_and_removed() {
    let found = changes(&alternatives(0..3200), &alternatives(3200..6400));
    assert_eq!(found.len(), 4 * 3200);
    let lines: Vec<&str> = found.iter().map(String::as_str).collect();
    assert!(lines.iter().all(|line| line.contains("-alternative-")));
}

#[test]
fn doubled_compositions_are_compared_once() {
    let found = chain(300, |next| json!({"allOf": [next, next]}));
    assert_eq!(found.len(), 2, "{found:?}");
}

#[test]
fn operations_with_the_same_changed_schema_are_counted() {
    let of = |kind: &str| {
        let mut document = contract("3.1.0", &reference(0), &json!({"S0": {"type": kind}}))
            .json()
            .clone();
        for index in 0..2000 {
            let path = format!("/x{index}");
            document["paths"][path] = document["paths"]["/x"].clone();
        }
        super::parsed(&document)
    };
    let found = changes(&of("string"), &of("integer"));
    assert_eq!(found, ["breaking type-changed - /components/schemas/S0"; 2]);
}
