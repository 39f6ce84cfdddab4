//! Recorded bodies are validated; missing bodies are findings; unrecorded bodies are counted.

use serde_json::{Value, json};

use super::{Shown, additive, breaking, entries, found, har, in_request, listed, read, sent, with};

const WRONG_TYPE: &str = r#"{"chats": {}, "hasMore": false}"#;

fn wrong_type() -> Shown {
    breaking(0, "response-type-mismatch", "body/chats")
}

fn missing_id() -> Shown {
    in_request(0, "request-property-missing", "body/conversation_id")
}

fn wrong_request_content_type() -> Shown {
    in_request(0, "request-content-type-mismatch", "headers/content-type")
}

fn unknown_property(name: &str) -> Shown {
    additive(0, "response-property-unknown", &format!("body/{name}"))
}

/// Returns a list entry with this `content`.
fn content(content: Value) -> Value {
    with(listed(), "/response/content", content)
}

/// Returns a message entry with this `postData`.
fn post(data: Value) -> Value {
    with(sent(), "/request/postData", data)
}

/// Returns the only finding of an entry.
#[track_caller]
fn only(entry: Value) -> Shown {
    let mut found = found(&[entry]);
    assert_eq!(found.len(), 1, "{found:?}");
    found.remove(0)
}

/// Asserts that the entry has no findings and one unrecorded body.
#[track_caller]
fn assert_unrecorded(entry: Value) {
    let read = read(har(std::slice::from_ref(&entry)));
    assert_eq!(read.found, [], "{entry}");
    let expected = entries(|count| {
        count.validated = 1;
        count.incomplete_bodies = 1;
    });
    assert_eq!(read.entries, expected, "{entry}");
}

#[test]
fn response_body_is_validated() {
    let found = only(content(json!({"text": WRONG_TYPE})));
    assert_eq!(found, wrong_type());
}

#[test]
fn base64_response_body_is_validated() {
    for text in [
        "eyJjaGF0cyI6IHt9LCAiaGFzTW9yZSI6IGZhbHNlfQ==",
        "eyJjaGF0cyI6IHt9LCAi\r\naGFzTW9yZSI6IGZhbHNlfQ",
    ] {
        let found = only(content(
            json!({"encoding": "base64", "text": text, "size": 31}),
        ));
        assert_eq!(found, wrong_type());
    }
}

#[test]
fn unrecorded_response_body_is_counted_but_not_validated() {
    for it in [
        json!({"size": 30}),
        json!({"size": 30, "text": null}),
        json!({"size": 30, "text": ""}),
        json!({"size": -1}),
        json!({}),
        json!(null),
        json!({"size": 30, "text": 7}),
        json!({"size": 30, "text": "not base64", "encoding": "base64"}),
    ] {
        assert_unrecorded(content(it));
    }
    let entry = content(json!({"size": 0}));
    assert_unrecorded(with(entry, "/response/bodySize", json!(30)));
}

