//! Recordings are validated like live traffic, despite what recorders add, omit and get wrong.

mod broken; // invalid files, and files of any size
mod deliveries; // webhook deliveries among the requests to other servers
mod entries; // entries of every kind
mod servers; // which entries belong to the API

use std::io;

use openapi_conformance::Contract;
use openapi_conformance::har::{Entries, HarError, Recording};
use serde_json::{Value, json};

use crate::contract::CONTRACT;

pub const MITMPROXY: &str = include_str!("har/mitmproxy.har");
pub const PLAYWRIGHT: &str = include_str!("har/playwright.har");

/// The result of reading a recording.
struct Read {
    /// The findings as `index severity id pointer`.
    found: Vec<String>,
    entries: Entries,
    result: Result<(), HarError>,
    /// All of it as `Display` and `Debug` show it.
    shown: String,
}

fn read(har: impl AsRef<[u8]>) -> Read {
    read_of(&CONTRACT, None, har.as_ref())
}

fn read_of(contract: &Contract, base_url: Option<&str>, reader: impl io::Read) -> Read {
    let mut recording = Recording::new(contract, base_url).unwrap();
    let (mut found, mut shown) = (Vec::new(), String::new());
    let result = recording.read(reader, |one| {
        shown.push_str(&format!("{one} {one:?}"));
        let (entry, finding) = (one.entry, one.finding);
        found.push(format!(
            "{entry} {} {} {}",
            finding.severity, finding.id, finding.pointer
        ));
    });
    shown.push_str(&format!("{recording:?} {result:?}"));
    if let Err(error) = &result {
        shown.push_str(&error.to_string());
    }
    Read {
        found,
        entries: recording.entries().clone(),
        result,
        shown,
    }
}

/// Returns the findings of a valid recording with these entries.
#[track_caller]
fn found(entries: &[Value]) -> Vec<String> {
    let read = read(har(entries));
    assert_eq!(read.result, Ok(()));
    read.found
}

fn har(entries: &[Value]) -> String {
    json!({"log": {"version": "1.2", "creator": {}, "entries": entries}}).to_string()
}

/// Returns an entry of a conforming list request with an API key.
fn listed() -> Value {
    json!({
        "request": {
            "method": "GET",
            "url": "https://api.example.com/api/v1/conversations",
            "headers": [{"name": "Authorization", "value": "Bearer sk-test-key"}],
            "bodySize": 0,
        },
        "response": {
            "status": 200,
            "headers": [{"name": "Content-Type", "value": "application/json"}],
            "content": {"size": 30, "text": r#"{"chats": [], "hasMore": false}"#},
        },
    })
}

/// Returns an entry of a conforming message.
fn sent() -> Value {
    let mut entry = listed();
    entry["request"]["method"] = json!("POST");
    entry["request"]["url"] = json!("https://api.example.com/api/v1/messages");
    entry["request"]["postData"] = json!({
        "mimeType": "application/json",
        "text": r#"{"conversation_id": "c", "body": "Hello"}"#,
    });
    let text = json!({"message": {
        "id": "m", "conversation_id": "c", "body": "Hello", "direction": "outbound",
        "status": "sent", "created_at": "2025-03-15T10:35:00.000Z",
    }});
    entry["response"]["content"] = json!({"text": text.to_string()});
    entry
}

/// Returns the entry with a new value at the pointer. The last token may be a new property.
fn with(mut entry: Value, pointer: &str, value: Value) -> Value {
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    entry.pointer_mut(parent).unwrap()[name] = value;
    entry
}

fn entries(change: impl FnOnce(&mut Entries)) -> Entries {
    let mut entries = Entries::default();
    change(&mut entries);
    entries
}

#[test]
fn mitmproxy_recording_is_validated() {
    let read = read(MITMPROXY);
    assert_eq!(read.result, Ok(()));
    let expected = "1 additive response-property-unknown /response/body/chats/0/unread";
    assert_eq!(read.found, [expected]);
    let prefix = "entry 1 (GET /conversations 200): additive: ";
    assert!(read.shown.starts_with(prefix), "{}", read.shown);
    assert_eq!(read.entries, entries(|count| count.validated = 4));
}

#[test]
fn chromium_recording_is_validated() {
    let read = read(PLAYWRIGHT);
    assert_eq!(read.result, Ok(()));
    let expected = "2 additive response-property-unknown /response/body/chats/0/unread";
    assert_eq!(read.found, [expected]);
    let expected = entries(|count| {
        count.validated = 4;
        count.ignored = 1;
        count.ignored_hosts.insert("localhost:8091".to_owned(), 1);
    });
    assert_eq!(read.entries, expected);
}

#[test]
fn coverage_of_two_recordings_adds_up() {
    let mut recording = Recording::new(&CONTRACT, None).unwrap();
    for one in [listed(), sent()] {
        recording.read(har(&[one]).as_bytes(), |_| ()).unwrap();
    }
    assert_eq!(recording.entries().validated, 2);
    assert_eq!(
        recording.coverage().operations().missing,
        ["create_webhook"]
    );
}

#[test]
fn api_keys_phone_numbers_texts_and_queries_are_hidden() {
    let url = json!("http://127.0.0.1:8090/api/v1/messages?hidden=sk-query");
    let secret = json!("hidden text +5491155551234");
    let mut all = String::new();
    for recording in [MITMPROXY, PLAYWRIGHT] {
        let whole: Value = serde_json::from_str(recording).unwrap();
        let entry = whole["log"]["entries"]
            .as_array()
            .unwrap()
            .last()
            .unwrap()
            .clone();
        all.push_str(&read(recording).shown);
        for pointer in [
            "/request/method",
            "/request/headers",
            "/request/postData",
            "/request/postData/text",
            "/response/content",
            "/response/content/text",
            "/response/status",
            "/response",
            "/request",
        ] {
            let entry = with(entry.clone(), "/request/url", url.clone());
            let entry = with(entry, "/response/content/size", json!(0));
            let broken = har(&[with(entry, pointer, secret.clone())]);
            all.push_str(&read(&broken).shown);
            all.push_str(&read(&broken[..broken.len() - 4]).shown);
            all.push_str(&read(broken.replace("hidden", "\u{1}hidden")).shown);
        }
    }
    for log in [
        "\"hidden\"",
        "{\"entries\": \"hidden\"}",
        "{\"entries\": [\"hidden\"]}",
    ] {
        all.push_str(&read(format!("{{\"log\": {log}}}")).shown);
    }
    for there in [
        "is not valid JSON",
        "NotJson",
        "Truncated",
        "NoEntries",
        "NoUrl",
        "NotAnObject",
    ] {
        assert!(all.contains(there), "nothing shows {there}");
    }
    for secret in [
        "sk-test-key",
        "sk-test-old",
        "sk-query",
        "5491155551234",
        "Maria",
        "Hello",
        "hidden text",
        "127.0.0.1",
    ] {
        assert!(!all.contains(secret), "{secret} is shown");
    }
}
