//! What comes of reading: findings with their entries, and counts.

use std::fmt;

use http::{Method, StatusCode};

use crate::conformance::{Finding, Operation};

/// A finding, and the entry that it is of.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Found<'c> {
    /// The entry's place in its file, from 0.
    pub entry: usize,
    /// The entry's operation; `None` where method and path lead to none.
    pub operation: Option<&'c Operation>,
    /// The request's method, if it is a plain word.
    pub method: Option<Method>,
    /// The answer's status.
    pub status: StatusCode,
    /// What does not agree with the contract.
    pub finding: Finding,
}

impl fmt::Display for Found<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "entry {}", self.entry)?;
        if let Some(operation) = self.operation {
            write!(f, " ({}, {})", operation.id(), self.status.as_str())?;
        }
        write!(f, ": {}", self.finding)
    }
}

/// How many entries were read. Each is judged, or another server's, or unanswered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Entries {
    /// Of the API, with an answer.
    pub judged: usize,
    /// Of other servers, and what a browser or a proxy sends for itself: CORS preflights, tunnels.
    pub others: usize,
    /// Of the API, without an answer: blocked, or broken off. They are not judged.
    pub unanswered: usize,
    /// Of the judged ones, those with a body, of the request or of the answer, that was not recorded or
    /// not whole; it was not judged.
    pub unrecorded: usize,
    /// Of the judged ones, those without an `Authorization` header. It is found to be missing only if
    /// another entry of the API in the same file has one; and of those before the first that has one,
    /// for at most 10,000.
    pub without_key: usize,
}

/// Whether a method can be shown: no more than a word.
pub(super) fn is_plain(method: &Method) -> bool {
    let method = method.as_str();
    method.len() <= 16 && method.bytes().all(|it| it.is_ascii_alphabetic())
}
