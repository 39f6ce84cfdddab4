//! The contract as the tests read it.

use std::path::Path;
use std::sync::LazyLock;
use std::{env, fs};

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
    pub schema: &'static Value,
    pub body: &'static Value,
}

impl DocumentedResponse {
    /// The status code of the key; the first one of a range.
    pub fn status(&self) -> u16 {
        self.key
            .replace('X', "0")
            .parse()
            .expect("the lint checks the keys")
    }

    pub fn is_success(&self) -> bool {
        self.key.starts_with('2')
    }

    /// Whether it is a success with a body.
    pub fn has_value(&self) -> bool {
        self.is_success() && !self.schema.is_null()
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
            if let (Some(name), Some(example)) =
                (parameter["name"].as_str(), parameter["example"].as_str())
            {
                path = path.replace(&format!("{{{name}}}"), example);
            }
        }
        path
    }

    /// Every documented response with each of its examples. One without content is returned once.
    pub fn documented_responses(&'static self) -> Vec<DocumentedResponse> {
        static NOTHING: Value = Value::Null;
        let mut documented = Vec::new();
        for (key, response) in members(&self.value["responses"]) {
            let media = &resolve(response)["content"]["application/json"];
            let schema = &media["schema"];
            let examples = members(&media["examples"]).map(|(name, it)| (name, &it["value"]));
            let nothing = schema.is_null().then_some(("nothing", &NOTHING));
            documented.extend(
                examples
                    .chain(nothing)
                    .map(|(example, body)| DocumentedResponse {
                        operation: self,
                        key,
                        example,
                        schema,
                        body,
                    }),
            );
        }
        documented
    }

    /// The status codes of the documented responses, each with its media types and headers.
    pub fn statuses(&self) -> Vec<String> {
        let documented = members(&self.value["responses"]);
        let shown = documented.map(|(key, response)| {
            let response = resolve(response);
            let content = members(&response["content"]).map(|(media, _)| media);
            let headers = members(&response["headers"]).map(|(name, _)| name);
            let parts: Vec<_> = std::iter::once(key).chain(content).chain(headers).collect();
            parts.join(" ")
        });
        shown.collect()
    }

    pub fn extension(&self, key: &str) -> Option<&'static Value> {
        self.value.get(key)
    }

    pub fn request_schema(&self) -> Option<&'static Value> {
        self.value
            .pointer("/requestBody/content/application~1json/schema")
    }

    /// The named examples of the request's body.
    pub fn request_examples(&self) -> Vec<(&'static str, &'static Value)> {
        let examples = self
            .value
            .pointer("/requestBody/content/application~1json/examples");
        let examples = examples.into_iter().flat_map(members);
        examples
            .map(|(name, example)| (name, &example["value"]))
            .collect()
    }
}

/// The value, or the component that it refers to.
pub fn resolve(value: &'static Value) -> &'static Value {
    let parts = value.get("allOf").or(value.get("anyOf"));
    let one = parts.and_then(|parts| parts.get(0)).unwrap_or(value);
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
}

/// Every property and item of `example` that `schema` describes, and the root.
pub fn spots(schema: &'static Value, example: &Value) -> Vec<Spot> {
    let mut spots = Vec::new();
    collect(schema, example, String::new(), true, &mut spots);
    spots
}

fn collect(
    place: &'static Value,
    example: &Value,
    pointer: String,
    required: bool,
    spots: &mut Vec<Spot>,
) {
    let schema = resolve(place);
    spots.push(Spot {
        pointer: pointer.clone(),
        schema,
        required,
        nullable: is_nullable(place),
    });
    for (name, property) in members(&schema["properties"]) {
        if let Some(value) = example.get(name) {
            let names = schema["required"].as_array();
            let required = names.is_some_and(|names| names.iter().any(|it| it == name));
            collect(
                property,
                value,
                format!("{pointer}/{name}"),
                required,
                spots,
            );
        }
    }
    if let (Some(items), Some(values)) = (schema.get("items"), example.as_array()) {
        for (index, value) in values.iter().enumerate() {
            collect(items, value, format!("{pointer}/{index}"), true, spots);
        }
    }
}

/// Returns true if the schema allows null, in the spellings that the contract uses.
pub fn is_nullable(schema: &Value) -> bool {
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

/// `value` without nulls, because the client does not distinguish them from absent properties.
pub fn without_nulls(value: &Value) -> Value {
    match value {
        Value::Object(object) => {
            let kept = object.iter().filter(|(_, value)| !value.is_null());
            kept.map(|(key, value)| (key.clone(), without_nulls(value)))
                .collect()
        }
        Value::Array(items) => items.iter().map(without_nulls).collect(),
        other => other.clone(),
    }
}

/// Asserts that both are equal, with timestamps of `schema` compared as such.
#[track_caller]
pub fn assert_same(schema: &'static Value, actual: &Value, expected: &Value, what: &str) {
    let mut actual = without_nulls(actual);
    let mut expected = without_nulls(expected);
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
