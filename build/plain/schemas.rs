//! Schemas in plain form.

use serde_json::Value;

use super::super::lint::enums;
use super::super::lint::keys::ANNOTATIONS;
use super::super::lint::names;
use super::super::lint::nullable;
use super::super::lint::place::escape;
use super::super::lint::variants::{Variant, variants};
use super::documentation::documentation;
use super::{Reader, Tag, nested_name};

/// A schema in plain form. Without a reference, a kind or variants it allows any value.
#[derive(Clone, Default)]
pub struct Schema {
    /// The component that types the value.
    pub reference: Option<String>,
    pub kind: Option<Kind>,
    /// The format, if it determines the Rust type.
    pub format: Option<String>,
    pub nullable: bool,
    /// The known values of an open enum.
    pub values: Vec<Variant>,
    pub union: Option<Box<Union>>,
    pub items: Option<Box<Schema>>,
    /// The properties of an object, in the contract's order.
    pub properties: Vec<Property>,
    /// The schema of an object's other properties.
    pub additional: Option<Box<Schema>>,
    /// The property that the enclosing union's variant stands for; it is written, but is no field.
    pub tag: Option<Tag>,
    pub documentation: String,
    /// Why the value is deprecated.
    pub deprecated: Option<String>,
    pub sensitive: bool,
    /// A string that is a phone number.
    pub phone_number: bool,
    pub read_only: bool,
    pub write_only: bool,
    /// The largest value of a number.
    pub maximum: Option<i64>,
    /// The largest length of a string.
    pub maximum_length: Option<i64>,
    /// The default of a number.
    pub default: Option<i64>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    Object,
    Array,
    String,
    Integer,
    Number,
    Boolean,
    /// A file, or a body that is not JSON.
    Binary,
}

#[derive(Clone)]
pub struct Property {
    pub name: String,
    pub schema: Schema,
    pub required: bool,
    /// The only value of the property.
    pub constant: Option<String>,
    pub pointer: String,
}

impl Schema {
    /// A schema that contains `schema`.
    pub fn containing(schema: &Schema) -> Schema {
        Schema {
            items: Some(Box::new(schema.clone())),
            ..Schema::default()
        }
    }

    /// The schemas that this one contains directly.
    pub fn parts(&self) -> impl Iterator<Item = &Schema> {
        let variants = self.union.iter().flat_map(|union| &union.variants);
        self.properties
            .iter()
            .map(|property| &property.schema)
            .chain(self.items.as_deref())
            .chain(self.additional.as_deref())
            .chain(variants.map(|variant| &variant.schema))
    }

    /// Returns true if this is a string whose type is an opaque identifier if it has a name.
    pub fn is_plain_string(&self) -> bool {
        self.kind == Some(Kind::String) && self.format.is_none() && self.values.is_empty()
    }

    fn referring(name: String) -> Schema {
        Schema {
            reference: Some(name),
            ..Schema::default()
        }
    }
}

/// A union in plain form.
#[derive(Clone)]
pub struct Union {
    /// The property whose value names the variant, if there is one.
    pub tag: Option<String>,
    pub variants: Vec<UnionVariant>,
}

#[derive(Clone)]
pub struct UnionVariant {
    pub name: String,
    pub schema: Schema,
    pub test: Test,
    /// The variant contains the union itself, so its value is in a `Box`.
    pub boxed: bool,
}

/// How a variant is told from the others.
#[derive(Clone)]
pub enum Test {
    /// The tag has this value.
    Tag(String),
    /// The value has this JSON type.
    Type(Kind),
    /// The object has this property.
    Property(String),
}

