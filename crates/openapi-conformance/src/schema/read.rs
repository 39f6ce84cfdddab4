//! Reads the keywords of a schema. What is not validated becomes a note.

use std::sync::Arc;

use serde_json::{Map, Number, Value};

use super::anchors::canonical;
use super::keywords::{Discriminator, Format, Property, Schema};
use super::{Dialect, Reader, SchemaId, Types};
use crate::note;
use crate::place::Place;

/// Keywords that describe a value without restricting it.
const ANNOTATIONS: [&str; 13] = [
    "$anchor",
    "$comment",
    "$defs",
    "$schema",
    "default",
    "definitions",
    "deprecated",
    "description",
    "example",
    "examples",
    "externalDocs",
    "title",
    "xml",
];

/// Keywords of JSON Schema 2020-12 that OpenAPI 3.0 does not have.
const NEW_IN_31: [&str; 21] = [
    "$anchor",
    "$defs",
    "const",
    "contains",
    "contentEncoding",
    "contentMediaType",
    "contentSchema",
    "dependentRequired",
    "dependentSchemas",
    "else",
    "examples",
    "if",
    "maxContains",
    "minContains",
    "patternProperties",
    "prefixItems",
    "propertyNames",
    "then",
    "unevaluatedItems",
    "unevaluatedProperties",
    "$schema",
];

/// Formats that accept every value of their type.
const OPEN_FORMATS: [&str; 4] = ["binary", "decimal", "double", "password"];

impl<'a> Reader<'a> {
    fn note(&mut self, id: note::Id, subject: &str, pointer: &str) {
        self.notes.add(id, subject, pointer);
    }

    /// Reads the schema at a place, without the targets of its references.
    pub(super) fn keywords(&mut self, place: &Place<'a>, pointer: Arc<str>) -> Schema {
        let mut schema = Schema {
            pointer,
            ..Schema::default()
        };
        let keywords = match place.value {
            Value::Object(keywords) => keywords,
            Value::Bool(any) => {
                schema.never = !any;
                return schema;
            }
            _ => {
                self.note(note::SCHEMA_INVALID, "", &place.pointer);
                return schema;
            }
        };
        if let Some(reference) = place.text("$ref") {
            schema.reference = self.reference(&place.pointer, reference);
            schema.only_refers = true;
            // OpenAPI 3.0 ignores everything beside a reference.
            if self.schemas.dialect == Dialect::OpenApi30 {
                return schema;
            }
        }
        for (key, value) in keywords {
            let Some(child) = place.get(key) else {
                continue;
            };
            let is_annotation = ANNOTATIONS.contains(&key.as_str()) || key.starts_with("x-");
            let new = NEW_IN_31.contains(&key.as_str());
            if new && self.schemas.dialect == Dialect::OpenApi30 {
                self.note(note::KEYWORD_UNSUPPORTED, key, &place.pointer);
                continue;
            }
            schema.only_refers &= is_annotation || key == "$ref";
            if self.keyword(&mut schema, key, &child, value).is_none() {
                self.note(note::KEYWORD_INVALID, key, &place.pointer);
            }
        }
        let nullable = place.value["nullable"] == Value::Bool(true);
        if nullable && self.schemas.dialect == Dialect::OpenApi30 {
            schema.types = schema.types.map(|types| types.or(Types::NULL));
        }
        if self.schemas.dialect == Dialect::OpenApi30 {
            exclusive_flags(&mut schema, keywords);
        }
        schema
    }

