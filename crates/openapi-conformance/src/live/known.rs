//! Values from earlier responses, with which paths are filled in.

use std::collections::HashMap;

use serde_json::Value;

use crate::schema::{SchemaId, Schemas};
use crate::{Contract, Operation};

/// The values that the server returned.
#[derive(Default)]
pub(super) struct Known {
    /// The first item of each path that was requested, by template.
    by_path: HashMap<String, Resource>,
    /// The first value of each schema.
    by_schema: HashMap<SchemaId, Value>,
    /// The first value of each property, by its name in lower case and without separators.
    by_name: HashMap<String, Value>,
}

/// A resource of the server, and the parameters in the path to it.
pub(super) struct Resource {
    pub path: Vec<(String, Value)>,
    item: Value,
}

impl Known {
    /// Learns from the response to an operation.
    pub fn learn(
        &mut self,
        contract: &Contract,
        operation: &Operation,
        path: &[(String, Value)],
        body: &Value,
    ) {
        let schemas = &contract.schemas;
        let documented = operation.success().and_then(|response| response.json());
        let Some(first) = first(body, documented, schemas) else {
            return;
        };
        if let Some(schema) = first.schema {
            let known = self.by_schema.entry(schemas.resolve(schema));
            known.or_insert_with(|| first.item.clone());
        }
        for (name, value) in first.item.as_object().into_iter().flatten() {
            if text(value).is_some() {
                let known = self.by_name.entry(normalized(name));
                known.or_insert_with(|| value.clone());
            }
        }
        self.by_path.insert(
            operation.path.clone(),
            Resource {
                path: path.to_vec(),
                item: first.item.clone(),
            },
        );
    }

    /// Returns what was found at a path, e.g. `/pets`.
    pub fn at(&self, template: &str) -> Option<&Resource> {
        self.by_path.get(template)
    }

    /// Returns the identifier of a value that has the schema of the operation's response.
    pub fn of_response(
        &self,
        schemas: &Schemas,
        operation: &Operation,
        name: &str,
    ) -> Option<&Value> {
        let schema = schemas.resolve(operation.success()?.json()?);
        identifier(self.by_schema.get(&schema)?, name)
    }

    /// Returns the value of a property with the name of a parameter. `id` alone names no resource.
    pub fn named(&self, name: &str) -> Option<&Value> {
        let name = normalized(name);
        self.by_name.get(&name).filter(|_| name != "id")
    }
}

impl Resource {
    pub fn identifier(&self, name: &str) -> Option<&Value> {
        identifier(&self.item, name)
    }
}

/// The first item of a response, and its schema.
struct First<'v> {
    item: &'v Value,
    schema: Option<SchemaId>,
}

/// Returns the first item of an array, the first item of the first array in an object, or the object itself.
fn first<'v>(body: &'v Value, schema: Option<SchemaId>, schemas: &Schemas) -> Option<First<'v>> {
    let items = |schema: Option<SchemaId>| schemas[schemas.resolve(schema?)].items;
    if let Value::Array(array) = body {
        let item = array.first().filter(|item| item.is_object())?;
        return Some(First {
            item,
            schema: items(schema),
        });
    }
    for (name, value) in body.as_object()? {
        let Some(item) = value.as_array().and_then(|array| array.first()) else {
            continue;
        };
        if item.is_object() {
            let property = schema.and_then(|schema| schemas.property(schema, name));
            return Some(First {
                item,
                schema: items(property),
            });
        }
    }
    Some(First { item: body, schema })
}

/// Returns the property that a parameter names: `petId` is `petId`, `pet_id`, or `id`.
fn identifier<'v>(item: &'v Value, name: &str) -> Option<&'v Value> {
    let object = item.as_object()?;
    let wanted = normalized(name);
    let mut properties = object.iter();
    let same = properties.find(|(known, _)| normalized(known) == wanted);
    same.map(|(_, value)| value).or_else(|| object.get("id"))
}

fn normalized(name: &str) -> String {
    let letters = name.chars().filter(|letter| !"_-".contains(*letter));
    letters.flat_map(char::to_lowercase).collect()
}

/// Returns the text of a scalar.
pub(super) fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}
