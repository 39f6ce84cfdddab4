//! Opens and changes conversations.

use std::fmt;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Deserializer};
use serde_json::Map;

use super::messages::digits;
use super::store::{Kept, Thread};
use super::{State, WINDOW};
use crate::SandboxError;
use crate::clock::is_supported;
use watsi::types::{
    Channel, Conversation, ConversationCreatedData, ConversationId, ConversationStatus, Customer,
    EventType, Message, MessageDirection, MessageReceivedData, MessageStatus, UserId,
};

const COMPANY: &str = "3d0c4a2e-5f6b-4c7d-8e9f-a0b1c2d3e4f5";
/// The users that seeded conversations are assigned to. Every third one is unassigned.
const USERS: [Option<&str>; 3] = [
    Some("6f1c3c52-7a3e-4d0b-9c56-0d8f5a2b7e11"),
    Some("e2a4b6c8-1d3f-4a5b-8c7d-9e0f1a2b3c4d"),
    None,
];

/// A change of a conversation. What is not set stays as it is.
#[derive(Clone, Default, Deserialize)]
#[must_use]
pub struct ConversationUpdate {
    #[serde(default, deserialize_with = "present")]
    name: Option<Option<String>>,
    #[serde(default)]
    status: Option<ConversationStatus>,
    #[serde(default, deserialize_with = "present")]
    assigned_user_id: Option<Option<UserId>>,
    #[serde(default, deserialize_with = "present")]
    last_message_at: Option<Option<DateTime<Utc>>>,
}

/// Distinguishes null from a missing property.
fn present<'de, T: Deserialize<'de>, D: Deserializer<'de>>(from: D) -> Result<Option<T>, D::Error> {
    T::deserialize(from).map(Some)
}

impl ConversationUpdate {
    /// Returns an update that changes nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets or removes the customer's name.
    pub fn name(mut self, name: Option<&str>) -> Self {
        self.name = Some(name.map(Into::into));
        self
    }

    /// Sets the status.
    pub fn status(mut self, status: impl Into<ConversationStatus>) -> Self {
        self.status = Some(status.into());
        self
    }

    /// Assigns the conversation to a user, or to nobody.
    pub fn assigned_user_id(mut self, user: Option<UserId>) -> Self {
        self.assigned_user_id = Some(user);
        self
    }

    /// Sets or removes the timestamp of the last message.
    ///
    /// Conversations may share a timestamp. Without one, a conversation keeps its place in the list. The 24-hour window
    /// does not change.
    pub fn last_message_at(mut self, timestamp: Option<DateTime<Utc>>) -> Self {
        self.last_message_at = Some(timestamp);
        self
    }
}

impl fmt::Debug for ConversationUpdate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ConversationUpdate").finish_non_exhaustive()
    }
}

impl State {
    /// Returns the message that the customer wrote.
    pub fn customer_writes(&mut self, phone: &str, text: &str) -> Message {
        let at = self.tick();
        let conversation_id = match self.store.by_phone(phone) {
            Some(thread) => thread.conversation.id.clone(),
            None => self.open(phone, at),
        };
        let message = Message::new(
            self.message_id("wamid."),
            &conversation_id,
            text,
            MessageDirection::Inbound,
            MessageStatus::Delivered,
            at,
        );
        let data = MessageReceivedData::new()
            .from(digits(phone))
            .body(text)
            .message_id(&message.id)
            .conversation_id(&conversation_id)
            .channel(Channel::Whatsapp);
        self.store.change(&conversation_id, |thread| {
            thread.received_at = at;
        });
        self.keep(Kept {
            event_id: message.id.clone(),
            message: message.clone(),
        });
        self.post(EventType::MessageReceived, data, at, Some(&conversation_id));
        message
    }

    fn open(&mut self, phone: &str, at: DateTime<Utc>) -> ConversationId {
        let thread = self.thread(phone, None, at);
        let id = thread.conversation.id.clone();
        self.store.add(thread);
        self.post(EventType::ContactCreated, Map::new(), at, Some(&id));
        let data = ConversationCreatedData::new(
            &id,
            self.id("contact_"),
            ConversationStatus::Active,
            Channel::Whatsapp,
        );
        self.post(EventType::ConversationCreated, data, at, Some(&id));
        id
    }

