//! Lints paths, operations, request bodies and responses: what they may contain so that the generated method does the
//! same.

use std::collections::{BTreeMap, BTreeSet};

use heck::{ToSnakeCase, ToUpperCamelCase};
use serde_json::Value;

use super::document::{Lint, TYPE_NAMES};
use super::ids::Rule;
use super::keys;
use super::place::Place;
use super::schemas::{self, Use};

/// Names of the client's existing methods.
const CLIENT_NAMES: [&str; 8] = [
    "base_url",
    "builder",
    "from_env",
    "new",
    "new_with_client",
    "request",
    "with_retry",
    "with_timeout",
];
/// Names imported by the module of operations.
const IMPORTED_NAMES: [&str; 13] = [
    "Client",
    "CursorList",
    "DateTime",
    "Error",
    "Future",
    "IntoIterator",
    "Map",
    "Method",
    "Request",
    "Response",
    "Send",
    "Utc",
    "Value",
];
const METHODS: [&str; 5] = ["get", "put", "post", "delete", "patch"];

impl<'a> Lint<'a> {
    pub(super) fn paths(&mut self, contract: &Place<'a>) {
        let mut builders = BTreeSet::new();
        for (path, item) in contract.children_of("paths") {
            let mut segments = path.split('/').skip(1);
            if !path.starts_with('/')
                || path.contains(['?', '#', ' '])
                || segments.any(|segment| matches!(segment, "" | "." | ".."))
                || path.matches('{').count() != path.matches('}').count()
            {
                let reason = "a path must begin with a slash, without query, fragment, spaces, \
                              unbalanced braces, empty and dot segments";
                self.report(&item, Rule::PathInvalid, reason);
            }
            self.path_item(&item, Some(&path), &mut builders);
        }
    }

    /// `path` is the template, or `None` for a webhook. `builders` are the names of the request builders so far.
    pub(super) fn path_item(
        &mut self,
        item: &Place<'a>,
        path: Option<&str>,
        builders: &mut BTreeSet<String>,
    ) {
        self.keys(item, &keys::PATH_ITEM);
        let shared = item.children_of("parameters");
        for (method, operation) in item.children() {
            if !METHODS.contains(&method.as_str()) {
                continue;
            }
            self.keys(&operation, &keys::OPERATION);
            let id = self.required(&operation, "operationId");
            if let Some(id) = id.as_ref().and_then(|id| id.value.as_str()) {
                self.operation_id(&operation, id, builders);
            }
            let own = operation.children_of("parameters");
            let parameters = shared.iter().chain(&own).map(|(_, place)| place.clone());
            self.parameters(&operation, parameters.collect(), path);
            if let Some(body) = operation.get("requestBody") {
                self.request_body(&body, path.is_some());
            }
            self.responses(&operation, path.is_some());
            if let Some(list) = operation.get("x-cursor-list") {
                self.cursor_list(&operation, &list);
            }
        }
    }

    fn operation_id(&mut self, operation: &Place<'a>, id: &str, builders: &mut BTreeSet<String>) {
        let method = id.to_snake_case();
        if !method.starts_with(|first: char| first.is_ascii_lowercase()) || !method.is_ascii() {
            let reason =
                "`operationId` must become the name of a method: ASCII that begins with a letter";
            self.report(operation, Rule::OperationIdInvalid, reason);
        }
        let builder = id.to_upper_camel_case();
        if CLIENT_NAMES.contains(&method.as_str())
            || IMPORTED_NAMES.contains(&builder.as_str())
            || TYPE_NAMES.contains(&builder.as_str())
        {
            let reason = format!("the generated code already uses the name `{id}`");
            self.report(operation, Rule::NameReserved, reason);
        }
        if !builders.insert(builder.clone()) {
            let reason = format!("duplicate `operationId`: another one becomes `{builder}` too");
            self.report(operation, Rule::OperationIdDuplicate, reason);
        }
    }

    fn request_body(&mut self, body: &Place<'a>, generated: bool) {
        self.keys(body, &keys::REQUEST_BODY);
        if body.value.get("required") != Some(&Value::Bool(true)) {
            let reason = "missing `required: true`: the client always sends the body";
            self.report(body, Rule::RequestBodyOptional, reason);
        }
        if let Some(content) = self.required(body, "content") {
            self.content(&content, generated);
        }
    }

    fn responses(&mut self, operation: &Place<'a>, generated: bool) {
        let mut successes = BTreeMap::new();
        for (status, place) in operation.children_of("responses") {
            let Some(response) = self.resolve(&place, "responses") else {
                continue;
            };
            if place.get("$ref").is_none() {
                self.response(&response);
            }
            if status.starts_with('2') && generated && place.get("$ref").is_some() {
                let reason = "`$ref` is not supported in a 2xx response: the generator does not see shared responses";
                self.report(&place, Rule::SuccessResponseShared, reason);
            }
            if status == "204" && response.get("content").is_some() {
                let reason = "`content` is not allowed in a 204 response";
                self.report(&place, Rule::NoContentWithBody, reason);
            }
            if status.starts_with('2') {
                let schema = response.value.pointer("/content/application~1json/schema");
                successes.insert(schema.map(Value::to_string), place);
            }
        }
        if successes.is_empty() {
            let reason = "missing required response `2XX`";
            self.report(operation, Rule::SuccessResponseMissing, reason);
        }
        if generated && successes.len() > 1 {
            let place = successes.into_values().last().unwrap_or(operation.clone());
            let reason = "the 2xx responses of an operation must have the same schema";
            self.report(&place, Rule::SuccessResponseTypes, reason);
        }
    }

    pub(super) fn response(&mut self, response: &Place<'a>) {
        self.keys(response, &keys::RESPONSE);
        if let Some(content) = response.get("content") {
            self.content(&content, true);
        }
    }

    /// Checks the content of a body, whose type is generated unless it is that of a webhook.
    fn content(&mut self, content: &Place<'a>, generated: bool) {
        if content.keys() != ["application/json"] {
            let reason = "the only supported media type is `application/json`";
            return self.report(content, Rule::MediaTypeUnsupported, reason);
        }
        for (_, media) in content.children() {
            self.keys(&media, &keys::MEDIA_TYPE);
            if let Some(schema) = self.required(&media, "schema") {
                let place = if generated { Use::Body } else { Use::Event };
                schemas::check(self, &schema, place);
            }
        }
    }
}
