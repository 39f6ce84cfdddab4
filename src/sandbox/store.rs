//! The conversations and messages of a sandbox.

use std::collections::{BTreeSet, HashMap};
use std::ops::Bound;

use chrono::{DateTime, Utc};

use crate::types::{Conversation, ConversationId, ConversationStatus, Message, MessageId, UserId};

/// A conversation, and data that the API does not expose.
pub(super) struct Thread {
    pub conversation: Conversation,
    pub phone: String,
    /// The time of the customer's last message.
    pub received_at: DateTime<Utc>,
}

/// The position of a thread in a list: by last message, then by number.
type Position = (DateTime<Utc>, usize);

/// A list of all threads, or of those that match a filter. Keeping one per filter makes rare matches as fast as all.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(super) enum Group {
    All,
    Status(ConversationStatus),
    User(UserId),
}

#[derive(Default)]
pub(super) struct Store {
    threads: Vec<Thread>,
    by_id: HashMap<ConversationId, usize>,
    by_phone: HashMap<String, usize>,
    order: HashMap<Group, BTreeSet<Position>>,
    messages: Vec<Message>,
    by_message: HashMap<MessageId, usize>,
}

impl Store {
    pub fn threads(&self) -> usize {
        self.threads.len()
    }

    /// Adds a thread whose last message is from the customer.
    pub fn add(&mut self, thread: Thread) {
        let number = self.threads.len();
        let id = thread.conversation.id.clone();
        self.by_id.insert(id, number);
        self.by_phone.insert(thread.phone.clone(), number);
        let position = (thread.received_at, number);
        for group in groups(&thread.conversation) {
            self.order.entry(group).or_default().insert(position);
        }
        self.threads.push(thread);
    }

    pub fn by_phone(&self, phone: &str) -> Option<&Thread> {
        Some(&self.threads[*self.by_phone.get(phone)?])
    }

    pub fn by_id(&self, id: &ConversationId) -> Option<&Thread> {
        Some(&self.threads[*self.by_id.get(id)?])
    }

    /// Stores a message and moves its conversation to the top of the list.
    pub fn keep(&mut self, message: Message, received: bool) {
        let at = message.created_at;
        if let Some(&number) = self.by_id.get(&message.conversation_id) {
            let thread = &mut self.threads[number];
            let before = thread.conversation.last_message_at.replace(at);
            for group in groups(&thread.conversation) {
                let positions = self.order.entry(group).or_default();
                before.map(|before| positions.remove(&(before, number)));
                positions.insert((at, number));
            }
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

    /// Returns the conversations that are in all of these groups and older than a timestamp, most recent first.
    pub fn list<'s>(
        &'s self,
        wanted: &'s [Group],
        before: Option<DateTime<Utc>>,
    ) -> impl Iterator<Item = &'s Conversation> {
        let smallest = wanted
            .iter()
            .map(|group| self.order.get(group))
            .min_by_key(|positions| positions.map_or(0, BTreeSet::len));
        let end = before.map_or(Bound::Unbounded, |before| Bound::Excluded((before, 0)));
        let earlier = smallest.flatten().into_iter();
        let earlier =
            earlier.flat_map(move |positions| positions.range((Bound::Unbounded, end)).rev());
        earlier
            .map(|(_, number)| &self.threads[*number].conversation)
            .filter(|conversation| {
                let of = groups(conversation);
                wanted.iter().all(|group| of.contains(group))
            })
    }

    /// Gives the second conversation the id of the first, so that the list does not conform to the contract.
    #[cfg(test)]
    pub fn break_the_list(&mut self) {
        self.threads[1].conversation.id = self.threads[0].conversation.id.clone();
    }
}

fn groups(conversation: &Conversation) -> Vec<Group> {
    let mut groups = vec![Group::All, Group::Status(conversation.status.clone())];
    groups.extend(conversation.assigned_user_id.clone().map(Group::User));
    groups
}
