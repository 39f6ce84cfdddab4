//! Lints schemas: whether each keyword is known, has a value of the right type, and stands where it means something.
//! What a schema means as a whole is decided by its plain form, which has findings of its own.

use std::collections::BTreeMap;

use heck::ToSnakeCase;
use serde_json::Value;

use super::Lint;
use super::ids::Rule;
use super::keys;
use super::nullable;
use super::place::Place;

/// The context of a schema. Some keywords are valid in one context only.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Use {
    /// A component.
    Component,
    /// A property of another schema.
    Property,
    /// An item of an array, or a value of a map.
    Item,
    /// An alternative of a union.
    Member,
    /// A part of a composition.
    Part,
    /// The schema of a parameter or a response header.
    Parameter,
    /// The schema of a request body or response.
    Body,
}

/// Keywords that apply to one type, and the types.
const TYPED: [(&str, &[&str]); 19] = [
    ("properties", &["object"]),
    ("required", &["object"]),
    ("additionalProperties", &["object"]),
    ("minProperties", &["object"]),
    ("maxProperties", &["object"]),
    ("items", &["array"]),
    ("minItems", &["array"]),
    ("maxItems", &["array"]),
    ("uniqueItems", &["array"]),
    ("pattern", &["string"]),
    ("minLength", &["string"]),
    ("maxLength", &["string"]),
    ("contentEncoding", &["string"]),
    ("contentMediaType", &["string"]),
    ("minimum", &["integer", "number"]),
    ("maximum", &["integer", "number"]),
    ("exclusiveMinimum", &["integer", "number"]),
    ("exclusiveMaximum", &["integer", "number"]),
    ("multipleOf", &["integer", "number"]),
];

pub fn check<'a>(lint: &mut Lint<'a>, schema: &Place<'a>, place: Use) {
    if schema.value.is_boolean() {
        if *schema.value == Value::Bool(false) {
            let reason = "`false` allows no value; remove it";
            lint.report(schema, Rule::SchemaTypeUnsupported, reason);
        }
        return;
    }
    annotations(lint, schema, place);
    if schema.get("$ref").is_some() {
        return reference(lint, schema, place);
    }
    lint.keys(schema, &keys::SCHEMA);
    version(lint, schema);
    for key in ["allOf", "oneOf", "anyOf"] {
        if schema.get(key).is_some() {
            return combined(lint, schema, key, place);
        }
    }
    if let Some(discriminator) = schema.get("discriminator") {
        let reason = "`discriminator` belongs next to `oneOf`, which lists the variants";
        lint.report(&discriminator, Rule::KeywordMisplaced, reason);
    }
    let Some(kind) = kind(lint, schema, place) else {
        return;
    };
    format(lint, schema, &kind);
    values(lint, schema, &kind);
    for (key, types) in TYPED {
        if !types.contains(&kind.as_str())
            && let Some(child) = schema.get(key)
        {
            let reason = format!(
                "`{key}` is allowed only with `type: {}`",
                types.join("` or `")
            );
            lint.report(&child, Rule::KeywordTypeMismatch, reason);
        }
    }
    match kind.as_str() {
        "object" if place == Use::Parameter => not_scalar(lint, schema),
        "object" => object(lint, schema, place),
        "array" => {
            if let Some(items) = lint.required(schema, "items") {
                let nested =
                    matches!(items.text("type"), Some("array" | "object")) || is_object(&items);
                if place == Use::Parameter && nested {
                    not_scalar(lint, schema);
                }
                let of_items = if place == Use::Parameter {
                    Use::Parameter
                } else {
                    Use::Item
                };
                check(lint, &items, of_items);
            }
        }
        _ => {}
    }
}

/// Checks a reference, which may have annotations next to it since 3.1.
fn reference<'a>(lint: &mut Lint<'a>, schema: &Place<'a>, place: Use) {
    for (key, child) in schema.children() {
        let allowed = lint.is_3_1 && keys::ANNOTATIONS.contains(&key.as_str()) && key != "nullable";
        if key == "$ref" || allowed {
            continue;
        }
        if lint.is_3_1 {
            let reason = format!(
                "`{key}` next to `$ref` is not supported: it changes the type; use `allOf`"
            );
            lint.report(&child, Rule::ReferenceTypeChanged, reason);
        } else {
            let reason = "OpenAPI 3.0 ignores keys next to `$ref`; wrap the reference in `allOf`";
            lint.report(schema, Rule::ReferenceSiblings, reason);
        }
    }
    let mut target = lint.resolve(schema, "schemas");
    for _ in 0..16 {
        match target {
            Some(next) if next.get("$ref").is_some() => target = lint.target(&next, "schemas"),
            Some(next) if place == Use::Parameter && is_object(&next) => {
                return not_scalar(lint, schema);
            }
            _ => return,
        }
    }
    let reason = "the reference leads back to itself";
    lint.report(schema, Rule::SchemaAlias, reason);
}

