//! What a CI job needs: thresholds, positions, revisions, servers in its network.

use serde_json::Value;

use crate::command::{sandbox, watsi, with};

const HAR: &str = "tests/contract/har/mitmproxy.har";

fn json(arguments: &[&str]) -> Value {
    let mut command = watsi(arguments);
    let output = command.args(["--format", "json"]).output().unwrap();
    serde_json::from_slice(&output.stdout).unwrap()
}

fn code(arguments: &[&str]) -> Option<i32> {
    watsi(arguments).output().unwrap().status.code()
}

#[test]
fn fail_on_sets_the_least_severity_that_fails() {
    // The recording has one additive finding.
    assert_eq!(code(&["conform", "--har", HAR]), Some(1));
    for (severity, expected) in [("breaking", 0), ("additive", 1), ("request", 1)] {
        let actual = code(&["conform", "--har", HAR, "--fail-on", severity]);
        assert_eq!(actual, Some(expected), "{severity}");
    }
    assert_eq!(
        code(&[
            "diff",
            "openapi.yaml",
            "openapi.yaml",
            "--fail-on",
            "request"
        ]),
        Some(2)
    );
}

#[test]
fn a_finding_has_its_line_and_column_in_the_contract() {
    let report = json(&["conform", "--har", HAR]);
    let finding = &report["checks"][0]["findings"][0];
    assert_eq!(report["contract"], "openapi.yaml");
    assert_eq!(
        finding["contract_pointer"],
        "/components/schemas/Conversation"
    );
    let contract = std::fs::read_to_string("../openapi.yaml").unwrap();
    let line = contract
        .lines()
        .position(|line| line == "    Conversation:");
    assert_eq!(finding["position"]["line"], line.unwrap() + 1);
    assert_eq!(finding["position"]["column"], 5);
}

#[test]
fn a_contract_is_read_from_a_revision() {
    let output = watsi(&["diff", "HEAD:openapi.yaml", "HEAD:openapi.yaml"])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    for name in [
        "no-such-revision:openapi.yaml",
        "HEAD:no-such-file.yaml",
        "HEAD:cli",
    ] {
        let output = watsi(&["diff", name, "openapi.yaml"]).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{name}");
        let error = String::from_utf8(output.stderr).unwrap();
        assert!(error.contains("no such file or git revision"), "{error}");
    }
}

#[test]
fn a_revision_is_never_an_option_of_git() {
    let output = watsi(&["diff", "--", "--batch:x", "openapi.yaml"])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    let error = String::from_utf8(output.stderr).unwrap();
    assert!(
        error.contains("a revision cannot start with `-`"),
        "{error}"
    );
}

#[tokio::test]
async fn insecure_http_must_be_allowed() {
    let sandbox = sandbox().await;
    let url = "http://host.invalid:1";
    let refused = with(&sandbox, &["conform", "--base-url", url])
        .output()
        .unwrap();
    assert!(
        String::from_utf8(refused.stderr)
            .unwrap()
            .contains("insecure base URL")
    );
    let mut allowed = with(
        &sandbox,
        &["conform", "--base-url", url, "--allow-insecure-http"],
    );
    let error = String::from_utf8(allowed.output().unwrap().stderr).unwrap();
    assert!(error.contains("connection failed"), "{error}");
}
