//! Finds out whether a message was sent although its response was lost.

use watsi::chrono::{DateTime, TimeDelta, Utc};
use watsi::types::{MessageStatus, MessageStatusData};
use watsi::webhook::Event;

use crate::database::{DatabaseError, Transaction};
use crate::inbox::Receipt;

/// How far the clocks of this machine, of other instances and of the API may differ.
pub const CLOCK_SKEW: TimeDelta = TimeDelta::minutes(1);

/// Links a message to the reply that it is, if an event shows it for the first time.
///
/// # Errors
///
/// Returns the error of the database.
pub fn message_status(
    transaction: &Transaction<'_>,
    event: &Event,
    status: &MessageStatusData,
) -> Result<Receipt, DatabaseError> {
    let message_id = status.message_id.as_str();
    let reached_at = status.at().or(event.created_at);
    let at = reached_at.unwrap_or_else(Utc::now) + CLOCK_SKEW;
    // A later event of a known message does not link it again.
    let inserted = transaction.execute(
        "INSERT INTO messages (message_id) VALUES ($1) ON CONFLICT DO NOTHING",
        &[&message_id],
    )?;
    let mut receipt = Receipt::Ignored;
    if inserted == 1 {
        // The index `outbox_in_progress` guarantees that there is at most one. The request of a reply that is being
        // sent ends first.
        let ticket = transaction.query_row(
            "UPDATE outbox SET
               message_id = $1,
               state = CASE state WHEN 'sending' THEN 'sending' ELSE 'sent' END
             WHERE recipient = $2 AND state IN ('sending', 'unknown', 'accepted')
               AND requested_at <= $3 AND message_id IS NULL
             RETURNING ticket",
            &[
                &message_id,
                &status.recipient_id.as_str(),
                &at.timestamp_millis(),
            ],
            |row| row.get(0),
        )?;
        receipt = ticket.map_or(Receipt::Ignored, Receipt::Linked);
    }
    if status.status == MessageStatus::Failed {
        transaction.execute(
            "UPDATE outbox SET state = 'failed' WHERE message_id = $1 AND state <> 'sending'",
            &[&message_id],
        )?;
    }
    Ok(receipt)
}

/// Gives up the requests that were made before this time and should have ended since: the process that made them has
/// probably ended, and nobody saw their responses.
///
/// # Errors
///
/// Returns the error of the database.
pub fn recover(
    transaction: &Transaction<'_>,
    requested_by: DateTime<Utc>,
) -> Result<u64, DatabaseError> {
    transaction.execute(
        "UPDATE outbox SET state = CASE WHEN message_id IS NULL THEN 'unknown' ELSE 'sent' END
         WHERE ticket IN (
           SELECT ticket FROM outbox WHERE state = 'sending' AND requested_at <= $1
           FOR UPDATE SKIP LOCKED)",
        &[&requested_by.timestamp_millis()],
    )
}

/// Ends the wait for events that should have arrived by now. A reply whose request was accepted is sent. One whose
/// outcome is unknown was not processed, so it is sent again.
///
/// # Errors
///
/// Returns the error of the database.
pub fn expire(
    transaction: &Transaction<'_>,
    requested_by: DateTime<Utc>,
) -> Result<u64, DatabaseError> {
    transaction.execute(
        "UPDATE outbox SET state = CASE state WHEN 'accepted' THEN 'sent' ELSE 'pending' END
         WHERE ticket IN (
           SELECT ticket FROM outbox WHERE state IN ('accepted', 'unknown') AND requested_at <= $1
           FOR UPDATE SKIP LOCKED)",
        &[&requested_by.timestamp_millis()],
    )
}
