//! What the schemas of a value say about its redaction.

use openapi_conformance::Described;
use serde_json::Value;

/// The formats whose strings are kept even if the contract marks nothing as sensitive.
const FIXED_FORMATS: [&str; 5] = ["date", "date-time", "duration", "time", "uuid"];

pub fn is_sensitive(described: &Described<'_>) -> bool {
    let mut schemas = described.schemas();
    schemas.any(|schema| schema["x-sensitive"] == Value::Bool(true)) || is_secret(described)
}

/// Returns true for a password, and for what a server never returns.
pub fn is_secret(described: &Described<'_>) -> bool {
    let mut schemas = described.schemas();
    schemas.any(|schema| schema["writeOnly"] == Value::Bool(true) || schema["format"] == "password")
}

/// Returns true if a contract marks any value as sensitive.
pub fn has_marks(value: &Value) -> bool {
    match value {
        Value::Object(object) => {
            object.get("x-sensitive") == Some(&Value::Bool(true)) || object.values().any(has_marks)
        }
        Value::Array(items) => items.iter().any(has_marks),
        _ => false,
    }
}

/// Returns true if the names of an object's properties are data, e.g. those of a map.
pub fn is_map(described: &Described<'_>) -> bool {
    let mut schemas = described.schemas();
    schemas.any(|schema| schema["additionalProperties"].is_object())
}

/// Returns true if the schema allows only strings of a format that is not personal.
pub fn has_fixed_format(described: &Described<'_>) -> bool {
    let mut schemas = described.schemas();
    schemas.any(|schema| {
        let format = schema["format"].as_str();
        format.is_some_and(|format| FIXED_FORMATS.contains(&format))
    })
}

/// Returns whether the contract itself contains the value: in an enum, or as a constant.
pub fn lists(described: &Described<'_>, value: &Value) -> bool {
    described.schemas().any(|schema| {
        let lists = ["enum", "x-extensible-enum"].map(|key| schema[key].as_array());
        let mut values = lists.into_iter().flatten().flatten();
        values.any(|listed| listed == value) || schema.get("const") == Some(value)
    })
}

/// Returns values from the contract that probably conform to the schemas.
pub fn samples<'c>(described: &Described<'c>) -> impl Iterator<Item = &'c Value> {
    described.schemas().flat_map(|schema| {
        let single = ["example", "default", "minimum", "maximum"].map(|key| schema.get(key));
        let several = schema["examples"].as_array();
        single
            .into_iter()
            .flatten()
            .chain(several.into_iter().flatten())
    })
}