    /// Reads a keyword. Returns `None` if its value has the wrong type.
    fn keyword(
        &mut self,
        schema: &mut Schema,
        key: &str,
        place: &Place<'a>,
        value: &'a Value,
    ) -> Option<()> {
        let is_31 = self.schemas.dialect == Dialect::OpenApi31;
        match key {
            "type" => schema.types = Some(types(value, is_31)?),
            "enum" => schema.values = Some(value.as_array()?.clone()),
            "const" => schema.constant = Some(value.clone()),
            "x-extensible-enum" => schema.known_values = Some(strings(value)?),
            "default" => schema.default = Some(value.clone()),
            "deprecated" => schema.deprecated = value.as_bool()?,
            "x-sunset" => schema.sunset = Some(value.as_str()?.to_owned()),
            "readOnly" => schema.read_only = value.as_bool()?,
            "writeOnly" => schema.write_only = value.as_bool()?,

            "minimum" => schema.minimum = Some(number(value)?),
            "maximum" => schema.maximum = Some(number(value)?),
            "exclusiveMinimum" if is_31 => schema.exclusive_minimum = Some(number(value)?),
            "exclusiveMaximum" if is_31 => schema.exclusive_maximum = Some(number(value)?),
            "exclusiveMinimum" | "exclusiveMaximum" => _ = value.as_bool()?,
            "multipleOf" => {
                let factor = number(value).filter(|factor| factor.as_f64() > Some(0.0))?;
                schema.multiple_of = Some(factor);
            }

            "format" => {
                let name = value.as_str()?;
                schema.format = Format::named(name);
                if schema.format.is_none() && !OPEN_FORMATS.contains(&name) {
                    self.note(note::FORMAT_UNSUPPORTED, name, &schema.pointer);
                }
            }
            "pattern" => {
                let text = value.as_str()?;
                schema.pattern_text = Some(text.to_owned());
                schema.pattern = self.patterns.compile(text);
                if schema.pattern.is_none() {
                    self.note(note::PATTERN_UNSUPPORTED, "", &schema.pointer);
                }
            }
            "minLength" => schema.min_length = Some(count(value)?),
            "maxLength" => schema.max_length = Some(count(value)?),

            "items" => schema.items = Some(self.schema(place)),
            "prefixItems" => schema.prefix_items = self.schemas_of(place)?,
            "contains" => schema.contains = Some(self.schema(place)),
            "minContains" => schema.min_contains = Some(count(value)?),
            "maxContains" => schema.max_contains = Some(count(value)?),
            "minItems" => schema.min_items = Some(count(value)?),
            "maxItems" => schema.max_items = Some(count(value)?),
            "uniqueItems" => schema.unique_items = value.as_bool()?,

            "properties" => {
                let properties = self.named_schemas(place)?.into_iter();
                schema.properties = properties
                    .map(|(name, schema)| Property { name, schema })
                    .collect();
                let by_name = |one: &Property, other: &Property| one.name.cmp(&other.name);
                schema.properties.sort_by(by_name);
            }
            "required" => schema.required = strings(value)?,
            "patternProperties" => {
                for (name, id) in self.named_schemas(place)? {
                    match self.patterns.compile(&name) {
                        Some(pattern) => schema.pattern_properties.push((pattern, id)),
                        None => self.note(note::PATTERN_UNSUPPORTED, "", &place.pointer),
                    }
                }
            }
            "additionalProperties" => schema.additional_properties = Some(self.schema(place)),
            "unevaluatedProperties" => schema.unevaluated_properties = Some(self.schema(place)),
            "propertyNames" => schema.property_names = Some(self.schema(place)),
            "minProperties" => schema.min_properties = Some(count(value)?),
            "maxProperties" => schema.max_properties = Some(count(value)?),
            "dependentRequired" => {
                for (name, value) in value.as_object()? {
                    let names = strings(value)?;
                    schema.dependent_required.push((name.clone(), names));
                }
            }
            "dependentSchemas" => schema.dependent_schemas = self.named_schemas(place)?,

            "allOf" => schema.all_of = self.schemas_of(place)?,
            "anyOf" => schema.any_of = self.schemas_of(place)?,
            "oneOf" => schema.one_of = self.schemas_of(place)?,
            "not" => schema.not = Some(self.schema(place)),
            "if" => schema.condition = Some(self.schema(place)),
            "then" => schema.then = Some(self.schema(place)),
            "else" => schema.otherwise = Some(self.schema(place)),
            // Any bytes, which is what `format: binary` says in OpenAPI 3.0.
            "contentMediaType" if *value == "application/octet-stream" => {}
            // The following are compared, but not validated.
            "contentEncoding" | "contentMediaType" | "contentSchema" | "unevaluatedItems" => {
                match key {
                    "contentEncoding" => schema.content_encoding = Some(value.as_str()?.to_owned()),
                    "contentMediaType" => {
                        schema.content_media_type = Some(value.as_str()?.to_owned());
                    }
                    "contentSchema" => schema.content_schema = Some(self.schema(place)),
                    _ => schema.unevaluated_items = Some(self.schema(place)),
                }
                self.note(note::KEYWORD_UNSUPPORTED, key, &schema.pointer);
            }
            "discriminator" => schema.discriminator = Some(self.discriminator(place)?),

            "nullable" if is_31 => self.note(note::KEYWORD_UNSUPPORTED, key, &schema.pointer),
            "nullable" => _ = value.as_bool()?,
            "$ref" => {}
            _ if ANNOTATIONS.contains(&key) || key.starts_with("x-") => {}
            _ => self.note(note::KEYWORD_UNSUPPORTED, key, &schema.pointer),
        }
        Some(())
    }

