//! Lints schemas: what they may contain so that the generated type means the same.

use std::collections::BTreeMap;

use heck::ToSnakeCase;
use serde_json::Value;

use super::finding::Place;
use super::keys;
use super::nullable;
use super::preflight::Preflight;
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

pub fn check<'a>(preflight: &mut Preflight<'a>, schema: &Place<'a>, place: Use) {
    if schema.get("$ref").is_some() {
        let target = preflight.resolve(schema, "schemas");
        let kind = target.as_ref().and_then(|target| target.text("type"));
        if place == Use::Parameter && matches!(kind, Some("object" | "array")) {
            preflight.report(schema, "a parameter is a scalar");
        }
        if place == Use::Component {
            preflight.report(schema, "a component is no second name of another");
        }
        return;
    }
    preflight.keys(schema, &keys::SCHEMA);
    if place == Use::Component && schema.text("description").is_none() {
        preflight.report(schema, "`description` is missing");
    }
    if schema.get("default").is_some() && place != Use::Parameter {
        let reason = "the client would send it, or read it where nothing came; describe it instead";
        preflight.report(schema, format!("`default` is refused: {reason}"));
    }
    if schema.get("nullable").is_some() && !matches!(place, Use::Part | Use::Item) {
        preflight.report(schema, "`nullable` stands at a property");
    }
    if let Some(sensitive) = schema.get("x-sensitive")
        && (*sensitive.value != Value::Bool(true) || !can_hide(schema, place))
    {
        let reason =
            "`x-sensitive` is true, and stands at a property, or at a component without any";
        preflight.report(&sensitive, reason);
    }
    if schema.get("example").is_some() && place != Use::Component {
        preflight.report(
            schema,
            "`example` stands at a component, where the suite judges it",
        );
    }
    if schema.get("allOf").is_some() {
        return all_of(preflight, schema, place);
    }
    if schema.get("anyOf").is_some() {
        return any_of(preflight, schema, place);
    }
    if schema.get("x-extensible-enum").is_some() {
        vocabulary(preflight, schema, place);
    }
    let kind = schema.text("type");
    format(preflight, schema, kind);
    match kind {
        Some("object") if place == Use::Parameter => {
            preflight.report(schema, "a parameter is a scalar");
        }
        Some("object") => object(preflight, schema, place),
        Some("array") => match schema.get("items") {
            None => preflight.report(schema, "`items` is missing"),
            Some(_) if place == Use::Parameter => {
                preflight.report(schema, "a parameter is a scalar");
            }
            Some(items) => check(preflight, &items, Use::Item),
        },
        Some("string" | "integer" | "number" | "boolean") => {}
        _ => preflight.report(
            schema,
            "`type` is object, array, string, integer, number or boolean",
        ),
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
            preflight.report(&child, format!("`{key}` belongs to type {owner}"));
        }
    }
}

/// Returns whether the `Debug` output of a generated type can hide values of this schema.
fn can_hide(schema: &Place<'_>, place: Use) -> bool {
    let fields = schema.get("properties").is_some() || schema.get("x-extensible-enum").is_some();
    place == Use::Part || (place == Use::Component && !fields)
}

/// Checks `allOf`: an annotated reference, or, in an event, a composition.
fn all_of<'a>(preflight: &mut Preflight<'a>, schema: &Place<'a>, place: Use) {
    let parts = schema.children_of("allOf");
    let single = parts.len() == 1 && parts[0].1.get("$ref").is_some();
    if place == Use::Event {
        for (_, part) in parts {
            for key in ["allOf", "additionalProperties"] {
                if let Some(child) = part.get(key) {
                    preflight.report(&child, format!("a part of `allOf` has no `{key}`"));
                }
            }
            check(preflight, &part, Use::Event);
        }
        return;
    }
    if !single || !matches!(place, Use::Part | Use::Item) || schema.get("type").is_some() {
        return preflight.report(
            schema,
            "`allOf` holds one `$ref` of a property, to say something beside it",
        );
    }
    if let Some(nullable) = schema.get("nullable") {
        let reason = "has no effect beside `allOf`; write `anyOf` of the `$ref` and of a null";
        preflight.report(&nullable, format!("`nullable` {reason}"));
    }
    beside(preflight, schema, "allOf");
    for (_, part) in parts {
        check(preflight, &part, Use::Part);
    }
}

