//! The keywords of all schemas that apply to one value, in a form in which equal meanings are equal.

use std::collections::{BTreeMap, HashMap, HashSet};

use std::hash::{Hash, Hasher};

use serde_json::{Number, Value};

use super::applied::{Alternatives, Applied, Flattened};
use super::bounds::{Bound, Limits};
use super::condition::{self, Condition};
use crate::schema::{Format, Property, Schema, SchemaId, Schemas, Types};
use crate::validate::{Sender, canonical, is_multiple, is_sent_by_other};

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
    /// The schemas of the value that a string contains.
    pub content: Applied,
    pub conditions: Vec<Condition<'c>>,
    /// The number of schemas and properties.
    pub size: usize,
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
    pub content_encodings: Vec<&'c str>,
    pub content_media_types: Vec<&'c str>,
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

/// The properties of an object that its sender sends.
#[derive(Default)]
pub struct Members<'c> {
    pub named: Vec<Named<'c>>,
    /// The names of the required properties in the order of the contract.
    pub required: Vec<&'c str>,
    /// The schemas of all other properties. Any if there are none.
    pub additional: Applied,
    /// Whether there are properties that only the other side sends.
    pub has_others: bool,
}

pub struct Named<'c> {
    pub name: &'c str,
    pub schema: Applied,
    /// The first schema that describes the property, if one does.
    pub described: Option<SchemaId>,
}

/// The maximum number of properties or items times the number of schemas of a composition.
const MAX_PROPERTIES: usize = 1_000_000;

impl<'c> Shape<'c> {
    /// Returns `None` if the composition is too large.
    pub fn of(applied: &Applied, schemas: &'c Schemas, sender: Sender) -> Option<Self> {
        let Flattened {
            schemas: parts,
            mut alternatives,
            nullable,
        } = applied.flatten(schemas)?;
        let mut types = applied.types().without(Types::NULL);
        let mut keywords = Keywords::default();
        let mut content = Applied::default();
        let mut conditions = Vec::new();
        let mut number_format = None;
        for schema in &parts {
            types = types.and(own_types(schema, schemas));
            keywords.add(schema);
            condition::read(schema, schemas, &mut conditions);
            if let Some(id) = schema
                .content_schema
                .filter(|_| types.contains(Types::STRING))
            {
                content.add(id, schemas);
            }
            number_format = number_format.or(schema.format.filter(|format| format.is_numeric()));
        }
        alternatives.retain(|group| match listed(group, schemas, sender) {
            Some(values) => {
                keywords.list(values);
                types = types.and(group.types);
                false
            }
            None => true,
        });
        if keywords.is_whole() {
            types = types.without_fractions();
        }
        let mut possible = types;
        for group in &alternatives {
            possible = possible.and(group.types);
        }
        keywords.restrict(possible, schemas);
        let mut members = Members::default();
        if possible.contains(Types::OBJECT) {
            members = Members::of(&parts, schemas, sender)?;
        }
        let mut array = Array::default();
        if possible.contains(Types::ARRAY) {
            array = Array::of(&parts, schemas)?;
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
            size: parts.len() + members.named.len(),
            members,
            array,
            content,
            conditions,
            number_format: number_format.filter(|_| possible.intersects(Types::NUMBER)),
        })
    }

    /// Returns true if every string is valid.
    pub fn accepts_any_text(&self) -> bool {
        let keywords = &self.keywords;
        keywords.values.is_none()
            && keywords.known_values.is_none()
            && keywords.formats.is_empty()
            && keywords.patterns.is_empty()
            && keywords.length == Limits::default()
            && self.conditions.is_empty()
            && self.alternatives.is_empty()
    }

    /// Returns whether the schema has nothing besides its alternatives.
    pub fn has_only_alternatives(&self) -> bool {
        self.types == Types::ALL.without(Types::NULL)
            && self.conditions.is_empty()
            && self.keywords == Keywords::default()
            && self.members.is_unrestricted()
            && self.array.is_unrestricted()
    }
}

