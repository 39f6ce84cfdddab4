//! The result of one check of a server.

use http::StatusCode;
use serde_json::Value;

use crate::{Finding, Operation};

/// The result of a single check of a server.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Check {
    /// The name of the check, e.g. `list_conversations with limit`.
    pub name: String,
    /// The id of the operation that is checked. A check that a program makes has none.
    pub operation: Option<String>,
    /// The requests and the status codes of their responses, without API keys, e.g. `GET /conversations -> 200`.
    pub requests: Vec<String>,
    /// The findings.
    pub findings: Vec<Finding>,
    /// The reason that the check was skipped, or `None` if it was not skipped.
    pub skipped: Option<String>,
    /// The error that ended the check, or `None` if it was completed.
    pub failed: Option<String>,
}

/// The result of [`Live::send`](super::Live::send).
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Sent {
    /// The findings about the response.
    pub check: Check,
    /// The status code of the response.
    pub status: StatusCode,
    /// The body of the response, or null if it is not valid JSON.
    pub body: Value,
}

impl Check {
    /// Creates a check that was skipped, e.g. one that a program makes with [`Live::send`](super::Live::send).
    pub fn skipped(name: impl Into<String>, reason: impl Into<String>) -> Self {
        Check {
            skipped: Some(reason.into()),
            ..Check::new(name)
        }
    }

    pub(super) fn new(name: impl Into<String>) -> Self {
        Check {
            name: name.into(),
            operation: None,
            requests: Vec::new(),
            findings: Vec::new(),
            skipped: None,
            failed: None,
        }
    }
}

/// Returns a check of an operation without findings.
pub(super) fn check_of(operation: &Operation, what: &str) -> Check {
    Check {
        operation: Some(operation.id.clone()),
        ..Check::new(format!("{} {what}", operation.id))
    }
}
