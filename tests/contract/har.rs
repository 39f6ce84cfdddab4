//! Recordings are judged as live traffic is, with what recorders add, leave out and get wrong.

mod bodies; // what is taken for a body, and what for one that is not there
mod broken; // files that cannot be read, and files of any size
mod keys; // when a missing key is a finding
mod servers; // which entries are of the API

use serde_json::{Value, json};
use watsi::conformance::Contract;
use watsi::conformance::har::{Entries, HarError, Recording};

use crate::contract::FIRST_CONTRACT;

const MITMPROXY: &str = include_str!("har/mitmproxy.har");
const PLAYWRIGHT: &str = include_str!("har/playwright.har");

/// What a recording comes to.
struct Read {
    found: Vec<String>,
    entries: Entries,
    result: Result<(), HarError>,
    /// Everything that can be shown of it.
    shown: String,
}

fn read(har: impl AsRef<[u8]>) -> Read {
    read_of(har, None)
}

fn read_of(har: impl AsRef<[u8]>, base_url: Option<&str>) -> Read {
    let mut recording = Recording::new(Contract::embedded(), base_url).unwrap();
    let (mut found, mut shown) = (Vec::new(), String::new());
    let result = recording.read(har.as_ref(), |it| {
        found.push(it.to_string());
        shown.push_str(&format!("{it} {it:?}"));
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

/// What is found in a recording of these entries, which can be read.
#[track_caller]
fn found(entries: &[Value]) -> Vec<String> {
    let read = read(har(entries));
    assert_eq!(read.result, Ok(()));
    read.found
}

fn har(entries: &[Value]) -> String {
    json!({"log": {"version": "1.2", "creator": {}, "entries": entries}}).to_string()
}

/// A list as the contract has it, asked for with a key.
fn listed() -> Value {
    json!({
        "request": {
            "method": "GET",
            "url": "https://api.watsi.ai/api/v1/conversations",
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

/// A message as the contract has it.
fn sent() -> Value {
    let mut entry = listed();
    entry["request"]["method"] = json!("POST");
    entry["request"]["url"] = json!("https://api.watsi.ai/api/v1/messages");
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

/// The entry with another value at a pointer, whose last step may be new.
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

const UNREAD: &str = "(list_conversations, 200): additive: /response/body/chats/0/unread is not \
                      documented (openapi.yaml#/components/schemas/Conversation)";

#[test]
fn what_mitmproxy_records_is_judged() {
    let read = read(MITMPROXY);
    assert_eq!(read.result, Ok(()));
    assert_eq!(read.found, [format!("entry 1 {UNREAD}")]);
    assert_eq!(read.entries, entries(|it| it.judged = 4));
}

#[test]
fn what_chromium_records_is_judged() {
    let read = read(PLAYWRIGHT);
    assert_eq!(read.result, Ok(()));
    assert_eq!(read.found, [format!("entry 2 {UNREAD}")]);
    let expected = entries(|it| {
        it.judged = 4;
        it.others = 1;
    });
    assert_eq!(read.entries, expected);
}

#[test]
fn what_two_recordings_show_adds_up() {
    let mut recording = Recording::new(&FIRST_CONTRACT, None).unwrap();
    for one in [listed(), sent()] {
        recording.read(har(&[one]).as_bytes(), |_| ()).unwrap();
    }
    assert_eq!(recording.entries().judged, 2);
    assert_eq!(
        recording.coverage().operations().missing,
        ["create_webhook"]
    );
}

#[test]
fn an_entry_as_the_contract_has_it_has_no_finding() {
    assert_eq!(found(&[listed(), sent()]), [""; 0]);
}

#[test]
fn a_path_that_is_not_documented_is_the_only_finding() {
    let entry = with(
        listed(),
        "/request/url",
        json!("https://api.watsi.ai/api/v1/contacts"),
    );
    assert_eq!(
        found(&[with(entry, "/response/status", json!(404))]),
        ["entry 0: request: /request/path is not documented (openapi.yaml#/paths)"]
    );
}

#[test]
fn a_method_that_is_not_documented_is_the_only_finding() {
    let entry = with(listed(), "/request/method", json!("DELETE"));
    assert_eq!(
        found(&[with(entry, "/response/status", json!(405))]),
        [
            "entry 0: request: /request/method `DELETE` is not documented (openapi.yaml#/paths/~1conversations)"
        ]
    );
}

#[test]
fn a_method_that_is_no_word_is_not_shown() {
    for method in ["sk-test-key", "sk test key", "GETGETGETGETGETGET", ""] {
        let entry = with(listed(), "/request/method", json!(method));
        let read = read(har(&[entry]));
        let expected = "entry 0: request: /request/method is not documented \
                        (openapi.yaml#/paths/~1conversations)";
        assert_eq!(read.found, [expected], "{method}");
        assert!(read.shown.contains("method: None"), "{}", read.shown);
    }
}

#[test]
fn an_entry_without_an_answer_is_counted_and_not_judged() {
    for response in [
        json!(null),
        json!({}),
        json!({"status": 0}),
        json!({"status": -1}),
        json!({"status": null}),
        json!({"status": 1e300}),
    ] {
        let read = read(har(&[with(listed(), "/response", response.clone())]));
        assert_eq!(read.found, [""; 0], "{response}");
        assert_eq!(read.entries, entries(|it| it.unanswered = 1), "{response}");
    }
}

#[test]
fn a_status_is_read_in_any_way_that_it_is_written() {
    for status in [
        "402",
        "402.0",
        "\"402\"",
        r#"{"$serde_json::private::Number": "402"}"#,
    ] {
        let har = har(&[with(listed(), "/response/status", json!("STATUS"))]);
        let found = read(har.replace("\"STATUS\"", status)).found;
        assert_eq!(found.len(), 1, "{status}: {found:?}");
        assert!(found[0].contains("402 is not documented"), "{found:?}");
    }
}

#[test]
fn a_list_is_judged_by_the_query_of_its_url() {
    let url = "https://api.watsi.ai/api/v1/conversations?limit=0&other=1";
    let found = found(&[with(listed(), "/request/url", json!(url))]);
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(found[0].contains("/request/query/limit is less than 1"));
    assert!(found[1].contains("/request/query/other is not documented"));
}

#[test]
fn a_query_that_is_too_long_is_a_finding() {
    let url = format!(
        "https://api.watsi.ai/api/v1/conversations?before={}",
        "1".repeat(70_000)
    );
    let found = found(&[with(listed(), "/request/url", json!(url))]);
    assert_eq!(found.len(), 1);
    assert!(found[0].contains("/request/query is too long to be judged"));
}

#[test]
fn headers_are_read_in_any_case_with_what_recorders_add() {
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
    assert_eq!(read.found, [""; 0]);
    assert_eq!(read.entries, entries(|it| it.judged = 1));
}

#[test]
fn more_headers_than_a_map_holds_are_passed_over() {
    let mut headers: Vec<_> = (0..40_000)
        .map(|index| json!({"name": format!("x-{index}"), "value": "x"}))
        .collect();
    headers.insert(0, listed()["request"]["headers"][0].clone());
    let entry = with(listed(), "/request/headers", json!(headers));
    assert_eq!(found(&[entry]), [""; 0]);
}

#[test]
fn no_key_phone_text_or_query_is_shown() {
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
    for there in ["is no JSON", "NotJson", "CutOff", "NoEntries", "Entry {"] {
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
