//! Sends messages and changes their status.

use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::Value;

use super::store::Kept;
use super::{Change, State, after};
use watsi::types::{
    ConversationId, EventType, Message, MessageDirection, MessageId, MessageStatus,
    MessageStatusData, WebhookEvent,
};

/// The time until a sent message is delivered, by the sandbox's clock: 1 s.
pub const DELIVERED_AFTER: Duration = Duration::from_secs(1);
/// The time until a sent message is read, by the sandbox's clock: 10 s.
pub const READ_AFTER: Duration = Duration::from_secs(10);

/// The workspace of the API key.
const WORKSPACE: &str = "2c5ea4c0-4067-4fe9-8bad-9bdddad1b2c3";

impl State {
    pub fn send(&mut self, conversation_id: ConversationId, body: String) -> Message {
        let at = self.tick();
        let message = Message::new(
            self.message_id("msg_"),
            conversation_id,
            body,
            MessageDirection::Outbound,
            MessageStatus::Sent,
            at,
        );
        let event_id = if self.distinct_event_ids {
            self.id("wamid.").into()
        } else {
            message.id.clone()
        };
        let delivered = Change {
            message_id: message.id.clone(),
            from: MessageStatus::Sent,
            to: MessageStatus::Delivered,
        };
        let read = Change {
            message_id: message.id.clone(),
            from: MessageStatus::Delivered,
            to: MessageStatus::Read,
        };
        self.schedule(after(at, DELIVERED_AFTER), delivered);
        self.schedule(after(at, READ_AFTER), read);
        self.keep(Kept {
            message: message.clone(),
            event_id,
        });
        self.post_status(&message.id, at);
        message
    }

    /// Returns an id for a message. An imported state may use any ids.
    pub(super) fn message_id(&mut self, prefix: &str) -> MessageId {
        loop {
            let id = self.id(prefix).into();
            if self.store.number(&id).is_none() {
                return id;
            }
        }
    }

    fn schedule(&mut self, at: DateTime<Utc>, change: Change) {
        let number = self.number();
        self.due.insert((at, number), change);
    }

    /// Stores a message and moves its conversation to the top of the list.
    pub(super) fn keep(&mut self, kept: Kept) {
        let at = kept.message.created_at;
        self.store.change(&kept.message.conversation_id, |thread| {
            thread.conversation.last_message_at = Some(at);
            thread.listed_at = at;
        });
        self.store.keep(kept);
        self.revisions.messages += 1;
        self.revisions.conversations += 1;
    }

    /// Sets the status of a message. Returns `None` if no message has this id.
    pub fn mark(&mut self, id: &MessageId, status: MessageStatus) -> Option<Message> {
        self.store.message(id)?;
        let at = self.tick();
        let kept = self.store.message(id)?;
        kept.message.status = status;
        let message = kept.message.clone();
        self.post_status(id, at);
        Some(message)
    }

    pub fn messages(&self) -> impl DoubleEndedIterator<Item = &Message> {
        self.store.messages().iter().map(|kept| &kept.message)
    }

    /// Returns the messages from this number on.
    pub fn messages_since(&self, number: u64) -> impl Iterator<Item = &Message> {
        let kept = self.store.messages().since(number);
        kept.map(|(_, kept)| &kept.message)
    }

    /// Returns the next message that a client sent, and continues after it.
    pub fn next_message(&mut self) -> Option<Message> {
        let mut unread = self.store.messages().since(self.read_until);
        let sent = unread.find(|(_, kept)| kept.message.direction == MessageDirection::Outbound);
        let (number, kept) = sent?;
        let message = kept.message.clone();
        self.read_until = number + 1;
        Some(message)
    }

    pub(super) fn post_status(&mut self, id: &MessageId, at: DateTime<Utc>) {
        self.revisions.messages += 1;
        let Some(kept) = self.store.message(id) else {
            return;
        };
        let conversation_id = kept.message.conversation_id.clone();
        let (event_id, status) = (kept.event_id.clone(), kept.message.status.clone());
        let thread = self.store.by_id(&conversation_id);
        let recipient = thread
            .map(|thread| digits(&thread.phone))
            .unwrap_or_default();
        let timestamp = at.timestamp().to_string();
        let data = MessageStatusData::new(event_id, status, recipient, timestamp);
        self.post(EventType::MessageStatus, data, at, Some(&conversation_id));
    }

    /// Queues an event for the subscriptions of its type. The first attempts for a conversation are made in order.
    pub fn post(
        &mut self,
        kind: EventType,
        data: impl Serialize,
        at: DateTime<Utc>,
        conversation: Option<&ConversationId>,
    ) {
        if !self.queue.is_subscribed(&kind) {
            return;
        }
        let Ok(Value::Object(data)) = serde_json::to_value(data) else {
            return;
        };
        let event = WebhookEvent::new(self.id("evt_"), kind, at, WORKSPACE, data);
        self.queue.post(event, conversation);
        self.revisions.deliveries += 1;
    }
}

/// Returns a phone number as written in events.
pub(super) fn digits(phone: &str) -> String {
    phone.chars().filter(char::is_ascii_digit).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::Settings;

    #[test]
    fn only_the_latest_10_000_messages_are_kept() {
        let mut state = State::new(&Settings::default());
        let conversation = state.customer_writes("+1", "Hi").conversation_id;
        let first = state.send(conversation.clone(), "Hello!".to_owned());
        for _ in 0..10_000 {
            state.send(conversation.clone(), "Hello!".to_owned());
        }
        assert_eq!(state.messages().count(), 10_000);
        assert!(state.store.number(&first.id).is_none());
    }
}
