//! Keywords that have no direction of their own, because they apply other schemas to a part of the value, or to all of it.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::applied::Applied;
use crate::schema::{Schema, SchemaId, Schemas, Types};

pub struct Condition<'c> {
    pub keyword: &'static str,
    /// The pattern or the name of the property that it is about, or empty.
    pub subject: &'c str,
    /// The types to which it applies.
    pub types: Types,
    pub rule: Rule<'c>,
    pub pointer: &'c str,
}

pub enum Rule<'c> {
    Not(SchemaId),
    If {
        condition: SchemaId,
        then: Applied,
        otherwise: Applied,
    },
    Contains {
        schema: SchemaId,
        min: u64,
        max: Option<u64>,
    },
    /// The properties of the subject, or all names, conform to a schema.
    Conforms(SchemaId),
    /// These properties are required beside the subject.
    Requires(BTreeSet<&'c str>),
    /// The value of a property determines the schema.
    Discriminates {
        property: &'c str,
        schemas: BTreeMap<&'c str, SchemaId>,
    },
}

impl Condition<'_> {
    /// Returns what has to conform to a schema of the condition. Names are strings.
    pub fn applied(&self, schema: SchemaId) -> Applied {
        let applied = Applied::of(schema);
        if self.keyword == "propertyNames" {
            return applied.ignoring_null().of_types(Types::STRING);
        }
        applied
    }

    /// Returns the same without a schema.
    pub fn any(&self) -> Applied {
        if self.keyword == "propertyNames" {
            return Applied::default().of_types(Types::STRING);
        }
        Applied::default()
    }
}

/// Adds the conditions of a schema.
pub fn read<'c>(schema: &'c Schema, schemas: &'c Schemas, conditions: &mut Vec<Condition<'c>>) {
    let mut add = |keyword, subject, types, rule| {
        conditions.push(Condition {
            keyword,
            subject,
            types,
            rule,
            pointer: &schema.pointer,
        });
    };
    let applied = |id| Option::map_or(id, Applied::default(), Applied::of);
    if let Some(id) = schema.not {
        add("not", "", schemas.types(id), Rule::Not(id));
    }
    if let Some(condition) = schema.condition
        && schema.then.or(schema.otherwise).is_some()
    {
        let (then, otherwise) = (applied(schema.then), applied(schema.otherwise));
        let rule = Rule::If {
            condition,
            then,
            otherwise,
        };
        add("if", "", Types::ALL, rule);
    }
    if let Some(id) = schema.contains {
        let (min, max) = (schema.min_contains.unwrap_or(1), schema.max_contains);
        if min > 0 || max.is_some() {
            let rule = Rule::Contains {
                schema: id,
                min,
                max,
            };
            add("contains", "", Types::ARRAY, rule);
        }
    }
    for (pattern, id) in &schema.pattern_properties {
        let rule = Rule::Conforms(*id);
        add("patternProperties", pattern.as_str(), Types::OBJECT, rule);
    }
    if let Some(id) = schema.property_names {
        add("propertyNames", "", Types::OBJECT, Rule::Conforms(id));
    }
    for (name, required) in &schema.dependent_required {
        let rule = Rule::Requires(required.iter().map(String::as_str).collect());
        add("dependentRequired", name, Types::OBJECT, rule);
    }
    for (name, id) in &schema.dependent_schemas {
        add("dependentSchemas", name, Types::OBJECT, Rule::Conforms(*id));
    }
    if let Some(discriminator) = &schema.discriminator {
        let mut targets = BTreeMap::new();
        let mut mapped = HashSet::new();
        for (value, id) in &discriminator.mapping {
            targets.insert(value.as_str(), schemas.resolve(*id));
            mapped.insert(schemas.resolve(*id));
        }
        // Without a mapping, the value is the name of the component.
        for id in schema.one_of.iter().chain(&schema.any_of) {
            let target = schemas.resolve(*id);
            let name = Applied::of(*id).component(schemas);
            if let Some(name) = name.filter(|_| !mapped.contains(&target)) {
                targets.insert(name, target);
            }
        }
        let rule = Rule::Discriminates {
            property: &discriminator.property,
            schemas: targets,
        };
        add("discriminator", "", Types::OBJECT, rule);
    }
}
