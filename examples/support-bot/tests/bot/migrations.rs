use std::path::Path;

use rusqlite::Connection;
use support_bot::Error;
use support_bot::database::DatabaseError;

use crate::engine::{Engine, on_each_engine, transaction};

on_each_engine!(
    database_of_a_newer_version_is_not_opened,
    database_that_is_opened_again_keeps_its_rows,
);

async fn database_of_a_newer_version_is_not_opened(engine: Engine) {
    let database = engine.open().await.unwrap();
    transaction(&database, |transaction| {
        transaction.execute("INSERT INTO migrations VALUES (1000)", &[])
    });
    let opened = engine.open().await;
    assert!(matches!(opened, Err(Error::Database(DatabaseError::Newer))));
}

async fn database_that_is_opened_again_keeps_its_rows(engine: Engine) {
    let database = engine.open().await.unwrap();
    transaction(&database, |transaction| {
        transaction.execute("INSERT INTO messages VALUES ('wamid.1')", &[])
    });
    let database = engine.open().await.unwrap();
    let message = transaction(&database, |transaction| {
        transaction.query_row("SELECT message_id FROM messages", &[], |row| row.get(0))
    });
    assert_eq!(message, Some("wamid.1".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn links_of_the_first_version_are_kept() {
    let engine = Engine::sqlite();
    let first = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/migrations/sqlite/1.sql");
    let connection = Connection::open(&engine.location).unwrap();
    connection
        .execute_batch(&std::fs::read_to_string(first).unwrap())
        .unwrap();
    let fill = "INSERT INTO inbox VALUES ('evt_1', 0, 'Hi'), ('evt_2', 0, 'Hello');
        INSERT INTO outbox (event_id, conversation_id, recipient) VALUES
            ('evt_1', 'chat_123', '549'), ('evt_2', 'chat_123', '549');
        INSERT INTO messages VALUES ('wamid.1', 1), ('wamid.of_a_person', NULL);";
    connection.execute_batch(fill).unwrap();
    drop(connection);

    let database = engine.open().await.unwrap();
    let linked = transaction(&database, |transaction| {
        let sql = "SELECT group_concat(ticket || ' ' || message_id) FROM outbox";
        transaction.query_row(sql, &[], |row| row.get(0))
    });
    assert_eq!(linked, Some("1 wamid.1".to_owned()));
    let messages = transaction(&database, |transaction| {
        transaction.query_row("SELECT count(*) FROM messages", &[], |row| row.get(0))
    });
    assert_eq!(messages, Some(2_i64));
}
