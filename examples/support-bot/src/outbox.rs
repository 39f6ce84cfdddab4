//! The replies to send, and what became of them.

use rusqlite::{OptionalExtension, Transaction, params};
use watsi::chrono::{DateTime, TimeDelta, Utc};
use watsi::types::ConversationId;

use crate::outcome::Outcome;
use crate::reconcile;

/// How long after the customer's last message a reply is allowed.
pub const WINDOW: TimeDelta = TimeDelta::hours(24);

/// A reply to send.
#[derive(Clone, Debug, PartialEq)]
pub struct Reply {
    /// Its ticket number.
    pub ticket: i64,
    /// The conversation.
    pub conversation_id: ConversationId,
}

impl Reply {
    /// Returns its text.
    pub fn text(&self) -> String {
        format!(
            "Thank you for your message. It has the ticket number {}.",
            self.ticket
        )
    }
}

/// Takes the next reply to send, and marks it as being sent. This is committed before the request is made.
///
/// # Errors
///
/// Returns the error of the database.
pub fn take(transaction: &Transaction<'_>, now: DateTime<Utc>) -> rusqlite::Result<Option<Reply>> {
    let now = now.timestamp_millis();
    close_windows(transaction, now)?;
    transaction
        .query_row(
            "UPDATE outbox SET state = 'sending', requested_at = ?1
             WHERE ticket = (
               SELECT ticket FROM outbox AS next
               WHERE state = 'pending'
                 AND NOT EXISTS (SELECT 1 FROM pause WHERE until > ?1)
                 AND NOT EXISTS (SELECT 1 FROM outbox WHERE recipient = next.recipient
                                 AND state IN ('sending', 'unknown', 'accepted'))
               ORDER BY ticket LIMIT 1)
             RETURNING ticket, conversation_id",
            [now],
            |row| {
                Ok(Reply {
                    ticket: row.get(0)?,
                    conversation_id: row.get::<_, String>(1)?.into(),
                })
            },
        )
        .optional()
}

/// Gives up the replies that are no longer allowed. Events can arrive in any order, so the latest message counts.
fn close_windows(transaction: &Transaction<'_>, now: i64) -> rusqlite::Result<usize> {
    transaction.execute(
        "UPDATE outbox SET state = 'window_closed'
         WHERE state = 'pending' AND ?1 - ?2 >= (
           SELECT max(received_at) FROM outbox AS other JOIN inbox USING (event_id)
           WHERE other.recipient = outbox.recipient)",
        [now, WINDOW.num_milliseconds()],
    )
}

/// Records the outcome of a request. A reply to be sent later, and all others, wait until `pause`.
///
/// # Errors
///
/// Returns the error of the database.
pub fn finish(
    transaction: &Transaction<'_>,
    ticket: i64,
    outcome: Outcome,
    pause: Option<DateTime<Utc>>,
) -> rusqlite::Result<()> {
    let state = match outcome {
        Outcome::Accepted => "accepted",
        Outcome::Unknown => "unknown",
        Outcome::Later => "pending",
        Outcome::WindowClosed => "window_closed",
        Outcome::Rejected => "rejected",
    };
    transaction.execute(
        "UPDATE outbox SET state = ? WHERE ticket = ?",
        params![state, ticket],
    )?;
    if outcome == Outcome::Later {
        // Nothing was sent, so a message that appeared meanwhile is not this reply.
        transaction.execute(
            "UPDATE messages SET ticket = NULL WHERE ticket = ?",
            [ticket],
        )?;
    }
    if let Some(until) = pause {
        transaction.execute(
            "INSERT INTO pause (id, until) VALUES (1, ?)
             ON CONFLICT DO UPDATE SET until = max(until, excluded.until)",
            [until.timestamp_millis()],
        )?;
    }
    reconcile::confirm(transaction, ticket)
}
