//! `oneOf` and `anyOf`: enums whose variants are told apart by a tag, by the JSON type, or by a required property.

use serde_json::{Map, Value};

use super::super::lint::enums::{self, constant};
use super::super::lint::ids::Rule;
use super::super::lint::names;
use super::super::lint::nullable;
use super::super::lint::variants::{variant_name, variants};
use super::schemas::{Kind, Schema, Test, Union, UnionVariant, is_binary, reference};
use super::{Reader, Tag, nested_name};

/// A member of a union.
struct Member<'m> {
    declared: &'m Value,
    pointer: String,
    /// The object, if the member is one, with references and compositions resolved.
    object: Option<Map<String, Value>>,
}

const HOW: &str = "the variants must differ in a required property with one value each (a `discriminator` or `const`), in \
                   their JSON types, or in a required property that only one of them declares";

impl Reader<'_> {
    /// Reads a union, if the schema is one.
    pub(super) fn union(&mut self, name: &str, schema: &Value, pointer: &str) -> Option<Schema> {
        let declared = enums::members(schema)?;
        if let Some(values) = enums::open(declared) {
            return Some(match variants(&values) {
                Ok(values) => Schema {
                    kind: Some(Kind::String),
                    values,
                    ..Schema::default()
                },
                Err((rule, reason)) => {
                    self.report(pointer, rule, reason);
                    Schema::default()
                }
            });
        }
        if let Some(strings) = self.strings(schema, pointer) {
            return Some(strings);
        }
        let key = if schema.get("oneOf").is_some() {
            "oneOf"
        } else {
            "anyOf"
        };
        let members: Vec<_> = declared
            .iter()
            .enumerate()
            .map(|(index, declared)| Member {
                pointer: format!("{pointer}/{key}/{index}"),
                object: self.object_of(declared),
                declared,
            })
            .collect();
        let read = match self.tags_of(schema, &members) {
            Ok(Some(tags)) => self.tagged(name, &members, tags),
            Ok(None) => self.untagged(name, &members),
            Err(reason) => Err(reason),
        };
        match read {
            Ok(union) => Some(Schema {
                union: Some(Box::new(union)),
                ..Schema::default()
            }),
            Err(reason) => {
                self.report(pointer, Rule::UnionAmbiguous, reason);
                Some(Schema::default())
            }
        }
    }

    /// Reads a union of strings that differ in their format, which is a string or an open enum in Rust.
    pub(super) fn strings(&mut self, schema: &Value, pointer: &str) -> Option<Schema> {
        let mut values = Vec::new();
        let mut is_sensitive = false;
        for member in enums::members(schema)? {
            let schema = followed(self.contract, member);
            let known = enums::values(schema);
            if known.is_none() && schema["type"] != "string" || is_binary(schema) {
                return None;
            }
            values.extend(known.unwrap_or_default());
            is_sensitive |= schema["x-sensitive"] == true;
        }
        let read = if values.is_empty() {
            Schema {
                kind: Some(Kind::String),
                ..Schema::default()
            }
        } else {
            self.open_enum(values, pointer)
        };
        Some(Schema {
            sensitive: is_sensitive,
            ..read
        })
    }

    fn object_of(&self, member: &Value) -> Option<Map<String, Value>> {
        let object = self.merged(&nullable::split(member).inner, 0).ok()?;
        object.contains_key("properties").then_some(object)
    }

    /// Returns the tag of each member: from the discriminator, or from constants that all differ.
    fn tags_of(&self, schema: &Value, members: &[Member<'_>]) -> Result<Option<Vec<Tag>>, String> {
        let discriminator = &schema["discriminator"];
        if let Some(property) = discriminator["propertyName"].as_str() {
            let mut tags = Vec::new();
            for member in members {
                let value = self.discriminated(discriminator, property, member)?;
                let property = property.to_owned();
                tags.push(Tag { property, value });
            }
            return Ok(Some(tags));
        }
        let Some(first) = members.first().and_then(|member| member.object.as_ref()) else {
            return Ok(None);
        };
        for property in first["properties"]
            .as_object()
            .into_iter()
            .flatten()
            .map(|(name, _)| name)
        {
            let tags: Option<Vec<_>> = members
                .iter()
                .map(|member| self.constant_tag(member, property))
                .collect();
            let Some(tags) = tags else { continue };
            let differ = (1..tags.len()).all(|index| !tags[..index].contains(&tags[index]));
            if differ {
                return Ok(Some(tags));
            }
        }
        Ok(None)
    }

    /// Returns the value of the discriminator for a member.
    fn discriminated(
        &self,
        discriminator: &Value,
        property: &str,
        member: &Member<'_>,
    ) -> Result<String, String> {
        let constant = self.constant_tag(member, property).map(|tag| tag.value);
        let Some(component) = reference(member.declared) else {
            return constant.ok_or_else(|| {
                format!("a variant that is not a component must have a constant `{property}`")
            });
        };
        let mapping = discriminator["mapping"].as_object().into_iter().flatten();
        let mut mapped = mapping.filter(|(_, target)| {
            let target = target.as_str().unwrap_or_default();
            target.rsplit('/').next() == Some(component)
        });
        let value = match (mapped.next(), mapped.next()) {
            (Some(_), Some(_)) => {
                return Err(format!(
                    "the discriminator maps several values to `{component}`; use one schema per value"
                ));
            }
            (Some((value, _)), None) => value.clone(),
            (None, _) => constant.clone().unwrap_or_else(|| component.to_owned()),
        };
        match constant {
            Some(constant) if constant != value => Err(format!(
                "the discriminator maps `{value}` to `{component}`, whose `{property}` is `{constant}`"
            )),
            _ => Ok(value),
        }
    }

    fn constant_tag(&self, member: &Member<'_>, property: &str) -> Option<Tag> {
        let object = member.object.as_ref()?;
        let mut required = object.get("required")?.as_array()?.iter();
        required.find(|name| *name == property)?;
        let declared = object.get("properties")?.get(property)?;
        let value = match reference(declared) {
            Some(name) => constant(&self.contract["components"]["schemas"][name])?,
            None => constant(declared)?,
        };
        let property = property.to_owned();
        Some(Tag { property, value })
    }

    fn tagged(
        &mut self,
        name: &str,
        members: &[Member<'_>],
        tags: Vec<Tag>,
    ) -> Result<Union, String> {
        let property = tags[0].property.clone();
        let mut variants: Vec<UnionVariant> = Vec::new();
        for (member, tag) in members.iter().zip(tags) {
            if member.object.is_none() {
                return Err(format!("every variant must be an object with `{property}`"));
            }
            let variant = variant_name(&tag.value).map_err(|(_, reason)| reason)?;
            let schema = self.schema(
                member.declared,
                &member.pointer,
                &nested_name(name, &variant),
            );
            let Some(component) = schema.reference.clone() else {
                return Err("a variant must be an object".to_owned());
            };
            if variants
                .iter()
                .any(|other| other.name == variant || other.schema.reference == schema.reference)
            {
                return Err(format!(
                    "two variants become `{variant}`, or are the same schema"
                ));
            }
            let value = tag.value.clone();
            if let Some(other) = self.tags.insert(component.clone(), tag)
                && (other.value != value || other.property != property)
            {
                return Err(format!(
                    "`{component}` is a variant of another union, with another tag"
                ));
            }
            variants.push(UnionVariant {
                name: variant,
                schema,
                test: Test::Tag(value),
                boxed: false,
            });
        }
        let tag = Some(property);
        Ok(Union { tag, variants })
    }

    fn untagged(&mut self, name: &str, members: &[Member<'_>]) -> Result<Union, String> {
        let mut variants: Vec<UnionVariant> = Vec::new();
        for (index, member) in members.iter().enumerate() {
            let kind = self.kind_of(member).ok_or(HOW)?;
            let alone = members.iter().enumerate().all(|(other, declared)| {
                let kinds = [Some(kind), self.kind_of(declared)];
                let numbers = kinds
                    .iter()
                    .all(|kind| matches!(kind, Some(Kind::Integer | Kind::Number)));
                other == index || (kinds[0] != kinds[1] && !numbers)
            });
            let test = if alone {
                Test::Type(kind)
            } else {
                Test::Property(only_property(members, index).ok_or(HOW)?)
            };
            let variant = match (reference(member.declared), kind) {
                (Some(component), _) => names::type_name(component),
                (None, Kind::Object) if member.object.is_some() => match &test {
                    Test::Property(property) => {
                        variant_name(property).map_err(|(_, reason)| reason)?
                    }
                    _ => "Object".to_owned(),
                },
                (None, kind) => format!("{kind:?}"),
            };
            if variant == "Unknown" || variants.iter().any(|other| other.name == variant) {
                return Err(format!("two variants become `{variant}`"));
            }
            let schema = self.schema(
                member.declared,
                &member.pointer,
                &nested_name(name, &variant),
            );
            variants.push(UnionVariant {
                name: variant,
                schema,
                test,
                boxed: false,
            });
        }
        Ok(Union {
            tag: None,
            variants,
        })
    }

    fn kind_of(&self, member: &Member<'_>) -> Option<Kind> {
        let schema = followed(self.contract, member.declared);
        if member.object.is_some() {
            return Some(Kind::Object);
        }
        if enums::values(schema).is_some() {
            return Some(Kind::String);
        }
        match schema["type"].as_str()? {
            "object" => Some(Kind::Object),
            "array" => Some(Kind::Array),
            "string" => Some(Kind::String),
            "integer" => Some(Kind::Integer),
            "number" => Some(Kind::Number),
            "boolean" => Some(Kind::Boolean),
            _ => None,
        }
    }
}

/// Follows references to components.
fn followed<'s>(contract: &'s Value, mut schema: &'s Value) -> &'s Value {
    for _ in 0..16 {
        match reference(schema) {
            Some(name) => schema = &contract["components"]["schemas"][name],
            None => break,
        }
    }
    schema
}

/// Returns a required property of a member that no other member declares.
fn only_property(members: &[Member<'_>], index: usize) -> Option<String> {
    let object = members[index].object.as_ref()?;
    let required = object
        .get("required")?
        .as_array()?
        .iter()
        .filter_map(Value::as_str);
    let declares = |member: &Member<'_>, property: &str| {
        let object = member.object.as_ref();
        object.is_some_and(|object| object["properties"].get(property).is_some())
    };
    for property in required {
        let others = members
            .iter()
            .enumerate()
            .filter(|(other, _)| *other != index);
        if others
            .into_iter()
            .all(|(_, member)| !declares(member, property))
        {
            return Some(property.to_owned());
        }
    }
    None
}
