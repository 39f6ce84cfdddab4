use support_bot::database::Transaction;
use support_bot::inbox::Receipt;
use support_bot::outbox::Reply;
use support_bot::{outbox, outcome::Outcome, reconcile};
use watsi::chrono::{DateTime, TimeDelta, Utc};
use watsi::types::MessageStatusData;
use watsi::webhook::{Event, EventData};

use crate::engine::{Engine, on_each_engine, transaction};

on_each_engine!(
    event_before_the_response_confirms_the_reply_when_the_response_is_lost,
    event_before_a_crash_confirms_the_reply_when_its_request_is_given_up,
    message_that_appeared_during_a_rejected_request_does_not_confirm_the_next_one,
    event_of_an_older_message_does_not_confirm_the_reply_unless_the_clocks_may_differ,
    later_event_of_a_message_changes_nothing,
    request_that_ends_after_it_was_given_up_is_recorded,
    request_that_ends_after_the_wait_is_recorded,
    request_that_ends_after_its_reply_was_taken_again_changes_nothing,
    shorter_pause_does_not_end_a_longer_one,
);

const NOW: DateTime<Utc> = DateTime::from_timestamp(1_742_000_000, 0).unwrap();

/// Runs `test` in a database with one message, whose reply is taken.
async fn with_a_reply_being_sent(
    engine: Engine,
    test: impl Fn(&Transaction<'_>, Reply) + Clone + Send + 'static,
) {
    let database = engine.open().await.unwrap();
    transaction(&database, move |transaction| {
        let fill = "INSERT INTO inbox VALUES ('evt_1', 1742000000000, 'Hi');
            INSERT INTO outbox (event_id, conversation_id, recipient) VALUES ('evt_1', 'chat_123', '549')";
        transaction.execute_batch(fill)?;
        let reply = outbox::take(transaction, NOW)?.unwrap();
        test(transaction, reply);
        Ok(())
    });
}

fn message_status(transaction: &Transaction<'_>, message: &str, at: DateTime<Utc>) -> Receipt {
    let status = MessageStatusData::new(message, "sent", "549", at.timestamp().to_string());
    let event = Event::new("evt_2", NOW, "w", EventData::MessageStatus(status.clone()));
    reconcile::message_status(transaction, &event, &status).unwrap()
}

fn finish(transaction: &Transaction<'_>, reply: &Reply, outcome: Outcome) {
    outbox::finish(transaction, reply, outcome, None).unwrap();
}

fn state(transaction: &Transaction<'_>) -> String {
    let state = transaction.query_row("SELECT state FROM outbox", &[], |row| row.get(0));
    state.unwrap().unwrap()
}

async fn event_before_the_response_confirms_the_reply_when_the_response_is_lost(engine: Engine) {
    with_a_reply_being_sent(engine, |transaction, reply| {
        message_status(transaction, "wamid.1", NOW);
        assert_eq!(state(transaction), "sending");
        finish(transaction, &reply, Outcome::Unknown);
        assert_eq!(state(transaction), "sent");
    })
    .await;
}

async fn event_before_a_crash_confirms_the_reply_when_its_request_is_given_up(engine: Engine) {
    with_a_reply_being_sent(engine, |transaction, _| {
        message_status(transaction, "wamid.1", NOW);
        assert_eq!(reconcile::recover(transaction, NOW), Ok(1));
        assert_eq!(state(transaction), "sent");
    })
    .await;
}

async fn message_that_appeared_during_a_rejected_request_does_not_confirm_the_next_one(
    engine: Engine,
) {
    with_a_reply_being_sent(engine, |transaction, reply| {
        message_status(transaction, "wamid.of_a_person", NOW);
        finish(transaction, &reply, Outcome::Later);
        let reply = outbox::take(transaction, NOW).unwrap().unwrap();
        finish(transaction, &reply, Outcome::Unknown);
        assert_eq!(state(transaction), "unknown");
    })
    .await;
}

async fn event_of_an_older_message_does_not_confirm_the_reply_unless_the_clocks_may_differ(
    engine: Engine,
) {
    with_a_reply_being_sent(engine, |transaction, reply| {
        finish(transaction, &reply, Outcome::Unknown);
        message_status(transaction, "wamid.1", NOW - reconcile::CLOCK_SKEW * 2);
        assert_eq!(state(transaction), "unknown");
        message_status(transaction, "wamid.2", NOW - reconcile::CLOCK_SKEW);
        assert_eq!(state(transaction), "sent");
    })
    .await;
}

async fn later_event_of_a_message_changes_nothing(engine: Engine) {
    with_a_reply_being_sent(engine, |transaction, reply| {
        let receipt = message_status(transaction, "wamid.of_a_person", NOW);
        assert_eq!(receipt, Receipt::Linked(1));
        finish(transaction, &reply, Outcome::Later);
        let reply = outbox::take(transaction, NOW).unwrap().unwrap();
        let receipt = message_status(transaction, "wamid.of_a_person", NOW);
        assert_eq!(receipt, Receipt::Ignored);
        finish(transaction, &reply, Outcome::Unknown);
        assert_eq!(state(transaction), "unknown");
    })
    .await;
}

async fn request_that_ends_after_it_was_given_up_is_recorded(engine: Engine) {
    with_a_reply_being_sent(engine, |transaction, reply| {
        assert_eq!(reconcile::recover(transaction, NOW), Ok(1));
        assert_eq!(state(transaction), "unknown");
        finish(transaction, &reply, Outcome::Rejected);
        assert_eq!(state(transaction), "rejected");
    })
    .await;
}

async fn request_that_ends_after_the_wait_is_recorded(engine: Engine) {
    with_a_reply_being_sent(engine, |transaction, reply| {
        assert_eq!(reconcile::recover(transaction, NOW), Ok(1));
        assert_eq!(reconcile::expire(transaction, NOW), Ok(1));
        assert_eq!(state(transaction), "pending");
        finish(transaction, &reply, Outcome::Accepted);
        assert_eq!(state(transaction), "accepted");
    })
    .await;
}

async fn request_that_ends_after_its_reply_was_taken_again_changes_nothing(engine: Engine) {
    with_a_reply_being_sent(engine, |transaction, earlier| {
        assert_eq!(reconcile::recover(transaction, NOW), Ok(1));
        assert_eq!(reconcile::expire(transaction, NOW), Ok(1));
        let later = NOW + TimeDelta::hours(1);
        outbox::take(transaction, later).unwrap().unwrap();
        finish(transaction, &earlier, Outcome::Later);
        assert_eq!(state(transaction), "sending");
    })
    .await;
}

async fn shorter_pause_does_not_end_a_longer_one(engine: Engine) {
    with_a_reply_being_sent(engine, |transaction, reply| {
        for minutes in [5, 1] {
            let until = NOW + TimeDelta::minutes(minutes);
            outbox::finish(transaction, &reply, Outcome::Later, Some(until)).unwrap();
        }
        let taken = outbox::take(transaction, NOW + TimeDelta::minutes(2));
        assert_eq!(taken, Ok(None));
    })
    .await;
}
