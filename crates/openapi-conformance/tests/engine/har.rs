//! Recordings are validated like live traffic, despite what recorders add, omit and get wrong.

mod bodies; // recorded, missing and unrecorded bodies
mod broken; // invalid files, and files of any size
mod credentials; // when missing credentials are a finding
mod deliveries; // webhook deliveries among the requests to other servers
mod rejections; // requests that the server had to reject
mod servers; // which entries belong to the API
mod unreadable; // entries that cannot be read

use openapi_conformance::Severity;
use openapi_conformance::har::{Entries, HarError, Recording};
use serde_json::{Value, json};

use crate::contract::CONTRACT;

const MITMPROXY: &str = include_str!("har/mitmproxy.har");
const PLAYWRIGHT: &str = include_str!("har/playwright.har");

/// The entry, id, severity and pointer of a finding.
type Shown = (usize, &'static str, Severity, String);

fn breaking(entry: usize, id: &'static str, place: &str) -> Shown {
    (entry, id, Severity::Breaking, format!("/response/{place}"))
}

fn additive(entry: usize, id: &'static str, place: &str) -> Shown {
    (entry, id, Severity::Additive, format!("/response/{place}"))
}

fn in_request(entry: usize, id: &'static str, place: &str) -> Shown {
    (entry, id, Severity::Request, format!("/request/{place}"))
}

/// The result of reading a recording.
struct Read {
    found: Vec<Shown>,
    entries: Entries,
    result: Result<(), HarError>,
    /// All of it as `Display` and `Debug` show it.
    shown: String,
}

fn read(har: impl AsRef<[u8]>) -> Read {
    read_of(har, None)
}

fn read_of(har: impl AsRef<[u8]>, base_url: Option<&str>) -> Read {
    let mut recording = Recording::new(&CONTRACT, base_url).unwrap();
    let (mut found, mut shown) = (Vec::new(), String::new());
    let result = recording.read(har.as_ref(), |one| {
        shown.push_str(&format!("{one} {one:?}"));
        let finding = one.finding;
        found.push((one.entry, finding.id, finding.severity, finding.pointer));
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
fn found(entries: &[Value]) -> Vec<Shown> {
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

const UNREAD: &str = "body/chats/0/unread";

#[test]
fn mitmproxy_recording_is_validated() {
    let read = read(MITMPROXY);
    assert_eq!(read.result, Ok(()));
    let expected = additive(1, "response-property-unknown", UNREAD);
    assert_eq!(read.found, [expected]);
    let prefix = "entry 1 (GET /conversations 200): additive: ";
    assert!(read.shown.starts_with(prefix), "{}", read.shown);
    assert_eq!(read.entries, entries(|count| count.validated = 4));
}

#[test]
fn chromium_recording_is_validated() {
    let read = read(PLAYWRIGHT);
    assert_eq!(read.result, Ok(()));
    let expected = additive(2, "response-property-unknown", UNREAD);
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
fn conforming_entry_has_no_findings() {
    assert_eq!(found(&[listed(), sent()]), []);
}

#[test]
fn undocumented_path_is_the_only_finding() {
    let url = "https://api.example.com/api/v1/contacts";
    let entry = with(listed(), "/request/url", json!(url));
    assert_eq!(
        found(&[entry]),
        [in_request(0, "request-path-undocumented", "path")]
    );
}

#[test]
fn undocumented_method_is_the_only_finding() {
    let entry = with(listed(), "/request/method", json!("DELETE"));
    assert_eq!(
        found(&[entry]),
        [in_request(0, "request-method-undocumented", "method")]
    );
}

#[test]
fn plain_method_is_part_of_the_finding() {
    for method in ["DELETE", "GETGETGETGETGETG"] {
        let har = har(&[with(listed(), "/request/method", json!(method))]);
        let mut recording = Recording::new(&CONTRACT, None).unwrap();
        let mut found = Vec::new();
        recording
            .read(har.as_bytes(), |one| found.push(one))
            .unwrap();
        assert_eq!(found[0].method.as_ref().unwrap(), method);
        let sentence = &found[0].finding.sentence;
        assert!(sentence.contains(method), "{sentence}");
    }
}

#[test]
fn method_that_is_not_a_plain_word_is_hidden() {
    for method in ["sk-test-key", "sk test key", "GETGETGETGETGETGET", ""] {
        let entry = with(listed(), "/request/method", json!(method));
        let read = read(har(&[entry]));
        let expected = in_request(0, "request-method-undocumented", "method");
        assert_eq!(read.found, [expected], "{method}");
        assert!(read.shown.contains("method: None"), "{}", read.shown);
    }
}

#[test]
fn entry_without_a_response_is_counted_but_not_validated() {
    for response in [
        json!(null),
        json!({}),
        json!({"status": 0}),
        json!({"status": -1}),
        json!({"status": null}),
        json!({"status": 1e300}),
        json!({"status": 201, "headers": [], "content": {"size": 0, "text": ""}, "bodySize": -24}),
    ] {
        let read = read(har(&[with(listed(), "/response", response.clone())]));
        assert_eq!(read.found, [], "{response}");
        assert_eq!(
            read.entries,
            entries(|count| count.without_response = 1),
            "{response}"
        );
    }
}

#[test]
fn response_of_an_unknown_size_is_validated() {
    let response = json!({"status": 402, "headers": [], "content": {"size": 0}, "bodySize": -1});
    let expected = breaking(0, "response-status-undocumented", "status");
    assert_eq!(found(&[with(listed(), "/response", response)]), [expected]);
}

#[test]
fn status_code_is_read_in_every_notation() {
    for status in ["402", "402.0", "\"402\""] {
        let har = har(&[with(listed(), "/response/status", json!("STATUS"))]);
        let read = read(har.replace("\"STATUS\"", status));
        let expected = breaking(0, "response-status-undocumented", "status");
        assert_eq!(read.found, [expected], "{status}");
        assert!(
            read.shown.contains("(GET /conversations 402)"),
            "{}",
            read.shown
        );
    }
}

#[test]
fn list_is_validated_against_the_query_of_its_url() {
    let url = "https://api.example.com/api/v1/conversations?limit=0&other=1";
    let found = found(&[with(listed(), "/request/url", json!(url))]);
    let expected = [
        in_request(0, "request-below-minimum", "query/limit"),
        in_request(0, "request-parameter-unknown", "query/other"),
    ];
    assert_eq!(found, expected);
}

#[test]
fn query_of_any_length_is_validated() {
    let url = format!(
        "https://api.example.com/api/v1/conversations?before={}",
        "1".repeat(70_000)
    );
    let found = found(&[with(listed(), "/request/url", json!(url))]);
    let expected = in_request(0, "request-date-time-invalid", "query/before");
    assert_eq!(found, [expected]);
}

#[test]
fn header_names_are_case_insensitive_and_invalid_headers_are_ignored() {
    let headers = json!([
        {"name": ":path", "value": "/conversations"},
        {"name": "not a name", "value": "x"},
        {"name": "x-control", "value": "\u{0}"},
        {"name": null, "value": null},
        {},
        7,
        {"name": "AUTHORIZATION", "value": " Bearer sk-test-key\nBearer sk-test-old", "comment": ""},
    ]);
    let read = read(har(&[with(listed(), "/request/headers", headers)]));
    assert_eq!(read.found, []);
    assert_eq!(read.entries, entries(|count| count.validated = 1));
}

#[test]
fn excess_headers_are_ignored() {
    let mut headers: Vec<_> = (0..40_000)
        .map(|index| json!({"name": format!("x-{index}"), "value": "x"}))
        .collect();
    headers.insert(0, listed()["request"]["headers"][0].clone());
    let entry = with(listed(), "/request/headers", json!(headers));
    assert_eq!(found(&[entry]), []);
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
