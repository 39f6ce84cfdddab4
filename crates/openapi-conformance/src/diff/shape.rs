//! The keywords of all schemas that apply to one value, in a form in which equal meanings are equal.

use std::collections::BTreeMap;

use serde_json::{Number, Value};

use super::applied::{Alternatives, Applied, Flattened};
use super::bounds::{Bound, Limits};
use super::objects::Members;
use crate::schema::{Format, Schema, SchemaId, Schemas, Types};
use crate::validate::{Sender, canonical};

/// Everything that a value has to conform to. Keywords for types that the value cannot have are left out.
pub struct Shape<'c> {
    /// The location of the most specific schema.
    pub pointer: &'c str,
    pub nullable: bool,
    /// The types besides null, as stated.
    pub types: Types,
    /// The types besides null that the alternatives leave.
    pub possible: Types,
    pub alternatives: Vec<Alternatives>,
    pub keywords: Keywords<'c>,
    pub members: Members<'c>,
    pub array: Array,
    pub others: Vec<Other<'c>>,
    /// The format of a number, which has no meaning beside its bounds.
    pub number_format: Option<Format>,
}

/// Keywords that do not contain schemas.
#[derive(Default, PartialEq)]
pub struct Keywords<'c> {
    /// The values of a closed enum by their canonical texts.
    pub values: Option<BTreeMap<String, &'c Value>>,
    pub known_values: Option<Vec<&'c str>>,
    pub minimum: Option<Bound>,
    pub maximum: Option<Bound>,
    pub multiple_of: Vec<&'c Number>,
    pub formats: Vec<&'static str>,
    pub patterns: Vec<&'c str>,
    pub length: Limits,
    pub items: Limits,
    pub properties: Limits,
    pub unique_items: bool,
}

/// The items of an array, by position and beyond.
#[derive(Default)]
pub struct Array {
    pub first: Vec<Applied>,
    pub rest: Applied,
}

/// A keyword that is compared as a whole.
pub struct Other<'c> {
    pub keyword: &'static str,
    /// The part of the keyword that is not a schema.
    pub detail: String,
    pub schemas: Vec<Applied>,
    pub pointer: &'c str,
}

impl<'c> Shape<'c> {
    /// Returns `None` if the composition is too large.
    pub fn of(applied: &Applied, schemas: &'c Schemas, sender: Sender) -> Option<Self> {
        let Flattened {
            schemas: parts,
            alternatives,
            nullable,
        } = applied.flatten(schemas)?;
        let mut types = Types::ALL.without(Types::NULL);
        let mut keywords = Keywords::default();
        let mut others = Vec::new();
        let mut number_format = None;
        for schema in &parts {
            types = types.and(own_types(schema, schemas));
            keywords.add(schema);
            others.extend(super::others::read(schema));
            number_format = number_format.or(schema.format.filter(|format| format.is_numeric()));
        }
        let mut possible = types;
        for group in &alternatives {
            let of = |id: &SchemaId| schemas.types(*id);
            let union = group.schemas.iter().map(of).fold(Types::NONE, Types::or);
            possible = possible.and(union);
        }
        keywords.restrict(possible, schemas);
        let mut members = Members::default();
        if possible.contains(Types::OBJECT) {
            members = Members::of(&parts, schemas, sender);
        }
        let mut array = Array::default();
        if possible.contains(Types::ARRAY) {
            array = Array::of(&parts, schemas);
        }
        let specific = parts.iter().find(|schema| is_specific(schema));
        let own = parts.iter().find(|schema| !schema.only_refers);
        let first = specific.or(own);
        Some(Shape {
            pointer: first.map_or("", |schema| &schema.pointer),
            nullable,
            types,
            possible,
            alternatives,
            keywords,
            members,
            array,
            others,
            number_format: number_format.filter(|_| possible.intersects(Types::NUMBER)),
        })
    }

    /// Returns whether the schema has nothing besides its alternatives.
    pub fn has_only_alternatives(&self) -> bool {
        self.types == Types::ALL.without(Types::NULL)
            && self.others.is_empty()
            && self.keywords == Keywords::default()
            && self.members.is_unrestricted()
            && self.array.first.is_empty()
            && self.array.rest.is_any()
    }
}

