//! Validates a request or a webhook delivery.

use http::HeaderMap;
use serde_json::Value;

use super::exchange::{ExchangeValidator, Sent};
use super::ids::{self, Id, REQUEST};
use super::operation::Operation;
use super::parameter::{In, Malformed, Parameter};
use super::part::Part;
use super::path;
use super::place::token;
use super::security::{self, Problem, Scheme};
use super::validate::Sender;
use super::written::Pair;

impl ExchangeValidator<'_> {
    pub(super) fn request(&mut self, operation: &Operation, request: &Sent<'_>) {
        if self.sender == Sender::Client {
            self.security(operation, request);
        }
        self.path(operation, request.path);
        self.query(operation, request.query);
        for parameter in of(operation, In::Header) {
            self.header(parameter, request.headers);
        }
        self.cookies(operation, request.headers);
        let is_empty = request.body.is_some_and(|body| body.bytes.is_empty());
        match &operation.body {
            Some(documented) if is_empty && documented.required => {
                let id = REQUEST.body_missing;
                self.report(id, "/request/body", &documented.pointer, "is missing");
            }
            Some(_) if is_empty => {}
            Some(documented) => {
                let contract = format!("{}/requestBody", operation.pointer);
                let (headers, content) = (request.headers, &documented.content);
                self.body(REQUEST, headers, request.body, content, &contract);
            }
            None if request.body.is_some() && !is_empty => {
                let id = REQUEST.body_undocumented;
                let contract = &operation.pointer;
                self.report(id, "/request/body", contract, "is not documented");
            }
            None => {}
        }
    }

    fn security(&mut self, operation: &Operation, request: &Sent<'_>) {
        for missing in security::problems(&operation.security, request.headers, request.query) {
            let (id, sentence) = match missing.problem {
                Problem::Missing => (ids::REQUEST_AUTHORIZATION_MISSING, "is missing"),
                Problem::Invalid => (
                    ids::REQUEST_AUTHORIZATION_INVALID,
                    "has no credentials of the documented scheme",
                ),
            };
            let pointer = missing.scheme.pointer();
            self.report(id, &pointer, &operation.security_pointer, sentence);
        }
    }

    fn path(&mut self, operation: &Operation, path: &str) {
        for (name, text) in path::values(&operation.path, path) {
            let mut parameters = of(operation, In::Path);
            if let Some(parameter) = parameters.find(|parameter| parameter.name == name) {
                let pointer = format!("/request/path/{name}");
                let value = parameter.text(&self.contract.schemas, text);
                self.parameter(parameter, &pointer, value);
            }
        }
    }

    /// Validates the value of a parameter.
    fn parameter(&mut self, parameter: &Parameter, pointer: &str, value: Result<Value, Malformed>) {
        match value {
            Ok(value) => self.validate(REQUEST, pointer, parameter.schema, &value),
            Err(Malformed) => {
                let sentence = "is not written in the documented style";
                let id = ids::REQUEST_PARAMETER_MALFORMED;
                self.report(id, pointer, &parameter.pointer, sentence);
            }
        }
    }

    fn query(&mut self, operation: &Operation, query: &str) {
        let pairs = Pair::all(query);
        let is_key = |name: &str| {
            let mut schemes = operation.security.iter().flatten();
            schemes.any(|scheme| matches!(scheme, Scheme::Query(key) if key == name))
        };
        for parameter in operation.query_parameters() {
            let is_other = |name: &str| {
                name != parameter.name && operation.query(name).is_some() || is_key(name)
            };
            let mut owned = Vec::new();
            for pair in &pairs {
                if parameter.owns(&pair.name) && !is_other(&pair.name) {
                    owned.push(pair);
                }
            }
            let pointer = format!("/request/query/{}", token(&parameter.name));
            if owned.is_empty() {
                if !parameter.is_valid_if_left_out(&self.contract.schemas) {
                    self.missing(parameter, &pointer);
                }
            } else if owned.len() > 1 && !parameter.repeats() {
                let id = ids::REQUEST_PARAMETER_DUPLICATE;
                self.report(id, &pointer, &parameter.pointer, "is duplicated");
            } else if !parameter.is_allowed_empty(&owned) {
                let value = parameter.pairs(&self.contract.schemas, &owned);
                self.parameter(parameter, &pointer, value);
            }
        }
        for Pair { name, .. } in &pairs {
            let known = operation
                .query_parameters()
                .any(|parameter| parameter.owns(name));
            if !known && !is_key(name) {
                let pointer = format!("/request/query/{}", token(name));
                let id = ids::REQUEST_PARAMETER_UNKNOWN;
                self.report(id, &pointer, &operation.pointer, "is not documented");
            }
        }
    }

    fn header(&mut self, parameter: &Parameter, headers: &HeaderMap) {
        let pointer = format!("/request/headers/{}", parameter.name.to_lowercase());
        match parameter.header(headers) {
            Some(Ok(text)) => {
                let value = parameter.text(&self.contract.schemas, &text);
                self.parameter(parameter, &pointer, value);
            }
            Some(Err(_)) => self.not_ascii(REQUEST.header_not_ascii, parameter, &pointer),
            None => self.missing(parameter, &pointer),
        }
    }

    pub(super) fn not_ascii(&mut self, id: Id, parameter: &Parameter, pointer: &str) {
        self.report(id, pointer, &parameter.pointer, "is not visible ASCII");
    }

    fn cookies(&mut self, operation: &Operation, headers: &HeaderMap) {
        for parameter in of(operation, In::Cookie) {
            let pointer = format!("/request/cookies/{}", token(&parameter.name));
            let mut owned = Vec::new();
            for (name, text) in security::cookies(headers) {
                if parameter.owns(name) {
                    let name = name.into();
                    owned.push(Pair { name, text });
                }
            }
            if owned.is_empty() {
                self.missing(parameter, &pointer);
            } else {
                let owned: Vec<_> = owned.iter().collect();
                let value = parameter.pairs(&self.contract.schemas, &owned);
                self.parameter(parameter, &pointer, value);
            }
        }
    }

    fn missing(&mut self, parameter: &Parameter, pointer: &str) {
        if !parameter.required {
            return;
        }
        let id = ids::REQUEST_PARAMETER_MISSING;
        self.report(id, pointer, &parameter.pointer, "is missing");
        if parameter.place == In::Cookie
            && let Some(finding) = self.validated.findings.last_mut()
        {
            finding.set_part(Part::Credentials);
        }
    }
}

fn of(operation: &Operation, place: In) -> impl Iterator<Item = &Parameter> {
    let parameters = operation.parameters.iter();
    parameters.filter(move |parameter| parameter.place == place)
}
