//! Checks the rules for every list: no more items than requested, no item twice, only items that match the filters, and
//! sorted by timestamp on the other side of the cursor, if the list continues at a timestamp.

use std::borrow::Cow;
use std::collections::HashSet;

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::{CursorList, Style, find, instant};
use crate::Finding;
use crate::ids::{self, Id};
use crate::operation::Operation;

impl CursorList {
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

/// Returns an id as text.
fn text(id: &Value) -> Option<Cow<'_, str>> {
    match id {
        Value::String(text) => Some(text.into()),
        Value::Number(number) => Some(number.to_string().into()),
        _ => None,
    }
}
