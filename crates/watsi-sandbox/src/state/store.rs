//! The conversations and messages of a sandbox.

use std::collections::hash_map::Entry;
use std::collections::{BTreeSet, HashMap};
use std::ops::Bound;
use std::sync::atomic::{AtomicU64, Ordering};

use chrono::{DateTime, Utc};

use crate::log::Log;
use watsi::types::{Conversation, ConversationId, ConversationStatus, Message, MessageId, UserId};

/// A conversation, and data that the API does not expose.
pub struct Thread {
    pub conversation: Conversation,
    pub phone: String,
    /// The timestamp of the customer's last message.
    pub received_at: DateTime<Utc>,
    /// The timestamp by which the conversation is sorted, even if the conversation shows none.
    pub listed_at: DateTime<Utc>,
    /// Set by the store: no other conversation, and no other version of this one, has the same revision.
    pub revision: u64,
}

/// A message, and data that the API does not expose.
pub struct Kept {
    pub message: Message,
    /// The id of the message in events.
    pub event_id: MessageId,
}

/// The position of a thread in a list: by timestamp, then by number.
type Position = (DateTime<Utc>, usize);

/// A list of all threads, or of those that match a filter. Keeping one per filter makes rare matches as fast as all.
#[derive(Clone, PartialEq, Eq, Hash)]
pub enum Group {
    All,
    Status(ConversationStatus),
    User(UserId),
}

pub struct Store {
    threads: Vec<Thread>,
    by_id: HashMap<ConversationId, usize>,
    by_phone: HashMap<String, usize>,
    order: HashMap<Group, BTreeSet<Position>>,
    messages: Log<Kept>,
    by_message: HashMap<MessageId, u64>,
}

impl Default for Store {
    fn default() -> Self {
        Store {
            threads: Vec::new(),
            by_id: HashMap::new(),
            by_phone: HashMap::new(),
            order: HashMap::new(),
            messages: Log::new(10_000),
            by_message: HashMap::new(),
        }
    }
}

impl Store {
    pub fn threads(&self) -> &[Thread] {
        &self.threads
    }

    pub fn add(&mut self, mut thread: Thread) {
        thread.revision = next_revision();
        let number = self.threads.len();
        let id = thread.conversation.id.clone();
        self.by_id.insert(id, number);
        self.by_phone.insert(thread.phone.clone(), number);
        let position = (thread.listed_at, number);
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

    /// Changes a thread, and moves it in the lists. Returns `None` if no conversation has this id.
    pub fn change(
        &mut self,
        id: &ConversationId,
        change: impl FnOnce(&mut Thread),
    ) -> Option<&Thread> {
        let number = *self.by_id.get(id)?;
        let thread = &mut self.threads[number];
        for group in groups(&thread.conversation) {
            if let Entry::Occupied(mut positions) = self.order.entry(group) {
                positions.get_mut().remove(&(thread.listed_at, number));
                if positions.get().is_empty() {
                    positions.remove();
                }
            }
        }
        change(thread);
        thread.revision = next_revision();
        for group in groups(&thread.conversation) {
            let positions = self.order.entry(group).or_default();
            positions.insert((thread.listed_at, number));
        }
        Some(thread)
    }

    /// Stores a message.
    pub fn keep(&mut self, kept: Kept) {
        let id = kept.message.id.clone();
        self.by_message.insert(id, self.messages.end());
        // As exported, so that the limit applies to what an import has to send.
        let json = serde_json::to_vec(&kept.message).unwrap_or_default();
        let size = json.len() + kept.event_id.as_str().len() + size_of::<Kept>();
        for forgotten in self.messages.push(kept, size) {
            self.by_message.remove(&forgotten.message.id);
        }
    }

    /// Returns the number of a message.
    pub fn number(&self, id: &MessageId) -> Option<u64> {
        self.by_message.get(id).copied()
    }

    pub fn message(&mut self, id: &MessageId) -> Option<&mut Kept> {
        self.messages.get_mut(*self.by_message.get(id)?)
    }

    pub fn messages(&self) -> &Log<Kept> {
        &self.messages
    }

    /// Returns the conversations that are in all of these groups and older than a timestamp, most recent first.
    pub fn list<'s>(
        &'s self,
        wanted: &'s [Group],
        before: Option<DateTime<Utc>>,
    ) -> impl Iterator<Item = &'s Thread> {
        let smallest = wanted
            .iter()
            .map(|group| self.order.get(group))
            .min_by_key(|positions| positions.map_or(0, BTreeSet::len));
        let end = before.map_or(Bound::Unbounded, |before| Bound::Excluded((before, 0)));
        let earlier = smallest.flatten().into_iter();
        let earlier =
            earlier.flat_map(move |positions| positions.range((Bound::Unbounded, end)).rev());
        earlier
            .map(|(_, number)| &self.threads[*number])
            .filter(|thread| {
                let of = groups(&thread.conversation);
                wanted.iter().all(|group| of.contains(group))
            })
    }

    /// Replaces everything. The numbers of messages continue.
    pub fn replace(&mut self, mut new: Store) {
        let end = self.messages.end();
        new.messages.renumber(end);
        for number in new.by_message.values_mut() {
            *number += end;
        }
        *self = new;
    }

    /// Gives the second conversation the id of the first, so that the list does not conform to the contract.
    #[cfg(test)]
    pub fn break_the_list(&mut self) {
        self.threads[1].conversation.id = self.threads[0].conversation.id.clone();
    }
}

/// Returns a number that no sandbox of this process has used.
fn next_revision() -> u64 {
    static USED: AtomicU64 = AtomicU64::new(0);
    USED.fetch_add(1, Ordering::Relaxed)
}

fn groups(conversation: &Conversation) -> Vec<Group> {
    let mut groups = vec![Group::All, Group::Status(conversation.status.clone())];
    groups.extend(conversation.assigned_user_id.clone().map(Group::User));
    groups
}