impl Reader<'_> {
    /// Reads a component, or a schema that gets `name` from its place.
    pub(super) fn component(&mut self, name: &str, schema: &Value, pointer: &str) {
        let inner = nullable::split(schema).inner;
        let read = self.named(name, &inner, pointer);
        let described = Schema {
            documentation: documentation(&inner),
            ..self.annotated(read, schema)
        };
        self.insert(name, described, pointer);
    }

    /// Reads a schema that may be a type of its own, with this name.
    fn named(&mut self, name: &str, schema: &Value, pointer: &str) -> Schema {
        if let Some(union) = self.union(name, schema, pointer) {
            return union;
        }
        if schema.get("allOf").is_some() {
            return match self.composed(schema, pointer) {
                Some(object) => self.named(name, &object, pointer),
                None => Schema::default(),
            };
        }
        if let Some(values) = enums::values(schema) {
            return self.open_enum(values, pointer);
        }
        if schema.get("properties").is_some() {
            return self.object(name, schema, pointer);
        }
        self.unnamed(name, schema, pointer)
    }

    /// Reads the schema of a property, an item, a parameter or a body. `name` becomes the name of its type, if it needs
    /// one.
    pub(super) fn schema(&mut self, schema: &Value, pointer: &str, name: &str) -> Schema {
        let split = nullable::split(schema);
        let inner = &split.inner;
        let mut read = if let Some(target) = self.target(inner) {
            self.reference(target)
        } else if let Some(string) = self.strings(inner, pointer)
            && string.is_plain_string()
            && !string.sensitive
        {
            string
        } else if needs_name(inner) {
            self.component(name, inner, pointer);
            Schema::referring(name.to_owned())
        } else {
            self.unnamed(name, inner, pointer)
        };
        read.nullable |= split.nullable;
        read.documentation = documentation(inner);
        self.annotated(read, schema)
    }

    /// Follows a chain of components that are only references, and remembers a null on the way.
    fn reference(&self, target: &str) -> Schema {
        let mut name = target.to_owned();
        let mut nullable = false;
        for _ in 0..16 {
            let schema = &self.contract["components"]["schemas"][&name];
            let split = nullable::split(schema);
            nullable |= split.nullable;
            match self.target(&split.inner) {
                Some(next) => name = next.to_owned(),
                None => break,
            }
        }
        Schema {
            nullable,
            ..Schema::referring(names::type_name(&name))
        }
    }

    fn annotated(&self, schema: Schema, declared: &Value) -> Schema {
        let flag = |key: &str| declared[key] == Value::Bool(true);
        Schema {
            deprecated: flag("deprecated").then(|| {
                let description = declared["description"].as_str().unwrap_or_default();
                description.lines().next().unwrap_or_default().to_owned()
            }),
            sensitive: schema.sensitive || flag("x-sensitive"),
            phone_number: flag("x-phone-number"),
            read_only: flag("readOnly"),
            write_only: flag("writeOnly"),
            maximum: declared["maximum"].as_i64(),
            maximum_length: declared["maxLength"].as_i64(),
            default: declared["default"].as_i64(),
            ..schema
        }
    }

    pub(super) fn open_enum(&mut self, values: Vec<&Value>, pointer: &str) -> Schema {
        match variants(&values) {
            Ok(values) => Schema {
                kind: Some(Kind::String),
                values,
                ..Schema::default()
            },
            Err((rule, reason)) => {
                self.report(pointer, rule, reason);
                Schema::default()
            }
        }
    }

    fn object(&mut self, name: &str, schema: &Value, pointer: &str) -> Schema {
        let required = schema["required"].as_array();
        let is_required =
            |key: &str| required.is_some_and(|names| names.iter().any(|name| name == key));
        let mut properties = Vec::new();
        for (key, property) in schema["properties"].as_object().into_iter().flatten() {
            let pointer = format!("{pointer}/properties/{}", escape(key));
            properties.push(Property {
                schema: self.schema(property, &pointer, &nested_name(name, key)),
                required: is_required(key),
                constant: enums::constant(property),
                name: key.clone(),
                pointer,
            });
        }
        let additional = match &schema["additionalProperties"] {
            Value::Null | Value::Bool(false) => None,
            more => {
                let pointer = format!("{pointer}/additionalProperties");
                Some(Box::new(self.schema(
                    more,
                    &pointer,
                    &nested_name(name, "value"),
                )))
            }
        };
        // The order of `required` is that of the constructor's arguments.
        let order: Vec<_> = required
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect();
        properties.sort_by_key(|property: &Property| {
            let position = order.iter().position(|name| *name == property.name);
            position.unwrap_or(order.len())
        });
        Schema {
            kind: Some(Kind::Object),
            properties,
            additional,
            ..Schema::default()
        }
    }

    /// Reads a schema whose type has no name: a scalar, an array or a map.
    fn unnamed(&mut self, name: &str, schema: &Value, pointer: &str) -> Schema {
        let kind = match schema["type"].as_str() {
            Some("object") => Kind::Object,
            Some("array") => Kind::Array,
            Some("string") => Kind::String,
            Some("integer") => Kind::Integer,
            Some("number") => Kind::Number,
            Some("boolean") => Kind::Boolean,
            _ => match schema.get("const").or(schema["enum"].get(0)) {
                Some(Value::Number(number)) if number.is_i64() => Kind::Integer,
                Some(Value::Number(_)) => Kind::Number,
                Some(Value::Bool(_)) => Kind::Boolean,
                _ => return Schema::default(),
            },
        };
        // Without a schema, every item and every value is allowed.
        let mut part = |of: Kind, key: &str, place: &str| {
            if kind != of {
                return None;
            }
            let declared = schema.get(key).unwrap_or(&Value::Bool(true));
            let (pointer, name) = (format!("{pointer}/{key}"), nested_name(name, place));
            Some(Box::new(self.schema(declared, &pointer, &name)))
        };
        let items = part(Kind::Array, "items", "item");
        let additional = part(Kind::Object, "additionalProperties", "value");
        let format = schema["format"].as_str();
        Schema {
            kind: Some(if is_binary(schema) {
                Kind::Binary
            } else {
                kind
            }),
            format: format
                .filter(|format| is_typed(kind, format))
                .map(str::to_owned),
            items,
            additional,
            ..Schema::default()
        }
    }

    /// Returns the component that types a schema: the target of its reference, or the enum that
    /// `anyOf: [{$ref}, {type: string}]` opens, which is open in Rust anyway.
    pub(super) fn target<'s>(&self, schema: &'s Value) -> Option<&'s str> {
        if let Some(target) = reference(schema) {
            return Some(target);
        }
        let [first, second] = enums::members(schema)?.as_slice() else {
            return None;
        };
        let (target, other) = match (reference(first), reference(second)) {
            (Some(target), None) => (target, second),
            (None, Some(target)) => (target, first),
            _ => return None,
        };
        let declared = &self.contract["components"]["schemas"][target];
        let is_enum = enums::values(&nullable::split(declared).inner).is_some();
        (is_enum && enums::is_any_string(other)).then_some(target)
    }
}

