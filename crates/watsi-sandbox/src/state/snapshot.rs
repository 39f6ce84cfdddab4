//! Exports and imports the state as JSON: the clock, conversations, messages and subscriptions.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::store::{Kept, Store, Thread};
use super::{Change, State};
use crate::SandboxError;
use crate::clock::is_supported;
use crate::delivery::{MOST_SUBSCRIPTIONS, Subscription};
use watsi::types::{Conversation, EventType, Message, MessageId, MessageStatus};

/// The version of the format.
const VERSION: u32 = 1;

/// The maximum number of ids that were used, with room for more.
const MOST_IDS: u64 = 1 << 40;

/// The maximum number of conversations that were opened.
const MOST_OPENED: usize = 1 << 30;

/// A copy of the state.
#[derive(Serialize, Deserialize)]
pub struct Snapshot {
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

/// A snapshot that was checked, and can replace the state.
pub struct Imported {
    now: DateTime<Utc>,
    ids: u64,
    opened: usize,
    store: Store,
    changes: Vec<ExportedChange>,
    subscriptions: Vec<Subscription>,
}

impl State {
    pub fn snapshot(&self) -> Snapshot {
        let mut snapshot = Snapshot {
            version: VERSION,
            now: self.now,
            // So many that they are never reached, unless an imported state had almost as many.
            ids: self.ids.min(MOST_IDS),
            opened: self.opened.min(MOST_OPENED),
            conversations: Vec::new(),
            messages: Vec::new(),
            changes: Vec::new(),
            subscriptions: Vec::new(),
        };
        for thread in self.store.threads() {
            snapshot.conversations.push(ExportedConversation {
                conversation: thread.conversation.clone(),
                received_at: thread.received_at,
                listed_at: thread.listed_at,
            });
        }
        for kept in self.store.messages().iter() {
            snapshot.messages.push(ExportedMessage {
                message: kept.message.clone(),
                event_id: kept.event_id.clone(),
            });
        }
        for ((at, _), change) in &self.due {
            snapshot.changes.push(ExportedChange {
                message_id: change.message_id.clone(),
                at: *at,
                from: change.from.clone(),
                to: change.to.clone(),
            });
        }
        for subscription in self.queue.subscriptions() {
            snapshot.subscriptions.push(ExportedSubscription {
                id: subscription.id.clone(),
                url: subscription.url.clone(),
                events: subscription.events.clone(),
            });
        }
        snapshot
    }

    /// Replaces the state, except for ids: one that was used is not used again.
    pub fn import(&mut self, imported: Imported) {
        self.reset(false);
        self.store.replace(imported.store);
        self.now = imported.now;
        self.ids = self.ids.max(imported.ids);
        self.opened = self.opened.max(imported.opened);
        for (change, number) in imported.changes.into_iter().zip(0..) {
            let ExportedChange {
                message_id,
                at,
                from,
                to,
            } = change;
            let change = Change {
                message_id,
                from,
                to,
            };
            self.due.insert((at, number), change);
        }
        self.read_until = self.store.messages().end();
        for subscription in imported.subscriptions {
            // The limits were checked.
            let _ = self.queue.subscribe(subscription);
        }
    }
}

impl Snapshot {
    /// Returns the snapshot as JSON.
    pub fn export(&self) -> Value {
        serde_json::to_value(self).unwrap_or_default()
    }

    /// Reads an exported snapshot.
    pub fn read(json: Value) -> Result<Self, SandboxError> {
        if json["version"] != VERSION {
            return Err(invalid("unsupported version"));
        }
        serde_path_to_error::deserialize(json).map_err(|error| {
            let problem = describe(error.inner());
            SandboxError::InvalidState(format!("at `{}`: {problem}", error.path()))
        })
    }

    /// Checks that a sandbox can keep and export all of the snapshot. Events are delivered to the allowed URLs.
    pub fn check(self, is_allowed: impl Fn(&str) -> bool) -> Result<Imported, SandboxError> {
        if !self.times().all(is_supported) {
            return Err(invalid("a timestamp is not in the years 0 to 9999"));
        }
        if self.ids > MOST_IDS || self.opened > MOST_OPENED {
            return Err(invalid("`ids` or `opened` is too large"));
        }
        let opened = self.opened.max(self.conversations.len());
        let mut store = store(self.conversations)?;
        keep(&mut store, self.messages)?;
        Ok(Imported {
            now: self.now,
            ids: self.ids,
            opened,
            store,
            changes: self.changes,
            subscriptions: subscriptions(self.subscriptions, is_allowed)?,
        })
    }

    fn times(&self) -> impl Iterator<Item = &DateTime<Utc>> {
        let conversations = self.conversations.iter().flat_map(|exported| {
            let conversation = &exported.conversation;
            let shown = conversation.created_at.iter();
            shown
                .chain(&conversation.last_message_at)
                .chain([&exported.received_at, &exported.listed_at])
        });
        let messages = self.messages.iter();
        conversations
            .chain(messages.map(|exported| &exported.message.created_at))
            .chain(self.changes.iter().map(|change| &change.at))
            .chain([&self.now])
    }
}

/// Returns the conversations, after checking that their ids and phone numbers are unique.
fn store(conversations: Vec<ExportedConversation>) -> Result<Store, SandboxError> {
    let mut store = Store::default();
    for exported in conversations {
        let conversation = exported.conversation;
        let Some(phone) = &conversation.customer.phone else {
            return Err(invalid("a customer has no phone number"));
        };
        if store.by_id(&conversation.id).is_some() || store.by_phone(phone.as_str()).is_some() {
            return Err(invalid("a conversation id or phone number is duplicated"));
        }
        store.add(Thread {
            phone: phone.as_str().to_owned(),
            conversation,
            received_at: exported.received_at,
            listed_at: exported.listed_at,
            revision: 0,
        });
    }
    Ok(store)
}

/// Adds the messages, after checking that their ids are unique and their conversations are known.
fn keep(store: &mut Store, messages: Vec<ExportedMessage>) -> Result<(), SandboxError> {
    for ExportedMessage { message, event_id } in messages {
        if store.by_id(&message.conversation_id).is_none() {
            return Err(invalid("a message has an unknown conversation"));
        }
        if store.number(&message.id).is_some() {
            return Err(invalid("a message id is duplicated"));
        }
        store.keep(Kept { message, event_id });
        if store.messages().has_forgotten() {
            return Err(invalid("there are more messages than a sandbox keeps"));
        }
    }
    Ok(())
}

/// Returns the subscriptions, after checking that their ids are unique and that there is room for them.
fn subscriptions(
    exported: Vec<ExportedSubscription>,
    is_allowed: impl Fn(&str) -> bool,
) -> Result<Vec<Subscription>, SandboxError> {
    if exported.len() > MOST_SUBSCRIPTIONS {
        return Err(invalid("there are too many subscriptions"));
    }
    let mut ids = HashSet::new();
    let mut subscriptions = Vec::new();
    for ExportedSubscription { id, url, events } in exported {
        if !ids.insert(id.clone()) {
            return Err(invalid("a subscription id is duplicated"));
        }
        let allowed = is_allowed(&url);
        let subscription = Subscription::new(id, url, events, allowed);
        subscription.check_size().map_err(invalid)?;
        subscriptions.push(subscription);
    }
    Ok(subscriptions)
}

fn invalid(problem: &str) -> SandboxError {
    SandboxError::InvalidState(problem.to_owned())
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
