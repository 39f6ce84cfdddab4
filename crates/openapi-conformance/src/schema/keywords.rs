//! The keywords of a schema.

use std::ops::{Deref, DerefMut};
use std::sync::{Arc, LazyLock};

use regex::Regex;
use serde_json::{Number, Value};

use super::{SchemaId, Types};

/// A schema and its location in the contract. Without any keyword, every value is valid.
#[derive(Default)]
pub struct Schema {
    /// The JSON pointer of the schema.
    pub pointer: Arc<str>,
    /// The number of values and names that are compared with a value.
    pub lists: usize,
    /// The target of `$ref`.
    pub reference: Option<SchemaId>,
    /// Whether the schema has no keywords besides `$ref`.
    pub only_refers: bool,
    /// Whether the schema is `false`: no value is valid.
    pub never: bool,
    /// The allowed types; all if `None`. Contains null if the schema is nullable.
    pub types: Option<Types>,
    pub read_only: bool,
    pub write_only: bool,
    pub deprecated: bool,
    pub format: Option<Format>,
    pub items: Option<SchemaId>,
    /// The properties, sorted by name.
    pub properties: Vec<Property>,
    pub required: Vec<String>,
    pub additional_properties: Option<SchemaId>,
    pub all_of: Vec<SchemaId>,
    pub any_of: Vec<SchemaId>,
    pub one_of: Vec<SchemaId>,
    pub(super) rare: Option<Box<RareKeywords>>,
}

/// The keywords that most schemas do not have. A large contract has many schemas, which would take several times as
/// much memory with all of them.
#[derive(Default)]
pub struct RareKeywords {
    /// The date of `x-sunset`, as written.
    pub sunset: Option<String>,
    pub default: Option<Value>,
    pub values: Option<Vec<Value>>,
    pub constant: Option<Value>,
    /// The known values of an open enum.
    pub known_values: Option<Vec<String>>,
    pub minimum: Option<Number>,
    pub maximum: Option<Number>,
    pub exclusive_minimum: Option<Number>,
    pub exclusive_maximum: Option<Number>,
    pub multiple_of: Option<Number>,
    pub pattern: Option<Regex>,
    /// The pattern as written, also if it is not supported.
    pub pattern_text: Option<String>,
    pub content_encoding: Option<String>,
    pub content_media_type: Option<String>,
    pub content_schema: Option<SchemaId>,
    pub min_length: Option<u64>,
    pub max_length: Option<u64>,
    pub prefix_items: Vec<SchemaId>,
    pub unevaluated_items: Option<SchemaId>,
    pub contains: Option<SchemaId>,
    pub min_contains: Option<u64>,
    pub max_contains: Option<u64>,
    pub min_items: Option<u64>,
    pub max_items: Option<u64>,
    pub unique_items: bool,
    pub pattern_properties: Vec<(Regex, SchemaId)>,
    pub unevaluated_properties: Option<SchemaId>,
    pub property_names: Option<SchemaId>,
    pub min_properties: Option<u64>,
    pub max_properties: Option<u64>,
    pub dependent_required: Vec<(String, Vec<String>)>,
    pub dependent_schemas: Vec<(String, SchemaId)>,
    pub not: Option<SchemaId>,
    pub condition: Option<SchemaId>,
    pub then: Option<SchemaId>,
    pub otherwise: Option<SchemaId>,
    pub discriminator: Option<Discriminator>,
}

impl Deref for Schema {
    type Target = RareKeywords;

    fn deref(&self) -> &RareKeywords {
        static NONE: LazyLock<RareKeywords> = LazyLock::new(RareKeywords::default);
        self.rare.as_deref().unwrap_or(&NONE)
    }
}

impl DerefMut for Schema {
    fn deref_mut(&mut self) -> &mut RareKeywords {
        self.rare.get_or_insert_default()
    }
}

pub struct Property {
    pub name: String,
    pub schema: SchemaId,
}

/// The property that tells which alternative a value belongs to.
pub struct Discriminator {
    pub property: String,
    /// Values of the property, and the alternatives that they stand for.
    pub mapping: Vec<(String, SchemaId)>,
}