/// Checks that the keywords are those of the contract's version of OpenAPI.
fn version(lint: &mut Lint<'_>, schema: &Place<'_>) {
    for (key, child) in schema.children() {
        let is_number = |name: &str| key == name && child.value.is_number();
        let is_boolean = |name: &str| key == name && child.value.is_boolean();
        let only_3_1 = keys::ONLY_3_1.contains(&key.as_str())
            || (key == "type" && (child.value.is_array() || *child.value == "null"))
            || is_number("exclusiveMinimum")
            || is_number("exclusiveMaximum");
        let only_3_0 =
            key == "nullable" || is_boolean("exclusiveMinimum") || is_boolean("exclusiveMaximum");
        if only_3_1 && !lint.is_3_1 {
            let reason = format!("OpenAPI 3.0 has no such `{key}`; set `openapi` to 3.1.0");
            lint.report(&child, Rule::KeywordVersion, reason);
        }
        if only_3_0 && lint.is_3_1 {
            let reason = if key == "nullable" {
                "OpenAPI 3.1 ignores `nullable`; write `type: [string, 'null']`, or `anyOf` with `type: 'null'`"
            } else {
                "OpenAPI 3.1 has a number here"
            };
            lint.report(&child, Rule::KeywordVersion, reason);
        }
    }
}

/// Checks the keywords that do not change the generated type.
fn annotations(lint: &mut Lint<'_>, schema: &Place<'_>, place: Use) {
    if nullable::split(schema.value).nullable && place == Use::Parameter {
        let reason = "a parameter cannot be null; leave it out";
        lint.report(schema, Rule::KeywordMisplaced, reason);
    }
    if let Some(sensitive) = schema.get("x-sensitive") {
        let redacts = matches!(place, Use::Component | Use::Property | Use::Parameter);
        if *sensitive.value != Value::Bool(true) || !redacts {
            let reason = "`x-sensitive` must be true, at a component, a property or a parameter";
            lint.report(&sensitive, Rule::SensitiveInvalid, reason);
        }
    }
    if let Some(phone_number) = schema.get("x-phone-number") {
        let is_string = schema.text("type") == Some("string") && place == Use::Component;
        let others = ["enum", "format", "x-extensible-enum"];
        if *phone_number.value != Value::Bool(true)
            || schema.get("x-sensitive").is_none()
            || !is_string
            || others.iter().any(|key| schema.get(key).is_some())
        {
            let reason = "`x-phone-number` must be true, at a component that is a sensitive string";
            lint.report(&phone_number, Rule::PhoneNumberInvalid, reason);
        }
    }
    if let Some(deprecated) = schema.get("deprecated")
        && !matches!(place, Use::Component | Use::Property | Use::Parameter)
    {
        let reason = "`deprecated` is allowed only at components, properties and parameters";
        lint.report(&deprecated, Rule::KeywordMisplaced, reason);
    }
    for key in ["readOnly", "writeOnly"] {
        if let Some(child) = schema.get(key)
            && place != Use::Property
        {
            let reason = format!("`{key}` is allowed only at properties");
            lint.report(&child, Rule::KeywordMisplaced, reason);
        }
    }
}

