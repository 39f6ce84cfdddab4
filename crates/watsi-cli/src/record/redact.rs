//! Replaces credentials and personal data by placeholders, before an exchange is written to the file.
//!
//! A value is kept only if the contract documents it and does not mark it as `x-sensitive`. If the contract marks
//! nothing, only listed values, timestamps and the like are kept.

mod body;
mod described;
mod headers;
mod operation;
mod placeholder;
mod url;
mod written;

use std::collections::HashSet;
use std::ptr;

use axum::body::Bytes;
use axum::http::Method;
use axum::http::header::CONTENT_TYPE;
use openapi_conformance::{Contract, Described, Operation, Route};
use serde_json::{Map, Value};
use watsi::reqwest::Url;

use super::exchange::{Body, Exchange, Message, Response};
use super::har;
use crate::screen::{Screen, learn, shown_method};
use body::Numbers;
use described::{has_marks, is_secret};
use headers::Credentials;
use operation::Documented;
use placeholder::Placeholders;

/// A pointer to no part of the contract.
#[derive(Debug)]
pub struct UnknownPointer(pub String);

/// Redacts the exchanges of a recording. Equal values have equal placeholders.
pub struct Redactor {
    contract: &'static Contract,
    /// The path of the base URL, without a slash at the end.
    base_path: String,
    /// The segments of paths that are not parameters.
    literals: HashSet<String>,
    /// The media types of the contract, in lower case.
    media_types: HashSet<String>,
    credentials: Credentials,
    placeholders: Placeholders,
    numbers: Numbers,
    screen: Screen,
    /// Whether values that the contract does not mark are not personal.
    trusts_unmarked: bool,
    /// The schemas whose values are kept.
    kept: Vec<&'static Value>,
}

impl Redactor {
    /// Creates a redactor. Values of the schemas at the pointers `keep` are kept.
    pub fn new(
        contract: &'static Contract,
        base_url: &Url,
        screen: Screen,
        keep: &[String],
    ) -> Result<Self, UnknownPointer> {
        let mut kept = Vec::new();
        for pointer in keep {
            let place = contract
                .json()
                .pointer(pointer)
                .ok_or_else(|| UnknownPointer(pointer.clone()))?;
            kept.push(place);
            // A parameter or a header.
            kept.extend(place.get("schema"));
        }
        let base_path = base_url.path().trim_end_matches('/').to_owned();
        let mut media_types = HashSet::new();
        add_media_types(contract.json(), &mut media_types);
        Ok(Redactor {
            contract,
            literals: url::literals(contract, &base_path),
            media_types,
            base_path,
            credentials: Credentials::of(contract),
            placeholders: Placeholders::default(),
            numbers: Numbers::default(),
            screen,
            trusts_unmarked: has_marks(contract.json()),
            kept,
        })
    }

    /// Returns true if the user wants to see these values.
    fn is_kept(&self, described: &Described<'_>) -> bool {
        let mut schemas = described.schemas();
        let is_kept = schemas.any(|schema| self.kept.iter().any(|kept| ptr::eq(*kept, schema)));
        is_kept && !is_secret(described)
    }

    /// Returns the HAR entry of an exchange.
    pub fn entry(&mut self, exchange: &Exchange) -> Value {
        for secret in self.credentials.secrets(exchange) {
            learn(&secret);
        }
        self.numbers = Numbers::default();
        let path = exchange
            .url
            .path()
            .strip_prefix(&self.base_path)
            .unwrap_or_default();
        let operation = match self.contract.route(&exchange.method, path) {
            Route::NoMethod if exchange.method == Method::HEAD => {
                // A response to HEAD is the response to GET without its body.
                operation_of(self.contract.route(&Method::GET, path))
            }
            route => operation_of(route),
        };
        let documented = Documented {
            contract: self.contract,
            operation,
        };
        let request = self.message(
            &exchange.request,
            |location, name| documented.parameter(location, name),
            |content_type| documented.request_body(content_type),
        );
        let response = exchange.response.as_ref().map(|response| Response {
            version: response.version,
            status: response.status,
            message: self.message(
                &response.message,
                |_, name| documented.response_header(response.status, name),
                |content_type| documented.response_body(response.status, content_type),
            ),
        });
        let mut redacted = Exchange {
            started: exchange.started,
            elapsed: exchange.elapsed,
            method: Method::from_bytes(shown_method(exchange.method.as_str()).as_bytes())
                .unwrap_or_default(),
            url: self.url(&exchange.url, documented),
            request,
            response,
        };
        if let Some(operation) = operation
            && self.has_other_findings(operation, &redacted, exchange)
            && let Some(response) = &mut redacted.response
        {
            response.message.body = Body::Omitted(response.message.body.size());
        }
        har::entry(&redacted)
    }

    /// Returns true if the response body has a finding that the one of the `original` does not have. Rules for lists
    /// concern its parts together, and the query.
    fn has_other_findings(
        &self,
        operation: &Operation,
        redacted: &Exchange,
        original: &Exchange,
    ) -> bool {
        let found = self.finding_ids(operation, redacted);
        !found.is_empty() && !found.is_subset(&self.finding_ids(operation, original))
    }

    fn finding_ids(&self, operation: &Operation, exchange: &Exchange) -> HashSet<&'static str> {
        let Some(response) = &exchange.response else {
            return HashSet::new();
        };
        let (Body::Recorded(body), Ok(uri)) =
            (&response.message.body, exchange.url.as_str().parse())
        else {
            return HashSet::new();
        };
        let mut request = axum::http::Request::new(Bytes::new());
        *request.method_mut() = exchange.method.clone();
        *request.uri_mut() = uri;
        let mut received = axum::http::Response::new(body.clone());
        *received.status_mut() = response.status;
        *received.headers_mut() = response.message.headers.clone();
        let findings = self.contract.validate(operation, &request, &received);
        let of_body = findings
            .iter()
            .filter(|finding| finding.pointer.starts_with("/response/body"));
        of_body.map(|finding| finding.id).collect()
    }

    fn message(
        &mut self,
        message: &Message,
        described: impl Fn(&str, &str) -> Option<Described<'static>>,
        body: impl FnOnce(&str) -> Described<'static>,
    ) -> Message {
        let header = message.headers.get(CONTENT_TYPE);
        let content_type = header.and_then(|value| value.to_str().ok());
        let is_json = content_type.is_none_or(|content_type| content_type.contains("json"));
        let body = match &message.body {
            Body::Recorded(bytes) if bytes.is_empty() => Body::Recorded(Bytes::new()),
            Body::Recorded(bytes) => {
                self.json(bytes, is_json, &body(content_type.unwrap_or_default()))
            }
            Body::Omitted(size) => Body::Omitted(*size),
        };
        Message {
            headers: self.headers(&message.headers, described),
            body,
        }
    }
}

fn operation_of<'c>(route: Route<'c>) -> Option<&'c Operation> {
    match route {
        Route::Operation(operation) => Some(operation),
        _ => None,
    }
}

fn add_media_types(value: &Value, media_types: &mut HashSet<String>) {
    match value {
        Value::Object(object) => {
            let content = object.get("content").and_then(Value::as_object);
            let names = content.into_iter().flat_map(Map::keys);
            media_types.extend(names.map(|name| name.to_ascii_lowercase()));
            object
                .values()
                .for_each(|value| add_media_types(value, media_types));
        }
        Value::Array(items) => items
            .iter()
            .for_each(|item| add_media_types(item, media_types)),
        _ => {}
    }
}