    fn schemas_of(&mut self, place: &Place<'a>) -> Option<Vec<SchemaId>> {
        place.value.as_array()?;
        let parts = place.children().into_iter();
        Some(parts.map(|(_, part)| self.schema(&part)).collect())
    }

    fn named_schemas(&mut self, place: &Place<'a>) -> Option<Vec<(String, SchemaId)>> {
        place.value.as_object()?;
        let named = place.children().into_iter();
        Some(
            named
                .map(|(name, place)| (name, self.schema(&place)))
                .collect(),
        )
    }

    fn discriminator(&mut self, place: &Place<'a>) -> Option<Discriminator> {
        let property = place.text("propertyName")?.to_owned();
        if place.get("defaultMapping").is_some() {
            self.note(note::PART_UNSUPPORTED, "defaultMapping", &place.pointer);
        }
        let mut mapping = Vec::new();
        for (name, target) in place.children_of("mapping") {
            let target = target.value.as_str()?;
            let reference = if target.contains(['/', '#']) {
                target.to_owned()
            } else {
                format!("#/components/schemas/{target}")
            };
            let target = canonical(&reference).filter(|at| self.root.pointer(at).is_some());
            match target.and_then(|_| self.reference(&place.pointer, &reference)) {
                Some(id) => mapping.push((name, id)),
                // It only improves the findings, so the schema is still usable.
                None => self.note(note::KEYWORD_INVALID, "mapping", &place.pointer),
            }
        }
        Some(Discriminator { property, mapping })
    }
}

/// Converts the flags of OpenAPI 3.0 to bounds.
fn exclusive_flags(schema: &mut Schema, keywords: &Map<String, Value>) {
    let is_set = |key: &str| keywords.get(key) == Some(&Value::Bool(true));
    if is_set("exclusiveMinimum") {
        schema.exclusive_minimum = schema.minimum.take();
    }
    if is_set("exclusiveMaximum") {
        schema.exclusive_maximum = schema.maximum.take();
    }
}

fn types(value: &Value, is_31: bool) -> Option<Types> {
    let named = |value: &Value| Types::named(value.as_str()?);
    match value {
        Value::Array(names) if is_31 => names
            .iter()
            .try_fold(Types::NONE, |types, name| Some(types.or(named(name)?))),
        Value::String(name) if name == "null" && !is_31 => None,
        value => named(value),
    }
}

fn number(value: &Value) -> Option<Number> {
    value.as_number().cloned()
}

/// Reads a count, which may be written with a fraction of zero.
fn count(value: &Value) -> Option<u64> {
    let whole = || {
        let number = value.as_f64().filter(|number| number.fract() == 0.0)?;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "the cast saturates"
        )]
        (number >= 0.0).then_some(number as u64)
    };
    value.as_u64().or_else(whole)
}

fn strings(value: &Value) -> Option<Vec<String>> {
    let items = value.as_array()?.iter();
    items.map(|item| item.as_str().map(str::to_owned)).collect()
}
