//! The contract as the tests read it.

use std::path::Path;
use std::sync::LazyLock;
use std::{env, fs};

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, Value};

/// A file that the build wrote, for this contract or for an edited one, in a process of `mutations`.
macro_rules! built {
    ($name:literal) => {
        $crate::contract::of_mutant_or(include_str!(concat!(env!("OUT_DIR"), "/", $name)), $name)
    };
}
pub(crate) use built;

pub fn of_mutant_or(own: &str, name: &str) -> String {
    match env::var_os("WATSI_MUTANT") {
        None => own.to_owned(),
        Some(folder) => {
            fs::read_to_string(Path::new(&folder).join(name)).expect("the build wrote it")
        }
    }
}

/// The contract as JSON, as the build read it.
pub static CONTRACT: LazyLock<Value> = LazyLock::new(|| {
    serde_json::from_str(&built!("contract.json")).expect("the build writes JSON")
});

pub struct Operation {
    pub id: &'static str,
    pub method: String,
    pub path: &'static str,
    pub parameters: Vec<&'static Value>,
    value: &'static Value,
}

/// A response of an operation with one of its examples.
pub struct DocumentedResponse {
    pub operation: &'static Operation,
    /// The key in the contract, e.g. `2XX`.
    pub key: &'static str,
    pub example: &'static str,
    /// The media type of the body, if there is one.
    pub media_type: Option<&'static str>,
    pub schema: &'static Value,
    pub body: &'static Value,
    /// The documented headers.
    pub headers: &'static Value,
}

/// The content of a body: that in JSON, if there are several.
pub struct Content {
    pub media_type: &'static str,
    pub schema: &'static Value,
    pub examples: Vec<(&'static str, &'static Value)>,
}

impl Content {
    fn of(body: &'static Value) -> Option<Self> {
        let mut contents: Vec<_> = members(&resolve(body)["content"]).collect();
        contents.sort_by_key(|(media_type, _)| !is_json(media_type));
        let (media_type, media) = *contents.first()?;
        let examples = members(&media["examples"]);
        let example = media.get("example").map(|value| ("example", value));
        Some(Content {
            media_type,
            schema: &media["schema"],
            examples: examples
                .map(|(name, example)| (name, &resolve(example)["value"]))
                .chain(example)
                .collect(),
        })
    }
}

pub fn is_json(media_type: &str) -> bool {
    let essence = media_type.split(';').next().unwrap_or_default();
    essence == "application/json" || essence.ends_with("+json")
}

impl DocumentedResponse {
    /// The status code of the key: the first one of a range, and for `default` one that no contract documents.
    pub fn status(&self) -> u16 {
        self.key
            .replace("default", "418")
            .replace('X', "0")
            .parse()
            .expect("the lint checks the keys")
    }

    pub fn is_success(&self) -> bool {
        self.key.starts_with('2')
    }

    pub fn is_json(&self) -> bool {
        self.media_type.is_some_and(is_json)
    }

    /// Returns true if another success of the operation has no content, so that the client may read none here, too.
    pub fn may_be_empty(&self) -> bool {
        let responses = members(&self.operation.value["responses"]);
        responses
            .filter(|(key, _)| key.starts_with('2'))
            .any(|(_, response)| Content::of(response).is_none())
    }

    /// Returns true if it is a success with a JSON body.
    pub fn has_value(&self) -> bool {
        self.is_success() && self.is_json()
    }
}

/// The operations that a client calls.
pub static OPERATIONS: LazyLock<Vec<Operation>> = LazyLock::new(|| operations("paths"));

/// The webhook deliveries of the API.
pub static EVENTS: LazyLock<Vec<Operation>> = LazyLock::new(|| operations("webhooks"));

