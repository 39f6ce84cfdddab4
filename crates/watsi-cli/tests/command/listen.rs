//! `watsi listen` prints events.

use serde_json::Value;
use watsi::webhook::{SIGNATURE_HEADER, sign};

use crate::command::watsi;
use crate::running::{Running, http};

pub const SECRET: &str = "whsec";

pub const EVENT: &str = r#"{"id":"evt_1","type":"message.received","created_at":"2025-03-15T10:30:00Z","workspace_id":"w","data":{"from":"5491155551234","body":"Hi","messageId":"wamid.1","conversationId":"chat_123","channel":"whatsapp"}}"#;

/// Starts the command, and returns it with its URL.
pub fn listen(options: &[&str]) -> (Running, String) {
    let mut command = watsi(&["listen", "--port", "0"]);
    command.args(options).env("WATSI_WEBHOOK_SECRET", SECRET);
    let mut running = Running::start(command);
    let url = running.url("waiting for events on ");
    (running, url)
}

/// Sends a delivery that is signed with a secret, and returns the status code of the response.
pub async fn deliver(url: &str, body: &str, secret: &str) -> u16 {
    let request = http()
        .post(url)
        .header(SIGNATURE_HEADER, sign(secret, body));
    let response = request.body(body.to_owned()).send().await.unwrap();
    response.status().as_u16()
}

#[tokio::test]
async fn verified_events_are_printed_once() {
    let (mut running, url) = listen(&[]);
    assert_eq!(deliver(&url, EVENT, SECRET).await, 200);
    assert_eq!(deliver(&url, EVENT, SECRET).await, 200);
    assert_eq!(deliver(&url, EVENT, "another").await, 401);
    let next = EVENT.replace("evt_1", "evt_2");
    let url = format!("{url}any/path");
    assert_eq!(deliver(&url, &next, SECRET).await, 200);
    assert_eq!(running.line(), "evt_1 message.received in chat_123");
    assert_eq!(running.line(), "evt_2 message.received in chat_123");
    let rejection = running.error_line_with("rejected ");
    assert!(rejection.starts_with("rejected 401: "), "{rejection}");
}

#[tokio::test]
async fn identifiers_with_phone_numbers_are_not_printed() {
    let (mut running, url) = listen(&[]);
    let wamid = "wamid.HBgNNTQ5MTE1NTU1MTIzNBUCABIYFDNB";
    for (number, id) in [wamid, "chat_5491155551234", "Maria Garcia"]
        .iter()
        .enumerate()
    {
        let event = EVENT.replace("chat_123", id);
        let event = event.replace("evt_1", &format!("evt_{number}"));
        assert_eq!(deliver(&url, &event, SECRET).await, 200);
        let expected = format!("evt_{number} message.received in (hidden id)");
        assert_eq!(running.line(), expected);
    }
}

#[tokio::test]
async fn json_format_prints_events_unchanged() {
    let (mut running, url) = listen(&["--format", "json"]);
    assert_eq!(deliver(&url, EVENT, SECRET).await, 200);
    assert_eq!(running.line(), EVENT);
    let broken = EVENT.replace(',', ",\n").replace("evt_1", "evt_2");
    assert_eq!(deliver(&url, &broken, SECRET).await, 200);
    let printed: Value = serde_json::from_str(&running.line()).unwrap();
    assert_eq!(printed["data"]["messageId"], "wamid.1");
}

#[tokio::test]
async fn signed_delivery_that_is_not_an_event_is_printed() {
    let body = "<html>5491155551234";
    let (mut running, url) = listen(&[]);
    assert_eq!(deliver(&url, body, SECRET).await, 200);
    let line = running.line();
    assert!(line.starts_with("dead letter of 19 B: "), "{line}");
    assert!(!line.contains("549"), "{line}");
    let (mut running, url) = listen(&["--format", "json"]);
    assert_eq!(deliver(&url, body, SECRET).await, 200);
    let printed: Value = serde_json::from_str(&running.line()).unwrap();
    assert_eq!(printed["body"], body);
}
