//! Uses the client as programs do: calls, streams, values, and matches on everything that can grow.

use std::time::Duration;

use watsi::types::{
    Channel, Conversation, ConversationCreatedData, ConversationId, ConversationPage,
    ConversationStatus, CreateWebhookRequest, Customer, ErrorCode, ErrorDetail, ErrorEnvelope,
    EventType, Message, MessageDirection, MessageReceivedData, MessageStatus, MessageStatusData,
    ReceivedMessage, SendMessageRequest, SendMessageResponse, WebhookEvent,
};
use watsi::webhook::{Event, EventData, Verifier};
use watsi::{Client, Error, ErrorKind, Outcome, Response};

#[tokio::main]
async fn main() -> Result<(), Error> {
    let client = Client::from_env()?;
    let hasty = client.with_timeout(Duration::from_secs(3));
    let page: Response<ConversationPage> = hasty.list_conversations().limit(20).send().await?;
    for conversation in &page.chats {
        reply(&client, conversation).await;
    }
    let mut items = client.list_conversations().status("open").items();
    while let Some(item) = items.next().await {
        let Conversation { id, status, .. } = item?;
        println!("{id} is {}", described(&status));
    }
    let events = [EventType::MessageReceived, EventType::MessageStatus];
    let request = CreateWebhookRequest::new("https://example.com/", events);
    tokio::spawn(client.create_webhook(request).send());
    Ok(())
}

async fn reply(client: &Client, conversation: &Conversation) {
    let request = SendMessageRequest::new(&conversation.id, "Hello!");
    match client.send_message(request).send().await {
        Ok(sent) => println!("{}", sent.message.id),
        Err(error) => match error.outcome() {
            Outcome::NotSent | Outcome::Rejected => println!("{}", explained(&error)),
            Outcome::Unknown => println!("unknown"),
        },
    }
}

fn described(status: &ConversationStatus) -> &str {
    match status {
        ConversationStatus::Open => "open",
        ConversationStatus::Active => "active",
        other => other.as_str(),
    }
}

fn explained(error: &Error) -> &'static str {
    match (error.kind(), error.code()) {
        (ErrorKind::Status, Some(ErrorCode::BadRequest)) => "the window is closed",
        (ErrorKind::Status, _) => "rejected",
        _ => "failed",
    }
}

/// Reads a delivery.
pub fn handle(verifier: &Verifier, body: &[u8], signature: &str) -> Option<String> {
    match verifier.verify(body, signature).ok()?.data {
        EventData::MessageReceived(data) => data.text().map(str::to_owned),
        EventData::MessageStatus(MessageStatusData { status, .. }) => Some(status.to_string()),
        EventData::ConversationUpdated(data) => Some(format!("{} properties", data.len())),
        EventData::Unknown { event_type, .. } => Some(event_type.to_string()),
        _ => None,
    }
}

/// One value of each type, as tests create them.
pub fn values() -> Vec<serde_json::Value> {
    let at = chrono::DateTime::UNIX_EPOCH;
    let customer = Customer::new().name("Maria").phone("+5491155551234");
    let id = ConversationId::from("chat_1");
    let conversation = Conversation::new(&id, customer.clone(), "open").last_message_at(at);
    let (direction, status) = (MessageDirection::Outbound, MessageStatus::Sent);
    let message = Message::new("msg_1", &id, "Hello!", direction, status, at);
    let received = MessageReceivedData::new().message(ReceivedMessage::new("wamid.1", "Hi"));
    let status = MessageStatusData::new("wamid.1", "read", "549", "0");
    let created = ConversationCreatedData::new(&id, "contact_1", "open", Channel::Whatsapp);
    let event = Event::new("evt_1", at, "w_1", EventData::MessageReceived(received));
    let envelope = WebhookEvent::new("evt_1", "contact.created", at, "w_1", serde_json::Map::new());
    let error = ErrorEnvelope::new(ErrorDetail::new("CONFLICT", "m").request_id("req_1"));
    assert_ne!(conversation.customer, Customer::new());
    let values = [
        serde_json::to_value(ConversationPage::new([conversation], false)),
        serde_json::to_value(SendMessageResponse::new(message)),
        serde_json::to_value(status),
        serde_json::to_value(created),
        serde_json::to_value(envelope),
        serde_json::to_value(error),
        Ok(event.raw().clone()),
    ];
    values.into_iter().flatten().collect()
}
