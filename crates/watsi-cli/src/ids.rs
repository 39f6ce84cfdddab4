//! The ids of findings.

use openapi_conformance::Finding;

/// The id of this command's own finding, with its meaning.
pub const MESSAGE_MISMATCH: (&str, &str) = (
    "response-message-mismatch",
    "The message in the response differs from the one that was sent.",
);

/// Returns the ids of all findings, each with its meaning.
pub fn of_findings() -> Vec<(&'static str, &'static str)> {
    [Finding::ids(), &[MESSAGE_MISMATCH]].concat()
}
