//! Compares three pages with the whole list: nothing is missing, nothing is added, and `hasMore` is correct.

use serde_json::Value;

use super::{Check, Live, LiveError, Query, Target, check_of, with};
use crate::Finding;
use crate::ids::{self, Id};
use crate::list::{CursorList, instant};

impl<'c> Live<'c> {
    /// Compares three pages with the longest possible page.
    pub(super) async fn pages(
        &mut self,
        target: &Target<'c>,
        list: &CursorList,
    ) -> Result<Check, LiveError> {
        let operation = target.operation;
        let mut check = check_of(operation, "over three pages");
        let limit = operation.query(&list.limit);
        let longest = limit
            .and_then(|limit| self.contract.schemas.maximum(limit.schema))
            .unwrap_or(100);
        let query = |limit: i64, before: Option<&str>| -> Query {
            let mut pairs = vec![(list.limit.clone(), limit.to_string())];
            pairs.extend(before.map(|before| (list.before.clone(), before.to_owned())));
            with(&target.query, &pairs)
        };
        let whole = self.page(&mut check, target, &query(longest, None)).await?;
        let count = list.items(&whole).len();
        if self.is_planning {
            check.skipped = Some("the requests depend on the responses".to_owned());
            return Ok(check);
        }
        if count < 3 {
            check.skipped = Some(format!(
                "the list has {count} items, but three pages need at least 3"
            ));
            return Ok(check);
        }
        let length = i64::try_from(count / 3).unwrap_or(1).min(10);
        let mut pages = Vec::new();
        let mut before = None;
        for _ in 0..3 {
            let query = query(length, before.as_deref());
            let page = self.page(&mut check, target, &query).await?;
            let last = list
                .items(&page)
                .iter()
                .rev()
                .find_map(|item| item[&list.timestamp].as_str());
            let next = last.map(str::to_owned);
            pages.push((before, page));
            let Some(next) = next else { break };
            before = Some(next);
        }
        // The page after the last item.
        let mut rest = None;
        // A full page may be followed by items without a timestamp, which `before` does not reach.
        let full = i64::try_from(count).is_ok_and(|count| count >= longest);
        if whole[&list.more] == Value::Bool(true) && !full {
            let last = list.items(&whole).last();
            if let Some(last) = last.and_then(|item| item[&list.timestamp].as_str()) {
                let query = query(longest, Some(last));
                rest = Some(self.page(&mut check, target, &query).await?);
            }
        } else if whole[&list.more] == Value::Bool(false)
            && let Ok(count) = i64::try_from(count)
            && count <= longest
        {
            let query = query(count, None);
            pages.push((None, self.page(&mut check, target, &query).await?));
        }
        let again = self.page(&mut check, target, &query(longest, None)).await?;
        if again == whole {
            check.findings.extend(compare(list, &whole, &pages));
            let end = rest.and_then(|rest| end(list, &whole, &rest));
            check.findings.extend(end);
        } else {
            check.skipped = Some("the list changed during the check".to_owned());
        }
        Ok(check)
    }
}

/// Compares pages with `whole`, which is one long page. Each of `pages` comes with the `before` it was requested with.
fn compare(list: &CursorList, whole: &Value, pages: &[(Option<String>, Value)]) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut report = |id: Id, pointer: &str, sentence: &str| {
        findings.push(list.finding(id, pointer, sentence));
    };
    let at = |item: &Value| item[&list.timestamp].as_str().and_then(instant);
    for (before, page) in pages {
        let before = before.as_deref().and_then(instant);
        let earlier = list
            .items(whole)
            .iter()
            .filter(|item| before.is_none_or(|before| at(item).is_some_and(|at| at < before)));
        let items = list.items(page);
        let expected: Vec<_> = earlier.clone().take(items.len()).map(at).collect();
        // Items with the same timestamp may come in any order, but only once each.
        let mut there: Vec<_> = earlier
            .clone()
            .map(|item| (&item[&list.id], at(item)))
            .collect();
        let mut follows = items.len() <= expected.len();
        for (item, expected) in items.iter().zip(&expected) {
            let mut rest = there.iter();
            let place = rest.position(|(id, time)| **id == item[&list.id] && time == expected);
            follows &= place.map(|place| there.remove(place)).is_some();
        }
        if !follows {
            let sentence = "differs from the same part of the whole list";
            report(ids::LIST_PAGE_MISMATCH, &list.items, sentence);
        }
        let left = earlier.count() > items.len();
        let whole_ends = whole[&list.more] == Value::Bool(false);
        match page[&list.more] {
            Value::Bool(true) if !left && whole_ends => {
                let sentence = "is true, but no more items follow";
                report(ids::LIST_MORE_BUT_NONE_FOLLOW, &list.more, sentence);
            }
            Value::Bool(false) if left => {
                let sentence = "is false, but more items follow";
                report(ids::LIST_END_BUT_MORE_FOLLOW, &list.more, sentence);
            }
            _ => {}
        }
    }
    findings
}

/// Checks the end of the list. `rest` was requested with the last timestamp of `whole` as `before`. If `whole` says
/// that more items follow, `rest` must not be empty. Items with that same timestamp cannot be requested.
fn end(list: &CursorList, whole: &Value, rest: &Value) -> Option<Finding> {
    let at = |item: &Value| item[&list.timestamp].as_str().and_then(instant);
    let [.., before, last] = list.items(whole) else {
        return None;
    };
    let nothing = rest[&list.items].as_array().is_some_and(Vec::is_empty);
    let says = whole[&list.more] == Value::Bool(true);
    (says && nothing && at(last).is_some() && at(before) != at(last)).then(|| {
        let sentence = "is true, but no more items follow";
        list.finding(ids::LIST_MORE_BUT_NONE_FOLLOW, &list.more, sentence)
    })
}

/// Checks that all items of `page` that match the filter are in `filtered`, which has the same limit.
pub(super) fn filtered(
    list: &CursorList,
    page: &Value,
    filtered: &Value,
    name: &str,
    value: &str,
) -> Option<Finding> {
    // A response that is not a page has its own finding.
    let there = filtered[&list.items].as_array()?;
    let mut matching = list.items(page).iter().filter(|item| item[name] == *value);
    let incomplete =
        matching.any(|item| there.iter().all(|other| other[&list.id] != item[&list.id]));
    incomplete.then(|| {
        let sentence = format!("omits items that match `{name}`");
        list.finding(ids::LIST_FILTER_INCOMPLETE, &list.items, sentence)
    })
}
