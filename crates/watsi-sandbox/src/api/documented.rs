//! What the contract documents about a response, and no code of the sandbox knows: required headers, and other errors
//! than those of the API.

use http::{HeaderName, HeaderValue, StatusCode};
use openapi_conformance::{Contract, Operation};
use serde_json::Value;

use super::response::{self, Response};

/// Adds the required headers that a response lacks, with the examples of the contract.
pub fn add_headers(contract: &Contract, operation: &Operation, response: &mut Response) {
    let document = contract.json();
    let documented = documented(contract, operation, response.status());
    let headers = documented.and_then(|documented| documented["headers"].as_object());
    for (name, header) in headers.into_iter().flatten() {
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

/// Returns the example of the error that the operation documents for this status code.
pub fn error(contract: &Contract, operation: &Operation, status: StatusCode) -> Option<Response> {
    let documented = documented(contract, operation, status)?;
    let contents = documented["content"].as_object();
    let content = contents.and_then(|contents| contents.iter().next());
    let media_type = content.map(|(media_type, _)| media_type.as_str());
    let body = content.and_then(|(_, media)| first_example(contract.json(), media));
    let mut response = response::example(status, media_type, body);
    add_headers(contract, operation, &mut response);
    Some(response)
}

/// Returns the response that the operation documents for this status code, its range, or any other.
fn documented<'c>(
    contract: &'c Contract,
    operation: &Operation,
    status: StatusCode,
) -> Option<&'c Value> {
    let document = contract.json();
    let responses = document.pointer(&format!("{}/responses", operation.pointer()))?;
    let keys = [
        status.as_str().to_owned(),
        format!("{}XX", status.as_u16() / 100),
        "default".to_owned(),
    ];
    let found = keys.iter().find_map(|key| responses.get(key))?;
    Some(resolved(document, found))
}

/// Returns the value, or the component that it refers to.
pub fn resolved<'d>(document: &'d Value, value: &'d Value) -> &'d Value {
    let reference = value["$ref"].as_str();
    reference
        .and_then(|reference| document.pointer(reference.strip_prefix('#')?))
        .unwrap_or(value)
}

/// Returns the example of a header or body: the first one, by name.
fn first_example<'d>(document: &'d Value, place: &'d Value) -> Option<&'d Value> {
    let first = || place["examples"].as_object()?.values().next();
    let named = || resolved(document, first()?).get("value");
    place.get("example").or_else(named)
}

/// Returns the example of a header, or a value of its type.
fn value(document: &Value, header: &Value) -> String {
    first_example(document, header).map_or_else(|| of_schema(document, &header["schema"]), written)
}

/// Returns a value of a schema.
fn of_schema(document: &Value, schema: &Value) -> String {
    let schema = resolved(document, schema);
    let known = [
        schema.get("example"),
        schema.pointer("/examples/0"),
        schema.get("const"),
        schema.pointer("/enum/0"),
        schema.get("default"),
        schema.get("minimum"),
    ];
    if let Some(value) = known.into_iter().flatten().next() {
        return written(value);
    }
    let text = match (schema["type"].as_str(), schema["format"].as_str()) {
        (Some("array"), _) => return of_schema(document, &schema["items"]),
        (Some("integer" | "number"), _) => "1",
        (Some("boolean"), _) => "true",
        (_, Some("date-time")) => "2025-03-15T10:30:00Z",
        (_, Some("date")) => "2025-03-15",
        (_, Some("uri")) => "https://example.com/1",
        (_, Some("uuid")) => "6f1c3c52-7a3e-4d0b-9c56-0d8f5a2b7e11",
        _ => "text",
    };
    text.to_owned()
}

/// Returns a value as it is written in a header.
fn written(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(written).collect::<Vec<_>>().join(","),
        other => other.to_string(),
    }
}
