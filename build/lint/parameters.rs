//! Lints parameters: their names, locations and schemas.

use std::collections::{BTreeMap, BTreeSet};

use heck::ToSnakeCase;
use serde_json::Value;

use super::document::Lint;
use super::ids::Rule;
use super::keys;
use super::place::Place;
use super::schemas::{self, Use};

/// Names reserved by the generated builders.
const BUILDER_NAMES: [&str; 8] = [
    "build",
    "client",
    "items",
    "items_from",
    "new",
    "pages",
    "pages_from",
    "send",
];
/// Headers set by OpenAPI, the client or HTTP itself.
const RESERVED_HEADERS: [&str; 10] = [
    "accept",
    "api-version",
    "authorization",
    "connection",
    "content-length",
    "content-type",
    "cookie",
    "host",
    "transfer-encoding",
    "user-agent",
];

impl<'a> Lint<'a> {
    /// Checks the parameters of an operation. `path` is the template, or `None` for a webhook.
    pub(super) fn parameters(
        &mut self,
        operation: &Place<'a>,
        parameters: Vec<Place<'a>>,
        path: Option<&str>,
    ) {
        let mut names = BTreeMap::new();
        let mut in_path = BTreeSet::new();
        for place in parameters {
            let Some(parameter) = self.resolve(&place, "parameters") else {
                continue;
            };
            if place.get("$ref").is_none() {
                self.parameter(&parameter);
            }
            let name = parameter.text("name").unwrap_or_default();
            let method = name.to_snake_case();
            let body = method == "body" && operation.get("requestBody").is_some();
            if body || BUILDER_NAMES.contains(&method.as_str()) {
                let reason = format!("the request builder already has a method `{method}`");
                self.report(&place, Rule::NameReserved, reason);
            }
            if let Some(other) = names.insert(method.clone(), name) {
                let reason = format!("`{other}` and `{name}` become the same method `{method}`");
                self.report(&place, Rule::NameCollision, reason);
            }
            if parameter.text("in") == Some("path") {
                in_path.insert(name.to_owned());
            }
        }
        let Some(path) = path else { return };
        let templated: BTreeSet<String> = path
            .split('{')
            .skip(1)
            .filter_map(|part| part.split_once('}'))
            .map(|(name, _)| name.to_owned())
            .collect();
        for name in templated.difference(&in_path) {
            let reason = format!("missing path parameter `{name}`, which the path contains");
            self.report(operation, Rule::PathParameterMismatch, reason);
        }
        for name in in_path.difference(&templated) {
            let reason = format!("the path does not contain the path parameter `{name}`");
            self.report(operation, Rule::PathParameterMismatch, reason);
        }
    }

    pub(super) fn parameter(&mut self, parameter: &Place<'a>) {
        self.keys(parameter, &keys::PARAMETER);
        self.required(parameter, "name");
        self.required(parameter, "in");
        let required = parameter.get("required").map(|required| required.value);
        match parameter.text("in") {
            Some("path") if required != Some(&Value::Bool(true)) => {
                let reason = "a path parameter must have `required: true`";
                self.report(parameter, Rule::PathParameterOptional, reason);
            }
            Some("path" | "query") => {}
            Some("header") => self.header_name(parameter),
            Some(_) => {
                let reason = "`in` must be path, query or header";
                self.report(parameter, Rule::ParameterLocationUnsupported, reason);
            }
            // `required` and `keys` report it.
            None => {}
        }
        if let Some(schema) = self.required(parameter, "schema") {
            let timestamp = schema.text("format") == Some("date-time");
            if timestamp && parameter.text("in") != Some("query") {
                let reason = "timestamps are not supported outside the query: the generator uses a \
                              format that the API does not read";
                self.report(&schema, Rule::ParameterTimestampUnsupported, reason);
            }
            schemas::check(self, &schema, Use::Parameter);
        }
    }

    fn header_name(&mut self, parameter: &Place<'a>) {
        let name = parameter.text("name").unwrap_or_default();
        let allowed = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_');
        if name.is_empty() || !name.chars().all(allowed) {
            let reason = "a header name must consist of letters, digits, `-` and `_`";
            self.report(parameter, Rule::HeaderNameInvalid, reason);
        }
        if RESERVED_HEADERS.contains(&name.to_lowercase().as_str()) {
            let reason = format!("the header `{name}` is reserved for the client");
            self.report(parameter, Rule::HeaderNameReserved, reason);
        }
    }
}
