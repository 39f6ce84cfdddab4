//! The examples of the contract as exchanges, and their findings.

use std::sync::LazyLock;

use http::{Request, Response};
use openapi_conformance::{Contract, Finding, Operation};
use serde_json::Value;
use url::form_urlencoded;

use crate::contract::{self, CONTRACT, is_json, texts};

/// The contract, parsed by the validator.
pub static VALIDATOR: LazyLock<Contract> = LazyLock::new(|| {
    Contract::parse(&CONTRACT.to_string()).expect("the build has checked the contract")
});

pub fn operation(id: &str) -> &'static Operation {
    let operation = VALIDATOR.operation(id);
    operation.unwrap_or_else(|| panic!("the validator has no operation {id}"))
}

/// A request with an API key, the example of every parameter, and this body.
pub fn request(operation: &contract::Operation, body: &Value) -> Request<Vec<u8>> {
    let mut query = Vec::new();
    let mut request = Request::builder().method(operation.method.as_str());
    for parameter in &operation.parameters {
        let name = parameter["name"].as_str().unwrap();
        let texts = texts(&parameter["example"]).into_iter();
        match parameter["in"].as_str() {
            Some("query") => {
                let texts: Vec<_> = texts.map(|text| encoded(&text)).collect();
                let values = match contract::separator(parameter) {
                    None => texts,
                    Some(",") => vec![texts.join(",")],
                    Some(other) => vec![texts.join(&encoded(other))],
                };
                let name = encoded(name);
                query.extend(values.iter().map(|value| format!("{name}={value}")));
            }
            Some("header") => {
                request = request.header(name, texts.collect::<Vec<_>>().join(","));
            }
            _ => {}
        }
    }
    let content = operation.request_content();
    let body = match &content {
        None => Vec::new(),
        Some(content) => {
            request = request.header("content-type", with_boundary(content.media_type));
            written(content.media_type, body).into_bytes()
        }
    };
    let target = format!("https://example.com{}", operation.example_path());
    let request = request.uri(format!("{target}?{}", query.join("&")));
    let request = request.header("authorization", "Bearer key");
    request.body(body).unwrap()
}

fn encoded(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

const BOUNDARY: &str = "boundary";

fn with_boundary(media_type: &str) -> String {
    if media_type.starts_with("multipart/") {
        format!("{media_type}; boundary={BOUNDARY}")
    } else {
        media_type.to_owned()
    }
}

/// A body of this media type.
pub fn written(media_type: &str, body: &Value) -> String {
    let fields = body.as_object().into_iter().flatten();
    let pairs = fields.flat_map(|(name, value)| {
        let texts = texts(value).into_iter();
        texts.map(move |text| (name, text))
    });
    if is_json(media_type) {
        body.to_string()
    } else if media_type == "application/x-www-form-urlencoded" {
        form_urlencoded::Serializer::new(String::new())
            .extend_pairs(pairs)
            .finish()
    } else if media_type.starts_with("multipart/") {
        let parts = pairs.map(|(name, text)| {
            let head = format!("--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"{name}\"");
            format!("{head}\r\n\r\n{text}\r\n")
        });
        let parts: String = parts.collect();
        format!("{parts}--{BOUNDARY}--\r\n")
    } else {
        body.as_str().unwrap_or("content").to_owned()
    }
}

/// A documented response with this body, and with an example of each documented header.
pub fn response(documented: &contract::DocumentedResponse, body: &Value) -> Response<Vec<u8>> {
    let mut response = Response::builder().status(documented.status());
    for (name, header) in contract::members(documented.headers) {
        let header = contract::resolve(header);
        let schema = contract::resolve(&header["schema"]);
        let example = header.get("example").or(schema.get("example"));
        let value = match example {
            Some(example) => texts(example).join(","),
            None => text_of(schema),
        };
        response = response.header(name, value);
    }
    let Some(media_type) = documented.media_type else {
        return response.body(Vec::new()).unwrap();
    };
    let response = response.header("content-type", media_type.replace('*', "x"));
    response
        .body(written(media_type, body).into_bytes())
        .unwrap()
}

/// A text that conforms to the schema of a header.
fn text_of(schema: &'static Value) -> String {
    if let Some(value) = schema["enum"].get(0).or(schema.get("const")) {
        return texts(value).join(",");
    }
    let text = match (contract::json_type(schema), schema["format"].as_str()) {
        ("array", _) => return text_of(contract::resolve(&schema["items"])),
        ("integer" | "number", _) => "1",
        ("boolean", _) => "true",
        (_, Some("date-time")) => "2025-03-15T10:30:00Z",
        (_, Some("date")) => "2025-03-15",
        (_, Some("uri" | "uri-reference")) => "https://example.com/1",
        (_, Some("uuid")) => "6f1c3c52-7a3e-4d0b-9c56-0d8f5a2b7e11",
        _ => "text",
    };
    text.to_owned()
}

/// Validates a response with this body.
pub fn findings(documented: &contract::DocumentedResponse, body: &Value) -> Vec<Finding> {
    let response = response(documented, body);
    VALIDATOR.validate_response(operation(documented.operation.id), &response)
}