/// Checks `allOf`, `oneOf` and `anyOf`.
fn combined<'a>(lint: &mut Lint<'a>, schema: &Place<'a>, key: &str, place: Use) {
    let composes = key == "allOf";
    for (name, child) in schema.children() {
        let of_object = ["type", "properties", "required"].contains(&name.as_str());
        let allowed = name == key
            || keys::ANNOTATIONS.contains(&name.as_str())
            || (composes && of_object)
            || (!composes && name == "discriminator");
        if !allowed && keys::SCHEMA.allowed.contains(&name.as_str()) {
            let reason = format!(
                "`{name}` next to `{key}` is not supported: it changes the type; remove it, or write it in the entries of \
                 `{key}`"
            );
            lint.report(&child, Rule::ReferenceTypeChanged, reason);
        }
    }
    if place == Use::Parameter && composes && schema.children_of(key).len() > 1 {
        not_scalar(lint, schema);
    }
    if composes
        && let Some(nullable) = schema.get("nullable")
        && schema.get("type").is_none()
    {
        let reason = "`nullable` has no effect without `type`; use `anyOf` with the `$ref` and a null, e.g. \
                      `{ type: string, nullable: true, enum: [null] }`";
        lint.report(&nullable, Rule::NullableIneffective, reason);
    }
    let members = schema.children_of(key);
    if members.is_empty() {
        let reason = format!("`{key}` must have an entry");
        lint.report(schema, Rule::SchemaTypeMissing, reason);
    }
    for (_, member) in members {
        let is_null = nullable::is_null(member.value);
        if is_null && !composes {
            // In 3.0 null is written as an enum of a nullable type.
            lint.keys(&member, &keys::SCHEMA);
            continue;
        }
        check(
            lint,
            &member,
            if composes { Use::Part } else { Use::Member },
        );
    }
    if let Some(discriminator) = schema.get("discriminator") {
        self::discriminator(lint, schema, &discriminator, key);
    }
    for (_, property) in schema.children_of("properties") {
        check(lint, &property, Use::Property);
    }
}

fn discriminator<'a>(
    lint: &mut Lint<'a>,
    schema: &Place<'a>,
    discriminator: &Place<'a>,
    key: &str,
) {
    lint.keys(discriminator, &keys::DISCRIMINATOR);
    lint.required(discriminator, "propertyName");
    for (_, target) in discriminator.children_of("mapping") {
        let reference = target.value.as_str().unwrap_or_default();
        let name = reference.rsplit('/').next().unwrap_or_default();
        let is_variant = schema.children_of(key).iter().any(|(_, member)| {
            let reference = member.text("$ref").unwrap_or_default();
            reference == format!("#/components/schemas/{name}")
        });
        if !is_variant {
            let reason = format!("expected a reference to a schema of `{key}`");
            lint.report(&target, Rule::ReferenceUnresolved, reason);
        }
    }
}

/// Returns the type of the schema, without null; `None` if any value is allowed, or if it is invalid.
fn kind(lint: &mut Lint<'_>, schema: &Place<'_>, place: Use) -> Option<String> {
    let split = nullable::split(schema.value);
    let known = ["object", "array", "string", "integer", "number", "boolean"];
    match split.inner.get("type") {
        Some(Value::String(name)) if known.contains(&name.as_str()) => Some(name.clone()),
        Some(Value::String(_)) => {
            let reason = "`type` must be object, array, string, integer, number or boolean";
            lint.report(schema, Rule::SchemaTypeUnsupported, reason);
            None
        }
        // `keys` reports a `type` of another kind.
        Some(_) => None,
        // Several types are a union.
        None if split.inner.get("anyOf").is_some() => None,
        // A part of a composition may leave the type to another part.
        None if place == Use::Part
            && (schema.get("properties").is_some() || schema.get("required").is_some()) =>
        {
            Some("object".to_owned())
        }
        None => {
            let value = schema.get("const").or_else(|| schema.get("enum")?.get("0"));
            let implied = value.and_then(|value| match value.value {
                Value::String(_) => Some("string"),
                Value::Bool(_) => Some("boolean"),
                Value::Number(number) if number.is_i64() => Some("integer"),
                Value::Number(_) => Some("number"),
                _ => None,
            });
            let mut others = schema.keys().into_iter();
            if implied.is_none() && others.any(|key| !keys::ANNOTATIONS.contains(&key.as_str())) {
                lint.report(schema, Rule::SchemaTypeMissing, "missing required `type`");
            } else if implied.is_none() && place == Use::Parameter {
                not_scalar(lint, schema);
            }
            implied.map(str::to_owned)
        }
    }
}

fn format<'a>(lint: &mut Lint<'a>, schema: &Place<'a>, kind: &str) {
    let Some(format) = schema.get("format") else {
        return;
    };
    let name = format.value.as_str().unwrap_or_default();
    let of_strings = [
        "date-time",
        "date",
        "time",
        "uuid",
        "email",
        "uri",
        "byte",
        "binary",
        "password",
        "hostname",
        "ipv4",
        "ipv6",
    ];
    let of_numbers = ["int32", "int64", "uint32", "uint64", "float", "double"];
    let reason = match kind {
        "string" if of_numbers.contains(&name) => {
            "the format of a string cannot be that of a number"
        }
        "integer" if ["float", "double"].contains(&name) || of_strings.contains(&name) => {
            "the format of an integer must be that of an integer, e.g. int32 or int64"
        }
        "number" if name.contains("int") || of_strings.contains(&name) => {
            "the format of a number must be that of a number, e.g. float or double"
        }
        "string" | "integer" | "number" => return,
        _ => "`format` is allowed only at strings, integers and numbers",
    };
    lint.report(&format, Rule::FormatUnsupported, reason);
}