#[test]
fn truncated_response_body_is_counted_but_not_validated() {
    assert_unrecorded(content(json!({"size": 31, "text": r#"{"chats": ["#})));
}

#[test]
fn complete_response_body_with_a_wrong_size_is_validated() {
    let found = only(content(json!({"size": 1000, "text": WRONG_TYPE})));
    assert_eq!(found, wrong_type());
}

#[test]
fn empty_response_body_is_missing() {
    for it in [
        json!({"size": 0}),
        json!({"size": 0, "text": ""}),
        json!({"size": -1, "text": ""}),
    ] {
        let entry = with(content(it), "/response/bodySize", json!(-1));
        assert_eq!(only(entry), breaking(0, "response-body-missing", "body"));
    }
}

#[test]
fn response_body_of_a_204_is_missing() {
    for text in [json!(null), json!("{}")] {
        let entry = with(
            content(json!({"size": 2, "text": text})),
            "/response/status",
            json!(204),
        );
        assert_eq!(only(entry), breaking(0, "response-body-missing", "body"));
    }
}

#[test]
fn cached_response_has_no_findings() {
    let entry = with(content(json!({"size": 30})), "/response/status", json!(304));
    let read = read(har(&[entry]));
    assert_eq!(read.entries, entries(|count| count.validated = 1));
    assert_eq!(read.found, []);
}

#[test]
fn content_type_of_an_unrecorded_response_body_is_validated() {
    let headers = json!([{"name": "content-type", "value": "text/html"}]);
    let entry = with(content(json!({"size": 30})), "/response/headers", headers);
    let expected = breaking(0, "response-content-type-mismatch", "headers/content-type");
    assert_eq!(only(entry), expected);
}

#[test]
fn content_type_may_be_recorded_in_the_content_alone() {
    let text = r#"{"chats": [], "hasMore": false}"#;
    let entry = |media: &str| {
        let entry = content(json!({"mimeType": media, "text": text}));
        with(entry, "/response/headers", json!([]))
    };
    assert_eq!(found(&[entry("application/json; charset=utf-8")]), []);
    for unknown in ["", "x-unknown"] {
        let expected = breaking(0, "response-content-type-missing", "headers/content-type");
        assert_eq!(only(entry(unknown)), expected);
    }
    let both = content(json!({"mimeType": "text/html", "text": text}));
    assert_eq!(found(&[both]), []);
}

#[test]
fn request_body_is_validated() {
    let found = only(post(
        json!({"mimeType": "application/json", "text": r#"{"body": "x"}"#}),
    ));
    assert_eq!(found, missing_id());
}

#[test]
fn base64_request_body_is_validated() {
    let data = json!({"mimeType": "application/json", "encoding": "base64", "text": "eyJib2R5IjogIngifQ=="});
    assert_eq!(only(post(data)), missing_id());
}

#[test]
fn form_has_the_wrong_content_type() {
    let data = json!({
        "mimeType": "application/x-www-form-urlencoded", "text": "",
        "params": [{"name": "body", "value": "x"}, {"name": "file", "fileName": "f"}, null],
    });
    assert_eq!(only(post(data)), wrong_request_content_type());
}

#[test]
fn empty_request_body_is_missing() {
    for data in [json!(null), json!({}), json!({"text": null, "params": []})] {
        let expected = in_request(0, "request-body-missing", "body");
        assert_eq!(only(post(data)), expected);
    }
}

#[test]
fn unrecorded_request_body_is_counted_but_not_validated() {
    assert_unrecorded(with(post(json!(null)), "/request/bodySize", json!(30)));
    let entry = post(json!(null));
    let mut headers = entry["request"]["headers"].clone();
    let length = json!({"name": "content-length", "value": "30"});
    headers.as_array_mut().unwrap().push(length);
    assert_unrecorded(with(entry, "/request/headers", headers));
}

#[test]
fn content_type_of_an_unrecorded_request_body_is_validated() {
    let entry = with(
        post(json!({"mimeType": "text/plain"})),
        "/request/bodySize",
        json!(30),
    );
    assert_eq!(only(entry), wrong_request_content_type());
}

#[test]
fn lone_surrogate_is_replaced() {
    let text = r#"{\"chats\": [], \"hasMore\": false, \"\ud83d\": \"\ude00 \ud83d\ude00\"}"#;
    let har = har(&[content(json!({"text": "TEXT"}))]).replace("TEXT", text);
    let read = read(har);
    assert_eq!(read.result, Ok(()));
    assert_eq!(read.found, [unknown_property("\u{fffd}")]);
}

#[test]
fn surrogate_pair_is_kept() {
    let text = r#"{\"chats\": [], \"hasMore\": false, \"\ud83d\ude00\\\\ud83d\": 0}"#;
    let har = har(&[content(json!({"text": "TEXT"}))]).replace("TEXT", text);
    let found = read(har).found;
    assert_eq!(found, [unknown_property("\u{1f600}\\ud83d")]);
}

#[test]
fn invalid_utf8_is_replaced() {
    let text = br#"{\"chats\": [], \"hasMore\": false, \"a~\": 0}"#;
    let har = har(&[content(json!({"text": "TEXT"}))]);
    let (before, after) = har.split_once("TEXT").unwrap();
    let mut har = [before.as_bytes(), text, after.as_bytes()].concat();
    let at = har.iter().position(|byte| *byte == b'~').unwrap();
    har[at] = 0xe9;
    let found = read(har).found;
    assert_eq!(found, [unknown_property("a\u{fffd}")]);
}

#[test]
fn response_to_head_is_that_to_get_without_its_body() {
    let head = with(listed(), "/request/method", json!("HEAD"));
    let head = with(head, "/response/content", json!({"size": 30}));
    assert_eq!(found(std::slice::from_ref(&head)), []);
    let wrong = with(head, "/response/status", json!(299));
    assert_eq!(found(&[wrong]), []);
}

#[test]
fn compressed_body_counts_as_unrecorded() {
    // The first bytes of gzip, and what remains of Brotli that was written as text.
    let gzip = json!({"text": "H4sIAAAAAAAAA6tWSs5ILClWslKIjtVRUMpILA7JL0pVskpLzClOBQB4b0y/HgAAAA==", "encoding": "base64", "size": 30});
    assert_unrecorded(content(gzip));
    let headers = json!([
        {"name": "content-type", "value": "application/json"},
        {"name": "content-encoding", "value": "br"},
    ]);
    let entry = content(json!({"text": "\u{fffd}\u{1}x", "size": 3}));
    assert_unrecorded(with(entry, "/response/headers", headers));
}

#[test]
fn recorded_text_is_not_decoded_again() {
    let headers =
        json!([{"name": "content-type", "value": "application/json; charset=iso-8859-1"}]);
    let text = r#"{"chats": [], "hasMore": false, "\u00e9": 0}"#;
    let entry = with(content(json!({"text": text})), "/response/headers", headers);
    let expected = unknown_property("\u{e9}");
    assert_eq!(only(entry), expected);
}
