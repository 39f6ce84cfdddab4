//! What a CI job needs: thresholds, positions, revisions, annotations.

use std::process::Command;

use serde_json::{Map, json};

use crate::command::{Ended, end, run, watsi};
use crate::fixtures::{BOT, CONTRACT, OLD, contract};
use crate::written::Directory;

#[test]
fn fail_on_sets_the_least_severity_that_fails() {
    // The recording has one additive finding.
    let conform = ["conform", "--har", BOT];
    run(&conform).exits(1);
    for (severity, expected) in [("breaking", 0), ("additive", 1), ("request", 1)] {
        run(&[&conform[..], &["--fail-on", severity]].concat()).exits(expected);
    }
    for format in ["human", "json", "junit", "github", "sarif"] {
        let flags = ["--fail-on", "breaking", "--format", format];
        let ended = run(&[&conform[..], &flags].concat());
        ended.exits(0).shows("/unread");
        ended.hides("FAIL").hides("<failure");
    }
}

#[test]
fn incomplete_run_is_an_error_in_reports_for_ci() {
    for (format, part) in [
        ("junit", "errors=\"1\""),
        ("junit", "<error message=\"the run is incomplete\"/>"),
        ("github", "\n::error::http://127.0.0.1:1: incomplete\n"),
    ] {
        let server = ["--base-url", "http://127.0.0.1:1", "--format", format];
        let arguments = [&["conform", "--spec", "openapi.yaml"], &server[..]].concat();
        let mut command = watsi(&arguments);
        end(command.env("WATSI_API_KEY", "K")).exits(2).shows(part);
    }
}

#[test]
fn finding_has_its_line_and_column_in_the_contract() {
    let report = run(&["conform", "--har", BOT, "--format", "json"]).json();
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

/// A contract with this number of operations.
fn of_size(count: usize) -> String {
    let paths: Map<_, _> = (0..count)
        .map(|index| {
            let operation = json!({"operationId": format!("get_{index}")});
            (format!("/{index}"), json!({"get": operation}))
        })
        .collect();
    contract(paths.into())
}

#[test]
fn large_comparison_begins_with_the_counts_and_the_breaking_changes() {
    let directory = Directory::new("large");
    let old = directory.write("old.json", &of_size(40));
    let new = of_size(120).replace("\"get_0\"}", "\"get_0\", \"deprecated\": true}");
    let new = directory.write("new.json", &new.replace("\"/1\":", "\"/one\":"));
    let ended = run(&["diff", &old, &new]);
    ended.exits(1);
    let lines: Vec<_> = ended.shown.lines().collect();
    assert!(
        lines[0].ends_with("1 breaking, 81 additive"),
        "{}",
        lines[0]
    );
    assert_eq!(lines[1], "impact: breaking");
    assert!(lines[4].contains("breaking"), "{}", lines[4]);
    assert_eq!(lines[lines.len() - 1], "version bump: major");
}

#[test]
fn annotations_beyond_those_that_github_shows_are_counted() {
    let directory = Directory::new("annotations");
    let old = directory.write("old.json", &of_size(40));
    let new = directory.write("new.json", &of_size(5));
    let ended = run(&["diff", &old, &new, "--format", "github"]);
    let count = |start: &str| {
        let lines = ended.shown.lines();
        lines.filter(|line| line.starts_with(start)).count()
    };
    assert_eq!(count("::error "), 10);
    assert_eq!(count("error: "), 25);
    ended.shows("; 25 more are in the log");
}

/// A repository of its own, with a contract as `openapi.yaml` in the directory `api`.
struct Repository(Directory);

impl Repository {
    fn new(name: &str, contract: &str) -> Self {
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
        let commit = ["-c", "commit.gpgsign=false", "commit", "--message", "api"];
        git(&[user.as_slice(), &commit].concat());
        Repository(directory)
    }

    /// Compares contracts in the directory of the repository.
    fn diff(&self, old: &str, new: &str) -> Ended {
        let mut command = watsi(&["diff", old, new, "--format", "github"]);
        end(command.current_dir(self.0.path()))
    }
}

#[test]
fn contract_is_read_from_a_revision() {
    let repository = Repository::new("revision", CONTRACT);
    // Without a revision, it is that of the index.
    for name in ["HEAD:api/openapi.yaml", ":api/openapi.yaml"] {
        repository.diff(name, name).exits(0);
    }
    for name in [
        "no-such-revision:api/openapi.yaml",
        "HEAD:no-such-file.yaml",
        "HEAD:api",
    ] {
        let ended = repository.diff(name, "api/openapi.yaml");
        ended.fails("no such file or git revision");
    }
    // A drive is not a revision.
    let drive = repository.diff("C:/a:b", "api/openapi.yaml");
    drive.fails("error: C:/a:b: ").hides("revision");
}

#[test]
fn oversized_contract_in_a_revision_is_an_error() {
    let repository = Repository::new("oversized", &" ".repeat((64 << 20) + 1));
    let ended = repository.diff("HEAD:api/openapi.yaml", "api/openapi.yaml");
    ended.fails("HEAD:api/openapi.yaml: larger than 64 MiB");
}

#[test]
fn change_in_a_revision_is_annotated_at_its_path() {
    let repository = Repository::new("annotated", CONTRACT);
    let old = crate::fixtures::directory().join(OLD);
    let ended = repository.diff(old.to_str().unwrap(), "HEAD:api/openapi.yaml");
    ended
        .shows(" file=api/openapi.yaml,line=")
        .hides("file=HEAD");
}
