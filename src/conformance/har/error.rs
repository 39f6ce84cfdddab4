//! Why a recording could not be read.

use std::fmt;
use std::io;

/// Why a recording could not be read, or not to its end. No text of it holds anything of the recording.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum HarError {
    /// The base URL cannot be used; the text says why.
    BaseUrl(&'static str),
    /// The reader failed.
    Read(io::ErrorKind),
    /// The file is empty.
    Empty,
    /// The file is packed (gzip, ZIP); it must be unpacked first.
    Compressed,
    /// The file cannot be read as JSON from this place on.
    NotJson {
        /// The line, from 1.
        line: usize,
        /// The byte in the line, from 1.
        column: usize,
    },
    /// The file ends before its JSON does: it was cut, or is still being written.
    CutOff {
        /// The line, from 1.
        line: usize,
        /// The byte in the line, from 1.
        column: usize,
    },
    /// The file is JSON, and has no list `log.entries`.
    NoEntries,
    /// An entry lacks what every entry has, or has something else in its place.
    Entry {
        /// The entry's place in the file, from 0.
        index: usize,
        /// What is missing, as `request.url`.
        member: &'static str,
    },
}

impl fmt::Display for HarError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BaseUrl(why) => write!(f, "the base URL cannot be used: {why}"),
            Self::Read(kind) => write!(f, "the recording could not be read: {kind}"),
            Self::Empty => f.write_str("the recording is empty"),
            Self::Compressed => f.write_str("the recording is compressed; unpack it first"),
            Self::NotJson { line, column } => write!(
                f,
                "the recording cannot be read as JSON (line {line}, column {column})"
            ),
            Self::CutOff { line, column } => write!(
                f,
                "the recording ends too early (line {line}, column {column})"
            ),
            Self::NoEntries => f.write_str("this is no HAR: it has no list `log.entries`"),
            Self::Entry { index, member } => {
                write!(f, "entry {index} of the recording has no `{member}`")
            }
        }
    }
}

impl std::error::Error for HarError {}
