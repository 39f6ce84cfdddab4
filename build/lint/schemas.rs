//! Lints schemas: what they may contain so that the generated type means the same.

use std::collections::BTreeMap;

use heck::ToSnakeCase;
use serde_json::Value;

use super::document::Lint;
use super::ids::Rule;
use super::keys;
use super::nullable;
use super::place::Place;
use super::variants::variants;

/// The context of a schema. Some keywords are valid in one context only.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Use {
    /// A property of `components/schemas`. Its name becomes the name of the type.
    Component,
    /// A property of another schema.
    Part,
    /// An item of an array, or a value of a map.
    Item,
    /// The schema of a parameter.
    Parameter,
    /// The schema of a request body or response.
    Body,
    /// The schema of an event, which the generator does not see.
    Event,
}

pub fn check<'a>(lint: &mut Lint<'a>, schema: &Place<'a>, place: Use) {
    if schema.get("$ref").is_some() {
        let target = lint.resolve(schema, "schemas");
        let kind = target.as_ref().and_then(|target| target.text("type"));
        if place == Use::Parameter && matches!(kind, Some("object" | "array")) {
            not_scalar(lint, schema);
        }
        if place == Use::Component {
            let reason = "a schema that only refers to another is not supported; use the other";
            lint.report(schema, Rule::SchemaAlias, reason);
        }
        return;
    }
    lint.keys(schema, &keys::SCHEMA);
    annotations(lint, schema, place);
    if schema.get("allOf").is_some() {
        return all_of(lint, schema, place);
    }
    if schema.get("anyOf").is_some() {
        return any_of(lint, schema, place);
    }
    if schema.get("x-extensible-enum").is_some() {
        open_enum(lint, schema, place);
    }
    let kind = schema.text("type");
    format(lint, schema, kind);
    match kind {
        Some("object" | "array") if place == Use::Parameter => not_scalar(lint, schema),
        Some("object") => object(lint, schema, place),
        Some("array") => {
            if let Some(items) = lint.required(schema, "items") {
                check(lint, &items, Use::Item);
            }
        }
        Some("string" | "integer" | "number" | "boolean") => {}
        Some(_) => lint.report(
            schema,
            Rule::SchemaTypeUnsupported,
            "`type` must be object, array, string, integer, number or boolean",
        ),
        // `keys` reports a `type` that is not a string.
        None if schema.get("type").is_some() => {}
        None => lint.report(schema, Rule::SchemaTypeMissing, "missing required `type`"),
    }
    let misplaced = [
        ("object", "properties"),
        ("object", "required"),
        ("object", "additionalProperties"),
        ("array", "items"),
        ("string", "pattern"),
    ];
    for (owner, key) in misplaced {
        if kind != Some(owner)
            && let Some(child) = schema.get(key)
        {
            let reason = format!("`{key}` is allowed only with `type: {owner}`");
            lint.report(&child, Rule::KeywordTypeMismatch, reason);
        }
    }
}

fn not_scalar(lint: &mut Lint<'_>, schema: &Place<'_>) {
    let reason = "objects and arrays are not supported in parameters";
    lint.report(schema, Rule::ParameterNotScalar, reason);
}

/// Checks the keywords that do not change the generated type.
fn annotations(lint: &mut Lint<'_>, schema: &Place<'_>, place: Use) {
    if let Some(nullable) = schema.get("nullable")
        && !matches!(place, Use::Part | Use::Item)
    {
        let reason = "`nullable` is allowed only at properties and items";
        lint.report(&nullable, Rule::KeywordMisplaced, reason);
    }
    if let Some(sensitive) = schema.get("x-sensitive")
        && (*sensitive.value != Value::Bool(true) || !can_redact(schema, place))
    {
        let reason = "`x-sensitive` must be true, at a property or at a component that has neither \
                      `properties` nor `x-extensible-enum`";
        lint.report(&sensitive, Rule::SensitiveInvalid, reason);
    }
}

/// Returns whether the `Debug` output of a generated type can redact values of this schema.
fn can_redact(schema: &Place<'_>, place: Use) -> bool {
    let fields = schema.get("properties").is_some() || schema.get("x-extensible-enum").is_some();
    place == Use::Part || (place == Use::Component && !fields)
}