/// Returns the component that a schema refers to, directly or as the only part of `allOf`.
pub fn reference(schema: &Value) -> Option<&str> {
    let object = schema.as_object()?;
    let mut others = object
        .keys()
        .filter(|key| !ANNOTATIONS.contains(&key.as_str()));
    let target = match (others.next()?.as_str(), others.next()) {
        ("$ref", None) => object.get("$ref")?,
        ("allOf", None) => match object.get("allOf")?.as_array()?.as_slice() {
            [part] if part.as_object()?.len() == 1 => part.get("$ref")?,
            _ => return None,
        },
        _ => return None,
    };
    target.as_str()?.strip_prefix("#/components/schemas/")
}

/// Returns true if the Rust type of the schema is a type of its own.
fn needs_name(schema: &Value) -> bool {
    ["properties", "allOf", "oneOf", "anyOf"]
        .iter()
        .any(|key| schema.get(*key).is_some())
        || enums::values(schema).is_some()
}

/// Returns true if the schema is a file in a form, or a body that is not JSON.
pub fn is_binary(schema: &Value) -> bool {
    let media = schema.get("contentMediaType").is_some() && schema.get("contentEncoding").is_none();
    schema["format"] == "binary" || media
}

/// Returns true if the format determines the Rust type.
fn is_typed(kind: Kind, format: &str) -> bool {
    match kind {
        Kind::String => matches!(format, "date-time" | "date"),
        Kind::Integer => matches!(format, "int32" | "uint32" | "uint64"),
        Kind::Number => format == "float",
        _ => false,
    }
}
