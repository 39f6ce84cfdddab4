//! What is taken for a body, and what for one that is not there.

use serde_json::{Value, json};

use super::{entries, found, har, listed, read, sent, with};

const NO_OBJECT: &str = r#"{"chats": {}, "hasMore": false}"#;

/// A list whose `content` is this.
fn content(content: Value) -> Value {
    with(listed(), "/response/content", content)
}

/// A message whose `postData` is this.
fn post(data: Value) -> Value {
    with(sent(), "/request/postData", data)
}

/// The only finding of an entry.
#[track_caller]
fn only(entry: Value) -> String {
    let found = found(&[entry]);
    assert_eq!(found.len(), 1, "{found:?}");
    found[0].clone()
}

/// The entry has no finding, and a body that was not recorded.
#[track_caller]
fn assert_unrecorded(entry: Value) {
    let read = read(har(std::slice::from_ref(&entry)));
    assert_eq!(read.found, [""; 0], "{entry}");
    let expected = entries(|it| {
        it.judged = 1;
        it.unrecorded = 1;
    });
    assert_eq!(read.entries, expected, "{entry}");
}

#[test]
fn an_answer_is_judged() {
    let found = only(content(json!({"text": NO_OBJECT})));
    assert!(found.contains("/response/body/chats is an object, and not an array"));
}

#[test]
fn an_answer_in_base64_is_judged() {
    for text in [
        "eyJjaGF0cyI6IHt9LCAiaGFzTW9yZSI6IGZhbHNlfQ==",
        "eyJjaGF0cyI6IHt9LCAi\r\naGFzTW9yZSI6IGZhbHNlfQ",
    ] {
        let found = only(content(
            json!({"encoding": "base64", "text": text, "size": 31}),
        ));
        assert!(
            found.contains("/response/body/chats is an object"),
            "{found}"
        );
    }
}