/// A format that is validated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    Int32,
    Int64,
    Float,
    DateTime,
    Date,
    Time,
    Duration,
    Email,
    Hostname,
    Ipv4,
    Ipv6,
    Uri,
    UriReference,
    Uuid,
    JsonPointer,
    Regex,
    Base64,
}

impl Format {
    /// Each format and its name in a schema.
    const NAMES: [(&str, Format); 17] = [
        ("int32", Format::Int32),
        ("int64", Format::Int64),
        ("float", Format::Float),
        ("date-time", Format::DateTime),
        ("date", Format::Date),
        ("time", Format::Time),
        ("duration", Format::Duration),
        ("email", Format::Email),
        ("hostname", Format::Hostname),
        ("ipv4", Format::Ipv4),
        ("ipv6", Format::Ipv6),
        ("uri", Format::Uri),
        ("uri-reference", Format::UriReference),
        ("uuid", Format::Uuid),
        ("json-pointer", Format::JsonPointer),
        ("regex", Format::Regex),
        ("byte", Format::Base64),
    ];

    pub fn named(name: &str) -> Option<Format> {
        let mut names = Format::NAMES.iter();
        names.find(|(known, _)| *known == name).map(|named| named.1)
    }

    pub fn name(self) -> &'static str {
        let mut names = Format::NAMES.iter();
        names
            .find(|(_, format)| *format == self)
            .map_or("", |named| named.0)
    }

    /// Returns whether the format applies to numbers instead of strings.
    pub fn is_numeric(self) -> bool {
        matches!(self, Format::Int32 | Format::Int64 | Format::Float)
    }
}

impl Schema {
    /// Counts the values and names that are compared with a value.
    pub fn count_lists(&self) -> usize {
        let values = self.values.as_ref().map_or(0, Vec::len);
        let known = self.known_values.as_ref().map_or(0, Vec::len);
        let names = self.properties.len() + self.required.len() + self.pattern_properties.len();
        values + known + names
    }

    /// Returns the property with this name.
    pub fn property(&self, name: &str) -> Option<&Property> {
        let found = |known: &Property| known.name.as_str().cmp(name);
        let index = self.properties.binary_search_by(found).ok()?;
        self.properties.get(index)
    }

    /// Returns the schemas that apply to the same value.
    pub fn in_place(&self) -> impl Iterator<Item = SchemaId> {
        let lists = [&self.all_of, &self.any_of, &self.one_of];
        let single = [
            self.reference,
            self.not,
            self.condition,
            self.then,
            self.otherwise,
        ];
        let dependent = self.dependent_schemas.iter().map(|(_, schema)| *schema);
        lists
            .into_iter()
            .flatten()
            .copied()
            .chain(single.into_iter().flatten())
            .chain(dependent)
    }

    /// Replaces a schema that applies to the same value by one that every value conforms to.
    pub fn replace_in_place(&mut self, old: SchemaId, new: SchemaId) {
        let replace = |part: &mut SchemaId| {
            if *part == old {
                *part = new;
            }
        };
        self.reference.iter_mut().for_each(replace);
        for list in [&mut self.all_of, &mut self.any_of, &mut self.one_of] {
            list.iter_mut().for_each(replace);
        }
        if let Some(rare) = &mut self.rare {
            if rare.not == Some(old) {
                rare.not = None;
            }
            for part in [&mut rare.condition, &mut rare.then, &mut rare.otherwise] {
                part.iter_mut().for_each(replace);
            }
            for (_, schema) in &mut rare.dependent_schemas {
                replace(schema);
            }
        }
    }

    /// Returns the schemas that apply to parts of the value.
    pub fn children(&self) -> impl Iterator<Item = SchemaId> {
        let properties = self.properties.iter().map(|property| property.schema);
        let patterns = self.pattern_properties.iter().map(|(_, schema)| *schema);
        let single = [
            self.additional_properties,
            self.unevaluated_properties,
            self.items,
            self.unevaluated_items,
            self.contains,
        ];
        properties
            .chain(patterns)
            .chain(single.into_iter().flatten())
            .chain(self.prefix_items.iter().copied())
    }
}
