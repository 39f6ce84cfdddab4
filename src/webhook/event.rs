//! The envelope of an event.

use std::fmt;

use chrono::{DateTime, Utc};
use serde_json::{Map, Value};

use super::{EventData, WebhookError};
use crate::types::{EventId, EventType, WebhookEvent, WorkspaceId};
use crate::{decode, json};

/// A verified event. See <https://docs.watsi.ai/webhooks>.
#[derive(Clone)]
#[non_exhaustive]
pub struct Event {
    /// Identifies the event; the same in every delivery of it, so deduplicate by it.
    pub id: EventId,
    /// When the event happened.
    pub created_at: DateTime<Utc>,
    /// The workspace in which it happened.
    pub workspace_id: WorkspaceId,
    /// What happened.
    pub data: EventData,
    kind: EventType,
    raw: Value,
}

impl Event {
    /// The event's type, also where its data is [`EventData::Other`].
    pub fn kind(&self) -> &EventType {
        &self.kind
    }

    /// The whole event as it came, with what the types do not know.
    pub fn raw(&self) -> &Value {
        &self.raw
    }

    pub(super) fn read(body: &[u8]) -> Result<Self, WebhookError> {
        let not_an_event = |error| WebhookError::NotAnEvent(decode::describe(&error));
        let raw: Value = json::read(body).map_err(not_an_event)?;
        // Data of a new shape must not fail the envelope; so it is read by itself.
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
            data: EventData::read(&envelope.type_, data.unwrap_or_default()),
            kind: envelope.type_,
            raw,
        })
    }
}

impl fmt::Debug for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Event")
            .field("id", &self.id)
            .field("kind", &self.kind)
            .field("created_at", &self.created_at)
            .field("workspace_id", &self.workspace_id)
            .field("data", &self.data)
            .finish_non_exhaustive()
    }
}
