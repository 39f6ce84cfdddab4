//! The database, and its transactions.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rusqlite::{Connection, Transaction, TransactionBehavior};

use crate::Error;

/// How long to wait for the transaction of another process, e.g. of an export.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);

/// An open database. Clones share the connection.
#[derive(Clone, Debug)]
pub struct Database(Arc<Mutex<Connection>>);

impl Database {
    /// Opens the database at this path, and creates it if it does not exist.
    ///
    /// # Errors
    ///
    /// Returns [`Error::Database`] if the file cannot be opened or is not such a database.
    pub fn open(path: &Path) -> Result<Self, Error> {
        let connection = Connection::open(path)?;
        connection.busy_timeout(BUSY_TIMEOUT)?;
        connection.pragma_update(None, "journal_mode", "wal")?;
        // A committed transaction survives a power failure.
        connection.pragma_update(None, "synchronous", "full")?;
        connection.pragma_update(None, "foreign_keys", "on")?;
        connection.execute_batch(include_str!("../migrations/sqlite/1.sql"))?;
        Ok(Database(Arc::new(Mutex::new(connection))))
    }

    /// Runs `work` in a transaction on a thread that may block. If it fails, nothing changes.
    ///
    /// # Errors
    ///
    /// Returns the error of `work`, and [`Error::Database`] if the transaction cannot be committed.
    pub async fn transaction<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, Error> {
        let database = Arc::clone(&self.0);
        let run = move || {
            let mut connection = database.lock().unwrap_or_else(PoisonError::into_inner);
            let transaction =
                connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let result = work(&transaction)?;
            transaction.commit()?;
            Ok(result)
        };
        tokio::task::spawn_blocking(run).await?
    }
}
