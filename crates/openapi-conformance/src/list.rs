//! Checks the rules for every list: no more items than requested, no item twice, only items that match the filters, and
//! sorted by timestamp on the other side of the cursor, if the list continues at a timestamp.

use std::borrow::Cow;
use std::collections::HashSet;

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::ids::{self, Id};
use super::operation::Operation;
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

    pub fn read(place: &Place<'_>, operation: &Operation, schemas: &Schemas) -> Option<CursorList> {
        let items = place.text("items")?;
        let array = resolve(schemas, operation.success()?.json()?, items)?;
        let item = schemas[array].items?;
        let filters = operation
            .query_parameters()
            .filter(|parameter| schemas.property(item, &parameter.name).is_some());
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

    pub fn validate(
        &self,
        operation: &Operation,
        query: &[(String, String)],
        page: &Value,
        findings: &mut Vec<Finding>,
    ) {
        let Some(items) = find(page, &self.items).and_then(Value::as_array) else {
            return;
        };
        let requested = |name: &str| {
            let mut named = query.iter().filter(|(key, _)| key == name);
            named.next().map(|(_, value)| value.as_str())
        };
        let mut report = |id: Id, pointer: &str, sentence: &str| {
            findings.push(self.finding(id, pointer, sentence));
        };
        let limit = match requested(&self.limit) {
            Some(limit) => limit.parse().ok(),
            None => operation.default(&self.limit),
        };
        if limit.is_some_and(|limit| i64::try_from(items.len()).is_ok_and(|count| count > limit)) {
            let sentence = format!("has {} items, which exceeds the limit", items.len());
            report(ids::LIST_LIMIT_EXCEEDED, &self.items, &sentence);
        }
        let more = find(page, &self.more).filter(|_| !self.more.is_empty());
        if items.is_empty() && more == Some(&Value::Bool(true)) && self.style != Style::Cursor {
            let sentence = "is true although the page is empty";
            report(ids::LIST_MORE_AFTER_EMPTY_PAGE, &self.more, sentence);
        }
        let cursor = requested(&self.before).and_then(|text| self.position(&Value::from(text)));
        let mut last: Option<DateTime<Utc>> = None;
        let mut ids = HashSet::new();
        for (index, item) in items.iter().enumerate() {
            let pointer = |name: &str| format!("{}/{index}/{name}", self.items);
            if text(&item[&self.id]).is_some_and(|id| !ids.insert(id)) {
                let sentence = "is duplicated on the page";
                report(ids::LIST_ITEM_DUPLICATE, &pointer(&self.id), sentence);
            }
            if let Some(time) = self.position(&item[&self.timestamp]) {
                if cursor.is_some_and(|cursor| self.is_ahead(time, cursor) || time == cursor) {
                    let sentence = match self.style {
                        Style::After => "is not more recent than the requested cursor",
                        _ => "is not older than the requested cursor",
                    };
                    report(
                        ids::LIST_CURSOR_EXCEEDED,
                        &pointer(&self.timestamp),
                        sentence,
                    );
                }
                if last.is_some_and(|last| self.is_ahead(time, last)) {
                    let sentence = match self.style {
                        Style::After => "is older than the previous item",
                        _ => "is more recent than the previous item",
                    };
                    report(ids::LIST_ORDER, &pointer(&self.timestamp), sentence);
                }
                last = Some(time);
            }
            for name in &self.filters {
                let value = item
                    .get(name)
                    .filter(|value| value.is_string() || value.is_null());
                let mut named = query.iter().filter(|(key, _)| key == name).peekable();
                let is_requested = named.peek().is_some();
                let mut wanted = named.flat_map(|(_, text)| operation.query_items(name, text));
                if is_requested && value.is_some_and(|value| !wanted.any(|wanted| value == wanted))
                {
                    let sentence = "does not match the requested filter";
                    report(ids::LIST_FILTER_MISMATCH, &pointer(name), sentence);
                }
            }
        }
    }

    /// Returns a timestamp of the list: a date-time, or an integer of any unit, of which only the order matters.
    fn position(&self, value: &Value) -> Option<DateTime<Utc>> {
        if self.timestamp.is_empty() {
            return None;
        }
        let text = match value {
            Value::Number(number) => return DateTime::from_timestamp_millis(number.as_i64()?),
            value => value.as_str()?,
        };
        let integer = || DateTime::from_timestamp_millis(text.parse().ok()?);
        instant(text).or_else(integer)
    }

    /// Returns true if the first timestamp precedes the other one in the order of the list.
    fn is_ahead(&self, timestamp: DateTime<Utc>, other: DateTime<Utc>) -> bool {
        match self.style {
            Style::After => timestamp < other,
            _ => timestamp > other,
        }
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

/// Returns an id as text.
fn text(id: &Value) -> Option<Cow<'_, str>> {
    match id {
        Value::String(text) => Some(text.into()),
        Value::Number(number) => Some(number.to_string().into()),
        _ => None,
    }
}

pub(super) fn instant(text: &str) -> Option<DateTime<Utc>> {
    let read = DateTime::parse_from_rfc3339(text).ok();
    Some(read.filter(|_| is_date_time(text))?.to_utc())
}
