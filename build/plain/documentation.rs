//! What the documentation of a value says about it, beside its type.

use serde_json::Value;

use super::super::lint::enums;

/// Constraints that the server checks, and the words before their values.
const CONSTRAINTS: [(&str, &str, &str); 16] = [
    ("minimum", "At least", ""),
    ("exclusiveMinimum", "More than", ""),
    ("maximum", "At most", ""),
    ("exclusiveMaximum", "Less than", ""),
    ("multipleOf", "A multiple of", ""),
    ("minLength", "At least", " characters"),
    ("maxLength", "At most", " characters"),
    ("minItems", "At least", " items"),
    ("maxItems", "At most", " items"),
    ("minProperties", "At least", " properties"),
    ("maxProperties", "At most", " properties"),
    ("pattern", "Matches", ""),
    ("const", "Always", ""),
    ("contentEncoding", "Encoded as", ""),
    ("contentMediaType", "Contains", ""),
    ("default", "Default:", ""),
];

/// Returns the description of a schema and its constraints. A schema that only has constraints is not described: its
/// component is.
pub fn documentation(schema: &Value) -> String {
    let text = |key: &str| schema[key].as_str().unwrap_or_default().trim_end();
    let description = match text("description") {
        "" => text("title"),
        description => description,
    };
    let mut sentences = vec![description.to_owned()];
    sentences.extend(constraints(schema));
    sentences.extend(alternatives(schema));
    let page = schema["externalDocs"]["url"].as_str();
    sentences.extend(page.map(|page| format!("See <{page}>.")));
    sentences.retain(|sentence| !sentence.is_empty());
    sentences.join(" ")
}

/// Returns the constraints of each string in a union of strings, whose type does not show them.
fn alternatives(schema: &Value) -> Option<String> {
    let members = enums::members(schema)?;
    if !members.iter().all(|member| member["type"] == "string") {
        return None;
    }
    let mut described = Vec::new();
    for member in members {
        let mut sentences = constraints(member);
        if let Some(format @ ("date" | "date-time" | "uri")) = member["format"].as_str() {
            sentences.push(format!("Format: `{format}`."));
        }
        if !sentences.is_empty() {
            described.push(sentences.join(" "));
        }
    }
    Some(described.join(" Or: "))
}

/// Returns a sentence for each constraint.
pub fn constraints(schema: &Value) -> Vec<String> {
    let mut sentences = Vec::new();
    for (key, label, unit) in CONSTRAINTS {
        match &schema[key] {
            Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_)
                if key != "default" => {}
            Value::Null => {}
            // The values of strings are the variants of an enum.
            Value::String(_) if key == "const" => {}
            Value::String(text) => sentences.push(format!("{label} `{text}`{unit}.")),
            value if *value == 1 => {
                let unit = match unit {
                    " properties" => " property",
                    plural => plural.trim_end_matches('s'),
                };
                sentences.push(format!("{label} 1{unit}."));
            }
            value => sentences.push(format!("{label} {value}{unit}.")),
        }
    }
    if schema["uniqueItems"] == Value::Bool(true) {
        sentences.push("Without duplicates.".to_owned());
    }
    // 3.0 writes whether a bound itself is allowed as a boolean.
    for (flag, key) in [
        ("exclusiveMinimum", "minimum"),
        ("exclusiveMaximum", "maximum"),
    ] {
        if schema[flag] == Value::Bool(true) {
            sentences.push(format!("Not {} itself.", schema[key]));
        }
    }
    let values = schema["enum"]
        .as_array()
        .or(schema["x-extensible-enum"].as_array());
    let numbers: Vec<_> = values
        .into_iter()
        .flatten()
        .filter(|value| value.is_number() || value.is_boolean())
        .map(ToString::to_string)
        .collect();
    if !numbers.is_empty() {
        sentences.push(format!("One of {}.", numbers.join(", ")));
    }
    if let Some(format) = schema["format"].as_str() {
        let typed = [
            "date-time",
            "date",
            "int32",
            "int64",
            "uint32",
            "uint64",
            "float",
            "double",
            "binary",
            "uri",
        ];
        if !typed.contains(&format) {
            sentences.push(format!("Format: `{format}`."));
        }
    }
    sentences
}
