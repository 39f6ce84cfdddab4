//! The contract's schemas, compiled for validation.
//!
//! Preflight allows only a few JSON Schema keywords. A finding needs what general validators do not provide: a
//! severity, the contract's pointer through references, and a sentence without the value. This validator therefore
//! implements those keywords itself.

use std::collections::HashMap;

use regex::Regex;
use serde_json::Value;

use super::rules::{self, Place};

/// A schema and its location in the contract.
pub(super) struct Schema {
    pub pointer: String,
    pub nullable: bool,
    pub kind: Kind,
}

pub(super) enum Kind {
    /// A component, by name.
    Component(String),
    /// A composition: all of the schemas apply.
    All(Vec<Schema>),
    Object {
        properties: Vec<Property>,
        /// Additional properties: any, of one schema, or none.
        more: More,
    },
    List(Box<Schema>),
    Text(Text),
    Number(Bounds),
    Integer(Bounds),
    Boolean,
}

pub(super) struct Property {
    pub name: String,
    pub required: bool,
    pub schema: Schema,
}

pub(super) enum More {
    Any,
    Of(Box<Schema>),
    None,
}

#[derive(Default)]
pub(super) struct Text {
    pub format: Option<Format>,
    pub pattern: Option<Regex>,
    /// The known values of an open enum.
    pub listed: Option<Vec<String>>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    DateTime,
    Uri,
}

/// The bounds of a number, including those of its format.
#[derive(Default)]
pub(super) struct Bounds {
    pub minimum: Option<f64>,
    pub maximum: Option<f64>,
    pub exclusive_minimum: bool,
    pub exclusive_maximum: bool,
}

/// The components of a contract, by name.
pub(super) type Components = HashMap<String, Schema>;

pub(super) fn components(contract: &Place<'_>) -> Result<Components, String> {
    let schemas = contract
        .get("components")
        .map(|components| components.children_of("schemas"));
    let schemas = schemas.unwrap_or_default().into_iter();
    schemas
        .map(|(name, place)| Ok((name, Schema::read(&place)?)))
        .collect()
}

impl Schema {
    /// Reads a schema of a contract that has passed the lint.
    pub fn read(place: &Place<'_>) -> Result<Self, String> {
        Ok(Schema {
            pointer: place.pointer.clone(),
            nullable: place.value["nullable"] == Value::Bool(true) || is_nullable_reference(place),
            kind: kind(place)?,
        })
    }

    /// Returns the type name used in sentences.
    pub fn name(&self) -> &'static str {
        match &self.kind {
            Kind::Component(_) | Kind::All(_) | Kind::Object { .. } => "an object",
            Kind::List(_) => "an array",
            Kind::Text(_) => "a string",
            Kind::Number(_) => "a number",
            Kind::Integer(_) => "an integer",
            Kind::Boolean => "a boolean",
        }
    }

    /// Follows references to the schema itself, including properties that only annotate a reference.
    pub fn target<'a>(&'a self, components: &'a Components) -> &'a Schema {
        match &self.kind {
            Kind::Component(name) => components
                .get(name)
                .map_or(self, |schema| schema.target(components)),
            Kind::All(parts) if parts.len() == 1 => parts[0].target(components),
            _ => self,
        }
    }
}

fn is_nullable_reference(place: &Place<'_>) -> bool {
    rules::nullable_reference(place.value).is_some()
}

fn kind(place: &Place<'_>) -> Result<Kind, String> {
    if let Some(reference) = place.text("$ref") {
        let name = reference.rsplit('/').next().unwrap_or_default();
        return Ok(Kind::Component(name.to_owned()));
    }
    if is_nullable_reference(place) {
        let parts = place.children_of("anyOf").into_iter().take(1);
        let parts: Result<_, String> = parts.map(|(_, part)| Schema::read(&part)).collect();
        return parts.map(Kind::All);
    }
    if place.get("allOf").is_some() {
        let parts = place.children_of("allOf").into_iter();
        let parts: Result<_, String> = parts.map(|(_, part)| Schema::read(&part)).collect();
        return parts.map(Kind::All);
    }
    match place.text("type").unwrap_or_default() {
        "object" => object(place),
        "array" => match place.get("items") {
            Some(items) => Ok(Kind::List(Box::new(Schema::read(&items)?))),
            None => Err(format!("{}: missing key `items`", place.pointer)),
        },
        "integer" => Ok(Kind::Integer(bounds(place))),
        "number" => Ok(Kind::Number(bounds(place))),
        "boolean" => Ok(Kind::Boolean),
        _ => text(place).map(Kind::Text),
    }
}

fn object(place: &Place<'_>) -> Result<Kind, String> {
    let required = place.children_of("required");
    let named = |name: &str| required.iter().any(|(_, it)| it.value == name);
    let mut properties = Vec::new();
    for (name, property) in place.children_of("properties") {
        properties.push(Property {
            required: named(&name),
            schema: Schema::read(&property)?,
            name,
        });
    }
    let more = match place.get("additionalProperties") {
        Some(more) if more.value.is_object() => More::Of(Box::new(Schema::read(&more)?)),
        Some(more) if *more.value == Value::Bool(true) => More::Any,
        _ => More::None,
    };
    Ok(Kind::Object { properties, more })
}

fn text(place: &Place<'_>) -> Result<Text, String> {
    let pattern = place.text("pattern").map(Regex::new).transpose();
    let listed = place.value["x-extensible-enum"].as_array();
    Ok(Text {
        format: match place.text("format") {
            Some("date-time") => Some(Format::DateTime),
            Some("uri") => Some(Format::Uri),
            _ => None,
        },
        pattern: pattern.map_err(|error| {
            // The error is a multi-line drawing; its last line is the reason.
            let error = error.to_string();
            let reason = error.lines().last().unwrap_or_default();
            format!("{}/pattern: {reason}", place.pointer)
        })?,
        listed: listed.map(|values| {
            let texts = values.iter().filter_map(Value::as_str);
            texts.map(str::to_owned).collect()
        }),
    })
}

fn bounds(place: &Place<'_>) -> Bounds {
    let narrow = match place.text("format") {
        Some("int32") => Some(f64::from(i32::MAX)),
        Some("float") => Some(f64::from(f32::MAX)),
        _ => None,
    };
    let number = |key: &str| place.value[key].as_f64();
    let flag = |key: &str| place.value[key] == Value::Bool(true);
    Bounds {
        minimum: number("minimum").or(narrow.map(|maximum| -maximum - 1.0)),
        maximum: number("maximum").or(narrow),
        exclusive_minimum: flag("exclusiveMinimum"),
        exclusive_maximum: flag("exclusiveMaximum"),
    }
}
