/// The data of an event, by its type. See <https://docs.watsi.ai/webhooks/events>.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub enum EventData {
    /// `contact.created`: A contact was created. The fields of `data` are not documented.
    ContactCreated(Map<String, Value>),
    /// `contact.updated`: A contact was updated. The fields of `data` are not documented.
    ContactUpdated(Map<String, Value>),
    /// `conversation.created`: A conversation with a contact was created.
    ConversationCreated(types::ConversationCreatedData),
    /// `conversation.updated`: An attribute of a conversation changed (its assignee, its automation state). The fields of
    /// `data` are not documented.
    ConversationUpdated(Map<String, Value>),
    /// `message.received`: A message from a customer arrived.
    MessageReceived(types::MessageReceivedData),
    /// `message.status`: A sent message was delivered, read, or failed.
    MessageStatus(types::MessageStatusData),
    /// An event of an unknown type, or with data that does not fit its type.
    Unknown {
        /// The event's type.
        event_type: EventType,
        /// The data as it was received.
        data: Value,
    },
}
impl EventData {
    /// Returns the type of an event with this data.
    pub fn event_type(&self) -> EventType {
        match self {
            Self::ContactCreated(_) => EventType::ContactCreated,
            Self::ContactUpdated(_) => EventType::ContactUpdated,
            Self::ConversationCreated(_) => EventType::ConversationCreated,
            Self::ConversationUpdated(_) => EventType::ConversationUpdated,
            Self::MessageReceived(_) => EventType::MessageReceived,
            Self::MessageStatus(_) => EventType::MessageStatus,
            Self::Unknown { event_type, .. } => event_type.clone(),
        }
    }
    pub(crate) fn read(event_type: &EventType, data: &Value) -> Self {
        let read = match event_type {
            EventType::ContactCreated => object(data).map(Self::ContactCreated),
            EventType::ContactUpdated => object(data).map(Self::ContactUpdated),
            EventType::ConversationCreated => object(data).map(Self::ConversationCreated),
            EventType::ConversationUpdated => object(data).map(Self::ConversationUpdated),
            EventType::MessageReceived => object(data).map(Self::MessageReceived),
            EventType::MessageStatus => object(data).map(Self::MessageStatus),
            _ => None,
        };
        read.unwrap_or_else(|| Self::Unknown {
            event_type: event_type.clone(),
            data: data.clone(),
        })
    }
}
impl Serialize for EventData {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::ContactCreated(data) => data.serialize(serializer),
            Self::ContactUpdated(data) => data.serialize(serializer),
            Self::ConversationCreated(data) => data.serialize(serializer),
            Self::ConversationUpdated(data) => data.serialize(serializer),
            Self::MessageReceived(data) => data.serialize(serializer),
            Self::MessageStatus(data) => data.serialize(serializer),
            Self::Unknown { data, .. } => data.serialize(serializer),
        }
    }
}
impl fmt::Debug for EventData {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ContactCreated(_) => {
                f.debug_tuple("ContactCreated").field(&Redacted).finish()
            }
            Self::ContactUpdated(_) => {
                f.debug_tuple("ContactUpdated").field(&Redacted).finish()
            }
            Self::ConversationCreated(data) => {
                f.debug_tuple("ConversationCreated").field(data).finish()
            }
            Self::ConversationUpdated(_) => {
                f.debug_tuple("ConversationUpdated").field(&Redacted).finish()
            }
            Self::MessageReceived(data) => {
                f.debug_tuple("MessageReceived").field(data).finish()
            }
            Self::MessageStatus(data) => {
                f.debug_tuple("MessageStatus").field(data).finish()
            }
            Self::Unknown { event_type, .. } => {
                f.debug_struct("Unknown")
                    .field("event_type", event_type)
                    .field("data", &Redacted)
                    .finish()
            }
        }
    }
}
/// Identifies one delivery. A redelivery of the same event has another id.
pub const DELIVERY_ID_HEADER: &str = "X-Watsi-Delivery-Id";
/// The event's type.
pub const EVENT_HEADER: &str = "X-Watsi-Event";
/// HMAC-SHA256 of the raw body with the subscription's secret, in lower-case hexadecimal. See
/// <https://docs.watsi.ai/webhooks/signing>.
pub const SIGNATURE_HEADER: &str = "X-Watsi-Signature";
