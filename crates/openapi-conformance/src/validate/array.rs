//! Validates the items of an array.

use std::collections::HashSet;

use serde_json::Value;

use super::{Step, Validator, number};
use crate::schema::Schema;

impl<'c: 'v, 'v> Validator<'c, 'v> {
    pub(super) fn array(&mut self, schema: &'c Schema, items: &'v [Value]) {
        let count = items.len() as u64;
        if schema.min_items.is_some_and(|minimum| count < minimum) {
            let sentence = format!("has {count} items, which is too few");
            self.violation(self.rules.items_too_few, schema, sentence);
        }
        if schema.max_items.is_some_and(|maximum| count > maximum) {
            let sentence = format!("has {count} items, which is too many");
            self.violation(self.rules.items_too_many, schema, sentence);
        }
        if schema.unique_items {
            let mut seen = HashSet::new();
            if !items.iter().all(|item| seen.insert(canonical(item))) {
                self.violation(self.rules.items_duplicate, schema, "has duplicate items");
            }
        }
        for (index, item) in items.iter().enumerate() {
            if let Some(id) = schema.prefix_items.get(index).copied().or(schema.items) {
                self.at(Step::Index(index), |validator| validator.validate(id, item));
            }
        }
        self.contains(schema, items);
    }

    fn contains(&mut self, schema: &'c Schema, items: &'v [Value]) {
        let Some(id) = schema.contains else {
            return;
        };
        let matching = items.iter().filter(|item| self.conforms(id, item)).count() as u64;
        let too_few = matching < schema.min_contains.unwrap_or(1);
        let too_many = schema
            .max_contains
            .is_some_and(|maximum| matching > maximum);
        if too_few || too_many {
            let sentence = format!("contains {matching} of the required items");
            self.violation(self.rules.contains_mismatch, schema, sentence);
        }
    }
}

/// Formats a value so that equal values have equal texts.
pub(crate) fn canonical(value: &Value) -> String {
    match value {
        Value::Number(number) => number::canonical(number),
        Value::Array(items) => {
            let items: Vec<_> = items.iter().map(canonical).collect();
            format!("[{}]", items.join(","))
        }
        Value::Object(object) => {
            let mut members: Vec<_> = object
                .iter()
                .map(|(name, value)| format!("{name:?}:{}", canonical(value)))
                .collect();
            members.sort_unstable();
            format!("{{{}}}", members.join(","))
        }
        other => other.to_string(),
    }
}
