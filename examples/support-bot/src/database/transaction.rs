use rusqlite::params_from_iter;
use tokio::runtime::Handle;

use super::{DatabaseError, sqlite};

/// A transaction. Its methods block. Statements are written for PostgreSQL, and use only what SQLite also has.
#[derive(Debug)]
pub enum Transaction<'a> {
    /// In SQLite.
    Sqlite(rusqlite::Transaction<'a>),
    /// In PostgreSQL.
    Postgres {
        /// The transaction.
        transaction: deadpool_postgres::Transaction<'a>,
        /// The runtime of its connection.
        runtime: Handle,
    },
}

/// A parameter of a statement.
pub trait Parameter: rusqlite::ToSql + tokio_postgres::types::ToSql + Sync {}

impl<T: rusqlite::ToSql + tokio_postgres::types::ToSql + Sync> Parameter for T {}

/// The type of a column: `i64`, `String`, or an `Option` of these.
pub trait Column: rusqlite::types::FromSql + for<'a> tokio_postgres::types::FromSql<'a> {}

impl<T: rusqlite::types::FromSql + for<'a> tokio_postgres::types::FromSql<'a>> Column for T {}

/// A row of a result.
#[derive(Debug)]
pub enum Row<'a> {
    /// From SQLite.
    Sqlite(&'a rusqlite::Row<'a>),
    /// From PostgreSQL.
    Postgres(&'a tokio_postgres::Row),
}

impl Row<'_> {
    /// Returns the value of a column. The first is 0.
    ///
    /// # Errors
    ///
    /// Returns an error if the column does not exist or has another type.
    pub fn get<T: Column>(&self, column: usize) -> Result<T, DatabaseError> {
        match self {
            Row::Sqlite(row) => Ok(row.get(column)?),
            Row::Postgres(row) => Ok(row.try_get(column)?),
        }
    }
}

impl Transaction<'_> {
    /// Executes a statement, and returns how many rows it changed.
    ///
    /// # Errors
    ///
    /// Returns the error of the database.
    pub fn execute(&self, sql: &str, parameters: &[&dyn Parameter]) -> Result<u64, DatabaseError> {
        match self {
            Transaction::Sqlite(transaction) => {
                let parameters = parameters
                    .iter()
                    .map(|value| *value as &dyn rusqlite::ToSql);
                let changed =
                    transaction.execute(&sqlite::translate(sql), params_from_iter(parameters))?;
                Ok(changed as u64)
            }
            Transaction::Postgres {
                transaction,
                runtime,
            } => runtime.block_on(async {
                let statement = transaction.prepare_cached(sql).await?;
                let parameters = postgres_parameters(parameters);
                Ok(transaction.execute(&statement, &parameters).await?)
            }),
        }
    }

    /// Executes a statement, and returns what `read` returns for its row, or `None` if it has no row.
    ///
    /// # Errors
    ///
    /// Returns the error of the database, or of `read`.
    pub fn query_row<T>(
        &self,
        sql: &str,
        parameters: &[&dyn Parameter],
        read: impl FnOnce(Row<'_>) -> Result<T, DatabaseError>,
    ) -> Result<Option<T>, DatabaseError> {
        match self {
            Transaction::Sqlite(transaction) => {
                let mut statement = transaction.prepare(&sqlite::translate(sql))?;
                let parameters = parameters
                    .iter()
                    .map(|value| *value as &dyn rusqlite::ToSql);
                let mut rows = statement.query(params_from_iter(parameters))?;
                rows.next()?.map(|row| read(Row::Sqlite(row))).transpose()
            }
            Transaction::Postgres {
                transaction,
                runtime,
            } => runtime.block_on(async {
                let statement = transaction.prepare_cached(sql).await?;
                let parameters = postgres_parameters(parameters);
                let row = transaction.query_opt(&statement, &parameters).await?;
                row.map(|row| read(Row::Postgres(&row))).transpose()
            }),
        }
    }

    /// Executes statements without parameters.
    ///
    /// # Errors
    ///
    /// Returns the error of the database.
    pub fn execute_batch(&self, sql: &str) -> Result<(), DatabaseError> {
        match self {
            Transaction::Sqlite(transaction) => Ok(transaction.execute_batch(sql)?),
            Transaction::Postgres {
                transaction,
                runtime,
            } => Ok(runtime.block_on(transaction.batch_execute(sql))?),
        }
    }

    /// Commits after `work`, unless it fails.
    pub(super) fn run<T>(
        self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, DatabaseError>,
    ) -> Result<T, DatabaseError> {
        let result = work(&self)?;
        match self {
            Transaction::Sqlite(transaction) => transaction.commit()?,
            Transaction::Postgres {
                transaction,
                runtime,
            } => runtime.block_on(transaction.commit())?,
        }
        Ok(result)
    }
}

fn postgres_parameters<'a>(
    parameters: &[&'a dyn Parameter],
) -> Vec<&'a (dyn tokio_postgres::types::ToSql + Sync)> {
    parameters
        .iter()
        .map(|value| *value as &(dyn tokio_postgres::types::ToSql + Sync))
        .collect()
}
