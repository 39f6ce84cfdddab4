//! The operations that are checked.

use std::collections::HashSet;

use serde_json::Value;

use super::LiveError;
use crate::{Contract, Operation};

/// The pointers of the operations that are not checked.
#[derive(Default)]
pub(super) struct Selection {
    left_out: HashSet<String>,
}

impl Selection {
    /// Returns an error for a selector that selects nothing, because it may be misspelled.
    pub fn new(contract: &Contract, only: &[String], skip: &[String]) -> Result<Self, LiveError> {
        let mut selection = Selection::default();
        let is_selected = |operation: &Operation, selectors: &[String]| {
            selectors
                .iter()
                .any(|selector| selects(contract, selector, operation))
        };
        for selector in only.iter().chain(skip) {
            let mut operations = contract.operations();
            if !operations.any(|operation| selects(contract, selector, operation)) {
                let selector = selector.clone();
                return Err(LiveError::Selector { selector });
            }
        }
        for operation in contract.operations() {
            let is_wanted = only.is_empty() || is_selected(operation, only);
            if !is_wanted || is_selected(operation, skip) {
                selection.left_out.insert(operation.pointer.clone());
            }
        }
        Ok(selection)
    }

    pub fn includes(&self, operation: &Operation) -> bool {
        !self.left_out.contains(&operation.pointer)
    }
}

fn selects(contract: &Contract, selector: &str, operation: &Operation) -> bool {
    if selector.starts_with('/') {
        let below = operation.path.strip_prefix(selector.trim_end_matches('/'));
        return below.is_some_and(|below| below.is_empty() || below.starts_with('/'));
    }
    operation.id == selector || has_tag(contract, operation, selector)
}

fn has_tag(contract: &Contract, operation: &Operation, tag: &str) -> bool {
    let pointer = format!("{}/tags", operation.pointer);
    let tags = contract.json().pointer(&pointer).and_then(Value::as_array);
    tags.is_some_and(|tags| tags.iter().any(|known| known == tag))
}
