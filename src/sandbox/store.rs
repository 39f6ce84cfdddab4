//! The conversations and messages of a sandbox.

use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, Utc};

use crate::types::{Conversation, ConversationId, Message, MessageId};

/// A conversation, and what the API does not show of it.
pub(super) struct Thread {
    pub conversation: Conversation,
    pub phone: String,
    /// When the customer last wrote.
    pub received_at: DateTime<Utc>,
}

/// Where a thread stands in the list: by its last message, then by its number.
type Position = (DateTime<Utc>, usize);

#[derive(Default)]
pub(super) struct Store {
    threads: Vec<Thread>,
    by_id: HashMap<ConversationId, usize>,
    by_phone: HashMap<String, usize>,
    order: BTreeSet<Position>,
    messages: Vec<Message>,
    by_message: HashMap<MessageId, usize>,
}

impl Store {
    pub fn threads(&self) -> usize {
        self.threads.len()
    }

    /// Adds a thread; its last message was the customer's.
    pub fn add(&mut self, thread: Thread) {
        let number = self.threads.len();
        let id = thread.conversation.id.clone();
        self.by_id.insert(id, number);
        self.by_phone.insert(thread.phone.clone(), number);
        self.order.insert((thread.received_at, number));
        self.threads.push(thread);
    }

    pub fn by_phone(&self, phone: &str) -> Option<&Thread> {
        Some(&self.threads[*self.by_phone.get(phone)?])
    }

    pub fn by_id(&self, id: &ConversationId) -> Option<&Thread> {
        Some(&self.threads[*self.by_id.get(id)?])
    }

    /// Keeps a message, and puts its conversation at the head of the list.
    pub fn keep(&mut self, message: Message, received: bool) {
        let at = message.created_at;
        if let Some(&number) = self.by_id.get(&message.conversation_id) {
            let thread = &mut self.threads[number];
            if let Some(before) = thread.conversation.last_message_at.replace(at) {
                self.order.remove(&(before, number));
            }
            self.order.insert((at, number));
            if received {
                thread.received_at = at;
            }
        }
        self.by_message
            .insert(message.id.clone(), self.messages.len());
        self.messages.push(message);
    }

    pub fn message(&mut self, id: &MessageId) -> Option<&mut Message> {
        Some(&mut self.messages[*self.by_message.get(id)?])
    }

    pub fn messages(&self) -> &[Message] {
        &self.messages
    }

    /// The conversations from before an instant, the most recent first.
    pub fn list(&self, before: Option<DateTime<Utc>>) -> impl Iterator<Item = &Conversation> {
        let before = before.map_or(std::ops::Bound::Unbounded, |before| {
            std::ops::Bound::Excluded((before, 0))
        });
        let earlier = self.order.range((std::ops::Bound::Unbounded, before));
        earlier
            .rev()
            .map(|(_, number)| &self.threads[*number].conversation)
    }

    /// Gives the second conversation the id of the first: a list that does not conform.
    #[cfg(test)]
    pub fn break_the_list(&mut self) {
        self.threads[1].conversation.id = self.threads[0].conversation.id.clone();
    }
}
