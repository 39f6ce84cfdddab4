use super::{DatabaseError, Transaction};

/// The migrations for SQLite, from the oldest to the newest. The first accepts tables that exist, as older versions of
/// the bot did not count migrations.
pub const SQLITE: &[&str] = &[
    include_str!("../migrations/sqlite/1.sql"),
    include_str!("../migrations/sqlite/2.sql"),
];

/// The migrations for PostgreSQL, from the oldest to the newest.
pub const POSTGRES: &[&str] = &[include_str!("../migrations/postgres/1.sql")];

/// Runs the migrations that this database has not seen.
pub fn run(transaction: &Transaction<'_>, migrations: &[&str]) -> Result<(), DatabaseError> {
    if let Transaction::Postgres { .. } = transaction {
        // Several processes may start at the same time. The number is arbitrary.
        transaction.execute_batch("SELECT pg_advisory_xact_lock(1400)")?;
    }
    transaction
        .execute_batch("CREATE TABLE IF NOT EXISTS migrations (version BIGINT PRIMARY KEY)")?;
    let applied = transaction
        .query_row("SELECT count(*) FROM migrations", &[], |row| {
            row.get::<i64>(0)
        })?
        .unwrap_or_default();
    let mut version = 0;
    for migration in migrations {
        version += 1;
        if version > applied {
            transaction.execute_batch(migration)?;
            transaction.execute("INSERT INTO migrations (version) VALUES ($1)", &[&version])?;
        }
    }
    if applied > version {
        return Err(DatabaseError::Newer);
    }
    Ok(())
}
