//! The store of seen events.

use std::sync::Arc;

use super::BoxError;
use crate::types::EventId;

/// A store of the ids of handled events, for a [`Receiver`](super::Receiver).
///
/// Keep each id for as long as Watsi may redeliver its event, e.g. a month. The documentation does not state a limit.
///
/// # Example
///
/// A store in a database table:
///
/// ```
/// use watsi::types::EventId;
/// use watsi::webhook::Seen;
/// # struct Database; // e.g. a connection pool
/// # impl Database {
/// #     async fn execute(&self, _: &str, _: &str) -> Result<u64, std::io::Error> { Ok(0) }
/// #     async fn exists(&self, _: &str, _: &str) -> Result<bool, std::io::Error> { Ok(false) }
/// # }
///
/// struct SeenTable(Database);
///
/// impl Seen for SeenTable {
///     type Error = std::io::Error; // your database's error
///
///     async fn contains(&self, id: &EventId) -> Result<bool, Self::Error> {
///         self.0.exists("SELECT 1 FROM seen_events WHERE id = $1", id.as_str()).await
///     }
///
///     async fn insert(&self, id: &EventId) -> Result<(), Self::Error> {
///         let statement = "INSERT INTO seen_events (id) VALUES ($1) ON CONFLICT DO NOTHING";
///         self.0.execute(statement, id.as_str()).await?;
///         Ok(())
///     }
/// }
/// ```
///
/// # Exactly once
///
/// A store alone cannot prevent an event from being handled twice: the process may end after the handler and before
/// [`insert`](Self::insert), or another process may receive a redelivery meanwhile. If the handler writes to a
/// database, prevent it by inserting the id in the same transaction as these writes:
///
/// ```sql
/// BEGIN;
/// INSERT INTO seen_events (id) VALUES ($1) ON CONFLICT DO NOTHING;
/// -- If no row was inserted, the event is a duplicate: roll back and return `Ok(())`.
/// INSERT INTO outbox (conversation_id, body) VALUES ($2, $3);
/// COMMIT;
/// ```
///
/// A worker sends the messages in the outbox later. With a unique constraint on `id`, concurrent transactions for an
/// event wait for each other, in any number of processes. The receiver's store then only avoids unnecessary work, so
/// [`MemorySeen`](super::MemorySeen) is sufficient.
pub trait Seen: Send + Sync {
    /// The error of the store.
    type Error: Into<BoxError>;

    /// Returns whether the event was handled.
    fn contains(&self, id: &EventId) -> impl Future<Output = Result<bool, Self::Error>> + Send;

    /// Records that the event was handled. The id may already be present.
    fn insert(&self, id: &EventId) -> impl Future<Output = Result<(), Self::Error>> + Send;
}

impl<S: Seen> Seen for Arc<S> {
    type Error = S::Error;

    fn contains(&self, id: &EventId) -> impl Future<Output = Result<bool, Self::Error>> + Send {
        S::contains(self, id)
    }

    fn insert(&self, id: &EventId) -> impl Future<Output = Result<(), Self::Error>> + Send {
        S::insert(self, id)
    }
}
