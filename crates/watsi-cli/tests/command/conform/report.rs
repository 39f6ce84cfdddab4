//! What reports contain, in every format.

use std::fs;

use serde_json::json;

use super::recording;
use crate::command::watsi;
use crate::fixtures::{BOT, PAGE};
use crate::written::Written;

#[test]
fn recorded_values_are_not_printed() {
    let item = json!({
        "id": 7, "customer": {"name": 1, "phone": ["+5491155551234"]}, "status": "+5491155551234",
        "last_message_at": "the text of a message",
    });
    let har = recording(
        "secrets.har",
        200,
        &json!({"chats": [item], "hasMore": "the text of a message"}),
    );
    for format in ["human", "json", "junit", "github", "sarif"] {
        for file in [har.path(), BOT, PAGE] {
            let output = watsi(&["conform", "--har", file, "--format", format])
                .output()
                .unwrap();
            let shown = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
            assert_eq!(output.status.code(), Some(1));
            for secret in [
                "very-secret",
                "sk-test",
                "5551234",
                "the text",
                "Hello from",
                "Maria",
            ] {
                assert!(!shown.contains(secret), "{secret} in {shown}");
            }
        }
    }
}

#[test]
fn fail_on_breaking_ignores_additive_findings() {
    for format in ["human", "json", "junit", "github", "sarif"] {
        let arguments = [
            "conform",
            "--har",
            BOT,
            "--fail-on",
            "breaking",
            "--format",
            format,
        ];
        let output = watsi(&arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{format}");
        let shown = String::from_utf8(output.stdout).unwrap();
        assert!(shown.contains("/unread"), "{format}: {shown}");
        assert!(
            !shown.contains("FAIL") && !shown.contains("<failure"),
            "{format}: {shown}"
        );
    }
    let har = recording("breaking.har", 200, &json!({"chats": []}));
    let output = watsi(&["conform", "--har", har.path(), "--fail-on", "breaking"])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn junit_failure_is_the_first_breaking_finding() {
    let har = recording(
        "both.har",
        200,
        &json!({"chats": [], "hasMore": false, "next": 1}),
    );
    let one = fs::read_to_string(har.path()).unwrap();
    let two = one.replace(r#"\"hasMore\":false"#, r#"\"hasMore\":7"#);
    let other = Written::new("other.har", &two);
    let files = ["--har", har.path(), "--har", other.path()];
    let flags = ["--format", "junit", "--fail-on", "breaking"];
    let mut command = watsi(&["conform"]);
    let output = command.args(files).args(flags).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let shown = String::from_utf8(output.stdout).unwrap();
    assert!(shown.contains(r#"type="breaking""#), "{shown}");
    assert!(!shown.contains(r#"type="additive""#), "{shown}");
}
