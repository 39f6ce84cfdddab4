//! An event: its envelope and its data.

use std::fmt;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::{EventData, WebhookError};
use crate::http::decode::describe;
use crate::json;
use crate::types::{
    EventId, EventType, MessageId, MessageReceivedData, MessageStatusData, WorkspaceId,
};

/// A verified event. See <https://docs.watsi.ai/webhooks>.
///
/// Only the id and the type are required, so that an event with an unexpected envelope is not lost. [`raw`](Self::raw)
/// and [`body`](Self::body) hold everything that was received.
///
/// Two events are equal if their ids, types, timestamps, workspaces and data are equal.
#[derive(Clone)]
#[non_exhaustive]
pub struct Event {
    /// Identifies the event. It is the same in every delivery of the event, so deduplicate by it.
    pub id: EventId,
    /// When the event happened. It is read from an ISO 8601 timestamp, as documented, or from a number of Unix seconds
    /// or milliseconds, and `None` otherwise.
    pub created_at: Option<DateTime<Utc>>,
    /// The workspace in which the event happened, if the event names it.
    pub workspace_id: Option<WorkspaceId>,
    /// The data, by the type of the event.
    pub data: EventData,
    event_type: EventType,
    raw: Value,
    body: Bytes,
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
            created_at: Some(created_at),
            workspace_id: Some(workspace_id),
            data,
            event_type,
            body: raw.to_string().into(),
            raw,
        }
    }

    /// Reads an event from the JSON that [`raw`](Self::raw) returned, e.g. from a queue. It is not verified.
    ///
    /// # Errors
    ///
    /// Returns [`WebhookError::NotAnEvent`] if `raw` has no id or no type.
    pub fn from_raw(raw: Value) -> Result<Self, WebhookError> {
        let body = raw.to_string().into();
        Event::with_body(raw, body)
    }

    /// Reads an event from the body of a delivery.
    pub(super) fn read(body: Bytes) -> Result<Self, WebhookError> {
        match json::read(&body) {
            Ok(raw) => Event::with_body(raw, body),
            Err(error) => Err(WebhookError::NotAnEvent(describe(&error))),
        }
    }

    fn with_body(raw: Value, body: Bytes) -> Result<Self, WebhookError> {
        let id = required(&raw, "id")?;
        if id.is_empty() {
            // Events without an id would be duplicates of each other.
            return Err(WebhookError::NotAnEvent(
                "property `id` is empty".to_owned(),
            ));
        }
        let event_type = EventType::from(required(&raw, "type")?);
        Ok(Event {
            id: id.into(),
            created_at: timestamp(&raw["created_at"]),
            workspace_id: raw["workspace_id"].as_str().map(WorkspaceId::from),
            data: EventData::read(&event_type, &raw["data"]),
            event_type,
            raw,
            body,
        })
    }

    /// Returns the type of the event.
    pub fn event_type(&self) -> &EventType {
        &self.event_type
    }

    /// Returns the whole event as JSON, including unknown properties.
    pub fn raw(&self) -> &Value {
        &self.raw
    }

    /// Returns the body of the delivery as it was received. If the event was not received, its JSON is returned.
    pub fn body(&self) -> &Bytes {
        &self.body
    }
}

/// Returns a property that is a string.
fn required<'v>(raw: &'v Value, property: &str) -> Result<&'v str, WebhookError> {
    let reason = match raw.get(property) {
        Some(Value::String(text)) => return Ok(text),
        Some(_) => format!("property `{property}`: expected a string"),
        None if raw.is_object() => format!("missing property `{property}`"),
        None => "expected an object".to_owned(),
    };
    Err(WebhookError::NotAnEvent(reason))
}

/// From this number on, a Unix timestamp is in milliseconds. In seconds, it is in the year 5138.
const LEAST_MILLISECONDS: f64 = 1e11;

fn timestamp(value: &Value) -> Option<DateTime<Utc>> {
    let text = value.as_str().unwrap_or_default();
    if let Ok(timestamp) = text.parse() {
        return Some(timestamp);
    }
    let number = value
        .as_f64()
        .or_else(|| Some(text.parse::<u64>().ok()? as f64))?;
    let milliseconds = if number < LEAST_MILLISECONDS {
        number * 1000.0
    } else {
        number
    };
    DateTime::from_timestamp_millis(milliseconds.round() as i64)
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