/// Returns the types besides null that a schema allows on its own.
fn own_types(schema: &Schema, schemas: &Schemas) -> Types {
    if schema.never {
        return Types::NONE;
    }
    let mut types = schema.types.unwrap_or(Types::ALL);
    let of = |value: &Value| Types::of(value, schemas.dialect);
    if let Some(values) = &schema.values {
        types = types.and(values.iter().map(of).fold(Types::NONE, Types::or));
    }
    if let Some(constant) = &schema.constant {
        types = types.and(of(constant));
    }
    types.without(Types::NULL)
}

/// Returns whether the schema says more than the type.
fn is_specific(schema: &Schema) -> bool {
    !schema.properties.is_empty()
        || schema.items.is_some()
        || schema.values.is_some()
        || schema.known_values.is_some()
        || !schema.any_of.is_empty()
}

impl<'c> Keywords<'c> {
    fn add(&mut self, schema: &'c Schema) {
        let constant = schema.constant.as_ref().map(std::slice::from_ref);
        for values in schema.values.as_deref().into_iter().chain(constant) {
            let values = values.iter().filter(|value| !value.is_null());
            let mut values: BTreeMap<_, _> =
                values.map(|value| (canonical(value), value)).collect();
            if let Some(known) = &self.values {
                values.retain(|text, _| known.contains_key(text));
            }
            self.values = Some(values);
        }
        if let Some(known) = &schema.known_values {
            let mut known: Vec<_> = known.iter().map(String::as_str).collect();
            if let Some(before) = &self.known_values {
                known.retain(|value| before.contains(value));
            }
            self.known_values = Some(known);
        }
        for bound in Bound::minima(schema) {
            Bound::raise(&mut self.minimum, bound);
        }
        for bound in Bound::maxima(schema) {
            Bound::lower(&mut self.maximum, bound);
        }
        let format = schema.format.filter(|format| !format.is_numeric());
        insert(&mut self.formats, format.map(Format::name));
        let pattern = schema.pattern.as_ref().map(regex::Regex::as_str);
        insert(&mut self.patterns, pattern);
        if let Some(factor) = &schema.multiple_of
            && !self.multiple_of.contains(&factor)
        {
            self.multiple_of.push(factor);
        }
        self.length.restrict(schema.min_length, schema.max_length);
        self.items.restrict(schema.min_items, schema.max_items);
        let (min, max) = (schema.min_properties, schema.max_properties);
        self.properties.restrict(min, max);
        self.unique_items |= schema.unique_items;
    }

    /// Leaves out what does not apply to the types.
    fn restrict(&mut self, types: Types, schemas: &Schemas) {
        if let Some(values) = &mut self.values {
            values.retain(|_, value| types.contains(Types::of(value, schemas.dialect)));
        }
        if !types.intersects(Types::NUMBER) {
            (self.minimum, self.maximum) = (None, None);
            self.multiple_of.clear();
        } else if !types.contains(Types::NUMBER) {
            self.minimum = self.minimum.take().map(Bound::of_integer_minimum);
            self.maximum = self.maximum.take().map(Bound::of_integer_maximum);
        }
        if !types.contains(Types::STRING) {
            self.known_values = None;
            self.formats.clear();
            self.patterns.clear();
            self.length = Limits::default();
        }
        if !types.contains(Types::ARRAY) {
            self.items = Limits::default();
            self.unique_items = false;
        }
        if !types.contains(Types::OBJECT) {
            self.properties = Limits::default();
        }
    }
}

impl Array {
    fn of(parts: &[&Schema], schemas: &Schemas) -> Self {
        let positions = parts.iter().map(|schema| schema.prefix_items.len()).max();
        let mut first = vec![Applied::default(); positions.unwrap_or(0)];
        let mut rest = Applied::default();
        for schema in parts {
            for (index, item) in first.iter_mut().enumerate() {
                let own = schema.prefix_items.get(index).copied().or(schema.items);
                own.into_iter().for_each(|id| item.add(id, schemas));
            }
            let own = schema.items.into_iter();
            own.for_each(|id| rest.add(id, schemas));
        }
        Array { first, rest }
    }
}

fn insert<'t>(texts: &mut Vec<&'t str>, text: Option<&'t str>) {
    if let Some(text) = text
        && let Err(index) = texts.binary_search(&text)
    {
        texts.insert(index, text);
    }
}
