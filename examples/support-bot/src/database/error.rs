use std::error::Error as _;
use std::{fmt, io};

use deadpool_postgres::PoolError;
use rusqlite::ErrorCode;
use tokio_postgres::error::SqlState;
use tokio_postgres::types::WrongType;

/// What went wrong in the database. The errors of both libraries can quote values, so only their codes are kept.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DatabaseError {
    /// SQLite reported an error.
    Sqlite(Option<ErrorCode>),
    /// PostgreSQL reported an error with this SQLSTATE.
    Postgres(SqlState),
    /// The connection to PostgreSQL was lost or could not be established.
    Connection(Option<io::ErrorKind>),
    /// The certificate of the PostgreSQL server is not trusted, or TLS failed otherwise.
    Tls,
    /// A column has another type.
    WrongType,
    /// A newer version of the bot has migrated the database.
    Newer,
}

impl DatabaseError {
    /// Returns true if the database may work again soon, e.g. after a restart of the server.
    pub fn is_temporary(&self) -> bool {
        match self {
            Self::Connection(_) | Self::Tls => true,
            // Connection, transaction rollback (e.g. a deadlock), resources, operator intervention. 25P03 ends a
            // transaction that was idle for too long.
            Self::Postgres(state) => {
                let class = state.code().get(..2);
                matches!(class, Some("08" | "40" | "53" | "57")) || state.code() == "25P03"
            }
            _ => false,
        }
    }

    /// Returns true if another transaction has just inserted the same value in a unique index.
    pub fn is_conflict(&self) -> bool {
        *self == Self::Postgres(SqlState::UNIQUE_VIOLATION)
    }
}

impl fmt::Display for DatabaseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(Some(code)) => write!(f, "the database failed: {code:?}"),
            Self::Postgres(state) => write!(f, "the database failed: SQLSTATE {}", state.code()),
            Self::Connection(Some(kind)) => write!(f, "no connection to the database: {kind}"),
            Self::Connection(None) => f.write_str("no connection to the database"),
            Self::Newer => f.write_str("the database belongs to a newer version of the bot"),
            Self::Tls => f.write_str("no secure connection to the database; see `sslmode`"),
            Self::Sqlite(None) | Self::WrongType => f.write_str("the database failed"),
        }
    }
}

impl std::error::Error for DatabaseError {}

impl From<rusqlite::Error> for DatabaseError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sqlite(error.sqlite_error_code())
    }
}

impl From<tokio_postgres::Error> for DatabaseError {
    fn from(error: tokio_postgres::Error) -> Self {
        if let Some(state) = error.code() {
            return Self::Postgres(state.clone());
        }
        let Some(cause) = error.source() else {
            return Self::Connection(None);
        };
        if cause.is::<WrongType>() {
            return Self::WrongType;
        }
        let Some(cause) = cause.downcast_ref::<io::Error>() else {
            return Self::Connection(None);
        };
        if cause
            .get_ref()
            .is_some_and(|cause| cause.is::<rustls::Error>())
        {
            return Self::Tls;
        }
        Self::Connection(Some(cause.kind()))
    }
}

impl From<PoolError> for DatabaseError {
    fn from(error: PoolError) -> Self {
        match error {
            PoolError::Backend(error) => error.into(),
            PoolError::Timeout(_) => Self::Connection(Some(io::ErrorKind::TimedOut)),
            _ => Self::Connection(None),
        }
    }
}
