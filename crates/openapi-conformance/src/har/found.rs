//! The results of reading: findings with their entries, and counts.

use std::collections::BTreeMap;
use std::fmt;

use http::{Method, StatusCode};

use crate::{Finding, Operation};

/// A finding and the entry it belongs to.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Found<'c> {
    /// The index of the entry in its file, starting at 0.
    pub entry: usize,
    /// The operation of the entry, or `None` if the method and path do not match any operation.
    pub operation: Option<&'c Operation>,
    /// The method of the request, or `None` if it does not consist of 1 to 16 ASCII letters.
    pub method: Option<Method>,
    /// The status code of the response.
    pub status: StatusCode,
    /// The finding.
    pub finding: Finding,
}

impl fmt::Display for Found<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "entry {} (", self.entry)?;
        if let Some(method) = &self.method {
            write!(f, "{method} ")?;
        }
        if let Some(operation) = self.operation {
            write!(f, "{} ", operation.path())?;
        }
        write!(f, "{}): {}", self.status.as_str(), self.finding)
    }
}

/// The numbers of entries read so far, by outcome. Each entry is counted once in `validated`, `ignored`,
/// `without_response` or `unreadable`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Entries {
    /// API entries with a response, and webhook deliveries.
    pub validated: usize,
    /// Entries of other servers, and requests that a browser or proxy sends on its own: CORS preflights and tunnels.
    pub ignored: usize,
    /// The hosts of ignored entries, each with the number of its entries. A port that is not the default is a part of the
    /// host. At most 1,000 hosts are listed.
    pub ignored_hosts: BTreeMap<String, usize>,
    /// API entries without a response, because the request was blocked or the connection was lost. They are not
    /// validated.
    pub without_response: usize,
    /// Entries that cannot be read, whether or not they belong to the API.
    pub unreadable: usize,
    /// The first unreadable entry.
    pub first_unreadable: Option<Unreadable>,
    /// Validated entries whose request or response body was not recorded completely. That body was not validated.
    pub incomplete_bodies: usize,
    /// Validated entries without credentials of any documented security scheme, although their operation requires some.
    /// Missing credentials and cookies are findings only if another API entry in the same file has credentials. Before
    /// that entry, at most 10,000 of these findings are kept.
    pub without_credentials: usize,
    /// Validated entries whose request does not conform to the contract and was rejected: with a documented 4xx, or
    /// with a 404 or 405 if the path or method is undocumented. They have no findings.
    pub rejected: usize,
}

/// An entry that cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Unreadable {
    /// The index of the recording, starting at 0, in the order in which the recordings were read.
    pub recording: usize,
    /// The index of the entry in its recording, starting at 0.
    pub entry: usize,
    /// Why the entry cannot be read.
    pub reason: Reason,
}

/// The reason that an entry cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reason {
    /// The entry is not a JSON object.
    NotAnObject,
    /// The string `request.url` is missing.
    NoUrl,
    /// The string `request.method` is missing.
    NoMethod,
    /// The request or response is nested more than 126 levels deep, or contains a number beyond the range of an `f64`.
    ParserLimit,
    /// The entry is larger than 64 MiB.
    TooLarge,
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Reason::NotAnObject => "expected object",
            Reason::NoUrl => "missing string `request.url`",
            Reason::NoMethod => "missing string `request.method`",
            Reason::ParserLimit => "nested too deeply, or a number is out of range",
            Reason::TooLarge => "larger than 64 MiB",
        })
    }
}

/// Returns whether a method is safe to show, i.e. a plain word.
pub(super) fn is_plain(method: &Method) -> bool {
    let method = method.as_str();
    method.len() <= 16 && method.bytes().all(|byte| byte.is_ascii_alphabetic())
}