fn operations(member: &str) -> Vec<Operation> {
    let mut operations = Vec::new();
    for (path, item) in members(&CONTRACT[member]) {
        let shared = item.get("parameters").and_then(Value::as_array);
        for (method, operation) in members(item).filter(|(key, _)| *key != "parameters") {
            let own = operation.get("parameters").and_then(Value::as_array);
            operations.push(Operation {
                id: operation["operationId"]
                    .as_str()
                    .expect("the lint checks it"),
                method: method.to_uppercase(),
                path,
                parameters: shared
                    .into_iter()
                    .chain(own)
                    .flatten()
                    .map(resolve)
                    .collect(),
                value: operation,
            });
        }
    }
    operations
}

impl Operation {
    /// The path with the examples of its parameters.
    pub fn example_path(&self) -> String {
        let mut path = self.path.to_owned();
        for parameter in &self.parameters {
            if let Some(name) = parameter["name"].as_str() {
                let texts = texts(&parameter["example"]).into_iter();
                let texts =
                    texts.map(|text| utf8_percent_encode(&text, NON_ALPHANUMERIC).to_string());
                let example = texts.collect::<Vec<_>>().join(",");
                path = path.replace(&format!("{{{name}}}"), &example);
            }
        }
        path
    }

    /// Every documented response with each of its examples. One without content is returned once.
    pub fn documented_responses(&'static self) -> Vec<DocumentedResponse> {
        static NOTHING: Value = Value::Null;
        let mut documented = Vec::new();
        for (key, response) in members(&self.value["responses"]) {
            // A response to HEAD never has a body, also if a shared error documents one.
            let content = Content::of(response).filter(|_| self.method != "HEAD");
            let mut examples = content
                .as_ref()
                .map_or_else(Vec::new, |content| content.examples.clone());
            if examples.is_empty() {
                examples.push(("nothing", &NOTHING));
            }
            let (media_type, schema) = match &content {
                Some(content) => (Some(content.media_type), content.schema),
                None => (None, &NOTHING),
            };
            for (example, body) in examples {
                documented.push(DocumentedResponse {
                    operation: self,
                    key,
                    example,
                    media_type,
                    schema,
                    body,
                    headers: &resolve(response)["headers"],
                });
            }
        }
        documented
    }

    /// The content of the request's body, if it has one.
    pub fn request_content(&self) -> Option<Content> {
        Content::of(self.value.get("requestBody")?)
    }

    pub fn request_schema(&self) -> Option<&'static Value> {
        self.request_content().map(|content| content.schema)
    }

    /// The named examples of the request's body.
    pub fn request_examples(&self) -> Vec<(&'static str, &'static Value)> {
        self.request_content()
            .map_or_else(Vec::new, |content| content.examples)
    }
}

/// The texts of a parameter's value: one, or one for each item of an array.
pub fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::Array(items) => items.iter().flat_map(texts).collect(),
        Value::String(text) => vec![text.clone()],
        other => vec![other.to_string()],
    }
}

/// What separates the items of a parameter that is sent once; `None` if each item is sent with the parameter's name.
pub fn separator(parameter: &Value) -> Option<&'static str> {
    let style = parameter["style"].as_str();
    match (style, parameter["in"].as_str()) {
        (Some("pipeDelimited"), _) => Some("|"),
        (Some("spaceDelimited"), _) => Some(" "),
        (_, Some("query")) if parameter["explode"] != false => None,
        _ => Some(","),
    }
}

