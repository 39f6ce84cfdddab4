//! The database, and its transactions.

mod error;
mod location;
mod migrations;
mod postgres;
mod sqlite;
mod transaction;

use std::sync::{Arc, Mutex, PoisonError};

use deadpool_postgres::Pool;
use rusqlite::Connection;
use tokio::runtime::Handle;
use tokio::task::spawn_blocking;

pub use error::DatabaseError;
pub use location::Location;
pub use transaction::{Column, Parameter, Row, Transaction};

use crate::Error;

/// An open database. Clones share its connections.
#[derive(Clone, Debug)]
pub struct Database(Engine);

#[derive(Clone, Debug)]
enum Engine {
    Sqlite(Arc<Mutex<Connection>>),
    Postgres(Pool),
}

impl Database {
    /// Opens a database, and creates or migrates its tables. A path that does not exist becomes a new SQLite database.
    ///
    /// # Errors
    ///
    /// Returns [`Error::Database`] if the database cannot be opened, or if a newer version of the bot has migrated it.
    pub async fn open(location: &Location) -> Result<Self, Error> {
        let (engine, migrations) = match location {
            Location::Sqlite(path) => {
                let connection = sqlite::open(path)?;
                (
                    Engine::Sqlite(Arc::new(Mutex::new(connection))),
                    migrations::SQLITE,
                )
            }
            Location::Postgres(config) => (
                Engine::Postgres(postgres::pool(config)?),
                migrations::POSTGRES,
            ),
        };
        let database = Database(engine);
        database
            .transaction(|transaction| migrations::run(transaction, migrations))
            .await?;
        Ok(database)
    }

    /// Runs `work` in a transaction on a thread that may block. If it fails, nothing changes.
    ///
    /// # Errors
    ///
    /// Returns the error of `work`, and [`Error::Database`] if the transaction cannot be committed.
    pub async fn transaction<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, DatabaseError> + Send + 'static,
    ) -> Result<T, Error> {
        let result = match &self.0 {
            Engine::Sqlite(connection) => {
                let connection = Arc::clone(connection);
                spawn_blocking(move || {
                    let mut connection = connection.lock().unwrap_or_else(PoisonError::into_inner);
                    sqlite::begin(&mut connection)?.run(work)
                })
                .await?
            }
            Engine::Postgres(pool) => {
                let mut connection = pool.get().await.map_err(DatabaseError::from)?;
                let runtime = Handle::current();
                spawn_blocking(move || postgres::begin(&mut connection, &runtime)?.run(work))
                    .await?
            }
        };
        Ok(result?)
    }
}
