//! What an event tells, by its type.

use std::fmt;

use chrono::{DateTime, Utc};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::redacted::Redacted;
use crate::types::{
    ConversationCreatedData, EventType, MessageId, MessageReceivedData, MessageStatusData,
};

/// The data of an event. See <https://docs.watsi.ai/webhooks/events>.
#[derive(Clone)]
#[non_exhaustive]
pub enum EventData {
    /// A customer wrote.
    MessageReceived(MessageReceivedData),
    /// A sent message was delivered, read, or failed.
    MessageStatus(MessageStatusData),
    /// A conversation began.
    ConversationCreated(ConversationCreatedData),
    /// An attribute of a conversation changed; which, is not documented.
    ConversationUpdated(Map<String, Value>),
    /// A contact was created; its fields are not documented.
    ContactCreated(Map<String, Value>),
    /// A contact changed; its fields are not documented.
    ContactUpdated(Map<String, Value>),
    /// An event of a type that is not documented, or data that does not fit its type.
    Other {
        /// The event's type.
        kind: EventType,
        /// The data as it came.
        data: Value,
    },
}

impl EventData {
    pub(super) fn read(kind: &EventType, data: Value) -> Self {
        let read = match kind {
            EventType::MessageReceived => fit(&data).map(Self::MessageReceived),
            EventType::MessageStatus => fit(&data).map(Self::MessageStatus),
            EventType::ConversationCreated => fit(&data).map(Self::ConversationCreated),
            EventType::ConversationUpdated => fit(&data).map(Self::ConversationUpdated),
            EventType::ContactCreated => fit(&data).map(Self::ContactCreated),
            EventType::ContactUpdated => fit(&data).map(Self::ContactUpdated),
            _ => None,
        };
        read.unwrap_or_else(|| Self::Other {
            kind: kind.clone(),
            data,
        })
    }
}

/// `data` as `T`; a list is no object, although serde would read it as one.
fn fit<T: DeserializeOwned>(data: &Value) -> Option<T> {
    if !data.is_object() {
        return None;
    }
    T::deserialize(data).ok()
}

impl fmt::Debug for EventData {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::MessageReceived(data) => f.debug_tuple("MessageReceived").field(data).finish(),
            Self::MessageStatus(data) => f.debug_tuple("MessageStatus").field(data).finish(),
            Self::ConversationCreated(data) => {
                f.debug_tuple("ConversationCreated").field(data).finish()
            }
            Self::ConversationUpdated(_) => f
                .debug_tuple("ConversationUpdated")
                .field(&Redacted)
                .finish(),
            Self::ContactCreated(_) => f.debug_tuple("ContactCreated").field(&Redacted).finish(),
            Self::ContactUpdated(_) => f.debug_tuple("ContactUpdated").field(&Redacted).finish(),
            Self::Other { kind, .. } => f
                .debug_struct("Other")
                .field("kind", kind)
                .field("data", &Redacted)
                .finish(),
        }
    }
}

/// The documentation shows two shapes of this event; these read both.
impl MessageReceivedData {
    /// The message's id.
    pub fn id(&self) -> Option<&MessageId> {
        self.message_id
            .as_ref()
            .or(self.message.as_ref().map(|message| &message.id))
    }

    /// The message's text.
    pub fn text(&self) -> Option<&str> {
        self.body
            .as_deref()
            .or(self.message.as_ref().map(|message| message.body.as_str()))
    }
}

impl MessageStatusData {
    /// When the state was reached; `None` where `timestamp` is no number of Unix seconds.
    pub fn at(&self) -> Option<DateTime<Utc>> {
        DateTime::from_timestamp(self.timestamp.parse().ok()?, 0)
    }
}
