//! What a CI job needs: thresholds, positions, revisions, servers in its network.

use std::process::Command;

use serde_json::Value;

use crate::command::{sandbox, watsi, with};
use crate::fixtures::{BOT, CONTRACT};
use crate::written::Directory;

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
    assert_eq!(code(&["conform", "--har", BOT]), Some(1));
    for (severity, expected) in [("breaking", 0), ("additive", 1), ("request", 1)] {
        let actual = code(&["conform", "--har", BOT, "--fail-on", severity]);
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
fn finding_has_its_line_and_column_in_the_contract() {
    let report = json(&["conform", "--har", BOT]);
    let finding = &report["checks"][0]["findings"][0];
    assert_eq!(report["contract"], "openapi.yaml");
    assert_eq!(
        finding["contract_pointer"],
        "/components/schemas/Conversation"
    );
    let line = watsi::OPENAPI
        .lines()
        .position(|line| line == "    Conversation:");
    assert_eq!(finding["position"]["line"], line.unwrap() + 1);
    assert_eq!(finding["position"]["column"], 5);
}

/// A repository of its own, with `openapi.yaml` in the directory `api`.
fn repository(name: &str) -> Directory {
    repository_of(name, CONTRACT)
}

fn repository_of(name: &str, contract: &str) -> Directory {
    let directory = Directory::new(name);
    let git = |arguments: &[&str]| {
        let mut command = Command::new("git");
        command.current_dir(directory.path()).args(arguments);
        assert!(command.output().unwrap().status.success(), "{arguments:?}");
    };
    std::fs::create_dir(directory.path().join("api")).unwrap();
    directory.write("api/openapi.yaml", contract);
    git(&["init", "--quiet"]);
    git(&["add", "api"]);
    let user = ["-c", "user.name=test", "-c", "user.email=test@example.com"];
    let commit = [
        "-c",
        "commit.gpgsign=false",
        "commit",
        "--quiet",
        "--message",
        "api",
    ];
    git(&[user.as_slice(), &commit].concat());
    directory
}

#[test]
fn contract_is_read_from_a_revision() {
    let repository = repository("revision");
    let diff = |old: &str, new: &str| {
        let mut command = watsi(&["diff", old, new]);
        command.current_dir(repository.path()).output().unwrap()
    };
    let output = diff("HEAD:api/openapi.yaml", "HEAD:api/openapi.yaml");
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    for name in [
        "no-such-revision:api/openapi.yaml",
        "HEAD:no-such-file.yaml",
        "HEAD:api",
    ] {
        let output = diff(name, "api/openapi.yaml");
        assert_eq!(output.status.code(), Some(2), "{name}");
        let error = String::from_utf8(output.stderr).unwrap();
        assert!(error.contains("no such file or git revision"), "{error}");
    }
}

#[test]
fn oversized_contract_in_a_revision_is_an_error() {
    let repository = repository_of("oversized", &" ".repeat((64 << 20) + 1));
    let mut command = watsi(&["diff", "HEAD:api/openapi.yaml", "openapi.yaml"]);
    let output = command.current_dir(repository.path()).output().unwrap();
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    let error = String::from_utf8(output.stderr).unwrap();
    assert!(error.contains("larger than 64 MiB"), "{error}");
}

#[test]
fn change_in_a_revision_is_annotated_at_its_path() {
    let repository = repository("annotated");
    let old = CONTRACT.replace("required: [chats, hasMore]", "required: [chats]");
    let old = repository.write("old.yaml", &old);
    let arguments = ["diff", &old, "HEAD:api/openapi.yaml", "--format", "github"];
    let mut command = watsi(&arguments);
    let output = command.current_dir(repository.path()).output().unwrap();
    let shown = String::from_utf8(output.stdout).unwrap();
    assert!(shown.contains(" file=api/openapi.yaml,line="), "{shown}");
    assert!(!shown.contains("file=HEAD"), "{shown}");
}

#[test]
fn revision_is_never_an_option_of_git() {
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
    // This machine, but not a loopback address.
    let url = "http://0.0.0.0:1";
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
