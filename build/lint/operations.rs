//! Lints paths, operations, request bodies and responses: what they may contain so that the generated method does the
//! same.

use std::collections::BTreeSet;

use heck::{ToSnakeCase, ToUpperCamelCase};
use serde_json::json;

use super::Lint;
use super::ids::Rule;
use super::keys::{self, METHODS};
use super::media::{self, Media};
use super::names;
use super::nullable;
use super::place::Place;
use super::schemas::{self, Use};

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
            self.parameters(&operation, &shared, path);
            if let Some(body) = operation.get("requestBody")
                && let Some(body) = self.resolve(&body, "requestBodies")
            {
                self.request_body(&body);
            }
            self.responses(&operation, &method);
            if path.is_some() {
                self.operation_security(&operation);
            } else {
                self.webhook(&operation);
            }
            if let Some(list) = operation.get("x-pagination") {
                self.pagination(&list);
            }
        }
    }

    /// Checks that an extension has the keys of its style, and no others.
    fn pagination(&mut self, list: &Place<'a>) {
        self.keys(list, &keys::PAGINATION);
        let has = |key: &str| list.get(key).is_some();
        let has_timestamps = has("before") || has("after");
        let mut required = vec!["items", "id"];
        if has_timestamps {
            required.extend(["timestamp", "more", "limit"]);
        }
        for key in &required {
            self.required(list, key);
        }
        for (key, is_used) in [("timestamp", has_timestamps), ("next", has("cursor"))] {
            if !is_used && let Some(child) = list.get(key) {
                let reason = format!(
                    "`{key}` has no meaning here: `timestamp` belongs to `before` and `after`, and `next` to `cursor`"
                );
                self.report(&child, Rule::KeyUnsupported, reason);
            }
        }
    }

    fn operation_id(&mut self, operation: &Place<'a>, id: &str, builders: &mut BTreeSet<String>) {
        if !names::is_identifier(&id.to_snake_case()) {
            let reason =
                "`operationId` must become the name of a method: ASCII that begins with a letter";
            self.report(operation, Rule::OperationIdInvalid, reason);
        }
        let builder = id.to_upper_camel_case();
        if !builders.insert(builder.clone()) {
            let reason = format!("duplicate `operationId`: another one becomes `{builder}` too");
            self.report(operation, Rule::OperationIdDuplicate, reason);
        }
    }

    /// Reports keys that say nothing about an event, because its deliveries are signed requests to the receiver.
    fn webhook(&mut self, operation: &Place<'a>) {
        for (_, place) in operation.children_of("parameters") {
            let parameter = self.resolve(&place, "parameters").unwrap_or(place);
            if let Some(key) = parameter.get("x-idempotency-key") {
                let reason = "`x-idempotency-key` is not supported at a webhook; remove it";
                self.report(&key, Rule::KeyUnsupported, reason);
            }
        }
        for key in ["deprecated", "security", "x-pagination"] {
            if let Some(child) = operation.get(key) {
                let reason = format!("`{key}` is not supported at a webhook; remove it");
                self.report(&child, Rule::KeyUnsupported, reason);
            }
        }
    }

    /// Checks that an operation needs the API key, or no key at all.
    fn operation_security(&mut self, operation: &Place<'a>) {
        let Some(security) = operation.get("security") else {
            return;
        };
        let required = self.contract.get("security").map(|required| required.value);
        let known = [Some(&json!([])), required].contains(&Some(security.value));
        if !known {
            let reason = "`security` of an operation must be `[]`, for a request without the API key, or that of the \
                          contract";
            self.report(&security, Rule::SecurityUnsupported, reason);
        }
    }

    pub(super) fn request_body(&mut self, body: &Place<'a>) {
        self.keys(body, &keys::REQUEST_BODY);
        let Some(content) = self.required(body, "content") else {
            return;
        };
        if content.children().len() != 1 {
            let reason =
                "a request body must have one media type: the client would not know which to send";
            self.report(&content, Rule::MediaTypeCount, reason);
        }
        for (media_type, media) in self.content(&content) {
            match media::of(&media_type) {
                Media::Form => self.form(&media, false),
                Media::Multipart => self.form(&media, true),
                _ => {}
            }
        }
    }

    /// Checks that the fields of a form can be written: scalars and arrays of them, or also files and JSON.
    fn form(&mut self, media: &Place<'a>, multipart: bool) {
        let schema = media
            .get("schema")
            .and_then(|schema| self.resolved(&schema));
        let Some(schema) = schema.filter(|schema| schema.get("properties").is_some()) else {
            let reason = "a form must be an object with `properties`";
            return self.report(media, Rule::FormInvalid, reason);
        };
        if multipart {
            return;
        }
        for (name, property) in schema.children_of("properties") {
            let array_or_value = self.resolved(&property);
            let item = array_or_value.as_ref().and_then(|array| array.get("items"));
            let value = match item {
                Some(item) => self.resolved(&item),
                None => array_or_value,
            };
            let scalar = value.is_some_and(|value| {
                let inner = nullable::split(value.value).inner;
                let kind = inner["type"].as_str();
                kind.is_none_or(|kind| !matches!(kind, "object" | "array"))
                    && value.get("properties").is_none()
            });
            if !scalar {
                let reason = format!("`{name}` of a form must be a scalar or an array of scalars");
                self.report(&property, Rule::FormInvalid, reason);
            }
        }
    }

    /// Returns a schema, or the target of its reference.
    fn resolved(&self, schema: &Place<'a>) -> Option<Place<'a>> {
        if schema.get("$ref").is_some() {
            self.target(schema, "schemas")
        } else {
            Some(schema.clone())
        }
    }

    fn responses(&mut self, operation: &Place<'a>, method: &str) {
        let mut contents = Vec::new();
        let mut last = None;
        for (status, place) in operation.children_of("responses") {
            let Some(response) = self.resolve(&place, "responses") else {
                continue;
            };
            if place.get("$ref").is_none() {
                self.response(&response);
            }
            if !status.starts_with('2') {
                continue;
            }
            let content = response.get("content");
            if content.is_some() && (status == "204" || method == "head") {
                let reason = "`content` is not allowed in a 204 response and in a response to HEAD";
                self.report(&place, Rule::NoContentWithBody, reason);
            }
            if let Some(content) = content {
                contents.push(content);
            }
            last = Some(place);
        }
        match last {
            None => {
                let reason = "missing required response `2XX`; the client follows no redirects";
                self.report(operation, Rule::SuccessResponseMissing, reason);
            }
            Some(last) => self.success(&contents, &last),
        }
    }

    /// Checks that the client can tell by which media type the content of successful responses is decoded.
    fn success(&mut self, contents: &[Place<'a>], last: &Place<'a>) {
        let types = |content: &Place<'a>| {
            content
                .children()
                .into_iter()
                .map(|(media_type, _)| media_type)
                .collect::<Vec<_>>()
        };
        if let [content] = contents {
            let mut methods = BTreeSet::new();
            let mut others = types(content);
            others.retain(|media_type| media::of(media_type) != Media::Json);
            let is_distinct = others
                .iter()
                .all(|media_type| methods.insert(names::send_method(media_type)));
            if types(content).len() > others.len() + 1 || !is_distinct {
                let reason = "a response can have one JSON media type, and others whose subtypes differ, each of which becomes \
                              a method; remove the others, and call the endpoint with `Client::request`";
                self.report(content, Rule::MediaTypeCount, reason);
            }
            return;
        }
        let kinds: BTreeSet<_> = contents
            .iter()
            .flat_map(types)
            .map(|media_type| match media::of(&media_type) {
                Media::Json => "json",
                Media::Text => "text",
                _ => "bytes",
            })
            .collect();
        if kinds.len() > 1 || contents.iter().any(|content| content.children().len() > 1) {
            let reason = "the 2xx responses of an operation must all be JSON, text, or bytes, with one media type each";
            self.report(last, Rule::SuccessResponseTypes, reason);
        }
    }

    pub(super) fn response(&mut self, response: &Place<'a>) {
        self.keys(response, &keys::RESPONSE);
        for (name, header) in response.children_of("headers") {
            // OpenAPI ignores this header: `content` describes it.
            if !name.eq_ignore_ascii_case("content-type")
                && let Some(header) = self.resolve(&header, "headers")
            {
                self.header(&header);
            }
        }
        if let Some(content) = response.get("content") {
            self.content(&content);
        }
    }

    pub(super) fn header(&mut self, header: &Place<'a>) {
        self.keys(header, &keys::HEADER);
        if let Some(schema) = self.required(header, "schema") {
            schemas::check(self, &schema, Use::Parameter);
        }
    }

    /// Checks the content of a body, and returns its media types.
    fn content(&mut self, content: &Place<'a>) -> Vec<(String, Place<'a>)> {
        let media_types = content.children();
        for (media_type, media) in &media_types {
            self.keys(media, &keys::MEDIA_TYPE);
            let kind = media::of(media_type);
            if kind == Media::Unsupported {
                let reason = format!(
                    "`{media_type}` is not supported; write `application/octet-stream` for a body of any type, or leave the \
                     operation out: call it with `Client::request`, and read a stream with `send_stream`"
                );
                self.report(media, Rule::MediaTypeUnsupported, reason);
            }
            let schema = if matches!(kind, Media::Text | Media::Bytes) {
                media.get("schema")
            } else {
                self.required(media, "schema")
            };
            if let Some(schema) = schema {
                schemas::check(self, &schema, Use::Body);
            }
        }
        media_types
    }
}
