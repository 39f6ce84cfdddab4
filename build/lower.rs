//! Lowers the contract to OpenAPI 3.0 for progenitor, which names and types everything: only what determines a type is
//! left. Types that the crate implements itself are strings there, which the generator replaces by their names.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::plain::Plain;
use super::plain::schemas::{Kind, Schema};

/// The property that stands for the properties that an object does not declare.
pub const ADDITIONAL: &str = "additional_properties";
/// The property of an object without properties, which progenitor would make a map.
const NOTHING: &str = "nothing";
/// The type of a file.
pub const UPLOAD: &str = "Upload";

/// The lowered contract.
pub struct Lowered {
    pub document: Value,
    /// The component whose properties have the types of everything that is not a component.
    pub holder: String,
    /// The lowered schema of each property of the holder.
    pub held: BTreeMap<String, Value>,
    /// The components that the crate implements itself.
    pub replaced: Vec<String>,
}

/// Lowers a contract.
pub fn lower(plain: &Plain) -> Lowered {
    let mut schemas = Map::new();
    let mut replaced = vec![UPLOAD.to_owned()];
    schemas.insert(UPLOAD.to_owned(), json!({"type": "string"}));
    for (name, component) in &plain.schemas {
        let lowered = if is_replaced(component) {
            replaced.push(name.clone());
            json!({"type": "string"})
        } else if is_object(component) {
            object(component)
        } else {
            schema(component)
        };
        schemas.insert(name.clone(), lowered);
    }
    let mut holder = "Held".to_owned();
    while schemas.contains_key(&holder) {
        holder.push('X');
    }
    let mut held: BTreeMap<String, Value> = BTreeMap::new();
    for typed in typed(plain) {
        let lowered = schema(typed);
        if !held.values().any(|other| *other == lowered) {
            held.insert(format!("t{}", held.len()), lowered);
        }
    }
    let names: Vec<_> = held.keys().collect();
    schemas.insert(
        holder.clone(),
        json!({"type": "object", "required": names, "properties": held}),
    );
    Lowered {
        document: json!({
            "openapi": "3.0.3",
            "info": {"title": "", "version": ""},
            "paths": {},
            "components": {"schemas": schemas},
        }),
        holder,
        held,
        replaced,
    }
}

/// Everything that has a type but is no component: parameters, bodies, responses, their headers, events, and
/// variants.
fn typed(plain: &Plain) -> impl Iterator<Item = &Schema> {
    let variants = plain
        .schemas
        .values()
        .filter_map(|schema| schema.union.as_ref())
        .flat_map(|union| &union.variants)
        .map(|variant| &variant.schema);
    let of_operations = plain.operations.iter().flat_map(|operation| {
        let parameters = operation
            .parameters
            .iter()
            .map(|parameter| &parameter.schema);
        let responses = operation.responses.iter().flat_map(|response| {
            let headers = response.headers.iter().map(|header| &header.schema);
            headers.chain([&response.schema])
        });
        let body = operation.body.iter().map(|body| &body.schema);
        parameters.chain(body).chain(responses)
    });
    let of_events = plain.events.iter().filter_map(|event| event.data.as_ref());
    variants.chain(of_operations).chain(of_events)
}

/// Returns true if the crate implements the type itself: an identifier, an open enum or a union.
pub fn is_replaced(component: &Schema) -> bool {
    component.is_plain_string() || !component.values.is_empty() || component.union.is_some()
}

/// Returns true if the type is a struct with fields.
pub fn is_object(component: &Schema) -> bool {
    let is_map = component.properties.is_empty() && component.tag.is_none();
    component.kind == Some(Kind::Object) && (!is_map || component.additional.is_none())
}

/// Lowers the schema of something that is not a component.
pub fn schema(schema: &Schema) -> Value {
    let mut lowered = Map::new();
    let reference = match schema.kind {
        Some(Kind::Binary) => Some(UPLOAD),
        _ => schema.reference.as_deref(),
    };
    if let Some(name) = reference {
        let reference = json!({"$ref": format!("#/components/schemas/{name}")});
        if !schema.nullable {
            return reference;
        }
        // The spelling for which progenitor writes an `Option`.
        return json!({"allOf": [reference], "nullable": true});
    }
    let Some(kind) = schema.kind else {
        return Value::Object(lowered);
    };
    let name = match kind {
        Kind::Object => "object",
        Kind::Array => "array",
        Kind::String | Kind::Binary => "string",
        Kind::Integer => "integer",
        Kind::Number => "number",
        Kind::Boolean => "boolean",
    };
    lowered.insert("type".to_owned(), Value::from(name));
    if schema.nullable {
        lowered.insert("nullable".to_owned(), Value::Bool(true));
    }
    if let Some(format) = &schema.format {
        lowered.insert("format".to_owned(), Value::from(format.clone()));
    }
    if let Some(items) = &schema.items {
        lowered.insert("items".to_owned(), self::schema(items));
    }
    if let Some(values) = &schema.additional {
        lowered.insert("additionalProperties".to_owned(), values_of(values));
    }
    Value::Object(lowered)
}

/// The schema of a map's values; progenitor has a type of its own for a map of any values.
fn values_of(values: &Schema) -> Value {
    if values.kind.is_none() && values.reference.is_none() {
        Value::Bool(true)
    } else {
        schema(values)
    }
}

fn object(component: &Schema) -> Value {
    let mut properties = Map::new();
    let mut required = Vec::new();
    for property in &component.properties {
        let mut lowered = schema(&property.schema);
        // Otherwise an optional array or map would have no `Option`, and an empty one would be like an absent one.
        let contains = matches!(property.schema.kind, Some(Kind::Array | Kind::Object));
        if !property.required && contains {
            lowered["nullable"] = Value::Bool(true);
        }
        if property.required {
            required.push(property.name.clone());
        }
        properties.insert(property.name.clone(), lowered);
    }
    if let Some(values) = &component.additional {
        required.push(ADDITIONAL.to_owned());
        properties.insert(
            ADDITIONAL.to_owned(),
            json!({"type": "object", "additionalProperties": values_of(values)}),
        );
    }
    if properties.is_empty() {
        properties.insert(NOTHING.to_owned(), json!({"type": "string"}));
    }
    json!({"type": "object", "required": required, "properties": properties})
}