    /// Creates a conversation whose customer wrote at this time. The first has the id from the quickstart.
    fn thread(&mut self, phone: &str, name: Option<String>, at: DateTime<Utc>) -> Thread {
        // An imported state may use any ids.
        let mut number = self.opened;
        while self.store.by_id(&conversation_id(number)).is_some() {
            number += 1;
        }
        self.opened = number + 1;
        let id = conversation_id(number);
        let mut customer = Customer::new().phone(phone);
        customer.name = name;
        let conversation = Conversation::new(id, customer, ConversationStatus::Open)
            .last_message_at(at)
            .created_at(at)
            .company_id(COMPANY)
            .customer_id(uuid("9a8b7c6d-5e4f-4a3b-8c1d", 0x0e9f_8a7b_6c5d, number));
        Thread {
            conversation,
            phone: phone.to_owned(),
            received_at: at,
            listed_at: at,
            revision: 0,
        }
    }

    pub fn seed(&mut self, count: usize) {
        let now = *self.seeded_at.get_or_insert(self.now);
        for _ in 0..count {
            // A customer who wrote before already has a conversation.
            let number = loop {
                self.seeded += 1;
                if self.store.by_phone(&seeded_phone(self.seeded)).is_none() {
                    break self.seeded;
                }
            };
            let at = i64::try_from(number)
                .ok()
                .and_then(TimeDelta::try_seconds)
                .and_then(|back| now.checked_sub_signed(back))
                .unwrap_or(DateTime::UNIX_EPOCH);
            let phone = seeded_phone(number);
            let mut thread = self.thread(&phone, Some(format!("Customer {number}")), at);
            if number.is_multiple_of(4) {
                thread.conversation.status = ConversationStatus::Active;
            }
            thread.conversation.assigned_user_id = USERS[number % USERS.len()].map(Into::into);
            self.store.add(thread);
        }
        self.revisions.conversations += 1;
    }

    /// Changes a conversation.
    pub fn update(
        &mut self,
        id: &ConversationId,
        update: ConversationUpdate,
    ) -> Result<Conversation, SandboxError> {
        if self.store.by_id(id).is_none() {
            return Err(SandboxError::UnknownConversation);
        }
        if let Some(Some(timestamp)) = &update.last_message_at
            && !is_supported(timestamp)
        {
            return Err(SandboxError::UnsupportedTimestamp);
        }
        let at = self.tick();
        let renamed = update.name.is_some();
        let changed = update.status.is_some() || update.assigned_user_id.is_some();
        let thread = self.store.change(id, |thread| {
            let conversation = &mut thread.conversation;
            if let Some(name) = update.name {
                conversation.customer.name = name;
            }
            if let Some(status) = update.status {
                conversation.status = status;
            }
            if let Some(user) = update.assigned_user_id {
                conversation.assigned_user_id = user;
            }
            if let Some(timestamp) = update.last_message_at {
                conversation.last_message_at = timestamp;
                thread.listed_at = timestamp.unwrap_or(thread.listed_at);
            }
        });
        let thread = thread.ok_or(SandboxError::UnknownConversation)?;
        let conversation = thread.conversation.clone();
        self.revisions.conversations += 1;
        if renamed {
            self.post(EventType::ContactUpdated, Map::new(), at, Some(id));
        }
        if changed {
            self.post(EventType::ConversationUpdated, Map::new(), at, Some(id));
        }
        Ok(conversation)
    }
}

impl Thread {
    /// Returns when the 24-hour window closes.
    pub fn window_closes_at(&self) -> DateTime<Utc> {
        self.received_at
            .checked_add_signed(WINDOW)
            .unwrap_or(DateTime::<Utc>::MAX_UTC)
    }
}

/// Returns the phone number of a seeded customer.
fn seeded_phone(number: usize) -> String {
    format!("+1555{number:07}")
}

fn conversation_id(number: usize) -> ConversationId {
    uuid("550e8400-e29b-41d4-a716", 0x4466_5544_0000, number).into()
}

/// Returns a UUID with these first groups and a consecutive last group.
fn uuid(groups: &str, first: usize, number: usize) -> String {
    format!("{groups}-{:012x}", (first + number) & 0xffff_ffff_ffff)
}
