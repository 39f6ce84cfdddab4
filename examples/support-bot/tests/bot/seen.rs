use deadpool_postgres::{Manager, Pool, PoolError};
use tokio_postgres::NoTls;
use watsi::types::EventId;
use watsi::webhook::Seen;

use crate::engine::{Engine, on_postgres};

on_postgres!(event_that_one_process_handled_is_seen_by_another);

/// The ids of handled events, in a table that all processes share.
struct SeenEvents(Pool);

impl SeenEvents {
    async fn create(pool: Pool) -> Result<Self, PoolError> {
        let table = "CREATE TABLE IF NOT EXISTS seen_events (
            event_id TEXT PRIMARY KEY,
            seen_at  TIMESTAMPTZ NOT NULL DEFAULT now())";
        pool.get().await?.batch_execute(table).await?;
        Ok(SeenEvents(pool))
    }

    /// Call this once a day. Events are no longer redelivered after a month.
    async fn forget(&self) -> Result<u64, PoolError> {
        let delete = "DELETE FROM seen_events WHERE seen_at < now() - INTERVAL '1 month'";
        Ok(self.0.get().await?.execute(delete, &[]).await?)
    }
}

impl Seen for SeenEvents {
    type Error = PoolError;

    async fn contains(&self, id: &EventId) -> Result<bool, PoolError> {
        let select = "SELECT FROM seen_events WHERE event_id = $1";
        let rows = self.0.get().await?.query(select, &[&id.as_str()]).await?;
        Ok(!rows.is_empty())
    }

    async fn insert(&self, id: &EventId) -> Result<(), PoolError> {
        let insert = "INSERT INTO seen_events (event_id) VALUES ($1) ON CONFLICT DO NOTHING";
        self.0.get().await?.execute(insert, &[&id.as_str()]).await?;
        Ok(())
    }
}

async fn event_that_one_process_handled_is_seen_by_another(engine: Engine) {
    let pool = || {
        let manager = Manager::new(engine.location.parse().unwrap(), NoTls);
        Pool::builder(manager).build().unwrap()
    };
    let id = EventId::from("evt_1");
    let first = SeenEvents::create(pool()).await.unwrap();
    let second = SeenEvents::create(pool()).await.unwrap();
    assert!(!second.contains(&id).await.unwrap());
    for _ in 0..2 {
        first.insert(&id).await.unwrap();
    }
    assert!(second.contains(&id).await.unwrap());

    let age = "UPDATE seen_events SET seen_at = now() - INTERVAL '2 months'";
    pool().get().await.unwrap().execute(age, &[]).await.unwrap();
    assert_eq!(second.forget().await.unwrap(), 1);
    assert!(!first.contains(&id).await.unwrap());
}
