use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, TransactionBehavior};

use super::{DatabaseError, Transaction};

/// How long to wait for the transaction of another process, e.g. of an export.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);

pub fn open(path: &Path) -> Result<Connection, DatabaseError> {
    let connection = Connection::open(path)?;
    connection.busy_timeout(BUSY_TIMEOUT)?;
    connection.pragma_update(None, "journal_mode", "wal")?;
    // A committed transaction survives a power failure.
    connection.pragma_update(None, "synchronous", "full")?;
    connection.pragma_update(None, "foreign_keys", "on")?;
    Ok(connection)
}

pub fn begin(connection: &mut Connection) -> Result<Transaction<'_>, DatabaseError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    Ok(Transaction::Sqlite(transaction))
}

/// Translates a statement, which is written for PostgreSQL. One transaction at a time writes to an SQLite database, so
/// there are no rows that another one has locked.
pub fn translate(sql: &str) -> String {
    sql.replace('$', "?").replace("FOR UPDATE SKIP LOCKED", "")
}
