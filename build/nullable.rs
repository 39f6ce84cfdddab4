//! A reference that may be null. `nullable` has an effect beside `type` only, so OpenAPI 3.0 says it as
//! `anyOf: [{$ref}, {type, nullable: true, enum: [null]}]`.

use serde_json::{Value, json};

/// What is referred to, if `schema` is a reference that may be null.
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
