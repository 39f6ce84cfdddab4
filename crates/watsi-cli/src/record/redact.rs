//! Replaces credentials and personal data by placeholders, before an exchange is written to the file.
//!
//! A value is kept only if the contract documents it and does not mark it as `x-sensitive`.

mod body;
mod described;
mod headers;
mod operation;
mod placeholder;
mod url;

use axum::body::Bytes;
use axum::http::header::CONTENT_TYPE;
use openapi_conformance::{Contract, Described, Route};
use serde_json::Value;
use watsi::reqwest::Url;

use super::exchange::{Body, Exchange, Message, Response};
use super::har;
use headers::Credentials;
use operation::Documented;
use placeholder::Placeholders;

/// Stands for a credential.
const REDACTED: &str = "REDACTED";

/// Redacts the exchanges of a recording. Equal values have equal placeholders.
pub struct Redactor {
    contract: &'static Contract,
    /// The path of the base URL, without a slash at the end.
    base_path: String,
    credentials: Credentials,
    placeholders: Placeholders,
}

impl Redactor {
    pub fn new(contract: &'static Contract, base_url: &Url) -> Self {
        Redactor {
            contract,
            base_path: base_url.path().trim_end_matches('/').to_owned(),
            credentials: Credentials::of(contract),
            placeholders: Placeholders::default(),
        }
    }

    /// Returns the HAR entry of an exchange.
    pub fn entry(&mut self, exchange: &Exchange) -> Value {
        let path = exchange.url.path().strip_prefix(&self.base_path);
        let route = self
            .contract
            .route(&exchange.method, path.unwrap_or_default());
        let operation = match route {
            Route::Operation(operation) => Some(operation),
            _ => None,
        };
        let documented = Documented {
            contract: self.contract,
            operation,
        };
        let request = self.message(
            &exchange.request,
            |name| documented.parameter("header", name),
            |content_type| documented.request_body(content_type),
        );
        let response = exchange.response.as_ref().map(|response| Response {
            version: response.version,
            status: response.status,
            message: self.message(
                &response.message,
                |name| documented.response_header(response.status, name),
                |content_type| documented.response_body(response.status, content_type),
            ),
        });
        let mut entry = har::entry(&Exchange {
            started: exchange.started,
            elapsed: exchange.elapsed,
            method: exchange.method.clone(),
            url: self.url(&exchange.url, documented),
            request,
            response,
        });
        // A server may return the API key in a property that is not sensitive.
        for secret in self.credentials.secrets(exchange) {
            remove(&mut entry, &secret);
        }
        entry
    }

    fn message(
        &mut self,
        message: &Message,
        described: impl Fn(&str) -> Option<Described<'static>>,
        body: impl FnOnce(&str) -> Described<'static>,
    ) -> Message {
        let header = message.headers.get(CONTENT_TYPE);
        let content_type = header.and_then(|value| value.to_str().ok());
        let body = match &message.body {
            Body::Recorded(bytes) if bytes.is_empty() => Body::Recorded(Bytes::new()),
            Body::Recorded(bytes) => self.json(bytes, &body(content_type.unwrap_or_default())),
            Body::Omitted(size) => Body::Omitted(*size),
        };
        Message {
            headers: self.headers(&message.headers, described),
            body,
        }
    }
}

/// Removes a secret from all strings of a value.
fn remove(value: &mut Value, secret: &str) {
    match value {
        Value::String(text) if text.contains(secret) => *text = text.replace(secret, REDACTED),
        Value::Array(items) => items.iter_mut().for_each(|item| remove(item, secret)),
        Value::Object(object) => object.values_mut().for_each(|value| remove(value, secret)),
        _ => {}
    }
}
