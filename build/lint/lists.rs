//! Lints lists with cursor pagination: their names must refer to what the generated streams need.

use super::document::Lint;
use super::ids::Rule;
use super::keys;
use super::place::Place;

impl<'a> Lint<'a> {
    pub(super) fn cursor_list(&mut self, operation: &Place<'a>, list: &Place<'a>) {
        self.keys(list, &keys::CURSOR_LIST);
        for key in keys::CURSOR_LIST.allowed {
            self.required(list, key);
        }
        self.cursor_parameters(operation, list);
        let page = operation
            .get("responses")
            .and_then(|responses| {
                responses
                    .get("2XX")?
                    .get("content")?
                    .get("application/json")
            })
            .and_then(|media| media.get("schema"))
            .and_then(|schema| self.resolve(&schema, "schemas"));
        let more = property(&page, list.text("more")).filter(|more| more.required);
        if more.is_none_or(|more| more.schema.text("type") != Some("boolean")) {
            let reason = "`more` must name a required boolean property of the page";
            self.report(list, Rule::CursorListMore, reason);
        }
        let item = property(&page, list.text("items"))
            .filter(|items| items.required)
            .and_then(|items| items.schema.get("items"))
            .filter(|item| item.get("$ref").is_some())
            .and_then(|item| self.resolve(&item, "schemas"));
        if item.is_none() {
            let reason =
                "`items` must name a required property of the page, an array of a component";
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

    fn cursor_parameters(&mut self, operation: &Place<'a>, list: &Place<'a>) {
        let own = operation.children_of("parameters");
        let schema = |name: &str| {
            let mut own = own.iter().map(|(_, parameter)| parameter);
            let parameter = own.find(|parameter| parameter.text("name") == Some(name))?;
            parameter
                .get("schema")
                .filter(|_| parameter.text("in") == Some("query"))
        };
        if schema("limit").is_none_or(|limit| {
            limit.text("type") != Some("integer")
                || limit.text("format") == Some("int32")
                || limit.get("maximum").is_none()
        }) {
            let reason =
                "missing required query parameter `limit`, an integer of 64 bits with a `maximum`";
            self.report(list, Rule::CursorListLimit, reason);
        }
        if schema("before").is_none_or(|before| before.text("format") != Some("date-time")) {
            let reason = "missing required query parameter `before` with `format: date-time`";
            self.report(list, Rule::CursorListBefore, reason);
        }
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
        required: present && schema.get("nullable").is_none(),
        schema,
    })
}
