use support_bot::database::DatabaseError;
use support_bot::outbox::{self, Reply};
use support_bot::{Database, Error};
use tokio::runtime::Handle;
use watsi::chrono::{DateTime, Utc};

use crate::engine::{self, Engine, on_postgres, transaction};
use crate::process::eventually;

on_postgres!(
    instances_take_replies_to_different_customers_without_waiting,
    instances_do_not_take_two_replies_to_a_customer,
    reply_is_not_taken_while_an_uncommitted_one_to_the_customer_is,
    instances_that_start_at_the_same_time_create_the_tables_once,
);

const NOW: DateTime<Utc> = DateTime::from_timestamp(1_742_000_000, 0).unwrap();

/// Returns a database with one reply to each of these customers.
async fn with_replies(engine: &Engine, customers: &'static [&'static str]) -> Database {
    let database = engine.open().await.unwrap();
    transaction(&database, |transaction| {
        for (number, customer) in customers.iter().enumerate() {
            let event = format!("evt_{number}");
            let received_at = NOW.timestamp_millis();
            transaction.execute(
                "INSERT INTO inbox (event_id, received_at) VALUES ($1, $2)",
                &[&event, &received_at],
            )?;
            transaction.execute(
                "INSERT INTO outbox (event_id, conversation_id, recipient) VALUES ($1, 'chat', $2)",
                &[&event, customer],
            )?;
        }
        Ok(())
    });
    database
}

/// Takes a reply, and another one before the first transaction is committed.
async fn take_twice(database: &Database) -> (Option<Reply>, Result<Option<Reply>, Error>) {
    let other = database.clone();
    database
        .transaction(move |transaction| {
            let first = outbox::take(transaction, NOW)?;
            let second = other.transaction(|transaction| outbox::take(transaction, NOW));
            Ok::<_, DatabaseError>((first, Handle::current().block_on(second)))
        })
        .await
        .unwrap()
}

async fn instances_take_replies_to_different_customers_without_waiting(engine: Engine) {
    let database = with_replies(&engine, &["549", "550"]).await;
    let (first, second) = take_twice(&database).await;
    assert_eq!(first.unwrap().ticket, 1);
    assert_eq!(second.unwrap().unwrap().ticket, 2);
}

async fn instances_do_not_take_two_replies_to_a_customer(engine: Engine) {
    let database = with_replies(&engine, &["549", "549"]).await;
    let (first, second) = take_twice(&database).await;
    assert_eq!(first.unwrap().ticket, 1);
    assert_eq!(second.unwrap(), None);
}

/// An event with a lower ticket can be committed later than one with a higher ticket.
async fn reply_is_not_taken_while_an_uncommitted_one_to_the_customer_is(engine: Engine) {
    let database = with_replies(&engine, &["549", "549"]).await;
    transaction(&database, |transaction| {
        transaction.execute_batch("UPDATE outbox SET state = 'rejected' WHERE ticket = 1")
    });
    let other = database.clone();
    let second = database
        .transaction(move |transaction| {
            assert_eq!(outbox::take(transaction, NOW)?.unwrap().ticket, 2);
            engine::transaction(&other, |transaction| {
                transaction.execute_batch("UPDATE outbox SET state = 'pending' WHERE ticket = 1")
            });
            let second = other.clone();
            let second = Handle::current().spawn(async move {
                let taken = second.transaction(|transaction| outbox::take(transaction, NOW));
                taken.await
            });
            let process = "SELECT pg_backend_pid()::BIGINT";
            let process = transaction.query_row(process, &[], |row| row.get::<i64>(0))?;
            let waiting = "SELECT count(*) FROM pg_stat_activity
                WHERE $1::BIGINT = ANY (pg_blocking_pids(pid))";
            eventually("the second transaction waits", || {
                engine::transaction(&other, move |transaction| {
                    transaction.query_row(waiting, &[&process], |row| row.get::<i64>(0))
                }) == Some(1)
            });
            Ok(second)
        })
        .await
        .unwrap();
    match second.await.unwrap() {
        Err(Error::Database(error)) => assert!(error.is_conflict(), "{error}"),
        taken => panic!("{taken:?}"),
    }
}

async fn instances_that_start_at_the_same_time_create_the_tables_once(engine: Engine) {
    let opened = tokio::join!(engine.open(), engine.open(), engine.open(), engine.open());
    for database in [opened.0, opened.1, opened.2, opened.3] {
        database.unwrap();
    }
}
