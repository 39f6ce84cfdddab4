//! Exports and imports the state as JSON: the clock, conversations, messages and subscriptions.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::store::{Kept, Store, Thread};
use super::{Change, State, is_supported};
use crate::SandboxError;
use crate::delivery::{MOST_SUBSCRIPTIONS, Subscription};
use watsi::types::{Conversation, EventType, Message, MessageId, MessageStatus};

/// The version of the format.
const VERSION: u32 = 1;

/// The maximum number of ids that were used, with room for more.
const MOST_IDS: u64 = 1 << 40;

#[derive(Serialize, Deserialize)]
struct Snapshot {
    version: u32,
    now: DateTime<Utc>,
    ids: u64,
    opened: usize,
    conversations: Vec<ExportedConversation>,
    messages: Vec<ExportedMessage>,
    changes: Vec<ExportedChange>,
    subscriptions: Vec<ExportedSubscription>,
}

#[derive(Serialize, Deserialize)]
struct ExportedConversation {
    conversation: Conversation,
    received_at: DateTime<Utc>,
    listed_at: DateTime<Utc>,
}

#[derive(Serialize, Deserialize)]
struct ExportedMessage {
    message: Message,
    event_id: MessageId,
}

/// A scheduled change of the status of a message.
#[derive(Serialize, Deserialize)]
struct ExportedChange {
    message_id: MessageId,
    at: DateTime<Utc>,
    from: MessageStatus,
    to: MessageStatus,
}

#[derive(Serialize, Deserialize)]
struct ExportedSubscription {
    id: String,
    url: String,
    events: Vec<EventType>,
}

impl State {
    pub fn export(&self) -> Value {
        let conversations = self
            .store
            .threads()
            .iter()
            .map(|thread| ExportedConversation {
                conversation: thread.conversation.clone(),
                received_at: thread.received_at,
                listed_at: thread.listed_at,
            });
        let messages = self.store.messages().iter().map(|kept| ExportedMessage {
            message: kept.message.clone(),
            event_id: kept.event_id.clone(),
        });
        let changes = self.due.iter().map(|((at, _), change)| ExportedChange {
            message_id: change.message_id.clone(),
            at: *at,
            from: change.from.clone(),
            to: change.to.clone(),
        });
        let subscriptions = self.queue.subscriptions().iter();
        let subscriptions = subscriptions.map(|subscription| ExportedSubscription {
            id: subscription.id.clone(),
            url: subscription.url.clone(),
            events: subscription.events.clone(),
        });
        let snapshot = Snapshot {
            version: VERSION,
            now: self.now,
            ids: self.ids,
            opened: self.opened,
            conversations: conversations.collect(),
            messages: messages.collect(),
            changes: changes.collect(),
            subscriptions: subscriptions.collect(),
        };
        serde_json::to_value(snapshot).unwrap_or_default()
    }

    /// Replaces the state. If the new one is not valid, nothing changes.
    pub fn import(
        &mut self,
        state: Value,
        is_allowed: impl Fn(&str) -> bool,
    ) -> Result<(), SandboxError> {
        let invalid = |problem: &str| SandboxError::InvalidState(problem.to_owned());
        if state["version"] != VERSION {
            return Err(invalid("unsupported version"));
        }
        let snapshot: Snapshot = serde_path_to_error::deserialize(state).map_err(|error| {
            let problem = describe(error.inner());
            SandboxError::InvalidState(format!("at `{}`: {problem}", error.path()))
        })?;
        let store = snapshot.store()?;
        if !snapshot.times().all(is_supported) {
            return Err(invalid("a timestamp is not in the years 0 to 9999"));
        }
        if snapshot.ids.max(snapshot.opened as u64) > MOST_IDS {
            return Err(invalid("`ids` or `opened` is too large"));
        }
        if snapshot.subscriptions.len() > MOST_SUBSCRIPTIONS {
            return Err(invalid("there are too many subscriptions"));
        }
        let mut ids = HashSet::new();
        if !snapshot
            .subscriptions
            .iter()
            .all(|subscription| ids.insert(&subscription.id))
        {
            return Err(invalid("a subscription id is duplicated"));
        }
        self.reset(false);
        self.store = store;
        self.now = snapshot.now;
        // An id that was already used is not used again.
        self.ids = self.ids.max(snapshot.ids);
        let opened = snapshot.opened.max(snapshot.conversations.len());
        self.opened = self.opened.max(opened);
        for ExportedMessage { message, event_id } in snapshot.messages {
            self.store.keep(Kept { message, event_id });
        }
        for (change, number) in snapshot.changes.into_iter().zip(0..) {
            let ExportedChange {
                message_id,
                at,
                from,
                to,
            } = change;
            self.due.insert(
                (at, number),
                Change {
                    message_id,
                    from,
                    to,
                },
            );
        }
        self.read_until = self.store.messages().end();
        for ExportedSubscription { id, url, events } in snapshot.subscriptions {
            let allowed = is_allowed(&url);
            let subscription = Subscription::new(id, url, events, allowed);
            self.queue.subscribe(subscription);
        }
        Ok(())
    }
}

impl Snapshot {
    /// Returns the conversations, after checking that the ids are unique and known.
    fn store(&self) -> Result<Store, SandboxError> {
        let invalid = |problem: &str| SandboxError::InvalidState(problem.to_owned());
        let mut store = Store::default();
        for exported in &self.conversations {
            let conversation = exported.conversation.clone();
            let Some(phone) = conversation.customer.phone.clone() else {
                return Err(invalid("a customer has no phone number"));
            };
            if store.by_id(&conversation.id).is_some() || store.by_phone(&phone).is_some() {
                return Err(invalid("a conversation id or phone number is duplicated"));
            }
            store.add(Thread {
                conversation,
                phone,
                received_at: exported.received_at,
                listed_at: exported.listed_at,
            });
        }
        let mut ids = HashSet::new();
        for ExportedMessage { message, .. } in &self.messages {
            if store.by_id(&message.conversation_id).is_none() {
                return Err(invalid("a message has an unknown conversation"));
            }
            if !ids.insert(&message.id) {
                return Err(invalid("a message id is duplicated"));
            }
        }
        Ok(store)
    }

    fn times(&self) -> impl Iterator<Item = &DateTime<Utc>> {
        let conversations = self.conversations.iter();
        let conversations = conversations.flat_map(|exported| {
            let shown = &exported.conversation;
            let shown = shown.created_at.iter().chain(&shown.last_message_at);
            shown.chain([&exported.received_at, &exported.listed_at])
        });
        let messages = self
            .messages
            .iter()
            .map(|exported| &exported.message.created_at);
        let messages = messages.chain(self.changes.iter().map(|change| &change.at));
        conversations.chain(messages).chain([&self.now])
    }
}

/// Describes an error without the value, which serde quotes.
fn describe(error: &serde_json::Error) -> String {
    let text = error.to_string();
    match text.rsplit_once(", expected ") {
        Some((_, expected)) => format!("expected {expected}"),
        None if text.starts_with("missing field `") => text.replace("field", "property"),
        None => "unexpected value".to_owned(),
    }
}
