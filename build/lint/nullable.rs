//! Detects nullable references. `nullable` works only beside `type`, so OpenAPI 3.0 expresses them as
//! `anyOf: [{$ref}, {type, nullable: true, enum: [null]}]`.

use serde_json::{Value, json};

/// Returns the target of the reference if `schema` is a nullable reference.
pub fn reference(schema: &Value) -> Option<&str> {
    let [reference, nothing] = schema.get("anyOf")?.as_array()?.as_slice() else {
        return None;
    };
    let expected = json!({"type": (nothing.get("type")?), "nullable": true, "enum": [null]});
    let alone = reference.as_object()?.len() == 1;
    reference
        .get("$ref")?
        .as_str()
        .filter(|_| alone && *nothing == expected)
}
