/// Identifies an agent. Opaque; a UUID in the vendor's own OpenAPI file.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AgentId(String);
opaque_id!(AgentId);
/// The channel of a conversation.
///
/// An open enum: a value that the contract does not list is kept as [`Unknown`](Self::Unknown).
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Channel {
    /// `whatsapp`
    Whatsapp,
    /// A value that the contract does not list.
    Unknown(UnknownValue),
}
open_enum!(Channel { Whatsapp = "whatsapp" });
/// Identifies a company. Opaque; a UUID in the vendor's own OpenAPI file.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CompanyId(String);
opaque_id!(CompanyId);
/// Identifies a contact in events. Opaque.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ContactId(String);
opaque_id!(ContactId);
/// A conversation with one customer. See <https://docs.watsi.ai/quickstart>.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Conversation {
    /// The agent that the conversation is assigned to, if any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agent_id: Option<AgentId>,
    /// The user that the conversation is assigned to, if any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assigned_user_id: Option<UserId>,
    /// Identifies a company. Opaque; a UUID in the vendor's own OpenAPI file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub company_id: Option<CompanyId>,
    /// When the conversation began.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub created_at: Option<DateTime<Utc>>,
    /// The customer in a conversation.
    pub customer: Customer,
    /// Identifies a customer. Opaque; a UUID in the vendor's own OpenAPI file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub customer_id: Option<CustomerId>,
    /// Free-form details.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub details: Option<Map<String, Value>>,
    /// Identifies a conversation. Opaque: the quickstart shows a UUID, the event reference `chat_123`.
    pub id: ConversationId,
    /// The timestamp of the last message. The list is sorted by it, and it is the list's cursor.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_message_at: Option<DateTime<Utc>>,
    /// The status of a conversation. The documentation shows these values, but no complete list.
    pub status: ConversationStatus,
}
impl Conversation {
    /// Creates a value from its required properties; the optional ones are `None`.
    #[must_use]
    pub fn new(
        id: impl Into<ConversationId>,
        customer: impl Into<Customer>,
        status: impl Into<ConversationStatus>,
    ) -> Self {
        Self {
            agent_id: None,
            assigned_user_id: None,
            company_id: None,
            created_at: None,
            customer: customer.into(),
            customer_id: None,
            details: None,
            id: id.into(),
            last_message_at: None,
            status: status.into(),
        }
    }
    /// Sets [`agent_id`](#structfield.agent_id).
    #[must_use]
    pub fn agent_id(mut self, value: impl Into<AgentId>) -> Self {
        self.agent_id = Some(value.into());
        self
    }
    /// Sets [`assigned_user_id`](#structfield.assigned_user_id).
    #[must_use]
    pub fn assigned_user_id(mut self, value: impl Into<UserId>) -> Self {
        self.assigned_user_id = Some(value.into());
        self
    }
    /// Sets [`company_id`](#structfield.company_id).
    #[must_use]
    pub fn company_id(mut self, value: impl Into<CompanyId>) -> Self {
        self.company_id = Some(value.into());
        self
    }
    /// Sets [`created_at`](#structfield.created_at).
    #[must_use]
    pub fn created_at(mut self, value: impl Into<DateTime<Utc>>) -> Self {
        self.created_at = Some(value.into());
        self
    }
    /// Sets [`customer_id`](#structfield.customer_id).
    #[must_use]
    pub fn customer_id(mut self, value: impl Into<CustomerId>) -> Self {
        self.customer_id = Some(value.into());
        self
    }
    /// Sets [`details`](#structfield.details).
    #[must_use]
    pub fn details(mut self, value: impl Into<Map<String, Value>>) -> Self {
        self.details = Some(value.into());
        self
    }
    /// Sets [`last_message_at`](#structfield.last_message_at).
    #[must_use]
    pub fn last_message_at(mut self, value: impl Into<DateTime<Utc>>) -> Self {
        self.last_message_at = Some(value.into());
        self
    }
}
impl fmt::Debug for Conversation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Conversation")
            .field("agent_id", &self.agent_id)
            .field("assigned_user_id", &self.assigned_user_id)
            .field("company_id", &self.company_id)
            .field("created_at", &self.created_at)
            .field("customer", &self.customer)
            .field("customer_id", &self.customer_id)
            .field("details", &self.details.as_ref().map(|_| Redacted))
            .field("id", &self.id)
            .field("last_message_at", &self.last_message_at)
            .field("status", &self.status)
            .finish()
    }
}
/// The data of `conversation.created`. See <https://docs.watsi.ai/webhooks/events>.
#[derive(Clone, PartialEq, Serialize, Deserialize, Debug)]
#[non_exhaustive]
pub struct ConversationCreatedData {
    /// The channel of a conversation.
    pub channel: Channel,
    /// Identifies a contact in events. Opaque.
    #[serde(rename = "contactId")]
    pub contact_id: ContactId,
    /// Identifies a conversation. Opaque: the quickstart shows a UUID, the event reference `chat_123`.
    #[serde(rename = "conversationId")]
    pub conversation_id: ConversationId,
    /// The status of a conversation. The documentation shows these values, but no complete list.
    pub status: ConversationStatus,
}
impl ConversationCreatedData {
    /// Creates a value from its properties.
    #[must_use]
    pub fn new(
        conversation_id: impl Into<ConversationId>,
        contact_id: impl Into<ContactId>,
        status: impl Into<ConversationStatus>,
        channel: impl Into<Channel>,
    ) -> Self {
        Self {
            channel: channel.into(),
            contact_id: contact_id.into(),
            conversation_id: conversation_id.into(),
            status: status.into(),
        }
    }
}
/// Identifies a conversation. Opaque: the quickstart shows a UUID, the event reference `chat_123`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ConversationId(String);
opaque_id!(ConversationId);
/// One page of the list of conversations.
#[derive(Clone, PartialEq, Serialize, Deserialize, Debug)]
#[non_exhaustive]
pub struct ConversationPage {
    /// The conversations of this page, the most recent first.
    pub chats: Vec<Conversation>,
    /// Whether older conversations follow.
    #[serde(rename = "hasMore")]
    pub has_more: bool,
}
impl ConversationPage {
    /// Creates a value from its properties.
    #[must_use]
    pub fn new(
        chats: impl IntoIterator<Item = impl Into<Conversation>>,
        has_more: bool,
    ) -> Self {
        Self {
            chats: chats.into_iter().map(Into::into).collect(),
            has_more: has_more,
        }
    }
}
/// The status of a conversation. The documentation shows these values, but no complete list.
///
/// An open enum: a value that the contract does not list is kept as [`Unknown`](Self::Unknown).
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum ConversationStatus {
    /// `open`
    Open,
    /// `active`
    Active,
    /// A value that the contract does not list.
    Unknown(UnknownValue),
}
open_enum!(ConversationStatus { Open = "open", Active = "active" });
/// A webhook subscription to create. See <https://docs.watsi.ai/webhooks/tutorial>.
#[derive(Clone, PartialEq, Serialize, Deserialize, Debug)]
#[non_exhaustive]
pub struct CreateWebhookRequest {
    /// The types of the events to post.
    pub events: Vec<EventType>,
    /// The HTTPS URL that events are posted to. Matches `^https://`.
    pub url: String,
}
impl CreateWebhookRequest {
    /// Creates a value from its properties.
    #[must_use]
    pub fn new(
        url: impl Into<String>,
        events: impl IntoIterator<Item = impl Into<EventType>>,
    ) -> Self {
        Self {
            events: events.into_iter().map(Into::into).collect(),
            url: url.into(),
        }
    }
}
/// The customer in a conversation.
#[derive(Clone, PartialEq, Serialize, Deserialize, Default)]
#[non_exhaustive]
pub struct Customer {
    /// The customer's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The customer's phone number, in international form with a plus sign.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<PhoneNumber>,
}
impl Customer {
    /// Creates a value whose properties are all `None`.
    #[must_use]
    pub fn new() -> Self {
        Self { name: None, phone: None }
    }
    /// Sets [`name`](#structfield.name).
    #[must_use]
    pub fn name(mut self, value: impl Into<String>) -> Self {
        self.name = Some(value.into());
        self
    }
    /// Sets [`phone`](#structfield.phone).
    #[must_use]
    pub fn phone(mut self, value: impl Into<PhoneNumber>) -> Self {
        self.phone = Some(value.into());
        self
    }
}
impl fmt::Debug for Customer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Customer")
            .field("name", &self.name.as_ref().map(|_| Redacted))
            .field("phone", &self.phone)
            .finish()
    }
}
/// Identifies a customer. Opaque; a UUID in the vendor's own OpenAPI file.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CustomerId(String);
opaque_id!(CustomerId);
/// The kind of an error. See <https://docs.watsi.ai/error-handling>.
///
/// An open enum: a value that the contract does not list is kept as [`Unknown`](Self::Unknown).
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum ErrorCode {
    /// `VALIDATION_ERROR`
    ValidationError,
    /// `BAD_REQUEST`
    BadRequest,
    /// `UNAUTHORIZED`
    Unauthorized,
    /// `FORBIDDEN`
    Forbidden,
    /// `NOT_FOUND`
    NotFound,
    /// `METHOD_NOT_ALLOWED`
    MethodNotAllowed,
    /// `CONFLICT`
    Conflict,
    /// `RATE_LIMITED`
    RateLimited,
    /// `INTERNAL_ERROR`
    InternalError,
    /// `EXTERNAL_API_ERROR`
    ExternalApiError,
    /// `SERVICE_UNAVAILABLE`
    ServiceUnavailable,
    /// A value that the contract does not list.
    Unknown(UnknownValue),
}
open_enum!(
    ErrorCode { ValidationError = "VALIDATION_ERROR", BadRequest = "BAD_REQUEST",
    Unauthorized = "UNAUTHORIZED", Forbidden = "FORBIDDEN", NotFound = "NOT_FOUND",
    MethodNotAllowed = "METHOD_NOT_ALLOWED", Conflict = "CONFLICT", RateLimited =
    "RATE_LIMITED", InternalError = "INTERNAL_ERROR", ExternalApiError =
    "EXTERNAL_API_ERROR", ServiceUnavailable = "SERVICE_UNAVAILABLE" }
);
/// What went wrong.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ErrorDetail {
    /// The kind of an error. See <https://docs.watsi.ai/error-handling>.
    pub code: ErrorCode,
    /// Field-level errors or other context.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub details: Option<Map<String, Value>>,
    /// A human-readable description of the error.
    pub message: String,
    /// Identifies a request in the vendor's logs; include it when you ask for support.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_id: Option<RequestId>,
}
impl ErrorDetail {
    /// Creates a value from its required properties; the optional ones are `None`.
    #[must_use]
    pub fn new(code: impl Into<ErrorCode>, message: impl Into<String>) -> Self {
        Self {
            code: code.into(),
            details: None,
            message: message.into(),
            request_id: None,
        }
    }
    /// Sets [`details`](#structfield.details).
    #[must_use]
    pub fn details(mut self, value: impl Into<Map<String, Value>>) -> Self {
        self.details = Some(value.into());
        self
    }
    /// Sets [`request_id`](#structfield.request_id).
    #[must_use]
    pub fn request_id(mut self, value: impl Into<RequestId>) -> Self {
        self.request_id = Some(value.into());
        self
    }
}
impl fmt::Debug for ErrorDetail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ErrorDetail")
            .field("code", &self.code)
            .field("details", &self.details.as_ref().map(|_| Redacted))
            .field("message", &Redacted)
            .field("request_id", &self.request_id)
            .finish()
    }
}
/// The body of every error. See <https://docs.watsi.ai/error-handling>.
#[derive(Clone, PartialEq, Serialize, Deserialize, Debug)]
#[non_exhaustive]
pub struct ErrorEnvelope {
    /// What went wrong.
    pub error: ErrorDetail,
}
impl ErrorEnvelope {
    /// Creates a value from its properties.
    #[must_use]
    pub fn new(error: impl Into<ErrorDetail>) -> Self {
        Self { error: error.into() }
    }
}
/// Identifies an event. It is the same in every delivery of that event, so deduplicate by it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EventId(String);
opaque_id!(EventId);
/// The type of an event.
///
/// An open enum: a value that the contract does not list is kept as [`Unknown`](Self::Unknown).
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum EventType {
    /// `message.received`
    MessageReceived,
    /// `message.status`
    MessageStatus,
    /// `conversation.created`
    ConversationCreated,
    /// `conversation.updated`
    ConversationUpdated,
    /// `contact.created`
    ContactCreated,
    /// `contact.updated`
    ContactUpdated,
    /// A value that the contract does not list.
    Unknown(UnknownValue),
}
open_enum!(
    EventType { MessageReceived = "message.received", MessageStatus = "message.status",
    ConversationCreated = "conversation.created", ConversationUpdated =
    "conversation.updated", ContactCreated = "contact.created", ContactUpdated =
    "contact.updated" }
);
/// A message of a conversation.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Message {
    /// The text of the message.
    pub body: String,
    /// Identifies a conversation. Opaque: the quickstart shows a UUID, the event reference `chat_123`.
    pub conversation_id: ConversationId,
    /// When the message was created.
    pub created_at: DateTime<Utc>,
    /// Whether a message was written by the business (outbound) or by the customer (inbound).
    pub direction: MessageDirection,
    /// Identifies a message. Opaque: the quickstart shows `msg_...`, the webhook pages `wamid....`.
    pub id: MessageId,
    /// The status of a message.
    pub status: MessageStatus,
}
impl Message {
    /// Creates a value from its properties.
    #[must_use]
    pub fn new(
        id: impl Into<MessageId>,
        conversation_id: impl Into<ConversationId>,
        body: impl Into<String>,
        direction: impl Into<MessageDirection>,
        status: impl Into<MessageStatus>,
        created_at: impl Into<DateTime<Utc>>,
    ) -> Self {
        Self {
            body: body.into(),
            conversation_id: conversation_id.into(),
            created_at: created_at.into(),
            direction: direction.into(),
            id: id.into(),
            status: status.into(),
        }
    }
}
impl fmt::Debug for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Message")
            .field("body", &Redacted)
            .field("conversation_id", &self.conversation_id)
            .field("created_at", &self.created_at)
            .field("direction", &self.direction)
            .field("id", &self.id)
            .field("status", &self.status)
            .finish()
    }
}
/// Whether a message was written by the business (outbound) or by the customer (inbound).
///
/// An open enum: a value that the contract does not list is kept as [`Unknown`](Self::Unknown).
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum MessageDirection {
    /// `outbound`
    Outbound,
    /// `inbound`
    Inbound,
    /// A value that the contract does not list.
    Unknown(UnknownValue),
}
open_enum!(MessageDirection { Outbound = "outbound", Inbound = "inbound" });
/// Identifies a message. Opaque: the quickstart shows `msg_...`, the webhook pages `wamid....`.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct MessageId(String);
opaque_id!(MessageId);
impl fmt::Debug for MessageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("MessageId").field(&Redacted).finish()
    }
}
/// The data of `message.received`. The event reference shows all properties except `message`; the
/// webhook overview shows only `message`.
#[derive(Clone, PartialEq, Serialize, Deserialize, Default)]
#[non_exhaustive]
pub struct MessageReceivedData {
    /// The text of the message.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
    /// The channel of a conversation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channel: Option<Channel>,
    /// Identifies a conversation. Opaque: the quickstart shows a UUID, the event reference `chat_123`.
    #[serde(rename = "conversationId", skip_serializing_if = "Option::is_none")]
    pub conversation_id: Option<ConversationId>,
    /// The sender's phone number, digits without a plus sign.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<PhoneNumber>,
    /// A received message, as the webhook overview shows it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<ReceivedMessage>,
    /// Identifies a message. Opaque: the quickstart shows `msg_...`, the webhook pages `wamid....`.
    #[serde(rename = "messageId", skip_serializing_if = "Option::is_none")]
    pub message_id: Option<MessageId>,
}
impl MessageReceivedData {
    /// Creates a value whose properties are all `None`.
    #[must_use]
    pub fn new() -> Self {
        Self {
            body: None,
            channel: None,
            conversation_id: None,
            from: None,
            message: None,
            message_id: None,
        }
    }
    /// Sets [`body`](#structfield.body).
    #[must_use]
    pub fn body(mut self, value: impl Into<String>) -> Self {
        self.body = Some(value.into());
        self
    }
    /// Sets [`channel`](#structfield.channel).
    #[must_use]
    pub fn channel(mut self, value: impl Into<Channel>) -> Self {
        self.channel = Some(value.into());
        self
    }
    /// Sets [`conversation_id`](#structfield.conversation_id).
    #[must_use]
    pub fn conversation_id(mut self, value: impl Into<ConversationId>) -> Self {
        self.conversation_id = Some(value.into());
        self
    }
    /// Sets [`from`](#structfield.from).
    #[must_use]
    pub fn from(mut self, value: impl Into<PhoneNumber>) -> Self {
        self.from = Some(value.into());
        self
    }
    /// Sets [`message`](#structfield.message).
    #[must_use]
    pub fn message(mut self, value: impl Into<ReceivedMessage>) -> Self {
        self.message = Some(value.into());
        self
    }
    /// Sets [`message_id`](#structfield.message_id).
    #[must_use]
    pub fn message_id(mut self, value: impl Into<MessageId>) -> Self {
        self.message_id = Some(value.into());
        self
    }
}
impl fmt::Debug for MessageReceivedData {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MessageReceivedData")
            .field("body", &self.body.as_ref().map(|_| Redacted))
            .field("channel", &self.channel)
            .field("conversation_id", &self.conversation_id)
            .field("from", &self.from)
            .field("message", &self.message)
            .field("message_id", &self.message_id)
            .finish()
    }
}
/// The status of a message.
///
/// An open enum: a value that the contract does not list is kept as [`Unknown`](Self::Unknown).
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum MessageStatus {
    /// `sent`
    Sent,
    /// `delivered`
    Delivered,
    /// `read`
    Read,
    /// `failed`
    Failed,
    /// A value that the contract does not list.
    Unknown(UnknownValue),
}
open_enum!(
    MessageStatus { Sent = "sent", Delivered = "delivered", Read = "read", Failed =
    "failed" }
);
/// The data of `message.status`. See <https://docs.watsi.ai/webhooks/events>.
#[derive(Clone, PartialEq, Serialize, Deserialize, Debug)]
#[non_exhaustive]
pub struct MessageStatusData {
    /// Identifies a message. Opaque: the quickstart shows `msg_...`, the webhook pages `wamid....`.
    #[serde(rename = "messageId")]
    pub message_id: MessageId,
    /// The recipient of the message.
    #[serde(rename = "recipientId")]
    pub recipient_id: PhoneNumber,
    /// The status of a message.
    pub status: MessageStatus,
    /// When the message reached the status, in Unix seconds, as a string.
    pub timestamp: String,
}
impl MessageStatusData {
    /// Creates a value from its properties.
    #[must_use]
    pub fn new(
        message_id: impl Into<MessageId>,
        status: impl Into<MessageStatus>,
        recipient_id: impl Into<PhoneNumber>,
        timestamp: impl Into<String>,
    ) -> Self {
        Self {
            message_id: message_id.into(),
            recipient_id: recipient_id.into(),
            status: status.into(),
            timestamp: timestamp.into(),
        }
    }
}
/// A phone number in international form: with a plus sign in responses, without in events.
pub use crate::phone::PhoneNumber as PhoneNumber;
/// A received message, as the webhook overview shows it.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ReceivedMessage {
    /// The text of the message.
    pub body: String,
    /// Identifies a message. Opaque: the quickstart shows `msg_...`, the webhook pages `wamid....`.
    pub id: MessageId,
}
impl ReceivedMessage {
    /// Creates a value from its properties.
    #[must_use]
    pub fn new(id: impl Into<MessageId>, body: impl Into<String>) -> Self {
        Self {
            body: body.into(),
            id: id.into(),
        }
    }
}
impl fmt::Debug for ReceivedMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReceivedMessage")
            .field("body", &Redacted)
            .field("id", &self.id)
            .finish()
    }
}
/// Identifies a request in the vendor's logs; include it when you ask for support.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RequestId(String);
opaque_id!(RequestId);
/// A text message to send. See <https://docs.watsi.ai/quickstart>.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SendMessageRequest {
    /// The text to send.
    pub body: String,
    /// Identifies a conversation. Opaque: the quickstart shows a UUID, the event reference `chat_123`.
    pub conversation_id: ConversationId,
}
impl SendMessageRequest {
    /// Creates a value from its properties.
    #[must_use]
    pub fn new(
        conversation_id: impl Into<ConversationId>,
        body: impl Into<String>,
    ) -> Self {
        Self {
            body: body.into(),
            conversation_id: conversation_id.into(),
        }
    }
}
impl fmt::Debug for SendMessageRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SendMessageRequest")
            .field("body", &Redacted)
            .field("conversation_id", &self.conversation_id)
            .finish()
    }
}
/// The response to a sent message.
#[derive(Clone, PartialEq, Serialize, Deserialize, Debug)]
#[non_exhaustive]
pub struct SendMessageResponse {
    /// A message of a conversation.
    pub message: Message,
}
impl SendMessageResponse {
    /// Creates a value from its properties.
    #[must_use]
    pub fn new(message: impl Into<Message>) -> Self {
        Self { message: message.into() }
    }
}
/// Identifies a user of the workspace. Opaque; a UUID in the vendor's own OpenAPI file.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct UserId(String);
opaque_id!(UserId);
/// The envelope of every event. See <https://docs.watsi.ai/webhooks>.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct WebhookEvent {
    /// When the event happened.
    pub created_at: DateTime<Utc>,
    /// The data of the event; its properties depend on the event's type.
    pub data: Map<String, Value>,
    /// Identifies an event. It is the same in every delivery of that event, so deduplicate by it.
    pub id: EventId,
    /// The type of an event.
    #[serde(rename = "type")]
    pub type_: EventType,
    /// Identifies a workspace. Opaque; a UUID in the webhook pages.
    pub workspace_id: WorkspaceId,
}
impl WebhookEvent {
    /// Creates a value from its properties.
    #[must_use]
    pub fn new(
        id: impl Into<EventId>,
        type_: impl Into<EventType>,
        created_at: impl Into<DateTime<Utc>>,
        workspace_id: impl Into<WorkspaceId>,
        data: impl Into<Map<String, Value>>,
    ) -> Self {
        Self {
            created_at: created_at.into(),
            data: data.into(),
            id: id.into(),
            type_: type_.into(),
            workspace_id: workspace_id.into(),
        }
    }
}
impl fmt::Debug for WebhookEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WebhookEvent")
            .field("created_at", &self.created_at)
            .field("data", &Redacted)
            .field("id", &self.id)
            .field("type_", &self.type_)
            .field("workspace_id", &self.workspace_id)
            .finish()
    }
}
/// A webhook subscription. The documentation says only that it contains a signing secret to store,
/// so this is the whole object as it was received.
#[non_exhaustive]
#[derive(Deserialize, Serialize, Clone, PartialEq)]
#[serde(transparent)]
pub struct WebhookSubscription(pub Map<String, Value>);
impl fmt::Debug for WebhookSubscription {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("WebhookSubscription").field(&Redacted).finish()
    }
}
impl ::std::ops::Deref for WebhookSubscription {
    type Target = Map<String, Value>;
    fn deref(&self) -> &Map<String, Value> {
        &self.0
    }
}
impl From<WebhookSubscription> for Map<String, Value> {
    fn from(value: WebhookSubscription) -> Self {
        value.0
    }
}
impl From<Map<String, Value>> for WebhookSubscription {
    fn from(value: Map<String, Value>) -> Self {
        Self(value)
    }
}
/// Identifies a workspace. Opaque; a UUID in the webhook pages.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct WorkspaceId(String);
opaque_id!(WorkspaceId);
