//! The schemas of a contract, compiled for validation.

mod anchors;
mod cycles;
mod keywords;
mod pattern;
mod read;
mod reader;
mod types;
mod view;

use std::collections::HashMap;
use std::ops::Index;
use std::sync::Arc;

use serde_json::Value;

pub(super) use anchors::canonical;
pub(super) use keywords::{Discriminator, Format, Property, Schema};
pub(super) use pattern::is_valid as is_pattern;
pub(super) use reader::Reader;
pub(super) use types::Types;
pub(super) use view::View;

/// How many references or wrappers are followed to the schema behind them.
const LONGEST_CHAIN: usize = 64;

/// Identifies a schema of a contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct SchemaId(u32);

/// The version of the schema language: OpenAPI 3.0 has its own dialect, OpenAPI 3.1 uses JSON Schema 2020-12.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub(super) enum Dialect {
    #[default]
    OpenApi30,
    OpenApi31,
}

/// All schemas of a contract. A schema that is referenced more than once is stored once.
#[derive(Default)]
pub(super) struct Schemas {
    pub dialect: Dialect,
    all: Vec<Schema>,
    by_pointer: HashMap<Arc<str>, SchemaId>,
}

impl Index<SchemaId> for Schemas {
    type Output = Schema;

    fn index(&self, id: SchemaId) -> &Schema {
        &self.all[id.0 as usize]
    }
}

impl Schemas {
    /// Returns the schema at a JSON pointer, if it is used by an operation or is a component.
    pub fn at(&self, pointer: &str) -> Option<SchemaId> {
        self.by_pointer.get(pointer).copied()
    }

    /// Follows references to the schema itself, including `allOf` with a single part.
    pub fn resolve(&self, mut id: SchemaId) -> SchemaId {
        for _ in 0..LONGEST_CHAIN {
            let schema = &self[id];
            id = match (schema.reference, &schema.all_of[..]) {
                (Some(target), _) if schema.only_refers => target,
                (None, [part]) if schema.types.is_none() => *part,
                _ => return id,
            };
        }
        id
    }

    /// Returns the property of an object, following references and compositions.
    pub fn property(&self, object: SchemaId, name: &str) -> Option<SchemaId> {
        let mut steps = 1000;
        self.find_property(object, name, LONGEST_CHAIN, &mut steps)
    }

    fn find_property(
        &self,
        object: SchemaId,
        name: &str,
        depth: usize,
        steps: &mut usize,
    ) -> Option<SchemaId> {
        let depth = depth.checked_sub(1)?;
        *steps = steps.checked_sub(1)?;
        let schema = &self[object];
        if let Some(property) = schema.property(name) {
            return Some(property.schema);
        }
        let parts = schema.reference.iter().chain(&schema.all_of);
        let alternatives = schema.any_of.iter().chain(&schema.one_of);
        parts
            .chain(alternatives)
            .find_map(|part| self.find_property(*part, name, depth, steps))
    }

    /// Returns the maximum of an integer.
    pub fn maximum(&self, id: SchemaId) -> Option<i64> {
        self[self.resolve(id)].maximum.as_ref()?.as_i64()
    }

    /// Returns the JSON types that a value of this schema can have.
    pub fn types(&self, id: SchemaId) -> Types {
        let mut steps = 1000;
        self.possible_types(id, LONGEST_CHAIN, &mut steps)
    }

    fn possible_types(&self, id: SchemaId, depth: usize, steps: &mut usize) -> Types {
        if depth == 0 || *steps == 0 {
            return Types::ALL;
        }
        *steps -= 1;
        let schema = &self[id];
        let mut types = schema.types.unwrap_or(Types::ALL);
        let union = |types: Types, value: &Value| types.or(Types::of(value, self.dialect));
        if let Some(values) = &schema.values {
            types = types.and(values.iter().fold(Types::NONE, union));
        }
        if let Some(constant) = &schema.constant {
            types = types.and(union(Types::NONE, constant));
        }
        for part in schema.reference.iter().chain(&schema.all_of) {
            types = types.and(self.possible_types(*part, depth - 1, steps));
        }
        for alternatives in [&schema.any_of, &schema.one_of] {
            if !alternatives.is_empty() {
                let union = alternatives.iter().fold(Types::NONE, |union, part| {
                    union.or(self.possible_types(*part, depth - 1, steps))
                });
                types = types.and(union);
            }
        }
        types
    }
}
