//! The examples of the contract as exchanges, and their findings.

use http::{Request, Response};
use openapi_conformance::{Finding, Operation};
use serde_json::Value;
use url::form_urlencoded;

use crate::contract::{CONTRACT, ResponseExample, parameters};

/// Returns a request with an API key, the example of every parameter, and that of the body.
pub fn request(operation: &Operation) -> Request<Vec<u8>> {
    let mut query = form_urlencoded::Serializer::new(String::new());
    let mut request = Request::builder()
        .method(operation.method())
        .header("authorization", "Bearer key");
    for parameter in parameters(operation) {
        let name = parameter["name"].as_str().unwrap();
        let example = &parameter["example"];
        let text = example.as_str().map(str::to_owned);
        let text = text.unwrap_or_else(|| example.to_string());
        match parameter["in"].as_str() {
            Some("query") => drop(query.append_pair(name, &text)),
            Some("header") => request = request.header(name, text),
            other => panic!("a parameter is in {other:?}"),
        }
    }
    let path = operation.path().trim_start_matches('/');
    request = request.uri(format!("https://example.com/{path}?{}", query.finish()));
    let body = CONTRACT.request_example(operation);
    if body.is_some() {
        request = request.header("content-type", "application/json");
    }
    let body = body.map(Value::to_string).unwrap_or_default();
    request.body(body.into_bytes()).unwrap()
}

/// Returns a response with this JSON body.
pub fn response(status: u16, body: &Value) -> Response<Vec<u8>> {
    let response = Response::builder().status(status);
    let response = response.header("content-type", "application/json; charset=utf-8");
    response.body(body.to_string().into_bytes()).unwrap()
}

/// Validates the response of an example, with another body.
pub fn findings(example: &ResponseExample, body: &Value) -> Vec<Finding> {
    CONTRACT.validate_response(example.operation, &response(example.status, body))
}
