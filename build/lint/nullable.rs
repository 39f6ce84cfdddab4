//! Null as a value: OpenAPI 3.0 and 3.1 have several spellings for it.

use serde_json::{Map, Value, json};

/// A schema, separated into the values that it allows beside null, and null.
pub struct Split {
    /// The schema without null.
    pub inner: Value,
    pub nullable: bool,
}

/// Separates null from the other values of a schema.
pub fn split(schema: &Value) -> Split {
    let Some(object) = schema.as_object() else {
        return Split {
            inner: schema.clone(),
            nullable: false,
        };
    };
    let mut inner = object.clone();
    let mut nullable = inner.remove("nullable") == Some(Value::Bool(true));
    nullable |= split_types(&mut inner);
    if let Some(Value::Array(values)) = inner.get_mut("enum") {
        let count = values.len();
        values.retain(|value| !value.is_null());
        nullable |= values.len() < count;
    }
    for key in ["oneOf", "anyOf"] {
        nullable |= split_members(&mut inner, key);
    }
    Split {
        inner: Value::Object(inner),
        nullable,
    }
}

/// `type: [string, 'null']`. Several other types become a union.
fn split_types(schema: &mut Map<String, Value>) -> bool {
    let Some(Value::Array(types)) = schema.get("type").cloned() else {
        return false;
    };
    let count = types.len();
    let types: Vec<_> = types.into_iter().filter(|name| name != "null").collect();
    let nullable = types.len() < count;
    if let [only] = types.as_slice() {
        schema.insert("type".to_owned(), only.clone());
    } else {
        schema.remove("type");
        let members = types.iter().map(|name| json!({ "type": name }));
        schema.insert("anyOf".to_owned(), members.collect());
    }
    nullable
}

/// `anyOf: [{$ref}, {type: 'null'}]`. The only other member replaces the union.
fn split_members(schema: &mut Map<String, Value>, key: &str) -> bool {
    let Some(Value::Array(members)) = schema.get(key).cloned() else {
        return false;
    };
    let count = members.len();
    let members: Vec<_> = members
        .into_iter()
        .filter(|member| !is_null(member))
        .collect();
    let nullable = members.len() < count;
    match members.as_slice() {
        [Value::Object(only)] => {
            schema.remove(key);
            schema.remove("discriminator");
            for (key, value) in only {
                schema.entry(key).or_insert_with(|| value.clone());
            }
        }
        _ => drop(schema.insert(key.to_owned(), Value::Array(members))),
    }
    nullable
}

/// Returns true if null is the only value of the schema.
pub fn is_null(schema: &Value) -> bool {
    let only_value = schema.get("enum").and_then(Value::as_array);
    schema["type"] == "null"
        || schema.get("const").is_some_and(Value::is_null)
        || only_value.is_some_and(|values| !values.is_empty() && values.iter().all(Value::is_null))
}