#[test]
fn an_answer_that_was_not_recorded_is_counted_and_not_judged() {
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
fn an_answer_that_was_cut_is_counted_and_not_judged() {
    assert_unrecorded(content(json!({"size": 31, "text": r#"{"chats": ["#})));
}

#[test]
fn an_answer_that_is_shorter_than_its_size_and_whole_is_judged() {
    let found = only(content(json!({"size": 1000, "text": NO_OBJECT})));
    assert!(
        found.contains("/response/body/chats is an object"),
        "{found}"
    );
}

#[test]
fn an_answer_that_is_empty_is_missing() {
    for it in [
        json!({"size": 0}),
        json!({"size": 0, "text": ""}),
        json!({"size": -1, "text": ""}),
    ] {
        let entry = with(content(it), "/response/bodySize", json!(-1));
        assert!(only(entry).contains("/response/body is missing"));
    }
}

#[test]
fn an_answer_without_content_is_judged_as_it_came() {
    for text in [json!(null), json!("{}")] {
        let entry = with(
            content(json!({"size": 2, "text": text})),
            "/response/status",
            json!(204),
        );
        assert!(only(entry).contains("/response/body is missing"));
    }
}

#[test]
fn an_answer_from_the_cache_is_judged_by_its_status() {
    let entry = with(content(json!({"size": 30})), "/response/status", json!(304));
    let read = read(har(&[entry]));
    assert_eq!(read.entries, entries(|it| it.judged = 1));
    assert_eq!(read.found.len(), 1, "{:?}", read.found);
    assert!(read.found[0].contains("304 is not documented"));
}

#[test]
fn an_answers_media_type_is_judged_although_its_body_was_not_recorded() {
    let headers = json!([{"name": "content-type", "value": "text/html"}]);
    let entry = with(content(json!({"size": 30})), "/response/headers", headers);
    assert!(only(entry).contains("/response/headers/content-type is not application/json"));
}

#[test]
fn an_answers_media_type_may_stand_in_its_content_alone() {
    let text = r#"{"chats": [], "hasMore": false}"#;
    let entry = |media: &str| {
        let entry = content(json!({"mimeType": media, "text": text}));
        with(entry, "/response/headers", json!([]))
    };
    assert_eq!(found(&[entry("application/json; charset=utf-8")]), [""; 0]);
    for unknown in ["", "x-unknown"] {
        assert!(only(entry(unknown)).contains("/response/headers/content-type is missing"));
    }
    let both = content(json!({"mimeType": "text/html", "text": text}));
    assert_eq!(found(&[both]), [""; 0]);
}

#[test]
fn a_request_is_judged() {
    let found = only(post(
        json!({"mimeType": "application/json", "text": r#"{"body": "x"}"#}),
    ));
    assert!(
        found.contains("/request/body/conversation_id is missing"),
        "{found}"
    );
}

#[test]
fn a_request_in_base64_is_judged() {
    let data = json!({"mimeType": "application/json", "encoding": "base64", "text": "eyJib2R5IjogIngifQ=="});
    assert!(only(post(data)).contains("/request/body/conversation_id is missing"));
}

#[test]
fn a_form_is_no_json() {
    let data = json!({
        "mimeType": "application/x-www-form-urlencoded", "text": "",
        "params": [{"name": "body", "value": "x"}, {"name": "file", "fileName": "f"}, null],
    });
    assert!(only(post(data)).contains("/request/headers/content-type is not application/json"));
}

#[test]
fn a_request_without_a_body_misses_it() {
    for data in [json!(null), json!({}), json!({"text": null, "params": []})] {
        assert!(only(post(data)).contains("/request/body is missing"));
    }
}

#[test]
fn a_request_whose_body_was_not_recorded_is_counted_and_not_judged() {
    assert_unrecorded(with(post(json!(null)), "/request/bodySize", json!(30)));
    let entry = post(json!(null));
    let mut headers = entry["request"]["headers"].clone();
    let length = json!({"name": "content-length", "value": "30"});
    headers.as_array_mut().unwrap().push(length);
    assert_unrecorded(with(entry, "/request/headers", headers));
}

#[test]
fn a_requests_media_type_is_judged_although_its_body_was_not_recorded() {
    let entry = with(
        post(json!({"mimeType": "text/plain"})),
        "/request/bodySize",
        json!(30),
    );
    assert!(only(entry).contains("/request/headers/content-type is not application/json"));
}

#[test]
fn half_a_surrogate_pair_in_a_text_is_mended() {
    let text = r#"{\"chats\": [], \"hasMore\": false, \"\ud83d\": \"\ude00 \ud83d\ude00\"}"#;
    let har = har(&[content(json!({"text": "TEXT"}))]).replace("TEXT", text);
    let read = read(har);
    assert_eq!(read.result, Ok(()));
    assert_eq!(read.found.len(), 1, "{:?}", read.found);
    assert!(read.found[0].contains("/response/body/\u{fffd} is not documented"));
}

#[test]
fn a_whole_surrogate_pair_is_kept() {
    let text = r#"{\"chats\": [], \"hasMore\": false, \"\ud83d\ude00\\\\ud83d\": 0}"#;
    let har = har(&[content(json!({"text": "TEXT"}))]).replace("TEXT", text);
    let found = read(har).found;
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].contains("/response/body/\u{1f600}\\ud83d is not documented"));
}

#[test]
fn bytes_that_are_no_unicode_are_mended() {
    let text = br#"{\"chats\": [], \"hasMore\": false, \"a~\": 0}"#;
    let har = har(&[content(json!({"text": "TEXT"}))]);
    let (before, after) = har.split_once("TEXT").unwrap();
    let mut har = [before.as_bytes(), text, after.as_bytes()].concat();
    let at = har.iter().position(|byte| *byte == b'~').unwrap();
    har[at] = 0xe9;
    let found = read(har).found;
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].contains("/response/body/a? is not documented"));
}
