//! An event: its envelope and its data.

use std::fmt;

use chrono::{DateTime, Utc};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use super::{EventData, WebhookError};
use crate::http::decode::describe;
use crate::json;
use crate::types::{
    EventId, EventType, MessageId, MessageReceivedData, MessageStatusData, WebhookEvent,
    WorkspaceId,
};

/// A verified event. See <https://docs.watsi.ai/webhooks>.
///
/// Two events are equal if their ids, types, timestamps, workspaces and data are equal. [`raw`](Self::raw) is not
/// compared.
#[derive(Clone)]
#[non_exhaustive]
pub struct Event {
    /// Identifies the event. It is the same in every delivery of the event, so deduplicate by it.
    pub id: EventId,
    /// When the event happened.
    pub created_at: DateTime<Utc>,
    /// The workspace in which the event happened.
    pub workspace_id: WorkspaceId,
    /// The data, by the type of the event.
    pub data: EventData,
    event_type: EventType,
    raw: Value,
}

impl Event {
    /// Creates an event, e.g. to test a handler. `data` determines its type.
    #[must_use]
    pub fn new(
        id: impl Into<EventId>,
        created_at: impl Into<DateTime<Utc>>,
        workspace_id: impl Into<WorkspaceId>,
        data: EventData,
    ) -> Self {
        let (id, created_at, workspace_id) = (id.into(), created_at.into(), workspace_id.into());
        let event_type = data.event_type();
        let raw = json!({
            "id": id,
            "type": event_type,
            "created_at": created_at,
            "workspace_id": workspace_id,
            "data": data,
        });
        Event {
            id,
            created_at,
            workspace_id,
            data,
            event_type,
            raw,
        }
    }

    /// Reads an event from the JSON that [`raw`](Self::raw) returned, e.g. from a queue. It is not verified.
    ///
    /// # Errors
    ///
    /// Returns [`WebhookError::NotAnEvent`] if `raw` is not the documented envelope.
    pub fn from_raw(raw: Value) -> Result<Self, WebhookError> {
        // Unexpected data must not fail the envelope, so it is read separately.
        let mut envelope = raw.clone();
        let empty = Value::Object(Map::new());
        let data = envelope
            .as_object_mut()
            .and_then(|envelope| envelope.insert("data".to_owned(), empty));
        let envelope: WebhookEvent = serde_json::from_value(envelope).map_err(not_an_event)?;
        Ok(Event {
            id: envelope.id,
            created_at: envelope.created_at,
            workspace_id: envelope.workspace_id,
            data: EventData::read(envelope.type_.clone(), data.unwrap_or_default()),
            event_type: envelope.type_,
            raw,
        })
    }

    /// Returns the type of the event.
    pub fn event_type(&self) -> &EventType {
        &self.event_type
    }

    /// Returns the whole event as it was received, including unknown properties.
    pub fn raw(&self) -> &Value {
        &self.raw
    }

    pub(super) fn read(body: &[u8]) -> Result<Self, WebhookError> {
        Event::from_raw(json::read(body).map_err(not_an_event)?)
    }
}

fn not_an_event(error: serde_json::Error) -> WebhookError {
    WebhookError::NotAnEvent(describe(&error))
}

impl PartialEq for Event {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
            && self.created_at == other.created_at
            && self.workspace_id == other.workspace_id
            && self.event_type == other.event_type
            && self.data == other.data
    }
}

impl fmt::Debug for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Event")
            .field("id", &self.id)
            .field("event_type", &self.event_type)
            .field("created_at", &self.created_at)
            .field("workspace_id", &self.workspace_id)
            .field("data", &self.data)
            .finish_non_exhaustive()
    }
}

/// `data` as `T`. An array is not an object, although serde would read a struct from it.
pub(crate) fn object<T: DeserializeOwned>(data: &Value) -> Option<T> {
    if !data.is_object() {
        return None;
    }
    T::deserialize(data).ok()
}

/// The documentation shows two shapes of this data; these methods read both.
impl MessageReceivedData {
    /// Returns the message's id.
    pub fn id(&self) -> Option<&MessageId> {
        let nested = self.message.as_ref().map(|message| &message.id);
        self.message_id.as_ref().or(nested)
    }

    /// Returns the message's text.
    pub fn text(&self) -> Option<&str> {
        let nested = self.message.as_ref().map(|message| message.body.as_str());
        self.body.as_deref().or(nested)
    }
}

impl MessageStatusData {
    /// Returns when the message reached the status, or `None` if `timestamp` is not a number of Unix seconds.
    pub fn at(&self) -> Option<DateTime<Utc>> {
        DateTime::from_timestamp(self.timestamp.parse().ok()?, 0)
    }
}
