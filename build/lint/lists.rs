//! Lints lists with cursor pagination: their names must refer to what the generated streams need.

use serde_json::Value;

use super::document::Lint;
use super::ids::Rule;
use super::keys;
use super::nullable;
use super::place::Place;

impl<'a> Lint<'a> {
    pub(super) fn cursor_list(
        &mut self,
        operation: &Place<'a>,
        shared: &[(String, Place<'a>)],
        list: &Place<'a>,
    ) {
        self.keys(list, &keys::CURSOR_LIST);
        for key in keys::CURSOR_LIST.allowed {
            self.required(list, key);
        }
        self.cursor_parameters(operation, shared, list);
        let page = operation
            .get("responses")
            .map(|responses| responses.children())
            .unwrap_or_default()
            .into_iter()
            .find(|(status, _)| status.starts_with('2'))
            .and_then(|(_, success)| {
                success
                    .get("content")?
                    .get("application/json")?
                    .get("schema")
            })
            .and_then(|schema| self.resolve(&schema, "schemas"));
        let more = property(&page, list.text("more")).filter(|more| more.required);
        if more.is_none_or(|more| more.schema.text("type") != Some("boolean")) {
            let reason = "`more` must name a required boolean property of the page";
            self.report(list, Rule::CursorListMore, reason);
        }
        let item = property(&page, list.text("items"))
            .filter(|items| items.required)
            .and_then(|items| items.schema.get("items"))
            .and_then(|item| self.resolve(&item, "schemas"));
        if item.is_none() {
            let reason = "`items` must name a required property of the page, an array of objects";
            self.report(list, Rule::CursorListItems, reason);
        }
        let id = property(&item, list.text("id"))
            .filter(|id| id.required)
            .and_then(|id| self.resolve(&id.schema, "schemas"));
        if id.is_none_or(|id| {
            id.text("type") != Some("string") || id.text("format") == Some("date-time")
        }) {
            let reason = "`id` must name a required string property of the items";
            self.report(list, Rule::CursorListId, reason);
        }
        let timestamp = property(&item, list.text("timestamp"));
        if timestamp.is_none_or(|timestamp| timestamp.schema.text("format") != Some("date-time")) {
            let reason = "`timestamp` must name a property of the items with `format: date-time`";
            self.report(list, Rule::CursorListTimestamp, reason);
        }
    }

    fn cursor_parameters(
        &mut self,
        operation: &Place<'a>,
        shared: &[(String, Place<'a>)],
        list: &Place<'a>,
    ) {
        let limit = self.query_parameter(operation, shared, list.text("limit"));
        if limit.is_none_or(|limit| {
            limit.text("type") != Some("integer")
                || limit.text("format").is_some_and(|format| format != "int64")
                || limit.get("maximum").is_none()
        }) {
            let reason = "`limit` must name an optional query parameter, an integer of 64 bits with a `maximum`";
            self.report(list, Rule::CursorListLimit, reason);
        }
        let before = self.query_parameter(operation, shared, list.text("before"));
        if before.is_none_or(|before| before.text("format") != Some("date-time")) {
            let reason = "`before` must name an optional query parameter with `format: date-time`";
            self.report(list, Rule::CursorListBefore, reason);
        }
    }

    /// Returns the schema of an optional query parameter.
    fn query_parameter(
        &self,
        operation: &Place<'a>,
        shared: &[(String, Place<'a>)],
        name: Option<&str>,
    ) -> Option<Place<'a>> {
        let name = name?;
        let own = operation.children_of("parameters");
        for (_, place) in own.iter().chain(shared) {
            let parameter = match place.get("$ref") {
                Some(_) => self.target(place, "parameters")?,
                None => place.clone(),
            };
            if parameter.text("name") == Some(name) && parameter.text("in") == Some("query") {
                let required = parameter.value.get("required") == Some(&Value::Bool(true));
                return parameter.get("schema").filter(|_| !required);
            }
        }
        None
    }
}

struct Property<'a> {
    schema: Place<'a>,
    /// Whether the property is always present and never null.
    required: bool,
}

fn property<'a>(object: &Option<Place<'a>>, name: Option<&str>) -> Option<Property<'a>> {
    let (object, name) = (object.as_ref()?, name?);
    let schema = object.get("properties")?.get(name)?;
    let mut names = object.children_of("required").into_iter();
    let present = names.any(|(_, required)| required.value.as_str() == Some(name));
    Some(Property {
        required: present && !nullable::split(schema.value).nullable,
        schema,
    })
}
