//! What the schemas of a value say about its redaction.

use openapi_conformance::Described;
use serde_json::Value;

pub fn is_sensitive(described: &Described<'_>) -> bool {
    let mut schemas = described.schemas();
    schemas.any(|schema| schema["x-sensitive"] == Value::Bool(true))
}

/// Returns whether the value or its items are sensitive.
pub fn has_sensitive_items(described: &Described<'_>) -> bool {
    is_sensitive(described) || is_sensitive(&described.item(0))
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
