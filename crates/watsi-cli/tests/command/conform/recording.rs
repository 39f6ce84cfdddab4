//! Recordings are validated.

use serde_json::{Value, json};

use crate::assert_shown;
use crate::command::{run, watsi};
use crate::fixtures::{BOT, BOT_TEXT, PAGE};
use crate::written::Written;

/// A recording of one exchange with this response.
fn recording(name: &str, body: &Value) -> Written {
    let headers = json!([{"name": "Authorization", "value": "Bearer sk-very-secret-key"}]);
    let request = json!({"method": "GET", "url": "https://api.watsi.ai/api/v1/conversations", "headers": headers});
    let content = json!({"mimeType": "application/json", "text": body.to_string()});
    let response = json!({"status": 200, "headers": [], "content": content});
    let entries = json!([{"request": request, "response": response}]);
    Written::new(name, &json!({"log": {"entries": entries}}).to_string())
}

#[test]
fn recordings_are_reported_in_every_format() {
    let har = ["conform", "--har", BOT, "--har", PAGE];
    let recordings = [&har[..], &["--spec", "openapi.yaml"]].concat();
    assert_shown!("har", watsi(&recordings));
    let formatted = |format: &str| {
        let mut command = watsi(&recordings);
        command.args(["--format", format]);
        command
    };
    assert_shown!("har_json", formatted("json"));
    assert_shown!("har_junit", formatted("junit"));
    assert_shown!("har_github", formatted("github"));
}

#[test]
fn findings_of_different_items_are_counted_as_one() {
    let item =
        |id: u8| json!({"id": id, "customer": {}, "status": "open", "last_message_at": null});
    let page = json!({"chats": [item(7), item(8), item(9)], "hasMore": false});
    let har = recording("list.har", &page);
    let report = run(&["conform", "--har", har.path(), "--format", "json"]).json();
    let findings = &report["checks"][0]["findings"];
    assert_eq!(findings.as_array().unwrap().len(), 1, "{report}");
    assert_eq!(findings[0]["pointer"], "/response/body/chats/*/id");
    assert_eq!(findings[0]["count"], 3);
}

#[test]
fn unusable_recording_is_an_error_with_advice() {
    let other = Written::new("other.har", &BOT_TEXT.replace("127.0.0.1", "example.com"));
    let cut = Written::new("cut.har", &BOT_TEXT[..2000]);
    let array = Written::new("array.har", "[]");
    let cases = [
        ("missing.har", "No such file"),
        (other.path(), "set the recorded server with --base-url URL"),
        (cut.path(), "line"),
        (array.path(), "not a HAR file"),
    ];
    for (file, expected) in cases {
        let ended = run(&["conform", "--har", file]);
        ended.fails(expected).says("error: ");
    }
}

#[test]
fn wrong_base_url_lists_the_hosts_of_the_recording() {
    let wrong = ["--base-url", "https://wrong.example.com/v1"];
    let ended = run(&[&["conform", "--har", BOT], &wrong[..]].concat());
    ended.fails("no exchange with https://wrong.example.com/v1");
    ended.says("127.0.0.1:8090: 4");
}

#[test]
fn recorded_values_are_not_printed() {
    let item = json!({
        "id": 7, "customer": {"name": 1, "phone": ["+5491155551234"]}, "status": "+5491155551234",
        "last_message_at": "the text of a message",
    });
    let page = json!({"chats": [item], "hasMore": "the text of a message"});
    let har = recording("secrets.har", &page);
    for format in ["human", "json", "junit", "github", "sarif"] {
        for file in [har.path(), BOT, PAGE] {
            let ended = run(&["conform", "--har", file, "--format", format]);
            ended.exits(1);
            for secret in [
                "very-secret",
                "sk-test",
                "5551234",
                "the text",
                "Hello from",
                "Maria",
            ] {
                ended.hides(secret);
            }
        }
    }
}

#[test]
fn junit_failure_is_the_first_breaking_finding() {
    let page = |more: Value| json!({"chats": [], "hasMore": more, "next": 1});
    let one = recording("one.har", &page(json!(false)));
    let other = recording("other.har", &page(json!(7)));
    let files = ["--har", one.path(), "--har", other.path()];
    let flags = ["--format", "junit", "--fail-on", "breaking"];
    let ended = run(&[&["conform"], &files[..], &flags].concat());
    ended.exits(1).shows(r#"type="breaking""#);
    ended.hides(r#"type="additive""#);
}
