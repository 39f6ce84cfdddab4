//! Open and closed enums: OpenAPI has several spellings for them.

use serde_json::{Map, Value};

/// Returns the members of a union.
pub fn members(schema: &Value) -> Option<&Vec<Value>> {
    schema.get("oneOf").or(schema.get("anyOf"))?.as_array()
}

/// Returns the strings of an enum. An enum of other values is documented, since every value is accepted anyway.
pub fn values(schema: &Value) -> Option<Vec<&Value>> {
    let listed = ["x-extensible-enum", "enum"]
        .iter()
        .find_map(|key| schema.get(*key)?.as_array());
    let values: Vec<_> = match (listed, schema.get("const")) {
        (Some(values), _) => values.iter().collect(),
        (None, Some(value)) => vec![value],
        (None, None) => return None,
    };
    let strings = values.iter().all(|value| value.is_string());
    (strings && !values.is_empty()).then_some(values)
}

/// Returns the known values of an enum in any spelling, e.g. `anyOf: [{enum}, {type: string}]`.
pub fn known_values(schema: &Value) -> Option<Vec<&Value>> {
    values(schema).or_else(|| open(members(schema)?))
}

/// Returns the known values of `anyOf: [{enum}, {type: string}]`.
pub fn open(members: &[Value]) -> Option<Vec<&Value>> {
    let [first, second] = members else {
        return None;
    };
    if is_any_string(second) {
        values(first)
    } else if is_any_string(first) {
        values(second)
    } else {
        None
    }
}

/// Returns true if the schema allows any string.
pub fn is_any_string(schema: &Value) -> bool {
    let only_type = |object: &Map<String, Value>| {
        let annotations = ["type", "description", "title", "example", "examples"];
        object.keys().all(|key| annotations.contains(&key.as_str()))
    };
    schema["type"] == "string" && schema.as_object().is_some_and(only_type)
}

/// Returns the only value of a closed enum.
pub fn constant(schema: &Value) -> Option<String> {
    if schema.get("x-extensible-enum").is_some() {
        return None;
    }
    match values(schema)?.as_slice() {
        [Value::String(value)] => Some(value.clone()),
        _ => None,
    }
}