/// Checks `allOf`: an annotated reference, or, in an event, a composition.
fn all_of<'a>(lint: &mut Lint<'a>, schema: &Place<'a>, place: Use) {
    let parts = schema.children_of("allOf");
    let single = parts.len() == 1 && parts[0].1.get("$ref").is_some();
    if place == Use::Event {
        for (_, part) in parts {
            for key in ["allOf", "additionalProperties"] {
                if let Some(child) = part.get(key) {
                    let reason = format!("`{key}` is not supported in a part of `allOf`");
                    lint.report(&child, Rule::AllOfNested, reason);
                }
            }
            check(lint, &part, Use::Event);
        }
        return;
    }
    if !single || !matches!(place, Use::Part | Use::Item) || schema.get("type").is_some() {
        let reason =
            "`allOf` is not supported, except to annotate one `$ref` of a property or item";
        return lint.report(schema, Rule::AllOfUnsupported, reason);
    }
    if let Some(nullable) = schema.get("nullable") {
        let reason =
            "`nullable` has no effect next to `allOf`; use `anyOf` with the `$ref` and a null";
        lint.report(&nullable, Rule::NullableIneffective, reason);
    }
    beside(lint, schema, "allOf");
    for (_, part) in parts {
        check(lint, &part, Use::Part);
    }
}

/// Checks `anyOf`: only a nullable reference is allowed, because it can be rewritten for the generator.
fn any_of<'a>(lint: &mut Lint<'a>, schema: &Place<'a>, place: Use) {
    if nullable::reference(schema.value).is_none() {
        let reason = "`anyOf` is not supported, except with a `$ref` and a null, e.g. \
                      `{ type: string, nullable: true, enum: [null] }`";
        return lint.report(schema, Rule::AnyOfUnsupported, reason);
    }
    if !matches!(place, Use::Part | Use::Item) {
        let reason = "a nullable reference is allowed only at properties and items";
        return lint.report(schema, Rule::KeywordMisplaced, reason);
    }
    beside(lint, schema, "anyOf");
    let reference = schema.children_of("anyOf").swap_remove(0).1;
    lint.resolve(&reference, "schemas");
}

/// Checks that keywords next to a reference only annotate the property and do not change its type.
fn beside(lint: &mut Lint<'_>, schema: &Place<'_>, key: &str) {
    for (name, child) in schema.children() {
        if !matches!(name.as_str(), "description" | "nullable" | "x-sensitive") && name != key {
            let reason = format!("`{name}` next to `{key}` is not supported: it changes the type");
            lint.report(&child, Rule::ReferenceTypeChanged, reason);
        }
    }
}

fn format<'a>(lint: &mut Lint<'a>, schema: &Place<'a>, kind: Option<&str>) {
    let Some(format) = schema.get("format") else {
        return;
    };
    let known = matches!(
        (kind, format.value.as_str()),
        (Some("string"), Some("date-time" | "uri"))
            | (Some("integer"), Some("int32" | "int64"))
            | (Some("number"), Some("float" | "double"))
    );
    if !known {
        let reason = "`format` must be date-time or uri for a string, int32 or int64 for an \
                      integer, float or double for a number";
        lint.report(&format, Rule::FormatUnsupported, reason);
    }
}

fn open_enum<'a>(lint: &mut Lint<'a>, schema: &Place<'a>, place: Use) {
    if place != Use::Component || schema.text("type") != Some("string") {
        let reason = "an open enum must be a component with `type: string`";
        lint.report(schema, Rule::OpenEnumMisplaced, reason);
    }
    if let Err((rule, reason)) = variants(&schema.value["x-extensible-enum"]) {
        lint.report(schema, rule, reason);
    }
}

fn object<'a>(lint: &mut Lint<'a>, schema: &Place<'a>, place: Use) {
    match (schema.get("properties"), schema.get("additionalProperties")) {
        // A request with any other property is rejected.
        (Some(_), Some(more)) if *more.value == Value::Bool(false) => {}
        (Some(_), Some(more)) => lint.report(
            &more,
            Rule::AdditionalPropertiesUnsupported,
            "`additionalProperties` next to `properties` must be false: the client always ignores unknown properties",
        ),
        (None, Some(more)) if more.value.is_object() => check(lint, &more, Use::Item),
        (None, Some(more)) if *more.value == Value::Bool(true) => {}
        (None, Some(more)) => lint.report(
            &more,
            Rule::AdditionalPropertiesUnsupported,
            "`additionalProperties` without `properties` must be true or a schema",
        ),
        (Some(_), None) if !matches!(place, Use::Component | Use::Event) => lint.report(
            schema,
            Rule::ObjectInline,
            "an object with properties must be a component: the generator would invent its name",
        ),
        (_, None) => {}
    }
    let mut fields = BTreeMap::new();
    for (name, property) in schema.children_of("properties") {
        let field = name.to_snake_case();
        if let Some(other) = fields.insert(field.clone(), name.clone()) {
            let reason = format!("`{other}` and `{name}` become the same field `{field}`");
            lint.report(&property, Rule::NameCollision, reason);
        }
        check(lint, &property, Use::Part);
    }
    for (_, required) in schema.children_of("required") {
        let name = required.value.as_str().unwrap_or_default();
        if schema.value["properties"].get(name).is_none() {
            let reason = format!("`{name}` is not in `properties`");
            lint.report(&required, Rule::RequiredPropertyUndeclared, reason);
        }
    }
}
