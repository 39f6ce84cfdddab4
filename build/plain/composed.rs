//! `allOf`: one object with the properties of all parts.

use serde_json::{Map, Value};

use super::super::lint::enums::constant;
use super::super::lint::ids::Rule;
use super::super::lint::nullable;
use super::Reader;
use super::schemas::reference;

/// Keys that describe a schema but do not change its values.
const ANNOTATIONS: [&str; 8] = [
    "description",
    "title",
    "example",
    "examples",
    "deprecated",
    "externalDocs",
    "discriminator",
    "x-sensitive",
];

impl Reader<'_> {
    /// Returns the object that a composition describes.
    pub(super) fn composed(&mut self, schema: &Value, pointer: &str) -> Option<Value> {
        match self.merged(schema, 0) {
            Ok(object) => Some(Value::Object(object)),
            Err(reason) => {
                self.report(pointer, Rule::AllOfUnsupported, reason);
                None
            }
        }
    }

    /// Returns the object that a schema describes: itself, the target of its reference, or the sum of its parts.
    pub(super) fn merged(
        &self,
        schema: &Value,
        depth: usize,
    ) -> Result<Map<String, Value>, String> {
        if depth > 16 {
            return Err("`allOf` contains itself".to_owned());
        }
        let mut object = match schema.as_object() {
            Some(object) => object.clone(),
            None => return Err("a part of `allOf` is not a schema object".to_owned()),
        };
        if let Some(name) = object.remove("$ref").as_ref().and_then(Value::as_str) {
            let name = name.rsplit('/').next().unwrap_or_default();
            let target = nullable::split(&self.contract["components"]["schemas"][name]).inner;
            let mut merged = self.merged(&target, depth + 1)?;
            merged.extend(object);
            return Ok(merged);
        }
        let Some(Value::Array(parts)) = object.remove("allOf") else {
            let is_object = object.contains_key("properties")
                || object.get("type").is_some_and(|kind| kind == "object");
            let annotates = object
                .keys()
                .all(|key| ANNOTATIONS.contains(&key.as_str()) || key == "required");
            return if is_object || annotates {
                Ok(object)
            } else {
                Err("`allOf` combines objects only; write the schema without `allOf`".to_owned())
            };
        };
        let mut sum = Map::new();
        for part in &parts {
            let part = self.merged(part, depth + 1)?;
            add(&mut sum, part)?;
        }
        add(&mut sum, object)?;
        sum.insert("type".to_owned(), Value::from("object"));
        Ok(sum)
    }
}

/// Adds the properties of a part.
fn add(sum: &mut Map<String, Value>, part: Map<String, Value>) -> Result<(), String> {
    for (key, value) in part {
        match (key.as_str(), value) {
            ("properties", Value::Object(properties)) => {
                let all = sum
                    .entry("properties")
                    .or_insert_with(|| Value::Object(Map::new()));
                for (name, property) in properties {
                    let declared = all.get(&name);
                    if declared.is_some_and(|declared| !refines(&property, declared)) {
                        return Err(format!(
                            "two parts of `allOf` declare `{name}` differently; declare it once"
                        ));
                    }
                    all[&name] = property;
                }
            }
            ("required", Value::Array(names)) => {
                let all = sum
                    .entry("required")
                    .or_insert_with(|| Value::Array(Vec::new()));
                if let Value::Array(all) = all {
                    all.extend(names);
                }
            }
            ("additionalProperties", Value::Bool(false)) => {
                return Err("`additionalProperties: false` in a part of `allOf` excludes the other parts; remove it".to_owned());
            }
            (_, value) => drop(sum.insert(key, value)),
        }
    }
    Ok(())
}

/// Returns true if a property may replace the one that another part declares: it is the same, or allows fewer values,
/// i.e. a constant, a reference, or an object in the place of any object.
fn refines(property: &Value, declared: &Value) -> bool {
    let any_object = declared["type"] == "object" && declared.get("properties").is_none();
    let combines = ["properties", "oneOf", "anyOf", "allOf"]
        .iter()
        .any(|key| property.get(*key).is_some());
    if any_object && combines {
        return true;
    }
    if constant(property).is_some() || reference(property).is_some() {
        return true;
    }
    bare(property) == bare(declared)
}

/// Returns a schema without its annotations.
fn bare(schema: &Value) -> Value {
    let mut schema = schema.clone();
    if let Some(object) = schema.as_object_mut() {
        object.retain(|key, _| !ANNOTATIONS.contains(&key.as_str()));
    }
    schema
}
