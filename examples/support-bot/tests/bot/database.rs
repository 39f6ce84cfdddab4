use std::path::Path;

use rusqlite::{Connection, Transaction};
use support_bot::inbox::Receipt;
use support_bot::{outbox, outcome::Outcome, reconcile};
use watsi::chrono::{DateTime, Utc};
use watsi::types::MessageStatusData;
use watsi::webhook::{Event, EventData};

const NOW: DateTime<Utc> = DateTime::from_timestamp(1_742_000_000, 0).unwrap();

/// Runs `test` in a database with one message, whose reply is taken.
fn with_a_reply_being_sent(test: impl FnOnce(&Transaction<'_>)) {
    let schema = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/migrations/sqlite/1.sql");
    let mut connection = Connection::open_in_memory().unwrap();
    connection
        .execute_batch(&std::fs::read_to_string(schema).unwrap())
        .unwrap();
    let transaction = connection.transaction().unwrap();
    let fill = "INSERT INTO inbox VALUES ('evt_1', 1742000000000, 'Hi');
        INSERT INTO outbox (event_id, conversation_id, recipient) VALUES ('evt_1', 'chat_123', '549')";
    transaction.execute_batch(fill).unwrap();
    outbox::take(&transaction, NOW).unwrap().unwrap();
    test(&transaction);
}

fn message_status(transaction: &Transaction<'_>, message: &str, at: DateTime<Utc>) -> Receipt {
    let status = MessageStatusData::new(message, "sent", "549", at.timestamp().to_string());
    let event = Event::new("evt_2", NOW, "w", EventData::MessageStatus(status.clone()));
    reconcile::message_status(transaction, &event, &status).unwrap()
}

fn state(transaction: &Transaction<'_>) -> String {
    transaction
        .query_row("SELECT state FROM outbox", [], |row| row.get(0))
        .unwrap()
}

#[test]
fn event_before_the_response_confirms_the_reply_when_the_response_is_lost() {
    with_a_reply_being_sent(|transaction| {
        message_status(transaction, "wamid.1", NOW);
        assert_eq!(state(transaction), "sending");
        outbox::finish(transaction, 1, Outcome::Unknown, None).unwrap();
        assert_eq!(state(transaction), "sent");
    });
}

#[test]
fn event_before_a_crash_confirms_the_reply_at_the_next_start() {
    with_a_reply_being_sent(|transaction| {
        message_status(transaction, "wamid.1", NOW);
        assert_eq!(reconcile::recover(transaction), Ok(1));
        assert_eq!(state(transaction), "sent");
    });
}

#[test]
fn message_that_appeared_during_a_rejected_request_does_not_confirm_the_next_one() {
    with_a_reply_being_sent(|transaction| {
        message_status(transaction, "wamid.of_a_person", NOW);
        outbox::finish(transaction, 1, Outcome::Later, None).unwrap();
        outbox::take(transaction, NOW).unwrap().unwrap();
        outbox::finish(transaction, 1, Outcome::Unknown, None).unwrap();
        assert_eq!(state(transaction), "unknown");
    });
}

#[test]
fn event_of_an_older_message_does_not_confirm_the_reply_unless_the_clocks_may_differ() {
    with_a_reply_being_sent(|transaction| {
        outbox::finish(transaction, 1, Outcome::Unknown, None).unwrap();
        message_status(transaction, "wamid.1", NOW - reconcile::CLOCK_SKEW * 2);
        assert_eq!(state(transaction), "unknown");
        message_status(transaction, "wamid.2", NOW - reconcile::CLOCK_SKEW);
        assert_eq!(state(transaction), "sent");
    });
}

#[test]
fn later_event_of_a_message_changes_nothing() {
    with_a_reply_being_sent(|transaction| {
        assert_eq!(
            message_status(transaction, "wamid.of_a_person", NOW),
            Receipt::Linked(1)
        );
        outbox::finish(transaction, 1, Outcome::Later, None).unwrap();
        outbox::take(transaction, NOW).unwrap().unwrap();
        assert_eq!(
            message_status(transaction, "wamid.of_a_person", NOW),
            Receipt::Ignored
        );
        outbox::finish(transaction, 1, Outcome::Unknown, None).unwrap();
        assert_eq!(state(transaction), "unknown");
    });
}
