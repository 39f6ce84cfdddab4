//! What the schemas of a value say about its redaction.

use openapi_conformance::{Contract, Described};
use serde_json::{Value, json};

/// The formats whose strings are kept even if the contract marks nothing as sensitive.
const FIXED_FORMATS: [&str; 5] = ["date", "date-time", "duration", "time", "uuid"];

pub fn is_sensitive(described: &Described<'_>) -> bool {
    let mut schemas = described.schemas();
    schemas.any(|schema| schema["x-sensitive"] == Value::Bool(true)) || is_secret(described)
}

/// Returns true for a password, and for what a server never returns.
pub fn is_secret(described: &Described<'_>) -> bool {
    let mut schemas = described.schemas();
    schemas.any(|schema| schema["writeOnly"] == Value::Bool(true) || schema["format"] == "password")
}

/// Returns true if a contract marks any value as sensitive.
pub fn has_marks(value: &Value) -> bool {
    match value {
        Value::Object(object) => {
            object.get("x-sensitive") == Some(&Value::Bool(true)) || object.values().any(has_marks)
        }
        Value::Array(items) => items.iter().any(has_marks),
        _ => false,
    }
}

/// Returns true if the names of an object's properties are data: those of a map, and those of which no schema says
/// anything.
pub fn has_free_names(described: &Described<'_>) -> bool {
    let mut schemas = described.schemas();
    let is_map = schemas.any(|schema| schema["additionalProperties"].is_object());
    let keywords = [
        "properties",
        "patternProperties",
        "propertyNames",
        "required",
    ];
    let mut schemas = described.schemas();
    is_map || !schemas.any(|schema| keywords.iter().any(|key| schema.get(key).is_some()))
}

/// Returns true if the schema allows only strings of a format that is not personal.
pub fn has_fixed_format(described: &Described<'_>) -> bool {
    let mut schemas = described.schemas();
    schemas.any(|schema| {
        let format = schema["format"].as_str();
        format.is_some_and(|format| FIXED_FORMATS.contains(&format))
    })
}

/// Returns whether the contract itself contains the value: in an enum, or as a constant.
pub fn lists(described: &Described<'_>, value: &Value) -> bool {
    described.schemas().any(|schema| {
        let lists = ["enum", "x-extensible-enum"].map(|key| schema[key].as_array());
        let mut values = lists.into_iter().flatten().flatten();
        values.any(|listed| listed == value) || schema.get("const") == Some(value)
    })
}

/// Returns true if an array must contain this value.
pub fn requires_item(described: &Described<'_>, value: &Value) -> bool {
    described.schemas().any(|schema| {
        let contains = &schema["contains"];
        let listed = contains["enum"].as_array();
        contains.get("const") == Some(value) || listed.is_some_and(|listed| listed.contains(value))
    })
}

/// Returns values from the contract that probably conform to the schemas.
pub fn samples<'c>(described: &Described<'c>) -> impl Iterator<Item = &'c Value> {
    described.schemas().flat_map(|schema| {
        let single = ["example", "default"].map(|key| schema.get(key));
        let several = schema["examples"].as_array();
        single
            .into_iter()
            .flatten()
            .chain(several.into_iter().flatten())
    })
}

/// Returns true for the property of an object that says which schema it has.
pub fn names_schema(
    contract: &Contract,
    described: &Described<'_>,
    name: &str,
    value: &Value,
) -> bool {
    let Some(value) = value.as_str() else {
        return false;
    };
    let is_component = || {
        contract.json()["components"]["schemas"]
            .get(value)
            .is_some()
    };
    described.schemas().any(|schema| {
        let discriminator = &schema["discriminator"];
        discriminator["propertyName"] == name
            && (discriminator["mapping"].get(value).is_some() || is_component())
    })
}

/// Returns the parts of a pattern that stand for themselves.
pub fn literals(pattern: &str) -> String {
    let mut literals = String::new();
    let mut letters = pattern.chars();
    let skip_to =
        |letters: &mut std::str::Chars<'_>, end| _ = letters.find(|letter| *letter == end);
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => _ = letters.next(),
            '[' => skip_to(&mut letters, ']'),
            '{' => skip_to(&mut letters, '}'),
            _ if letter.is_alphanumeric() => {
                literals.push(letter);
                continue;
            }
            _ => {}
        }
        literals.push(' ');
    }
    literals
}

/// Returns the words of a text that the contract has.
pub fn words(text: &str) -> impl Iterator<Item = &str> {
    let words = text.split(|letter: char| !letter.is_alphanumeric());
    words.filter(|word| !word.is_empty())
}

/// Returns numbers that can be within the bounds of the schemas, those with an index first, and some beyond them.
pub fn numbers_at_bounds(described: &Described<'_>, nth: u32) -> Vec<Value> {
    let mut numbers = Vec::new();
    for schema in described.schemas() {
        let bound = |names: [&str; 2]| names.iter().find_map(|name| schema[*name].as_f64());
        let is_exclusive = |name| !matches!(schema.get(name), None | Some(Value::Bool(false)));
        let lowest = bound(["minimum", "exclusiveMinimum"]);
        let highest = bound(["maximum", "exclusiveMaximum"]);
        let step = schema["multipleOf"].as_f64().unwrap_or(1.0);
        let nth = f64::from(nth);
        if let Some(lowest) = lowest {
            let first = if is_exclusive("exclusiveMinimum") {
                (lowest / step).floor() + 1.0
            } else {
                (lowest / step).ceil()
            };
            numbers.extend([nth, -1.0, -0.5].map(|offset| (first + offset) * step));
        }
        if let Some(highest) = highest {
            let last = if is_exclusive("exclusiveMaximum") {
                (highest / step).ceil() - 1.0
            } else {
                (highest / step).floor()
            };
            numbers.extend([nth, -1.0, -0.5].map(|offset| (last - offset) * step));
        }
        if let (Some(lowest), Some(highest)) = (lowest, highest) {
            numbers.push(f64::midpoint(lowest, highest));
        }
        numbers.extend([nth * step, step / 2.0]);
    }
    numbers.into_iter().map(number).collect()
}

/// Returns a number without a fraction if it is an integer.
#[expect(
    clippy::cast_possible_truncation,
    reason = "only whole numbers are converted"
)]
fn number(value: f64) -> Value {
    let is_whole = value.fract() == 0.0 && value.abs() < 1e15;
    if is_whole {
        json!(value as i64)
    } else {
        json!(value)
    }
}
