//! The result of one check of a server.

use crate::conformance::{Finding, Operation};

/// The result of a single check of a server.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Check {
    /// The name of the check, e.g. `list_conversations with limit`.
    pub name: String,
    /// The requests and the status codes of their responses, without API keys, e.g. `GET /conversations -> 200`.
    pub requests: Vec<String>,
    /// The findings.
    pub findings: Vec<Finding>,
    /// The reason that the check was skipped, or `None` if it was not skipped.
    pub skipped: Option<String>,
}

impl Check {
    pub(super) fn new(name: impl Into<String>) -> Self {
        Check {
            name: name.into(),
            requests: Vec::new(),
            findings: Vec::new(),
            skipped: None,
        }
    }
}

/// Returns a check of an operation without findings.
pub(super) fn check_of(operation: &Operation, what: &str) -> Check {
    Check::new(format!("{} {what}", operation.id))
}
