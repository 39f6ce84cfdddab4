//! Stores what customers write, together with the reply that is due.

use watsi::chrono::Utc;
use watsi::types::{EventType, MessageReceivedData};
use watsi::webhook::{Event, EventData};

use crate::database::{DatabaseError, Transaction};
use crate::reconcile;

/// What an event caused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Receipt {
    /// A reply with this ticket number is due.
    Reply(i64),
    /// The event is the first about the message that is the reply with this ticket number.
    Linked(i64),
    /// Nothing, because the event was already received.
    Duplicate,
    /// Nothing, because the event does not say whom to reply to. A person must reply.
    NoRecipient,
    /// Nothing, because the bot does not need the event.
    Ignored,
}

/// Stores an event and the reply that is due for it. Respond to the delivery only after the transaction is committed.
///
/// # Errors
///
/// Returns the error of the database.
pub fn receive(transaction: &Transaction<'_>, event: &Event) -> Result<Receipt, DatabaseError> {
    match &event.data {
        EventData::MessageReceived(message) => message_received(transaction, event, message),
        EventData::MessageStatus(status) => reconcile::message_status(transaction, event, status),
        EventData::Unknown { event_type, .. } if *event_type == EventType::MessageReceived => {
            Ok(Receipt::NoRecipient)
        }
        _ => Ok(Receipt::Ignored),
    }
}

fn message_received(
    transaction: &Transaction<'_>,
    event: &Event,
    message: &MessageReceivedData,
) -> Result<Receipt, DatabaseError> {
    // PostgreSQL does not store this character.
    let text = message.text().map(|text| text.replace('\0', "\u{fffd}"));
    let inserted = transaction.execute(
        "INSERT INTO inbox (event_id, received_at, text) VALUES ($1, $2, $3)
         ON CONFLICT DO NOTHING",
        &[
            &event.id.as_str(),
            &event.created_at.unwrap_or_else(Utc::now).timestamp_millis(),
            &text,
        ],
    )?;
    if inserted == 0 {
        return Ok(Receipt::Duplicate);
    }
    let (Some(conversation_id), Some(recipient)) = (&message.conversation_id, &message.from) else {
        return Ok(Receipt::NoRecipient);
    };
    let ticket = transaction.query_row(
        "INSERT INTO outbox (event_id, conversation_id, recipient) VALUES ($1, $2, $3)
         RETURNING ticket",
        &[
            &event.id.as_str(),
            &conversation_id.as_str(),
            &recipient.as_str(),
        ],
        |row| row.get(0),
    )?;
    Ok(ticket.map_or(Receipt::Ignored, Receipt::Reply))
}
