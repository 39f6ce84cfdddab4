//! What the schemas of a contract say together about one value.

use std::collections::HashSet;

use super::{Schema, SchemaId, Schemas, Types};

/// The schemas that apply to a value, including those behind references and the parts of compositions.
#[derive(Clone)]
pub struct View<'c> {
    pub schemas: &'c Schemas,
    /// The schemas that are stated for the value.
    pub stated: Vec<SchemaId>,
    /// These, and the schemas they consist of.
    pub all: Vec<&'c Schema>,
}

impl<'c> View<'c> {
    pub fn new(schemas: &'c Schemas, stated: Vec<SchemaId>) -> Self {
        let mut all = Vec::new();
        let mut seen = HashSet::new();
        let mut open = stated.clone();
        while let Some(id) = open.pop() {
            if !seen.insert(id) {
                continue;
            }
            let schema = &schemas[id];
            open.extend(schema.in_place().filter(|part| schema.not != Some(*part)));
            all.push(schema);
        }
        View {
            schemas,
            stated,
            all,
        }
    }

    /// Returns the JSON types that the value can have. Without any schema, these are all types.
    pub fn types(&self) -> Types {
        let stated = self.stated.iter().map(|id| self.schemas.types(*id));
        stated.reduce(Types::or).unwrap_or(Types::ALL)
    }

    /// Returns the view of a property, or `None` if no schema has its name.
    pub fn property(&self, name: &str) -> Option<View<'c>> {
        let named = self.all.iter().filter_map(|schema| schema.property(name));
        let stated: Vec<_> = named.map(|property| property.schema).collect();
        (!stated.is_empty()).then(|| View::new(self.schemas, stated))
    }

    /// Returns the names of all properties.
    pub fn properties(&self) -> impl Iterator<Item = &'c str> {
        let properties = self.all.iter().flat_map(|schema| &schema.properties);
        properties.map(|property| property.name.as_str())
    }

    /// Returns the view of a property that no schema has the name of.
    pub fn other_property(&self, name: &str) -> View<'c> {
        let mut stated = Vec::new();
        for schema in &self.all {
            let patterns = schema.pattern_properties.iter();
            let matching = patterns.filter(|(pattern, _)| pattern.is_match(name));
            stated.extend(matching.map(|(_, id)| *id));
        }
        if stated.is_empty() {
            let rest =
                |schema: &&Schema| [schema.additional_properties, schema.unevaluated_properties];
            stated = self.all.iter().flat_map(rest).flatten().collect();
        }
        View::new(self.schemas, stated)
    }

    /// Returns true if properties can have other names than those that the schemas list.
    pub fn is_open(&self) -> bool {
        let mut others = self
            .all
            .iter()
            .filter_map(|schema| schema.additional_properties);
        match others.next() {
            Some(first) => !self.schemas[first].never,
            None => self.properties().next().is_none(),
        }
    }

    /// Returns the view of an array's item.
    pub fn item(&self, index: usize) -> View<'c> {
        let tuples = self
            .all
            .iter()
            .filter_map(|schema| schema.prefix_items.get(index));
        let mut stated: Vec<_> = tuples.copied().collect();
        if stated.is_empty() {
            stated = self.all.iter().filter_map(|schema| schema.items).collect();
        }
        View::new(self.schemas, stated)
    }
}
