//! Pages of a list beside the list: nothing left out, nothing added, and `hasMore` tells the truth.

use serde_json::Value;

use crate::conformance::list::{CursorList, instant};
use crate::conformance::{Finding, Severity};

/// `whole` is one long page; each of `pages` was asked for with its `before`.
pub(super) fn compare(
    list: &CursorList,
    whole: &Value,
    pages: &[(Option<String>, Value)],
) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut report = |pointer: &str, sentence: &str| {
        findings.push(Finding {
            severity: Severity::Breaking,
            pointer: format!("/response/body/{pointer}"),
            contract_pointer: list.pointer.clone(),
            sentence: sentence.to_owned(),
        });
    };
    let at = |item: &Value| item[&list.timestamp].as_str().and_then(instant);
    for (before, page) in pages {
        let before = before.as_deref().and_then(instant);
        let earlier = list
            .items(whole)
            .iter()
            .filter(|item| before.is_none_or(|before| at(item).is_some_and(|at| at < before)));
        let items = list.items(page);
        let expected: Vec<_> = earlier
            .clone()
            .take(items.len())
            .map(|it| &it["id"])
            .collect();
        // Items that share a timestamp may come in any order.
        let same = |one: &Value, other: &Value| at(one).is_some() && at(one) == at(other);
        let ties = earlier
            .clone()
            .zip(earlier.clone().skip(1))
            .any(|(one, next)| same(one, next));
        let came: Vec<_> = items.iter().map(|it| &it["id"]).collect();
        if came != expected && !ties {
            report(&list.items, "is not what follows in the whole list");
        }
        let left = earlier.count() > items.len();
        let whole_ends = whole[&list.more] == Value::Bool(false);
        match page[&list.more] {
            Value::Bool(true) if !left && whole_ends => {
                report(&list.more, "says that more follow, and none do");
            }
            Value::Bool(false) if left => {
                report(&list.more, "says that none follow, and some do");
            }
            _ => {}
        }
    }
    findings
}
