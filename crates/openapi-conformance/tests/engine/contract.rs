//! The contract of a messaging API, and its examples.

use std::sync::LazyLock;

use openapi_conformance::{Contract, Operation};
use serde_json::Value;

pub static CONTRACT: LazyLock<Contract> = LazyLock::new(|| {
    Contract::parse(include_str!("../messaging.yaml")).expect("the contract is valid")
});

/// Returns the operation or event with this id.
#[track_caller]
pub fn operation(id: &str) -> &'static Operation {
    let operation = CONTRACT.operation(id);
    operation.unwrap_or_else(|| panic!("the contract has no operation {id}"))
}

/// Returns the parameters of an operation.
pub fn parameters(operation: &Operation) -> impl Iterator<Item = &'static Value> {
    let parameters = member(operation, "parameters").and_then(Value::as_array);
    parameters.into_iter().flatten().map(resolve)
}

fn member(operation: &Operation, key: &str) -> Option<&'static Value> {
    CONTRACT.json().pointer(operation.pointer())?.get(key)
}

/// An example of a documented response.
#[derive(Clone, Copy)]
pub struct ResponseExample {
    pub operation: &'static Operation,
    pub name: &'static str,
    /// The documented status code, or the first one of a range.
    pub status: u16,
    pub schema: &'static Value,
    pub body: &'static Value,
}

/// Returns every example of every response to an operation.
pub fn response_examples() -> Vec<ResponseExample> {
    let mut all = Vec::new();
    for operation in CONTRACT.operations() {
        for (key, response) in members(member(operation, "responses")) {
            let media = &resolve(response)["content"]["application/json"];
            for (name, example) in members(media.get("examples")) {
                all.push(ResponseExample {
                    operation,
                    name,
                    status: key.replace('X', "0").parse().expect("a status code"),
                    schema: &media["schema"],
                    body: &example["value"],
                });
            }
        }
    }
    all
}

/// A value of an example, and its schema.
pub struct Spot {
    /// A JSON pointer into the example.
    pub pointer: String,
    /// The schema, with references resolved.
    pub schema: &'static Value,
    pub required: bool,
    pub nullable: bool,
}

/// Returns the spots of all properties and items that the schema describes, and that of the whole example.
pub fn spots(schema: &'static Value, example: &Value) -> Vec<Spot> {
    let mut spots = Vec::new();
    collect(schema, example, String::new(), true, &mut spots);
    spots
}

fn collect(
    declared: &'static Value,
    example: &Value,
    pointer: String,
    required: bool,
    spots: &mut Vec<Spot>,
) {
    let schema = resolve(declared);
    for (name, property) in members(schema.get("properties")) {
        if let Some(value) = example.get(name) {
            let names = schema["required"].as_array();
            let required = names.is_some_and(|names| names.iter().any(|other| other == name));
            collect(
                property,
                value,
                format!("{pointer}/{name}"),
                required,
                spots,
            );
        }
    }
    if let (Some(items), Some(values)) = (schema.get("items"), example.as_array()) {
        for (index, value) in values.iter().enumerate() {
            collect(items, value, format!("{pointer}/{index}"), true, spots);
        }
    }
    spots.push(Spot {
        pointer,
        schema,
        required,
        nullable: declared["nullable"] == true || declared.get("anyOf").is_some(),
    });
}

/// Returns the component that a reference or the first alternative refers to, or the value itself.
fn resolve(value: &'static Value) -> &'static Value {
    match value.pointer("/anyOf/0").unwrap_or(value)["$ref"].as_str() {
        Some(reference) => CONTRACT
            .json()
            .pointer(&reference[1..])
            .expect("the component exists"),
        None => value,
    }
}

fn members(
    value: Option<&'static Value>,
) -> impl Iterator<Item = (&'static String, &'static Value)> {
    value.and_then(Value::as_object).into_iter().flatten()
}
