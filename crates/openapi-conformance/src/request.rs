//! Validates a request or a webhook delivery.

use std::borrow::Cow;

use http::{HeaderMap, Request};
use url::form_urlencoded;

use super::exchange::ExchangeValidator;
use super::ids::{self, Id, REQUEST};
use super::operation::Operation;
use super::parameter::{In, Parameter};
use super::path;
use super::security::{self, Problem, Scheme};
use super::validate::{Sender, token};

impl ExchangeValidator<'_> {
    pub(super) fn request(&mut self, operation: &Operation, request: &Request<impl AsRef<[u8]>>) {
        let query = request.uri().query().unwrap_or_default();
        if self.sender == Sender::Client {
            self.security(operation, request.headers(), query);
        }
        self.path(operation, request.uri().path());
        self.query(operation, query);
        for parameter in of(operation, In::Header) {
            self.header(parameter, request.headers());
        }
        self.cookies(operation, request.headers());
        let body = request.body().as_ref();
        let pointer = format!("{}/requestBody", operation.pointer);
        match &operation.body {
            Some(documented) if body.is_empty() && documented.required => {
                let id = REQUEST.body_missing;
                self.report(id, "/request/body", &documented.pointer, "is missing");
            }
            Some(documented) if !body.is_empty() => {
                self.body(
                    REQUEST,
                    request.headers(),
                    body,
                    &documented.content,
                    &pointer,
                );
            }
            None if !body.is_empty() => {
                let id = REQUEST.body_undocumented;
                let place = &operation.pointer;
                self.report(id, "/request/body", place, "is not documented");
            }
            _ => {}
        }
    }

    fn security(&mut self, operation: &Operation, headers: &HeaderMap, query: &str) {
        let Some((scheme, problem)) = security::problem(&operation.security, headers, query) else {
            return;
        };
        let (id, sentence) = match problem {
            Problem::Missing => (ids::REQUEST_AUTHORIZATION_MISSING, "is missing"),
            Problem::Invalid => (
                ids::REQUEST_AUTHORIZATION_INVALID,
                "has no credentials of the documented scheme",
            ),
        };
        self.report(id, &scheme.pointer(), &operation.security_pointer, sentence);
    }

    fn path(&mut self, operation: &Operation, path: &str) {
        for (name, text) in path::values(&operation.path, path) {
            let mut parameters = of(operation, In::Path);
            if let Some(parameter) = parameters.find(|parameter| parameter.name == name) {
                let pointer = format!("/request/path/{name}");
                let value = parameter.segment(text);
                self.validate(REQUEST, &pointer, parameter.schema, &value);
            }
        }
    }

    fn query(&mut self, operation: &Operation, query: &str) {
        let pairs: Vec<(Cow<str>, Cow<str>)> = form_urlencoded::parse(query.as_bytes()).collect();
        let is_key = |name: &str| {
            let mut schemes = operation.security.iter().flatten();
            schemes.any(|scheme| matches!(scheme, Scheme::Query(key) if key == name))
        };
        for parameter in operation.query_parameters() {
            let is_other = |name: &str| {
                name != parameter.name && operation.query(name).is_some() || is_key(name)
            };
            let owned = pairs
                .iter()
                .filter(|(name, _)| parameter.owns(name) && !is_other(name));
            let owned: Vec<_> = owned
                .map(|(name, text)| (name.as_ref(), text.as_ref()))
                .collect();
            let pointer = format!("/request/query/{}", token(&parameter.name));
            match owned[..] {
                [] => self.missing(parameter, &pointer),
                [_, _, ..] if !parameter.repeats() => {
                    let id = ids::REQUEST_PARAMETER_DUPLICATE;
                    self.report(id, &pointer, &parameter.pointer, "is duplicated");
                }
                _ => {
                    let value = parameter.pairs(&owned);
                    self.validate(REQUEST, &pointer, parameter.schema, &value);
                }
            }
        }
        for (name, _) in &pairs {
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
                let value = parameter.text(&text);
                self.validate(REQUEST, &pointer, parameter.schema, &value);
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
            let cookies = security::cookies(headers);
            let owned: Vec<_> = cookies.filter(|(name, _)| parameter.owns(name)).collect();
            if owned.is_empty() {
                self.missing(parameter, &pointer);
            } else {
                let value = parameter.pairs(&owned);
                self.validate(REQUEST, &pointer, parameter.schema, &value);
            }
        }
    }

    fn missing(&mut self, parameter: &Parameter, pointer: &str) {
        if parameter.required {
            let id = ids::REQUEST_PARAMETER_MISSING;
            self.report(id, pointer, &parameter.pointer, "is missing");
        }
    }
}

fn of(operation: &Operation, place: In) -> impl Iterator<Item = &Parameter> {
    let parameters = operation.parameters.iter();
    parameters.filter(move |parameter| parameter.place == place)
}
