//! Lints parameters: their names, locations and schemas.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::Lint;
use super::ids::Rule;
use super::keys;
use super::names;
use super::place::Place;
use super::schemas::{self, Use};

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
    /// Checks the parameters of an operation, and those of its path. `path` is the template, or `None` for a webhook.
    pub(super) fn parameters(
        &mut self,
        operation: &Place<'a>,
        shared: &[(String, Place<'a>)],
        path: Option<&str>,
    ) {
        let mut names: BTreeMap<String, (String, Option<&str>)> = BTreeMap::new();
        if operation.get("requestBody").is_some() {
            names.insert("body".to_owned(), ("the request body".to_owned(), None));
        }
        let mut in_path = BTreeSet::new();
        let own = operation.children_of("parameters");
        for (index, (_, place)) in shared.iter().chain(&own).enumerate() {
            let Some(parameter) = self.resolve(place, "parameters") else {
                continue;
            };
            if place.get("$ref").is_none() && index >= shared.len() {
                self.parameter(&parameter);
            }
            let name = parameter.text("name").unwrap_or_default();
            let location = parameter.text("in");
            let field = names::parameter_name(name);
            if !names::is_identifier(&field) {
                let reason = format!("the name `{name}` cannot become that of a method");
                self.report(place, Rule::NameInvalid, reason);
            }
            let other = names.insert(field.clone(), (name.to_owned(), location));
            // An operation's parameter replaces that of its path.
            if let Some((other, other_location)) = other
                && (other != name || other_location != location || index < shared.len())
            {
                let reason = format!("`{other}` and `{name}` become the same method `{field}`");
                self.report(place, Rule::NameCollision, reason);
            }
            if location == Some("path") {
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
                let reason = "`in` must be path, query or header; set cookies on the HTTP client";
                self.report(parameter, Rule::ParameterLocationUnsupported, reason);
            }
            // `required` and `keys` report it.
            None => {}
        }
        self.style(parameter);
        if let Some(schema) = self.required(parameter, "schema") {
            schemas::check(self, &schema, Use::Parameter);
        }
    }

    /// Checks that the client writes the value as the style says.
    fn style(&mut self, parameter: &Place<'a>) {
        let Some(style) = parameter.get("style") else {
            return;
        };
        let exploded = parameter.value.get("explode") != Some(&Value::Bool(false));
        let supported = match (parameter.text("in"), style.value.as_str()) {
            (Some("query"), Some("form")) | (Some("path" | "header"), Some("simple")) => true,
            (Some("query"), Some("spaceDelimited" | "pipeDelimited")) => !exploded,
            _ => false,
        };
        if !supported {
            let reason = "`style` must be simple in paths and headers, and form, or spaceDelimited or pipeDelimited with \
                          `explode: false`, in queries; instead of deepObject, declare parameters such as \
                          `filter[status]`";
            self.report(&style, Rule::ParameterStyleUnsupported, reason);
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
            let reason = format!("the client sets the header `{name}`; remove the parameter");
            self.report(parameter, Rule::HeaderNameReserved, reason);
        }
    }
}
