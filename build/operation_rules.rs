//! Lints operations: what they may contain so that the generated method does the same.

use std::collections::{BTreeMap, BTreeSet};

use heck::{ToSnakeCase, ToUpperCamelCase};
use serde_json::Value;

use super::finding::Place;
use super::keys;
use super::preflight::{Preflight, TYPE_NAMES};
use super::schema_rules::{self, Use};

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
const IMPORTED_NAMES: [&str; 8] = [
    "Client",
    "CursorList",
    "DateTime",
    "Error",
    "Method",
    "Request",
    "Response",
    "Utc",
];
const METHODS: [&str; 5] = ["get", "put", "post", "delete", "patch"];
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

impl<'a> Preflight<'a> {
    pub(super) fn paths(&mut self, contract: &Place<'a>) {
        if contract.children_of("paths").is_empty() {
            self.report(contract, "`paths` is missing or empty");
        }
        let mut operation_ids = BTreeSet::new();
        for (path, item) in contract.children_of("paths") {
            let braces = [path.matches('{').count(), path.matches('}').count()];
            if !path.starts_with('/')
                || path.contains(['?', '#', ' '])
                || path
                    .split('/')
                    .skip(1)
                    .any(|it| matches!(it, "" | "." | ".."))
                || braces[0] != braces[1]
            {
                self.report(
                    &item,
                    "a path begins with a slash, and has no query, empty or dot segment, or half a parameter",
                );
            }
            self.path_item(&item, Some(&path), &mut operation_ids);
        }
    }

