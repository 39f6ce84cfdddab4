//! Checks the documented rules for every list: no more items than requested, sorted by timestamp, most recent first, all
//! older than the cursor, and only items that match the filters.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::ids::{self, Id};
use super::operation::Operation;
use super::place::Place;
use super::schema::Schemas;
use super::validate::is_date_time;
use super::{Finding, Severity};

/// A list with cursor pagination.
pub(super) struct CursorList {
    pub items: String,
    /// The property that identifies an item.
    pub id: String,
    pub timestamp: String,
    pub more: String,
    /// The query parameter with the maximum number of items.
    pub limit: String,
    /// The query parameter with the exclusive cursor, a timestamp.
    pub before: String,
    /// Parameters that are also properties of the items.
    pub filters: Vec<String>,
    pub pointer: String,
}

impl CursorList {
    /// Returns the items of a page, or an empty slice if there are none.
    pub fn items<'v>(&self, page: &'v Value) -> &'v [Value] {
        page[&self.items].as_array().map_or(&[], Vec::as_slice)
    }

    pub fn read(place: &Place<'_>, operation: &Operation, schemas: &Schemas) -> Option<CursorList> {
        let items = place.text("items")?;
        let page = operation.success()?.json()?;
        let array = schemas.resolve(schemas.property(page, items)?);
        let item = schemas[array].items?;
        let filters = operation
            .query_parameters()
            .filter(|parameter| schemas.property(item, &parameter.name).is_some());
        Some(CursorList {
            items: items.to_owned(),
            id: place.text("id").unwrap_or("id").to_owned(),
            timestamp: place.text("timestamp")?.to_owned(),
            more: place.text("more")?.to_owned(),
            limit: place.text("limit").unwrap_or("limit").to_owned(),
            before: place.text("before").unwrap_or("before").to_owned(),
            filters: filters.map(|parameter| parameter.name.clone()).collect(),
            pointer: place.pointer.clone(),
        })
    }

    /// Returns the names of the properties and parameters used for pagination.
    pub fn names(&self) -> [&str; 6] {
        let [items, id, timestamp] = [&self.items, &self.id, &self.timestamp];
        [items, id, timestamp, &self.more, &self.limit, &self.before]
    }

    /// Returns a breaking finding at a location in the page.
    pub fn finding(&self, id: Id, pointer: &str, sentence: impl Into<String>) -> Finding {
        let pointer = format!("/response/body/{pointer}");
        Finding::of(id, Severity::Breaking, pointer, &self.pointer, sentence)
    }

    pub fn validate(
        &self,
        operation: &Operation,
        query: &[(String, String)],
        page: &Value,
        findings: &mut Vec<Finding>,
    ) {
        let Some(items) = page[&self.items].as_array() else {
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
        if items.is_empty() && page[&self.more] == Value::Bool(true) {
            let sentence = "is true although the page is empty";
            report(ids::LIST_MORE_AFTER_EMPTY_PAGE, &self.more, sentence);
        }
        let before = requested(&self.before).and_then(instant);
        let mut last: Option<DateTime<Utc>> = None;
        let mut ids = HashSet::new();
        for (index, item) in items.iter().enumerate() {
            let pointer = |name: &str| format!("{}/{index}/{name}", self.items);
            if item[&self.id].as_str().is_some_and(|id| !ids.insert(id)) {
                let sentence = "is duplicated on the page";
                report(ids::LIST_ITEM_DUPLICATE, &pointer(&self.id), sentence);
            }
            if let Some(time) = item[&self.timestamp].as_str().and_then(instant) {
                if before.is_some_and(|before| time >= before) {
                    let sentence = "is not older than the requested cursor";
                    report(
                        ids::LIST_CURSOR_EXCEEDED,
                        &pointer(&self.timestamp),
                        sentence,
                    );
                }
                if last.is_some_and(|last| time > last) {
                    let sentence = "is more recent than the previous item";
                    report(ids::LIST_ORDER, &pointer(&self.timestamp), sentence);
                }
                last = Some(time);
            }
            for name in &self.filters {
                let value = item
                    .get(name)
                    .filter(|value| value.is_string() || value.is_null());
                if requested(name)
                    .is_some_and(|requested| value.is_some_and(|value| value != requested))
                {
                    let sentence = "does not match the requested filter";
                    report(ids::LIST_FILTER_MISMATCH, &pointer(name), sentence);
                }
            }
        }
    }
}

pub(super) fn instant(text: &str) -> Option<DateTime<Utc>> {
    let read = DateTime::parse_from_rfc3339(text).ok();
    Some(read.filter(|_| is_date_time(text))?.to_utc())
}
