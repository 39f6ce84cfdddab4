//! Recordings are validated.

use std::fs;

use serde_json::{Value, json};

use super::recording;
use crate::assert_shown;
use crate::command::watsi;
use crate::fixtures::{self, BOT, BOT_TEXT, PAGE};
use crate::written::Written;

#[test]
fn recordings_are_reported_in_every_format() {
    let recordings = [
        "conform",
        "--har",
        BOT,
        "--har",
        PAGE,
        "--spec",
        "openapi.yaml",
    ];
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
fn conforming_recording_has_no_findings() {
    let har = recording(
        "conforming.har",
        200,
        &json!({"chats": [], "hasMore": false}),
    );
    for format in ["human", "json", "junit", "github"] {
        let output = watsi(&["conform", "--har", har.path(), "--format", format])
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(0), "{format}: {output:?}");
    }
}

#[test]
fn findings_of_different_items_are_counted_as_one() {
    let item =
        |id: u8| json!({"id": id, "customer": {}, "status": "open", "last_message_at": null});
    let har = recording(
        "list.har",
        200,
        &json!({"chats": [item(7), item(8), item(9)], "hasMore": false}),
    );
    let output = watsi(&["conform", "--har", har.path(), "--format", "json"])
        .output()
        .unwrap();
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
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
        let output = watsi(&["conform", "--har", file]).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{file}");
        let error = String::from_utf8(output.stderr).unwrap();
        assert!(
            error.starts_with("error: ") && error.contains(expected),
            "{file}: {error}"
        );
    }
}

#[test]
fn options_for_servers_are_rejected_for_a_recording() {
    for option in [
        ["--api-key-file", "openapi.yaml"].as_slice(),
        &["--verbose"],
        &["--send-to", "c"],
    ] {
        let mut command = watsi(&["conform", "--har", BOT]);
        let output = command.args(option).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{option:?}");
    }
}

#[test]
fn findings_in_a_truncated_recording_are_reported() {
    let cut = Written::new("cut.har", &BOT_TEXT[..BOT_TEXT.len() - 100]);
    let output = watsi(&["conform", "--har", cut.path()]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let shown = String::from_utf8(output.stdout).unwrap();
    assert!(shown.contains("FAIL  list_conversations"), "{shown}");
    assert!(shown.contains("note: not read completely: "), "{shown}");
}

#[test]
fn recording_is_read_from_standard_input() {
    let mut command = watsi(&["conform", "--har", "-"]);
    let output = command
        .stdin(fs::File::open(fixtures::directory().join(BOT)).unwrap())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(
        String::from_utf8(output.stdout)
            .unwrap()
            .contains("validated exchanges: 4")
    );
}
