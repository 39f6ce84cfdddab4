//! Validates the properties of an object.

use std::collections::HashSet;

use serde_json::{Map, Value};

use super::{Evaluated, Sender, Step, Validator};
use crate::ids::{self, RESPONSE};
use crate::schema::{Property, Schema, SchemaId, Schemas};

impl<'c: 'v, 'v> Validator<'c, 'v> {
    pub(super) fn object(
        &mut self,
        schema: &'c Schema,
        object: &'v Map<String, Value>,
        evaluated: &mut Evaluated<'v>,
    ) {
        self.count_properties(schema, object);
        self.required(schema, object);
        evaluated.lists += usize::from(!schema.properties.is_empty());
        evaluated.lists += schema.pattern_properties.len();
        for property in &schema.properties {
            let Some((name, value)) = object.get_key_value(&property.name) else {
                continue;
            };
            evaluated.names.push(name);
            if !value.is_null() {
                self.seen.push(property.schema);
            }
            self.at(Step::Key(name), |validator| {
                validator.direction(schema, property);
                validator.validate(property.schema, value);
            });
        }
        for (pattern, id) in &schema.pattern_properties {
            for (name, value) in object.iter().filter(|(name, _)| pattern.is_match(name)) {
                evaluated.names.push(name);
                self.at(Step::Key(name), |validator| validator.validate(*id, value));
            }
        }
        if let Some(id) = schema.additional_properties {
            self.additional(schema, id, object);
            // Properties that are not allowed have been reported.
            evaluated.all = true;
        }
        self.dependencies(schema, object);
    }

    /// Reports what a response should not have. A request may have what is read-only, because callers send back what they
    /// have received.
    fn direction(&mut self, schema: &'c Schema, property: &'c Property) {
        let is_response = self.rules.pointer == RESPONSE.pointer;
        if is_response && is_sent_by_other(self.schemas, schema, &property.name, self.sender) {
            let severity = self.sender.undocumented();
            let pointer = &self.schemas[property.schema].pointer;
            let id = ids::RESPONSE_PROPERTY_WRITE_ONLY;
            self.report(id, severity, pointer, "is write-only");
        }
    }

    fn count_properties(&mut self, schema: &'c Schema, object: &Map<String, Value>) {
        let count = object.len() as u64;
        if schema.min_properties.is_some_and(|minimum| count < minimum) {
            let sentence = format!("has {count} properties, which is too few");
            self.violation(self.rules.properties_too_few, schema, sentence);
        }
        if schema.max_properties.is_some_and(|maximum| count > maximum) {
            let sentence = format!("has {count} properties, which is too many");
            self.violation(self.rules.properties_too_many, schema, sentence);
        }
    }

    fn required(&mut self, schema: &'c Schema, object: &Map<String, Value>) {
        for name in &schema.required {
            if object.contains_key(name) || self.is_sent_by_other(schema, name) {
                continue;
            }
            self.at(Step::Key(name), |validator| {
                let rule = format!("{}/required", schema.pointer);
                let id = validator.rules.property_missing;
                validator.violation_at(id, &rule, "is missing");
            });
        }
    }

    /// Returns whether only the other side sends a property, as a schema of the same value says.
    fn is_sent_by_other(&mut self, schema: &'c Schema, name: &str) -> bool {
        let (schemas, sender) = (self.schemas, self.sender);
        if is_sent_by_other(schemas, schema, name, sender) {
            return true;
        }
        let Some(whole) = self.whole else {
            return false;
        };
        let known = self.sent_by_other.entry(whole).or_insert_with(|| {
            let mut names = HashSet::new();
            let mut seen = HashSet::new();
            let mut open = vec![whole];
            while let Some(id) = open.pop() {
                if !seen.insert(id) {
                    continue;
                }
                let schema = &schemas[id];
                open.extend(schema.reference.iter().chain(&schema.all_of));
                let properties = schema.properties.iter();
                let names_here = properties.map(|property| property.name.as_str());
                names.extend(
                    names_here.filter(|name| is_sent_by_other(schemas, schema, name, sender)),
                );
            }
            names
        });
        known.contains(name)
    }

    fn additional(&mut self, schema: &'c Schema, id: SchemaId, object: &'v Map<String, Value>) {
        for (name, value) in object {
            let listed = schema.property(name).is_some();
            let mut patterns = schema.pattern_properties.iter();
            if listed || patterns.any(|(pattern, _)| pattern.is_match(name)) {
                continue;
            }
            self.other_property(schema, id, name, value);
        }
    }

    pub(super) fn unevaluated(
        &mut self,
        schema: &'c Schema,
        id: SchemaId,
        object: &'v Map<String, Value>,
        evaluated: &Evaluated<'v>,
    ) {
        for name in evaluated.others(object) {
            self.other_property(schema, id, name, &object[name]);
        }
    }

    fn other_property(
        &mut self,
        schema: &'c Schema,
        id: SchemaId,
        name: &'v str,
        value: &'v Value,
    ) {
        let never = self.schemas[id].never;
        self.at(Step::Key(name), |validator| {
            if never {
                let id = validator.rules.property_unknown;
                validator.violation(id, schema, "is not documented");
            } else {
                validator.validate(id, value);
            }
        });
    }

    fn dependencies(&mut self, schema: &'c Schema, object: &'v Map<String, Value>) {
        for (name, required) in &schema.dependent_required {
            if !object.contains_key(name) {
                continue;
            }
            for required in required.iter().filter(|name| !object.contains_key(*name)) {
                self.at(Step::Key(required), |validator| {
                    let rule = format!("{}/dependentRequired", schema.pointer);
                    let id = validator.rules.property_missing;
                    validator.violation_at(id, &rule, "is missing");
                });
            }
        }
        if let Some(id) = schema.property_names {
            for name in object.keys() {
                let text = Value::String(name.clone());
                let mut names = Validator::new(self.schemas, self.sender, self.rules, "");
                (names.applied, names.limit) = (self.applied, self.limit);
                let conforms = names.conforms(id, &text);
                self.applied = names.applied;
                if !conforms {
                    self.at(Step::Key(name), |validator| {
                        let id = validator.rules.property_name_invalid;
                        validator.violation(id, schema, "has a name that is not allowed");
                    });
                }
            }
        }
    }
}

/// Returns whether only the other side sends the property: a request lacks what is read-only, and a response what is
/// write-only.
pub(crate) fn is_sent_by_other(
    schemas: &Schemas,
    schema: &Schema,
    name: &str,
    sender: Sender,
) -> bool {
    schema.property(name).is_some_and(|property| {
        let resolved = schemas.resolve(property.schema);
        [property.schema, resolved]
            .into_iter()
            .any(|id| match sender {
                Sender::Client => schemas[id].read_only,
                Sender::Api => schemas[id].write_only,
            })
    })
}
