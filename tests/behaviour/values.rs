//! Values of the generated types are created and compared without a server.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use serde_json::json;
use watsi::PhoneNumber;
use watsi::types::{
    Conversation, ConversationId, EventType, MessageReceivedData, MessageStatusData,
    SendMessageRequest,
};
use watsi::webhook::{Event, EventData, Verifier, sign};

fn at() -> DateTime<Utc> {
    DateTime::from_timestamp_millis(1_742_034_600_000).unwrap()
}

#[test]
fn request_is_created_from_its_required_properties() {
    let id = ConversationId::from("chat_1");
    let request = SendMessageRequest::new(&id, "Hello!");
    let json = json!({"conversation_id": "chat_1", "body": "Hello!"});
    assert_eq!(serde_json::to_value(&request).unwrap(), json);
    assert_eq!(
        serde_json::from_value::<SendMessageRequest>(json).unwrap(),
        request
    );
}

/// An event that is created equals the one that is read from its JSON.
fn assert_read_back(event: &Event) {
    let body = event.raw().to_string();
    let verifier = Verifier::new("secret").unwrap();
    let read = verifier.verify(&body, sign("secret", &body)).unwrap();
    assert_eq!(&read, event);
    assert_eq!(read.event_type(), event.event_type());
    assert_eq!(Event::from_raw(event.raw().clone()).unwrap(), read);
}

#[test]
fn event_is_created_and_compared() {
    let received = MessageReceivedData::new()
        .from("549")
        .body("Hi")
        .message_id("wamid.1");
    let status = MessageStatusData::new("wamid.1", "delivered", "549", "1742034904");
    let unknown = EventData::Unknown {
        event_type: "template.approved".into(),
        data: json!([1]),
    };
    for data in [
        EventData::MessageReceived(received),
        EventData::MessageStatus(status),
        EventData::ContactCreated(serde_json::Map::new()),
        unknown,
    ] {
        assert_read_back(&Event::new("evt_1", at(), "w_1", data));
    }
}

#[test]
fn message_id_is_redacted() {
    // `HBgN…` is a phone number in Base64.
    let data = MessageStatusData::new("wamid.HBgNNTQ5MTE1NTU1MTIzNB", "read", "549", "0");
    assert!(!format!("{data:?}").contains("HBgN"), "{data:?}");
}

#[test]
fn events_with_different_data_are_not_equal() {
    let event = |body: &str| {
        let data = EventData::MessageReceived(MessageReceivedData::new().body(body));
        Event::new("evt_1", at(), "w_1", data)
    };
    assert_eq!(event("Hi"), event("Hi"));
    assert_ne!(event("Hi"), event("Hello"));
}

#[test]
fn only_strings_are_enums_and_identifiers() {
    for json in ["3", "null", "[]"] {
        serde_json::from_str::<EventType>(json).unwrap_err();
        serde_json::from_str::<ConversationId>(json).unwrap_err();
    }
}

#[test]
fn known_value_is_its_variant_however_it_is_written() {
    let escaped: EventType = serde_json::from_str(r#""message\u002estatus""#).unwrap();
    assert_eq!(escaped, EventType::MessageStatus);
    assert_eq!(EventType::from("message.status".to_owned()), escaped);
    assert!(matches!(
        EventType::from("Message.status"),
        EventType::Unknown(_)
    ));
}

#[test]
fn enums_and_identifiers_are_compared_with_strings_and_padded() {
    let id = ConversationId::from("c1");
    assert_eq!(id, "c1");
    assert_eq!("c1", id);
    assert_ne!(id, *"c2");
    assert_ne!(*"c2", id);
    assert_eq!(EventType::MessageStatus, "message.status");
    assert_eq!(format!("{id:>4}"), "  c1");
    assert_eq!(ConversationId::from(&id).into_string(), "c1");
}

#[test]
fn phone_numbers_of_a_response_and_an_event_are_equal() {
    let page = json!({"id": "c", "status": "open", "customer": {"phone": "+5491155551234"}});
    let conversation: Conversation = serde_json::from_value(page).unwrap();
    let received: MessageReceivedData =
        serde_json::from_value(json!({"from": "5491155551234"})).unwrap();
    assert_eq!(conversation.customer.phone, received.from);
    let numbers = HashSet::from([conversation.customer.phone, received.from]);
    assert_eq!(numbers.len(), 1);
}

#[test]
fn phone_numbers_differ_in_more_than_separators() {
    let number = PhoneNumber::from("+5491155551234");
    assert_eq!(number, "+54 9 11 5555-1234");
    for other in ["+54911555512340", "", "+", "a5491155551234"] {
        assert_ne!(number, other);
    }
    assert_ne!(PhoneNumber::from("a"), PhoneNumber::from("b"));
}

#[test]
fn phone_number_is_redacted_and_kept_as_it_was_written() {
    let number = PhoneNumber::from("+549".to_owned());
    assert!(!format!("{number:?}").contains("549"));
    assert_eq!(serde_json::to_value(&number).unwrap(), "+549");
    assert_eq!(PhoneNumber::from(&number).into_string(), "+549");
}