/// Checks `anyOf`: only a nullable reference is allowed, because it can be rewritten for the generator.
fn any_of<'a>(preflight: &mut Preflight<'a>, schema: &Place<'a>, place: Use) {
    let Some(reference) = nullable::reference(schema.value) else {
        let reason = "the generator makes a struct of it that no value fits; it is a `$ref`, and a null of \
                      its type: `{ type: string, nullable: true, enum: [null] }`";
        return preflight.report(schema, format!("`anyOf` is refused: {reason}"));
    };
    if !matches!(place, Use::Part | Use::Item) {
        return preflight.report(schema, "`anyOf` with a null stands at a property");
    }
    beside(preflight, schema, "anyOf");
    let first = schema.children_of("anyOf").swap_remove(0).1;
    let target = preflight.resolve(&first, "schemas");
    let nothing = &schema.value["anyOf"][1];
    if target.is_some_and(|target| target.value.get("type") != nothing.get("type")) {
        preflight.report(schema, format!("the null has the type of {reference}"));
    }
}

/// Checks that keywords beside a reference only annotate the property and do not change its type.
fn beside(preflight: &mut Preflight<'_>, schema: &Place<'_>, key: &str) {
    for (name, child) in schema.children() {
        if !matches!(name.as_str(), "description" | "nullable" | "x-sensitive") && name != key {
            preflight.report(
                &child,
                format!("`{name}` beside `{key}` makes another type"),
            );
        }
    }
}

fn format<'a>(preflight: &mut Preflight<'a>, schema: &Place<'a>, kind: Option<&str>) {
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
        preflight.report(
            &format,
            "a format that the client keeps is date-time, uri, int32, int64, float or double",
        );
    }
}

fn vocabulary<'a>(preflight: &mut Preflight<'a>, schema: &Place<'a>, place: Use) {
    if place != Use::Component || schema.text("type") != Some("string") {
        preflight.report(schema, "a vocabulary is a string component of its own");
    }
    if let Err(reason) = variants(&schema.value["x-extensible-enum"]) {
        preflight.report(schema, reason);
    }
}

fn object<'a>(preflight: &mut Preflight<'a>, schema: &Place<'a>, place: Use) {
    match (schema.get("properties"), schema.get("additionalProperties")) {
        // A request with any other property is rejected.
        (Some(_), Some(more)) if *more.value == Value::Bool(false) => {}
        (Some(_), Some(more)) => preflight.report(
            &more,
            "the client ignores unknown properties by itself; with it the generated type changes",
        ),
        (None, Some(more)) if more.value.is_object() => check(preflight, &more, Use::Item),
        (None, Some(more)) if *more.value == Value::Bool(true) => {}
        (None, _) => preflight.report(
            schema,
            "an object has `properties`, or `additionalProperties: true` where they are not known",
        ),
        (Some(_), None) if !matches!(place, Use::Component | Use::Event) => preflight.report(
            schema,
            "an object with properties is a component: the generator would invent its name",
        ),
        (Some(_), None) => {}
    }
    if schema
        .get("properties")
        .is_some_and(|it| it.keys().is_empty())
    {
        preflight.report(schema, "`properties` is empty; are they not known?");
    }
    let mut fields = BTreeMap::new();
    for (name, property) in schema.children_of("properties") {
        if let Some(other) = fields.insert(name.to_snake_case(), name.clone()) {
            preflight.report(
                &property,
                format!("`{name}` and `{other}` would be one field"),
            );
        }
        if property.get("$ref").is_none() && property.text("description").is_none() {
            preflight.report(&property, "`description` is missing");
        }
        check(preflight, &property, Use::Part);
    }
    for (_, required) in schema.children_of("required") {
        let name = required.value.as_str().unwrap_or_default();
        if schema.value["properties"].get(name).is_none() {
            preflight.report(&required, format!("`properties` has no `{name}`"));
        }
    }
}
