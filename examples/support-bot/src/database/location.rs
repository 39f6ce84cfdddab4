use std::path::PathBuf;
use std::str::FromStr;

use tokio_postgres::Config;

/// Where the database is. Its `Debug` output does not contain the password.
#[derive(Clone, Debug)]
pub enum Location {
    /// The path of an SQLite database, for one process.
    Sqlite(PathBuf),
    /// A PostgreSQL server, for any number of processes.
    Postgres(Box<Config>),
}

/// The error of an invalid URL. It does not contain the URL, which can contain a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidUrl;

impl FromStr for Location {
    type Err = InvalidUrl;

    /// Parses the URL of a PostgreSQL server (`postgres://…`). Anything else is a path.
    fn from_str(text: &str) -> Result<Self, InvalidUrl> {
        if !text.starts_with("postgres://") && !text.starts_with("postgresql://") {
            return Ok(Location::Sqlite(text.into()));
        }
        let config = text.parse().map_err(|_| InvalidUrl)?;
        Ok(Location::Postgres(Box::new(config)))
    }
}
