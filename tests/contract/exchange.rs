//! The examples of the contract as exchanges, and their findings.

use std::sync::LazyLock;

use http::{Request, Response};
use openapi_conformance::{Contract, Finding, Operation};
use serde_json::Value;
use url::form_urlencoded;

use crate::contract::{self, CONTRACT};

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
    let mut query = form_urlencoded::Serializer::new(String::new());
    let mut request = Request::builder().method(operation.method.as_str());
    for parameter in &operation.parameters {
        let name = parameter["name"].as_str().unwrap();
        let example = &parameter["example"];
        let text = example.as_str().map(str::to_owned);
        let text = text.unwrap_or_else(|| example.to_string());
        match parameter["in"].as_str() {
            Some("query") => drop(query.append_pair(name, &text)),
            Some("header") => request = request.header(name, text),
            _ => {}
        }
    }
    let body = match body {
        Value::Null => Vec::new(),
        body => {
            request = request.header("content-type", "application/json");
            body.to_string().into_bytes()
        }
    };
    let target = format!("https://example.com{}", operation.example_path());
    let request = request.uri(format!("{target}?{}", query.finish()));
    let request = request.header("authorization", "Bearer key");
    request.body(body).unwrap()
}

/// A response with this JSON body.
pub fn response(status: u16, body: &Value) -> Response<Vec<u8>> {
    let response = Response::builder().status(status);
    let response = response.header("content-type", "application/json; charset=utf-8");
    response.body(body.to_string().into_bytes()).unwrap()
}

/// Validates a response with this body.
pub fn findings(documented: &contract::DocumentedResponse, body: &Value) -> Vec<Finding> {
    let response = response(documented.status(), body);
    VALIDATOR.validate_response(operation(documented.operation.id), &response)
}
