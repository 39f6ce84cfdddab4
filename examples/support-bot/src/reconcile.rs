//! Finds out whether a message was sent although its response was lost.

use rusqlite::{OptionalExtension, Transaction, params};
use watsi::chrono::{DateTime, TimeDelta, Utc};
use watsi::types::{MessageStatus, MessageStatusData};
use watsi::webhook::Event;

use crate::inbox::Receipt;

/// How far the clocks of this machine and of the API may differ.
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
) -> rusqlite::Result<Receipt> {
    let message_id = status.message_id.as_str();
    let at = status.at().unwrap_or(event.created_at) + CLOCK_SKEW;
    // The index `outbox_in_progress` guarantees that there is at most one.
    let ticket: Option<i64> = transaction
        .query_row(
            "SELECT ticket FROM outbox
             WHERE recipient = ? AND state IN ('sending', 'unknown', 'accepted') AND requested_at <= ?
               AND NOT EXISTS (SELECT 1 FROM messages WHERE messages.ticket = outbox.ticket)",
            params![status.recipient_id, at.timestamp_millis()],
            |row| row.get(0),
        )
        .optional()?;
    // A later event of a known message does not link it again.
    let linked = transaction.execute(
        "INSERT INTO messages (message_id, ticket) VALUES (?, ?) ON CONFLICT DO NOTHING",
        params![message_id, ticket],
    )? == 1;
    if status.status == MessageStatus::Failed {
        transaction.execute(
            "UPDATE outbox SET state = 'failed' WHERE state <> 'sending'
               AND ticket = (SELECT ticket FROM messages WHERE message_id = ?)",
            [message_id],
        )?;
    }
    match ticket {
        Some(ticket) if linked => confirm(transaction, ticket).map(|()| Receipt::Linked(ticket)),
        _ => Ok(Receipt::Ignored),
    }
}

/// Ends the wait for a reply that is linked to a message. The request of a reply that is being sent ends first.
///
/// # Errors
///
/// Returns the error of the database.
pub fn confirm(transaction: &Transaction<'_>, ticket: i64) -> rusqlite::Result<()> {
    transaction.execute(
        "UPDATE outbox SET state = 'sent' WHERE ticket = ? AND state IN ('unknown', 'accepted')
           AND EXISTS (SELECT 1 FROM messages WHERE messages.ticket = outbox.ticket)",
        [ticket],
    )?;
    Ok(())
}

/// Marks the requests that were in progress when the process ended: nobody saw their responses.
///
/// # Errors
///
/// Returns the error of the database.
pub fn recover(transaction: &Transaction<'_>) -> rusqlite::Result<usize> {
    let recovered = transaction.execute(
        "UPDATE outbox SET state = 'unknown' WHERE state = 'sending'",
        [],
    )?;
    transaction.execute(
        "UPDATE outbox SET state = 'sent'
         WHERE state = 'unknown' AND ticket IN (SELECT ticket FROM messages)",
        [],
    )?;
    Ok(recovered)
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
) -> rusqlite::Result<usize> {
    transaction.execute(
        "UPDATE outbox SET state = CASE state WHEN 'accepted' THEN 'sent' ELSE 'pending' END
         WHERE state IN ('accepted', 'unknown') AND requested_at <= ?",
        [requested_by.timestamp_millis()],
    )
}