/// Returns the values of alternatives that are nothing but a list of them, with their canonical texts.
fn listed<'c>(
    group: &Alternatives,
    schemas: &'c Schemas,
    sender: Sender,
) -> Option<BTreeMap<String, &'c Value>> {
    let mut all = BTreeMap::new();
    for alternative in &group.schemas {
        let schema = &schemas[schemas.resolve(alternative.first()?)];
        let has_values = schema.values.is_some() || schema.constant.is_some();
        if !has_values || schema.in_place().next().is_some() {
            return None;
        }
        let shape = Shape::of(alternative, schemas, sender)?;
        let Keywords { values, .. } = &shape.keywords;
        let only_values = Keywords {
            values: values.clone(),
            ..Keywords::default()
        };
        let is_list = shape.keywords == only_values
            && shape.alternatives.is_empty()
            && shape.conditions.is_empty()
            && shape.members.is_unrestricted()
            && shape.array.is_unrestricted();
        for (canonical, value) in shape.keywords.values.filter(|_| is_list)? {
            let is_duplicate = all.insert(canonical, value).is_some();
            if is_duplicate && group.exclusive {
                return None;
            }
        }
    }
    Some(all)
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
    /// Hashes the keywords so that equal meanings have equal hashes.
    pub fn hash_into(&self, hasher: &mut impl Hasher) {
        let values = self
            .values
            .as_ref()
            .map(|values| values.keys().collect::<Vec<_>>());
        let mut known = self.known_values.clone();
        known.iter_mut().for_each(|known| known.sort_unstable());
        let bound = |bound: &Option<Bound>| bound.as_ref().map(Bound::canonical);
        (values, known, bound(&self.minimum), bound(&self.maximum)).hash(hasher);
        let texts = (&self.formats, &self.patterns, &self.content_encodings);
        (texts, &self.content_media_types).hash(hasher);
        (self.length, self.items, self.properties, self.unique_items).hash(hasher);
    }

    fn add(&mut self, schema: &'c Schema) {
        let constant = schema.constant.as_ref().map(std::slice::from_ref);
        for values in schema.values.as_deref().into_iter().chain(constant) {
            let values = values.iter().filter(|value| !value.is_null());
            self.list(values.map(|value| (canonical(value), value)).collect());
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
        let pattern = schema.pattern_text.as_deref();
        insert(
            &mut self.patterns,
            pattern.filter(|pattern| !matches_all(pattern)),
        );
        insert(
            &mut self.content_encodings,
            schema.content_encoding.as_deref(),
        );
        insert(
            &mut self.content_media_types,
            schema.content_media_type.as_deref(),
        );
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

    /// Adds a closed enum. A value has to be in all of them.
    fn list(&mut self, mut values: BTreeMap<String, &'c Value>) {
        if let Some(known) = &self.values {
            values.retain(|text, _| known.contains_key(text));
        }
        self.values = Some(values);
    }

    /// Returns true if numbers have to be a multiple of 1.
    fn is_whole(&self) -> bool {
        self.multiple_of
            .iter()
            .any(|factor| factor.as_f64() == Some(1.0))
    }

    /// Leaves out what does not apply to the types, or says nothing about them.
    fn restrict(&mut self, types: Types, schemas: &Schemas) {
        if let Some(values) = &mut self.values {
            values.retain(|_, value| types.contains(Types::of(value, schemas.dialect)));
            if types == Types::BOOLEAN && values.len() == 2 {
                self.values = None;
            }
        }
        if !types.intersects(Types::NUMBER) {
            (self.minimum, self.maximum) = (None, None);
            self.multiple_of.clear();
        } else if !types.contains(Types::NUMBER) {
            let one = Number::from(1);
            self.multiple_of.retain(|factor| !is_multiple(&one, factor));
            self.minimum = self.minimum.take().map(Bound::of_integer_minimum);
            self.maximum = self.maximum.take().map(Bound::of_integer_maximum);
        }
        if !types.contains(Types::STRING) {
            self.known_values = None;
            self.formats.clear();
            self.patterns.clear();
            self.content_encodings.clear();
            self.content_media_types.clear();
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

impl<'c> Members<'c> {
    /// Merges the properties of a composition. A property has to conform to every part that describes it. Returns
    /// `None` if there are too many.
    fn of(parts: &[&'c Schema], schemas: &'c Schemas, sender: Sender) -> Option<Self> {
        let mut members = Members::default();
        let mut sent_by_other: HashSet<&str> = HashSet::new();
        for schema in parts {
            for Property { name, .. } in &schema.properties {
                if is_sent_by_other(schemas, schema, name, sender) {
                    sent_by_other.insert(name);
                }
            }
        }
        members.has_others = !sent_by_other.is_empty();
        let mut positions: HashMap<&str, usize> = HashMap::new();
        let mut required = HashSet::new();
        for schema in parts {
            for property in &schema.properties {
                if !sent_by_other.contains(&*property.name) {
                    let named = members.named(&property.name, &mut positions);
                    named.schema.add(property.schema, schemas);
                    named.described.get_or_insert(property.schema);
                }
            }
            for name in &schema.required {
                if !sent_by_other.contains(&**name) && required.insert(name) {
                    members.named(name, &mut positions);
                    members.required.push(name);
                }
            }
        }
        let closed = parts
            .iter()
            .filter(|schema| schema.additional_properties.is_some());
        if closed.count() * members.named.len() > MAX_PROPERTIES {
            return None;
        }
        for schema in parts {
            if let Some(id) = schema.additional_properties {
                members.additional.add(id, schemas);
                for named in &mut members.named {
                    if schema.property(named.name).is_none() {
                        named.schema.add(id, schemas);
                    }
                }
            }
            if let Some(id) = schema.unevaluated_properties {
                members.additional.add(id, schemas);
            }
        }
        Some(members)
    }

    fn named(&mut self, name: &'c str, positions: &mut HashMap<&'c str, usize>) -> &mut Named<'c> {
        let position = *positions.entry(name).or_insert(self.named.len());
        if position == self.named.len() {
            self.named.push(Named {
                name,
                schema: Applied::default(),
                described: None,
            });
        }
        &mut self.named[position]
    }

    /// Returns true if nothing is said about the properties that the sender sends.
    pub fn is_empty(&self) -> bool {
        self.named.is_empty() && self.additional.is_any()
    }

    /// Returns true if nothing is said about properties.
    pub fn is_unrestricted(&self) -> bool {
        self.is_empty() && !self.has_others
    }
}

impl Array {
    fn of(parts: &[&Schema], schemas: &Schemas) -> Option<Self> {
        let longest = parts.iter().map(|schema| schema.prefix_items.len()).max();
        let mut first = vec![Applied::default(); longest.unwrap_or(0)];
        if first.len() * parts.len() > MAX_PROPERTIES {
            return None;
        }
        let mut rest = Applied::default();
        for schema in parts {
            for (index, item) in first.iter_mut().enumerate() {
                if let Some(id) = schema.prefix_items.get(index).copied().or(schema.items) {
                    item.add(id, schemas);
                }
            }
            if let Some(id) = schema.items.or(schema.unevaluated_items) {
                rest.add(id, schemas);
            }
        }
        Some(Array { first, rest })
    }

    fn is_unrestricted(&self) -> bool {
        self.first.is_empty() && self.rest.is_any()
    }
}

fn insert<'t>(texts: &mut Vec<&'t str>, text: Option<&'t str>) {
    if let Some(text) = text
        && let Err(index) = texts.binary_search(&text)
    {
        texts.insert(index, text);
    }
}

/// Returns true for the usual patterns that every string matches, apart from line breaks.
fn matches_all(pattern: &str) -> bool {
    let unanchored = pattern.trim_start_matches('^').trim_end_matches('$');
    let inner = unanchored
        .strip_prefix("(?:")
        .or_else(|| unanchored.strip_prefix('('))
        .and_then(|rest| rest.strip_suffix(')'))
        .unwrap_or(unanchored);
    matches!(
        inner,
        "" | ".*" | ".*?" | r"[\s\S]*" | r"[\S\s]*" | r"[\d\D]*" | r"[\w\W]*" | "[^]*"
    )
}
