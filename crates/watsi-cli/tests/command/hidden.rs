//! What the command prints contains no API keys and no personal data that a server returns.

use serde_json::json;
use wiremock::{MockServer, ResponseTemplate};

use crate::command::{end, watsi};
use crate::servers::serving;

const KEY: &str = "sk_live_abcdefgh";
const PHONE: &str = "5491155551234";
/// `5491155551234` in Base64, as in the identifiers of WhatsApp.
const WAMID: &str = "wamid.HBgNNTQ5MTE1NTU1MTIzNBUCABIYFDNB";

async fn server(status: u16, body: serde_json::Value) -> MockServer {
    serving(ResponseTemplate::new(status).set_body_json(body)).await
}

/// Runs the command, and returns what it prints.
fn run(server: &MockServer, arguments: &[&str]) -> String {
    let mut command = watsi(arguments);
    let command = command.env("WATSI_API_KEY", KEY);
    let ended = end(command.env("WATSI_BASE_URL", server.uri()));
    ended.shown + &ended.error
}

fn assert_hidden(shown: &str) {
    for hidden in [KEY, PHONE, "NTQ5MTE1NTU1MTIzN", "aria", "garcia"] {
        assert!(!shown.contains(hidden), "{hidden}: {shown}");
    }
}

#[tokio::test]
async fn error_of_send_shows_nothing_that_the_server_made_up() {
    for text in [KEY, PHONE, "Maria", WAMID] {
        let error = json!({"code": text, "message": format!("no {text}"), "request_id": text});
        let prefixed =
            json!({"code": "NOT_FOUND", "message": text, "request_id": format!("req_{text}")});
        for error in [error, prefixed] {
            let server = server(404, json!({"error": error})).await;
            let shown = run(&server, &["send", "chat_123", "Hi"]);
            assert!(shown.contains("404"), "{shown}");
            assert_hidden(&shown.replace("req_Maria", ""));
        }
    }
}

#[tokio::test]
async fn sent_message_whose_id_contains_a_phone_number_is_reported_without_it() {
    for id in [WAMID, PHONE, KEY] {
        let message = json!({
            "id": id, "conversation_id": "chat_123", "body": "Hi", "direction": "outbound",
            "status": "sent", "created_at": "2025-03-15T10:30:00Z",
        });
        let server = server(200, json!({"message": message})).await;
        let shown = run(&server, &["send", "chat_123", "Hi"]);
        assert!(shown.contains("is sent"), "{shown}");
        assert_hidden(&shown);
    }
}

#[tokio::test]
async fn verbose_checks_show_no_value_that_the_server_returned() {
    for text in [KEY, PHONE, "Maria Garcia", "garcia@example.com", WAMID] {
        let chat = json!({
            "id": text, "customer": {}, "status": text, "assigned_user_id": text,
            "last_message_at": "2025-03-15T10:30:00Z", text: text,
        });
        let server = server(200, json!({"chats": [chat], "hasMore": false, text: 1})).await;
        let shown = run(&server, &["conform", "-v"]);
        assert!(shown.contains("assigned_user_id=REDACTED"), "{shown}");
        assert_hidden(&shown);
    }
}

#[tokio::test]
async fn details_of_an_error_are_shown_without_data() {
    let text = "Where is the parcel of Maria";
    let details = json!({
        "body": "must be at most 4096 characters", "conversation_id": format!("unknown: {PHONE}"),
        "text": "cannot send where is the parcel", PHONE: "is not documented", "key": KEY, "id": WAMID, "customer": "Maria Garcia",
        "nested": {"phone": PHONE},
    });
    let error = json!({"code": "VALIDATION_ERROR", "message": text, "details": details});
    let server = server(400, json!({"error": error})).await;
    let shown = run(&server, &["send", "chat_123", &text.to_lowercase()]);
    for line in [
        "  body: must be at most 4096 characters",
        "  REDACTED: is not documented",
        "  conversation_id: REDACTED",
        "  text: REDACTED",
        "  nested: REDACTED",
        "  customer: REDACTED REDACTED",
    ] {
        assert!(shown.lines().any(|shown| shown == line), "{line}: {shown}");
    }
    assert_hidden(&shown);
    assert!(!shown.contains("parcel"), "{shown}");
}
