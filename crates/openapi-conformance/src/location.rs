//! Places in the documents of a contract.

use super::place::unescape;
use super::position::Source;

/// The key of the root under which the other documents are, each by its name.
pub(super) const KEY: &str = "x-referenced-documents";

/// The other documents of a contract.
pub(super) struct OtherDocument {
    pub name: String,
    pub source: Source,
}

/// A place in one of the documents of a contract.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Location {
    /// The name of the document, or `None` for a contract without a name.
    pub document: Option<String>,
    /// The JSON pointer (RFC 6901) in the document.
    pub pointer: String,
}

/// Returns the place in another document that a pointer into the whole contract leads to.
pub(super) fn in_other(pointer: &str) -> Option<Location> {
    let rest = pointer
        .strip_prefix('/')?
        .strip_prefix(KEY)?
        .strip_prefix('/')?;
    let end = rest.find('/').unwrap_or(rest.len());
    let (name, pointer) = rest.split_at(end);
    Some(Location {
        document: Some(unescape(name)),
        pointer: pointer.to_owned(),
    })
}

/// Returns a pointer into a contract of this name, after the name of the document that it leads to.
pub(super) fn shown(contract: Option<&str>, pointer: &str) -> String {
    match in_other(pointer) {
        Some(other) => format!("{}#{}", other.document.unwrap_or_default(), other.pointer),
        None => format!("{}#{pointer}", contract.unwrap_or_default()),
    }
}