/// The value, or the component that it refers to.
pub fn resolve(value: &'static Value) -> &'static Value {
    // One reference, beside null or a description.
    let parts = value.get("allOf").or(value.get("anyOf"));
    let mut parts = parts.and_then(Value::as_array).into_iter().flatten();
    let first = parts
        .next()
        .filter(|_| parts.all(|part| part["type"] == "null"));
    let one = first.unwrap_or(value);
    match one.get("$ref").and_then(Value::as_str) {
        Some(reference) => CONTRACT
            .pointer(&reference[1..])
            .expect("the lint follows references"),
        None => value,
    }
}

/// A key in a JSON pointer.
pub fn escape(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

pub fn members(value: &'static Value) -> impl Iterator<Item = (&'static str, &'static Value)> {
    static NONE: LazyLock<Map<String, Value>> = LazyLock::new(Map::new);
    let object = value.as_object().unwrap_or(&NONE);
    object.iter().map(|(key, value)| (key.as_str(), value))
}

/// A place in an example, and its schema.
pub struct Spot {
    /// A JSON pointer into the example.
    pub pointer: String,
    /// The schema of the place, with references resolved.
    pub schema: &'static Value,
    pub required: bool,
    pub nullable: bool,
    /// The place is in a union, whose unknown values are kept, or in a map, whose values may be absent, or it is a
    /// constant, which the type of a variant does not read.
    pub in_union: bool,
}

/// Every property and item of `example` that `schema` describes, and the root.
pub fn spots(schema: &'static Value, example: &Value) -> Vec<Spot> {
    let mut spots = Vec::new();
    let root = Spot {
        pointer: String::new(),
        schema,
        required: true,
        nullable: false,
        in_union: false,
    };
    collect(root, &[], example, &mut spots);
    spots
}

/// Adds a place, whose schema may be a reference, and those in it. `whole` are the names that the composition requires
/// of which the schema is a part.
fn collect(place: Spot, whole: &[&'static str], example: &Value, spots: &mut Vec<Spot>) {
    let schema = resolve(place.schema);
    let mut names = whole.to_vec();
    required(schema, &mut names);
    let is_union = schema.get("oneOf").or(schema.get("anyOf")).is_some();
    let place = Spot {
        nullable: place.nullable || is_nullable(place.schema),
        in_union: place.in_union || is_union,
        schema,
        ..place
    };
    let inner = |schema: &'static Value, tail: &str, required: bool| Spot {
        pointer: format!("{}{tail}", place.pointer),
        schema,
        required,
        nullable: false,
        in_union: place.in_union,
    };
    // The parts of a composition, and the variant with the example's properties, are at the same place.
    let parts = schema["allOf"].as_array().into_iter().flatten();
    let parts = parts.chain(variant(schema, example));
    let mut inside = Vec::new();
    for part in parts {
        let part = inner(part, "", place.required);
        collect(part, &names, example, &mut inside);
    }
    // The whole is one place.
    inside.retain(|spot| spot.pointer != place.pointer || spot.schema.get("properties").is_some());
    for (name, property) in members(&schema["properties"]) {
        if let Some(value) = example.get(name) {
            let mut property = inner(property, &format!("/{name}"), names.contains(&name));
            property.in_union |= constant(property.schema).is_some();
            collect(property, &[], value, &mut inside);
        }
    }
    let others = schema
        .get("additionalProperties")
        .filter(|others| others.is_object());
    for (name, value) in others.and(example.as_object()).into_iter().flatten() {
        if schema["properties"].get(name).is_none() {
            let value_of_map = Spot {
                in_union: true,
                ..inner(
                    &schema["additionalProperties"],
                    &format!("/{}", escape(name)),
                    true,
                )
            };
            collect(value_of_map, &[], value, &mut inside);
        }
    }
    if let (Some(items), Some(values)) = (schema.get("items"), example.as_array()) {
        for (index, value) in values.iter().enumerate() {
            let item = inner(items, &format!("/{index}"), true);
            collect(item, &[], value, &mut inside);
        }
    }
    spots.push(place);
    spots.append(&mut inside);
}

/// Adds the names of the properties that a schema requires, with those of all parts of a composition.
fn required(schema: &'static Value, names: &mut Vec<&'static str>) {
    let listed = schema["required"].as_array().into_iter().flatten();
    names.extend(listed.filter_map(Value::as_str));
    for part in schema["allOf"].as_array().into_iter().flatten() {
        required(resolve(part), names);
    }
}

/// Returns the variant of a union with the example: that of the discriminator, or the first one that fits.
fn variant(union: &'static Value, example: &Value) -> Option<&'static Value> {
    let variants = union.get("oneOf").or(union.get("anyOf"))?.as_array()?;
    let discriminator = &union["discriminator"];
    let tag = discriminator["propertyName"].as_str();
    let tag = tag.and_then(|name| example.get(name)?.as_str());
    let component = tag.map(|tag| discriminator["mapping"][tag].as_str().unwrap_or(tag));
    let named = component.and_then(|component| {
        let name = component.rsplit('/').next();
        variants.iter().find(|variant| {
            let reference = variant["$ref"].as_str();
            reference.and_then(|reference| reference.rsplit('/').next()) == name
        })
    });
    named.or_else(|| variants.iter().find(|variant| fits(variant, example)))
}

/// Returns true if the example has the required properties and the constants of a variant.
fn fits(variant: &'static Value, example: &Value) -> bool {
    let mut names = Vec::new();
    required(resolve(variant), &mut names);
    names.iter().all(|name| {
        example.get(name).is_some_and(|value| {
            let mut constants = properties(variant, name).into_iter().filter_map(constant);
            constants.all(|constant| constant == value)
        })
    })
}

/// Returns the schemas of a property, one for each part of a composition that declares it.
fn properties(object: &'static Value, name: &str) -> Vec<&'static Value> {
    let schema = resolve(object);
    let parts = schema["allOf"].as_array().into_iter().flatten();
    let of_parts = parts.flat_map(|part| properties(part, name));
    schema["properties"]
        .get(name)
        .into_iter()
        .chain(of_parts)
        .collect()
}

/// Returns the value of a constant: of `const`, or the only one of `enum`.
fn constant(schema: &'static Value) -> Option<&'static Value> {
    let schema = resolve(schema);
    let listed = schema["enum"].as_array().filter(|values| values.len() == 1);
    schema
        .get("const")
        .or_else(|| listed.and_then(|values| values.first()))
}

/// Returns true if the schema allows null, in the spellings that the contract uses.
fn is_nullable(schema: &Value) -> bool {
    let lists_null = |key: &str| {
        let listed = schema[key].as_array();
        listed.is_some_and(|all| all.iter().any(|one| one == "null" || one["type"] == "null"))
    };
    schema["nullable"] == Value::Bool(true) || lists_null("type") || lists_null("anyOf")
}

/// The JSON type of a schema, without null.
pub fn json_type(schema: &Value) -> &str {
    let types = match &schema["type"] {
        Value::Array(types) => types.iter().find(|name| *name != "null"),
        name => Some(name),
    };
    types.and_then(Value::as_str).unwrap_or_default()
}

/// `value` without nulls, because the client does not distinguish them from absent properties, and with numbers in one
/// spelling, because `1` and `1.0` are the same number.
pub fn normal(value: &Value) -> Value {
    match value {
        Value::Object(object) => {
            let kept = object.iter().filter(|(_, value)| !value.is_null());
            kept.map(|(key, value)| (key.clone(), normal(value)))
                .collect()
        }
        Value::Array(items) => items.iter().map(normal).collect(),
        Value::Number(number) if number.is_f64() => {
            let text = number.to_string();
            let integer = text.strip_suffix(".0").unwrap_or(&text);
            integer.parse::<i64>().map_or(value.clone(), Value::from)
        }
        other => other.clone(),
    }
}

/// Asserts that both are equal, with timestamps of `schema` compared as such.
#[track_caller]
pub fn assert_same(schema: &'static Value, actual: &Value, expected: &Value, what: &str) {
    let mut actual = normal(actual);
    let mut expected = normal(expected);
    for spot in spots(schema, &expected.clone()) {
        if spot.schema["format"] == "date-time" {
            for side in [&mut actual, &mut expected] {
                if let Some(value) = side.pointer_mut(&spot.pointer) {
                    let text = value.as_str().expect("a timestamp is a string");
                    let timestamp = chrono::DateTime::parse_from_rfc3339(text).expect("RFC 3339");
                    *value = Value::from(timestamp.to_utc().to_rfc3339());
                }
            }
        }
    }
    assert_eq!(actual, expected, "{what}");
}
