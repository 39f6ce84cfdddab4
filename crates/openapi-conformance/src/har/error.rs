//! Errors of reading a recording.

use std::fmt;
use std::io;

/// An error returned by [`Recording`](super::Recording). Its message contains nothing from the recording.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum HarError {
    /// The base URL is invalid; the string describes why.
    BaseUrl(&'static str),
    /// The underlying reader failed.
    Read(io::ErrorKind),
    /// The file is empty.
    Empty,
    /// The file is compressed (gzip, ZIP) and must be decompressed first.
    Compressed,
    /// The file is not valid JSON at this position.
    NotJson {
        /// The line, starting at 1.
        line: usize,
        /// The byte within the line, starting at 1.
        column: usize,
    },
    /// The file ends in the middle of its JSON: it was truncated, or is still being written.
    Truncated {
        /// The line, starting at 1.
        line: usize,
        /// The byte within the line, starting at 1.
        column: usize,
    },
    /// An entry, or a name, is larger than 64 MiB. What follows was not read.
    TooLarge,
    /// The file is valid JSON, but has no `log.entries` array.
    NoEntries,
}

impl fmt::Display for HarError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BaseUrl(reason) => write!(f, "invalid base URL: {reason}"),
            Self::Read(kind) => write!(f, "cannot read the recording: {kind}"),
            Self::Empty => f.write_str("the recording is empty"),
            Self::Compressed => f.write_str("the recording is compressed; decompress it first"),
            Self::NotJson { line, column } => write!(
                f,
                "the recording is not valid JSON (line {line}, column {column})"
            ),
            Self::Truncated { line, column } => write!(
                f,
                "the recording is truncated (line {line}, column {column})"
            ),
            Self::TooLarge => f.write_str("an entry of the recording is larger than 64 MiB"),
            Self::NoEntries => f.write_str("not a HAR file: missing array `log.entries`"),
        }
    }
}

impl std::error::Error for HarError {}
