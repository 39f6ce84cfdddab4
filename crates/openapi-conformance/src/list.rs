//! What a contract says about a list that is read page by page.

mod rules;

use std::borrow::Cow;

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::ids::Id;
use super::parameter::Parameter;
use super::place::Place;
use super::schema::{SchemaId, Schemas};
use super::validate::is_date_time;
use super::{Finding, Severity};

/// A list that is read page by page. A property of the page is a name, or a JSON pointer.
pub(super) struct CursorList {
    pub items: String,
    /// The property that identifies an item.
    pub id: String,
    /// The property by which the items are sorted; empty if the list has another cursor.
    pub timestamp: String,
    /// The property that tells whether another page follows; empty if there is none.
    pub more: String,
    /// The query parameter with the maximum number of items; empty if there is none.
    pub limit: String,
    /// The query parameter with the exclusive cursor, a timestamp; empty if the list has another cursor.
    pub before: String,
    /// Parameters that are also properties of the items.
    pub filters: Vec<String>,
    pub pointer: String,
    style: Style,
    /// The keys and values of the extension, with defaults.
    described: Vec<(String, String)>,
}

/// How a list continues.
#[derive(Clone, Copy, PartialEq)]
enum Style {
    /// The items before a timestamp, most recent first.
    Before,
    /// The items after a timestamp, oldest first.
    After,
    /// A page after which others may follow although it is empty.
    Cursor,
    Position,
}

impl CursorList {
    /// Returns the items of a page, or an empty slice if there are none.
    pub fn items<'v>(&self, page: &'v Value) -> &'v [Value] {
        let items = find(page, &self.items).and_then(Value::as_array);
        items.map_or(&[], Vec::as_slice)
    }

    /// Returns true if the list continues before a timestamp, most recent first.
    pub fn continues_before_a_timestamp(&self) -> bool {
        self.style == Style::Before
    }

    /// Reads the extension of an operation with these query parameters and this schema of a page.
    pub fn read<'p>(
        place: &Place<'_>,
        parameters: impl Iterator<Item = &'p Parameter>,
        page: SchemaId,
        schemas: &Schemas,
    ) -> Option<CursorList> {
        let items = place.text("items")?;
        let array = resolve(schemas, page, items)?;
        let item = schemas[array].items?;
        let filters =
            parameters.filter(|parameter| schemas.property(item, &parameter.name).is_some());
        let has = |key: &str| place.text(key).is_some();
        let style = if has("after") {
            Style::After
        } else if has("cursor") || has("link") {
            Style::Cursor
        } else if has("page") || has("offset") {
            Style::Position
        } else {
            Style::Before
        };
        let text = |key: &str| place.text(key).unwrap_or_default().to_owned();
        // Lists before timestamps have the names of their parameters by default.
        let or_name = |key: &str| match style {
            Style::Before => place.text(key).unwrap_or(key).to_owned(),
            _ => text(key),
        };
        if matches!(style, Style::Before | Style::After) && !(has("timestamp") && has("more")) {
            return None;
        }
        let keys = ["items", "id", "timestamp", "more", "limit"];
        let continuing = [
            "before", "after", "cursor", "next", "page", "offset", "link",
        ];
        let described = keys.iter().chain(&continuing).filter_map(|key| {
            let value = match *key {
                "id" => place.text("id").unwrap_or("id").to_owned(),
                "limit" | "before" => or_name(key),
                key => text(key),
            };
            (has(key) || !value.is_empty()).then(|| ((*key).to_owned(), value))
        });
        Some(CursorList {
            items: items.to_owned(),
            id: place.text("id").unwrap_or("id").to_owned(),
            timestamp: text("timestamp"),
            more: text("more"),
            limit: or_name("limit"),
            before: match style {
                Style::Before => or_name("before"),
                _ => text("after"),
            },
            filters: filters.map(|parameter| parameter.name.clone()).collect(),
            pointer: place.pointer.clone(),
            style,
            described: described.collect(),
        })
    }

    /// Returns the names of the properties and parameters used for pagination, each with its key.
    pub fn names(&self) -> &[(String, String)] {
        &self.described
    }

    /// Returns a breaking finding at a location in the page.
    pub fn finding(&self, id: Id, pointer: &str, sentence: impl Into<String>) -> Finding {
        let place = match pointer.trim_matches('/') {
            "" => "/response/body".to_owned(),
            inside => format!("/response/body/{inside}"),
        };
        Finding::of(id, Severity::Breaking, place, &self.pointer, sentence)
    }
}

/// Returns a value of a page: the property of this name, or the value at a JSON pointer. The page itself is empty.
fn find<'v>(page: &'v Value, name: &str) -> Option<&'v Value> {
    if name.is_empty() || name.starts_with('/') {
        page.pointer(name)
    } else {
        page.get(name)
    }
}

/// Returns the schema of a value of a page.
fn resolve(schemas: &Schemas, page: SchemaId, name: &str) -> Option<SchemaId> {
    let tokens = match name.strip_prefix('/') {
        Some(pointer) => pointer.split('/').map(unescape).collect(),
        None if name.is_empty() => Vec::new(),
        None => vec![Cow::Borrowed(name)],
    };
    let mut schema = schemas.resolve(page);
    for token in tokens {
        schema = schemas.resolve(schemas.property(schema, &token)?);
    }
    Some(schema)
}

fn unescape(token: &str) -> Cow<'_, str> {
    if token.contains('~') {
        token.replace("~1", "/").replace("~0", "~").into()
    } else {
        token.into()
    }
}

pub(super) fn instant(text: &str) -> Option<DateTime<Utc>> {
    let read = DateTime::parse_from_rfc3339(text).ok();
    Some(read.filter(|_| is_date_time(text))?.to_utc())
}
