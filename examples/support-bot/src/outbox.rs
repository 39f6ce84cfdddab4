//! The replies to send, and what became of them.

use watsi::chrono::{DateTime, TimeDelta, Utc};
use watsi::types::ConversationId;

use crate::database::{DatabaseError, Transaction};
use crate::outcome::Outcome;

/// How long after the customer's last message a reply is allowed.
pub const WINDOW: TimeDelta = TimeDelta::hours(24);

/// A reply to send.
#[derive(Clone, Debug, PartialEq)]
pub struct Reply {
    /// Its ticket number.
    pub ticket: i64,
    /// The conversation.
    pub conversation_id: ConversationId,
    /// When it was taken, in milliseconds since 1970. If it is taken again, the earlier request no longer counts.
    pub requested_at: i64,
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
/// Returns the error of the database. If [`is_conflict`](DatabaseError::is_conflict), another process has just taken a
/// reply to the same customer.
pub fn take(
    transaction: &Transaction<'_>,
    now: DateTime<Utc>,
) -> Result<Option<Reply>, DatabaseError> {
    let requested_at = now.timestamp_millis();
    let window_start = (now - WINDOW).timestamp_millis();
    loop {
        let taken = transaction.query_row(
            "UPDATE outbox SET
               requested_at = $1,
               state = CASE WHEN $2 < (
                 SELECT max(received_at) FROM outbox AS other JOIN inbox USING (event_id)
                 WHERE other.recipient = outbox.recipient)
               THEN 'sending' ELSE 'window_closed' END
             WHERE ticket = (
               SELECT ticket FROM outbox AS next
               WHERE state = 'pending'
                 AND NOT EXISTS (SELECT 1 FROM pause WHERE until > $1)
                 AND NOT EXISTS (SELECT 1 FROM outbox WHERE recipient = next.recipient
                                 AND state IN ('sending', 'unknown', 'accepted'))
                 AND NOT EXISTS (SELECT 1 FROM outbox WHERE recipient = next.recipient
                                 AND state = 'pending' AND ticket < next.ticket)
               ORDER BY ticket LIMIT 1
               FOR UPDATE SKIP LOCKED)
             RETURNING ticket, conversation_id, state",
            &[&requested_at, &window_start],
            |row| {
                let reply = Reply {
                    ticket: row.get(0)?,
                    conversation_id: row.get::<String>(1)?.into(),
                    requested_at,
                };
                let is_allowed = row.get::<String>(2)? == "sending";
                Ok(is_allowed.then_some(reply))
            },
        )?;
        match taken {
            None => return Ok(None),
            Some(Some(reply)) => return Ok(Some(reply)),
            // Its window is closed, so the next one is taken.
            Some(None) => {}
        }
    }
}

/// Records the outcome of a request. A reply to be sent later, and all others, wait until `pause`.
///
/// # Errors
///
/// Returns the error of the database.
pub fn finish(
    transaction: &Transaction<'_>,
    reply: &Reply,
    outcome: Outcome,
    pause: Option<DateTime<Utc>>,
) -> Result<(), DatabaseError> {
    let state = match outcome {
        Outcome::Accepted => "accepted",
        Outcome::Unknown => "unknown",
        Outcome::Later => "pending",
        Outcome::WindowClosed => "window_closed",
        Outcome::Rejected => "rejected",
    };
    // If nothing was sent, a message that appeared meanwhile is not this reply.
    transaction.execute(
        "UPDATE outbox SET
           state = CASE WHEN $1 IN ('accepted', 'unknown') AND message_id IS NOT NULL
                   THEN 'sent' ELSE $1 END,
           message_id = CASE WHEN $1 IN ('accepted', 'unknown') THEN message_id END
         WHERE ticket = $2 AND requested_at = $3",
        &[&state, &reply.ticket, &reply.requested_at],
    )?;
    if let Some(until) = pause {
        transaction.execute(
            "INSERT INTO pause (id, until) VALUES (1, $1)
             ON CONFLICT (id) DO UPDATE SET until = excluded.until
             WHERE pause.until < excluded.until",
            &[&until.timestamp_millis()],
        )?;
    }
    Ok(())
}
