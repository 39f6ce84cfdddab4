//! The error of the bot.

use std::fmt;
use std::io;

use crate::DatabaseError;

/// An error that ends the bot. Its text contains no personal data.
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// An environment variable is missing or invalid.
    Setting {
        /// Its name.
        name: &'static str,
        /// What is wrong with it.
        problem: String,
    },
    /// The database failed.
    Database(DatabaseError),
    /// A call of the API failed.
    Api(watsi::Error),
    /// Listening for deliveries failed.
    Listen(io::Error),
    /// Waiting for signals failed.
    Signal(io::Error),
    /// An exported conversation or checkpoint is not valid JSON.
    Json(watsi::serde_json::Error),
    /// A task panicked or was cancelled.
    Task(tokio::task::JoinError),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Setting { name, problem } => write!(f, "{name}: {problem}"),
            Self::Database(error) => error.fmt(f),
            Self::Api(error) => error.fmt(f),
            Self::Listen(error) => write!(f, "cannot listen for deliveries: {error}"),
            Self::Signal(error) => write!(f, "cannot wait for signals: {error}"),
            Self::Json(_) => f.write_str("invalid checkpoint; delete it to start the export again"),
            Self::Task(_) => f.write_str("a task panicked or was cancelled"),
        }
    }
}

impl std::error::Error for Error {}

impl From<DatabaseError> for Error {
    fn from(error: DatabaseError) -> Self {
        Error::Database(error)
    }
}

impl From<watsi::Error> for Error {
    fn from(error: watsi::Error) -> Self {
        Error::Api(error)
    }
}

impl From<watsi::serde_json::Error> for Error {
    fn from(error: watsi::serde_json::Error) -> Self {
        Error::Json(error)
    }
}

impl From<tokio::task::JoinError> for Error {
    fn from(error: tokio::task::JoinError) -> Self {
        Error::Task(error)
    }
}