/// Checks `enum`, `const` and `x-extensible-enum`: values of the schema's type.
fn values(lint: &mut Lint<'_>, schema: &Place<'_>, kind: &str) {
    let keys = ["enum", "const", "x-extensible-enum"];
    let present: Vec<_> = keys.iter().filter_map(|key| schema.get(key)).collect();
    if present.len() > 1 {
        let reason = "`enum`, `const` and `x-extensible-enum` exclude each other";
        lint.report(schema, Rule::OpenEnumInvalid, reason);
    }
    for key in keys {
        let Some(child) = schema.get(key) else {
            continue;
        };
        let values = match child.value {
            Value::Array(values) if key != "const" => values.iter().collect(),
            value if key == "const" => vec![value],
            // `keys` reports it.
            _ => continue,
        };
        if values.is_empty() {
            let reason = format!("`{key}` must have at least one value");
            lint.report(&child, Rule::OpenEnumInvalid, reason);
        }
        for value in values {
            let fits = match value {
                Value::Null => key == "enum",
                Value::String(_) => kind == "string",
                Value::Bool(_) => kind == "boolean" && key != "x-extensible-enum",
                Value::Number(number) if number.is_f64() => kind == "number",
                Value::Number(_) => matches!(kind, "integer" | "number"),
                Value::Array(_) | Value::Object(_) => false,
            };
            if !fits {
                let reason =
                    format!("the value {value} of `{key}` is not a value of `type: {kind}`");
                lint.report(&child, Rule::OpenEnumInvalid, reason);
            }
        }
    }
}

fn is_object(schema: &Place<'_>) -> bool {
    schema.text("type") == Some("object") || schema.get("properties").is_some()
}

fn not_scalar(lint: &mut Lint<'_>, schema: &Place<'_>) {
    let reason = "a parameter must be a string, an integer, a number, a boolean, or an array of them; declare the \
                  properties of an object as parameters, e.g. `filter[status]`";
    lint.report(schema, Rule::ParameterNotScalar, reason);
}

fn object<'a>(lint: &mut Lint<'a>, schema: &Place<'a>, place: Use) {
    let more = schema.get("additionalProperties");
    let is_closed = schema.value["additionalProperties"] == Value::Bool(false);
    let is_open = more.is_some() && !is_closed;
    if let Some(more) = more {
        if is_open {
            check(lint, &more, Use::Item);
        } else if schema.get("properties").is_none() {
            let reason = "`additionalProperties` without `properties` must be true or a schema";
            lint.report(&more, Rule::AdditionalPropertiesUnsupported, reason);
        }
    }
    fields(lint, schema, is_open);
    if place == Use::Part {
        return;
    }
    for (_, required) in schema.children_of("required") {
        let name = required.value.as_str().unwrap_or_default();
        if schema.value["properties"].get(name).is_none() {
            let reason = format!("`{name}` is not in `properties`");
            lint.report(&required, Rule::RequiredPropertyUndeclared, reason);
        }
    }
}

/// Checks the properties of an object, and that their fields and setters have different names.
fn fields<'a>(lint: &mut Lint<'a>, schema: &Place<'a>, is_open: bool) {
    let mut fields: BTreeMap<String, String> = BTreeMap::new();
    if is_open && schema.get("properties").is_some() {
        fields.insert(
            "additional_properties".to_owned(),
            "additionalProperties".to_owned(),
        );
    }
    for (name, property) in schema.children_of("properties") {
        let field = name.to_snake_case();
        if !field.starts_with(|first: char| first.is_alphanumeric()) {
            let reason = format!("the name `{name}` cannot become that of a field");
            lint.report(&property, Rule::NameInvalid, reason);
        }
        if let Some(other) = fields.insert(field.clone(), name.clone()) {
            let reason = format!("`{other}` and `{name}` become the same field `{field}`");
            lint.report(&property, Rule::NameCollision, reason);
        }
        check(lint, &property, Use::Property);
    }
    for (name, property) in schema.children_of("properties") {
        let null = format!("{}_null", name.to_snake_case());
        if nullable::split(property.value).nullable
            && let Some(other) = fields.get(&null)
        {
            let reason = format!("`{other}` and null for `{name}` become the same setter `{null}`");
            lint.report(&property, Rule::NameCollision, reason);
        }
    }
}
