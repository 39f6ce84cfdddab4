//! Adds the required headers of a documented response, which no code of the sandbox knows.

use http::{HeaderName, HeaderValue};
use openapi_conformance::{Contract, Operation};
use serde_json::Value;

use super::response::Response;

/// Adds the required headers that a response lacks, with the examples of the contract.
pub fn add(contract: &Contract, operation: &Operation, response: &mut Response) {
    let document = contract.json();
    let status = response.status().as_u16();
    let keys = [
        status.to_string(),
        format!("{}XX", status / 100),
        "default".to_owned(),
    ];
    let responses = document.pointer(&format!("{}/responses", operation.pointer()));
    let documented = keys
        .iter()
        .find_map(|key| responses?.get(key))
        .and_then(|documented| resolved(document, documented)["headers"].as_object());
    for (name, header) in documented.into_iter().flatten() {
        let header = resolved(document, header);
        let name = HeaderName::try_from(name);
        let value = HeaderValue::try_from(value(document, header));
        if header["required"] == true
            && let (Ok(name), Ok(value)) = (name, value)
        {
            response.headers_mut().entry(name).or_insert(value);
        }
    }
}

/// Returns the value, or the component that it refers to.
fn resolved<'d>(document: &'d Value, value: &'d Value) -> &'d Value {
    let reference = value["$ref"].as_str();
    reference
        .and_then(|reference| document.pointer(reference.strip_prefix('#')?))
        .unwrap_or(value)
}

/// Returns the example of a header, or a value of its type.
fn value(document: &Value, header: &Value) -> String {
    let schema = resolved(document, &header["schema"]);
    let named = header["examples"]
        .as_object()
        .and_then(|examples| examples.values().next()?.get("value"));
    let known = [
        header.get("example"),
        named,
        schema.get("example"),
        schema.pointer("/examples/0"),
        schema.get("const"),
        schema.pointer("/enum/0"),
        schema.get("default"),
        schema.get("minimum"),
    ];
    match known.into_iter().flatten().next() {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Array(items)) => {
            let items = items.iter().filter_map(Value::as_str);
            items.collect::<Vec<_>>().join(",")
        }
        Some(other) => other.to_string(),
        None => match (schema["type"].as_str(), schema["format"].as_str()) {
            (Some("integer" | "number"), _) => "1".to_owned(),
            (Some("boolean"), _) => "true".to_owned(),
            (_, Some("date-time")) => "2025-03-15T10:30:00Z".to_owned(),
            _ => "text".to_owned(),
        },
    }
}
