//! Commands that run until they are interrupted.

use serde_json::Value;
use watsi::Client;
use watsi::webhook::{SIGNATURE_HEADER, sign};

use crate::command::watsi;
use crate::running::Running;

fn sandbox() -> (Running, Value) {
    let mut running = Running::start(watsi(&["sandbox", "--format", "json"]));
    let told = serde_json::from_str(&running.line()).unwrap();
    (running, told)
}

fn client(told: &Value) -> Client {
    let text = |name: &str| told[name].as_str().unwrap();
    let builder = Client::builder().api_key(text("api_key"));
    builder.base_url(text("url")).build().unwrap()
}

#[tokio::test]
async fn sandbox_prints_its_url_and_serves_there() {
    let (_running, told) = sandbox();
    let page = client(&told).list_conversations().send().await.unwrap();
    assert_eq!(page.chats.len(), 3);
    let docs = watsi::reqwest::get(told["docs"].as_str().unwrap())
        .await
        .unwrap();
    assert_eq!(docs.status(), 200);
}

#[tokio::test]
async fn line_on_standard_input_is_a_customer_message() {
    let (mut running, told) = sandbox();
    running.input("+5491155551234 Hi, I have a question\n");
    assert_eq!(
        running.error_line(),
        "customer message in 550e8400-e29b-41d4-a716-446655440003"
    );
    let page = client(&told)
        .list_conversations()
        .limit(1)
        .send()
        .await
        .unwrap();
    assert_eq!(page.chats[0].customer.phone, Some("+5491155551234".into()));
    running.input("nonsense\n");
    assert_eq!(
        running.error_line_with("invalid"),
        "invalid line; expected a phone number with a plus sign, a space, and the text"
    );
}

#[test]
fn sandbox_on_a_used_port_is_an_error() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let output = watsi(&["sandbox", "--listen", &address]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let error = String::from_utf8(output.stderr).unwrap();
    assert!(
        error.starts_with(&format!("error: cannot listen on {address}: ")),
        "{error}"
    );
}

#[cfg(unix)]
#[test]
fn interrupt_ends_the_sandbox_with_success() {
    let (running, _) = sandbox();
    assert_eq!(running.interrupted(), Some(0));
}

pub async fn deliver(url: &str, body: &str, secret: &str) -> u16 {
    let http = watsi::reqwest::Client::builder()
        .no_proxy()
        .build()
        .unwrap();
    let request = http.post(url).header(SIGNATURE_HEADER, sign(secret, body));
    request
        .body(body.to_owned())
        .send()
        .await
        .unwrap()
        .status()
        .as_u16()
}

fn listen(format: &str) -> (Running, String) {
    let mut command = watsi(&["listen", "--port", "0", "--format", format]);
    command.env("WATSI_WEBHOOK_SECRET", "whsec");
    let mut running = Running::start(command);
    let line = running.error_line();
    let url = line.strip_prefix("waiting for events on ").unwrap();
    (running, url.to_owned())
}

pub const EVENT: &str = r#"{"id":"evt_1","type":"message.received","created_at":"2025-03-15T10:30:00Z","workspace_id":"w","data":{"from":"5491155551234","body":"Hi","messageId":"wamid.1","conversationId":"chat_123","channel":"whatsapp"}}"#;

#[tokio::test]
async fn verified_events_are_printed_once() {
    let (mut running, url) = listen("human");
    assert_eq!(deliver(&url, EVENT, "whsec").await, 200);
    assert_eq!(deliver(&url, EVENT, "whsec").await, 200);
    assert_eq!(deliver(&url, EVENT, "another").await, 401);
    let next = EVENT.replace("evt_1", "evt_2");
    assert_eq!(
        deliver(&format!("{url}any/path"), &next, "whsec").await,
        200
    );
    assert_eq!(running.line(), "evt_1 message.received in chat_123");
    assert_eq!(running.line(), "evt_2 message.received in chat_123");
    let rejection = running.error_line_with("rejected ");
    assert!(rejection.starts_with("rejected 401: "), "{rejection}");
}

#[tokio::test]
async fn identifiers_with_phone_numbers_are_not_printed() {
    let (mut running, url) = listen("human");
    let wamid = "wamid.HBgNNTQ5MTE1NTU1MTIzNBUCABIYFDNB";
    for (number, id) in [wamid, "chat_5491155551234", "Maria Garcia"]
        .iter()
        .enumerate()
    {
        let event = EVENT.replace("chat_123", id);
        let event = event.replace("evt_1", &format!("evt_{number}"));
        assert_eq!(deliver(&url, &event, "whsec").await, 200);
        let line = running.line();
        assert_eq!(
            line,
            format!("evt_{number} message.received in (hidden id)")
        );
    }
}

#[tokio::test]
async fn json_format_prints_events_unchanged() {
    let (mut running, url) = listen("json");
    assert_eq!(deliver(&url, EVENT, "whsec").await, 200);
    assert_eq!(running.line(), EVENT);
    let broken = EVENT.replace(',', ",\n");
    assert_eq!(
        deliver(&url, &broken.replace("evt_1", "evt_2"), "whsec").await,
        200
    );
    let printed: Value = serde_json::from_str(&running.line()).unwrap();
    assert_eq!(printed["data"]["messageId"], "wamid.1");
}

#[tokio::test]
async fn signed_delivery_that_is_not_an_event_is_printed() {
    let body = "<html>5491155551234";
    let (mut running, url) = listen("human");
    assert_eq!(deliver(&url, body, "whsec").await, 200);
    let line = running.line();
    assert!(line.starts_with("dead letter of 19 B: "), "{line}");
    assert!(!line.contains("549"), "{line}");
    let (mut running, url) = listen("json");
    assert_eq!(deliver(&url, body, "whsec").await, 200);
    let printed: Value = serde_json::from_str(&running.line()).unwrap();
    assert_eq!(printed["body"], body);
}

#[test]
fn missing_webhook_secret_is_an_error_with_advice() {
    let output = watsi(&["listen", "--port", "0"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let expected = "error: WATSI_WEBHOOK_SECRET is not set; set it or use --secret-file FILE\n";
    assert_eq!(String::from_utf8(output.stderr).unwrap(), expected);
}