    /// `path` is the template, or `None` for an event, which has no path.
    pub(super) fn path_item(
        &mut self,
        item: &Place<'a>,
        path: Option<&str>,
        ids: &mut BTreeSet<String>,
    ) {
        self.keys(item, &keys::PATH_ITEM);
        let shared = item.children_of("parameters");
        for (method, operation) in item.children() {
            if !METHODS.contains(&method.as_str()) {
                continue;
            }
            self.keys(&operation, &keys::OPERATION);
            self.texts(&operation, &["operationId", "summary", "description"]);
            let id = operation.text("operationId").unwrap_or_default();
            let letters = id.starts_with(|it: char| it.is_ascii_lowercase());
            if !letters || !id.is_ascii() || id != id.to_snake_case() {
                let better = id.to_snake_case();
                self.report(
                    &operation,
                    format!("`operationId` is a method's name: `{better}`"),
                );
            }
            let builder = id.to_upper_camel_case();
            if CLIENT_NAMES.contains(&id)
                || IMPORTED_NAMES.contains(&builder.as_str())
                || TYPE_NAMES.contains(&builder.as_str())
            {
                self.report(
                    &operation,
                    format!("the generated code uses the name `{id}` itself"),
                );
            }
            if !ids.insert(builder) {
                self.report(
                    &operation,
                    format!("`operationId` {id} stands twice, or nearly"),
                );
            }
            match operation.get("externalDocs") {
                None => self.report(
                    &operation,
                    "`externalDocs` is missing: which page documents it?",
                ),
                Some(docs) => self.external_docs(&docs),
            }
            self.operation_tags(&operation);
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

    /// Checks a list with cursor pagination: its names must refer to what the generated stream needs.
    fn cursor_list(&mut self, operation: &Place<'a>, list: &Place<'a>) {
        self.keys(list, &keys::CURSOR_LIST);
        self.texts(list, &["items", "id", "timestamp", "more"]);
        self.cursor_parameters(operation, list);
        let page = operation
            .get("responses")
            .and_then(|it| it.get("2XX"))
            .and_then(|it| it.get("content")?.get("application/json")?.get("schema"))
            .and_then(|it| self.resolve(&it, "schemas"));
        let named = |of: &Option<Place<'a>>, key: &str, required: bool| {
            let (name, of) = (list.text(key)?, of.as_ref()?);
            let mut names = of.children_of("required").into_iter();
            let always = names.any(|(_, it)| it.value.as_str() == Some(name));
            let property = of.get("properties")?.get(name)?;
            (!required || (always && property.get("nullable").is_none())).then_some(property)
        };
        let more = named(&page, "more", true);
        if more.is_none_or(|it| it.text("type") != Some("boolean")) {
            self.report(list, "`more` is a required boolean property of the page");
        }
        let items = named(&page, "items", true).and_then(|it| it.get("items"));
        let item = items
            .filter(|it| it.get("$ref").is_some())
            .and_then(|it| self.resolve(&it, "schemas"));
        if item.is_none() {
            self.report(
                list,
                "`items` is a required array of a component, in the page",
            );
        }
        let id = named(&item, "id", true).and_then(|it| self.resolve(&it, "schemas"));
        if id.is_none_or(|it| {
            it.text("type") != Some("string") || it.text("format") == Some("date-time")
        }) {
            self.report(list, "`id` is a required string property of the items");
        }
        let timestamp = named(&item, "timestamp", false);
        if timestamp.is_none_or(|it| it.text("format") != Some("date-time")) {
            self.report(list, "`timestamp` is a date-time property of the items");
        }
    }

    fn cursor_parameters(&mut self, operation: &Place<'a>, list: &Place<'a>) {
        let own = operation.children_of("parameters");
        let schema = |name: &str| {
            let mut named = own.iter().filter(|(_, it)| it.text("name") == Some(name));
            let (_, parameter) = named.next()?;
            parameter
                .get("schema")
                .filter(|_| parameter.text("in") == Some("query"))
        };
        let limit = schema("limit");
        let integer = limit.as_ref().is_some_and(|it| {
            it.text("type") == Some("integer") && it.text("format") != Some("int32")
        });
        if !integer || limit.is_none_or(|it| it.get("maximum").is_none()) {
            let reason = "a cursor list has an integer query parameter `limit` with a `maximum`";
            self.report(list, reason);
        }
        if schema("before").is_none_or(|it| it.text("format") != Some("date-time")) {
            self.report(
                list,
                "a cursor list has a date-time query parameter `before`",
            );
        }
    }

    fn operation_tags(&mut self, operation: &Place<'a>) {
        let declared: Vec<_> = self.contract.children_of("tags");
        let tags = operation.children_of("tags");
        if tags.is_empty() {
            self.report(operation, "`tags` is missing");
        }
        for (_, tag) in tags {
            if !declared
                .iter()
                .any(|(_, known)| known.value.get("name") == Some(tag.value))
            {
                self.report(&tag, "the contract's `tags` do not have it");
            }
        }
    }

    fn parameters(
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
                self.report(&place, format!("`{name}` is taken by the builder itself"));
            }
            if let Some(other) = names.insert(method, name) {
                self.report(
                    &place,
                    format!("`{name}` and `{other}` would be one method"),
                );
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
        for name in templated.symmetric_difference(&in_path) {
            self.report(
                operation,
                format!("`{name}` is not both in the path and a path parameter"),
            );
        }
    }

    pub(super) fn parameter(&mut self, parameter: &Place<'a>) {
        self.keys(parameter, &keys::PARAMETER);
        self.texts(parameter, &["name", "in", "description"]);
        let required = parameter.get("required").map(|required| required.value);
        match parameter.text("in") {
            Some("path") if required != Some(&Value::Bool(true)) => {
                self.report(parameter, "a path parameter has `required: true`");
            }
            Some("path" | "query") => {}
            Some("header") => {
                let name = parameter.text("name").unwrap_or_default();
                let token = |it: char| it.is_ascii_alphanumeric() || matches!(it, '-' | '_');
                if name.is_empty() || !name.chars().all(token) {
                    self.report(
                        parameter,
                        "a header's name is of letters, digits and dashes",
                    );
                }
                if RESERVED_HEADERS.contains(&name.to_lowercase().as_str()) {
                    self.report(parameter, "a header of this name is not a caller's to set");
                }
            }
            _ => self.report(parameter, "`in` is path, query or header"),
        }
        if parameter.get("example").is_none() {
            self.report(parameter, "`example` is missing");
        }
        match parameter.get("schema") {
            None => self.report(parameter, "`schema` is missing"),
            Some(schema) => {
                let instant = schema.text("format") == Some("date-time");
                if instant && parameter.text("in") != Some("query") {
                    self.report(
                        &schema,
                        "the generator writes an instant as the API reads it in a query only",
                    );
                }
                schema_rules::check(self, &schema, Use::Parameter);
            }
        }
    }

    fn request_body(&mut self, body: &Place<'a>, generated: bool) {
        self.keys(body, &keys::REQUEST_BODY);
        self.texts(body, &["description"]);
        if body.value.get("required") != Some(&Value::Bool(true)) {
            self.report(
                body,
                "`required: true` is missing: the generator always sends the body",
            );
        }
        match body.get("content") {
            None => self.report(body, "`content` is missing"),
            Some(content) => self.content(&content, generated),
        }
    }

    fn responses(&mut self, operation: &Place<'a>, generated: bool) {
        let mut successes = BTreeMap::new();
        for (status, place) in operation.children_of("responses") {
            let digits =
                status.len() == 3 && status.bytes().skip(1).all(|byte| byte.is_ascii_digit());
            let range = status.ends_with("XX") && status.len() == 3;
            if !(digits || range) || !matches!(status.as_bytes()[0], b'2' | b'4' | b'5') {
                self.report(&place, "a status is 2XX, 4XX, 5XX, or three digits of such");
                continue;
            }
            let Some(response) = self.resolve(&place, "responses") else {
                continue;
            };
            if place.get("$ref").is_none() {
                self.response(&response);
            }
            if status.starts_with('2') && generated && place.get("$ref").is_some() {
                self.report(
                    &place,
                    "a success is stated at its operation; errors are shared",
                );
            }
            if status == "204" && response.get("content").is_some() {
                self.report(&place, "204 has no content");
            }
            if status.starts_with('2') {
                let schema = response.value.pointer("/content/application~1json/schema");
                successes.insert(schema.map(Value::to_string), place);
            }
        }
        if successes.is_empty() {
            self.report(operation, "a response for success (`2XX`) is missing");
        }
        if generated && successes.len() > 1 {
            let place = successes.into_values().last().unwrap_or(operation.clone());
            self.report(&place, "the successes of an operation have one type");
        }
    }

    pub(super) fn response(&mut self, response: &Place<'a>) {
        self.keys(response, &keys::RESPONSE);
        self.texts(response, &["description"]);
        for (_, header) in response.children_of("headers") {
            self.keys(&header, &keys::HEADER);
            self.texts(&header, &["description"]);
            match header.get("schema") {
                None => self.report(&header, "`schema` is missing"),
                Some(schema) => schema_rules::check(self, &schema, Use::Parameter),
            }
        }
        if let Some(content) = response.get("content") {
            self.content(&content, true);
        }
    }

    fn content(&mut self, content: &Place<'a>, generated: bool) {
        if content.keys() != ["application/json"] {
            return self.report(content, "the one media type is `application/json`");
        }
        for (_, media) in content.children() {
            self.keys(&media, &keys::MEDIA_TYPE);
            match media.get("schema") {
                None => self.report(&media, "`schema` is missing"),
                Some(schema) if generated => schema_rules::check(self, &schema, Use::Body),
                Some(schema) => schema_rules::check(self, &schema, Use::Event),
            }
            if media.children_of("examples").is_empty() {
                self.report(&media, "a named example is missing in `examples`");
            }
            for (_, example) in media.children_of("examples") {
                self.keys(&example, &keys::EXAMPLE);
                if example.get("value").is_none() {
                    self.report(&example, "`value` is missing");
                }
            }
        }
    }
}
