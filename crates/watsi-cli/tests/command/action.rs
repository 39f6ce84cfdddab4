//! The scripts of the action and of the workflow that watches the vendor's document, on this machine.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;

use wiremock::{MockServer, ResponseTemplate};

use crate::command::{Ended, end, sandbox};
use crate::fixtures::{self, OLD};
use crate::servers::serve;
use crate::written::Directory;

fn script(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../scripts")
        .join(name)
}

/// A step of a workflow with these inputs.
struct Step {
    directory: Directory,
}

impl Step {
    fn new(name: &str) -> Self {
        let directory = Directory::new(name);
        let bin = directory.path().join("watsi/bin");
        fs::create_dir_all(&bin).unwrap();
        symlink(env!("CARGO_BIN_EXE_watsi"), bin.join("watsi")).unwrap();
        Step { directory }
    }

    fn run(&self, inputs: &[(&str, &str)]) -> Ended {
        let mut command = Command::new(script("action/run"));
        command
            .current_dir(fixtures::directory())
            .env("RUNNER_TEMP", self.directory.path());
        for name in ["GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY"] {
            let file = self.directory.write(name, "");
            command.env(name, file);
        }
        for name in [
            "HAR",
            "BASE_URL",
            "TARGET",
            "RUN",
            "API_KEY",
            "SPEC",
            "OLD",
            "FAIL_ON",
            "MIN_COVERAGE",
            "IGNORE",
            "REPORT",
        ] {
            command.env(name, "");
        }
        command.envs([
            ("NEW", "openapi.yaml"),
            ("FORMAT", "github"),
            ("SUMMARY", "true"),
            ("ALLOW_INSECURE_HTTP", "false"),
        ]);
        end(command.envs(inputs.iter().copied()))
    }

    fn file(&self, name: &str) -> String {
        fs::read_to_string(self.directory.file(name)).unwrap()
    }
}

#[test]
fn recordings_are_found_by_pattern_and_counted_in_outputs_and_summary() {
    let step = Step::new("action-conform");
    let ended = step.run(&[("COMMAND", "conform"), ("HAR", "b*.har\npage.har\n")]);
    ended.exits(1);
    ended.shows("::notice::bot.har, page.har: 1 additive");
    let outputs = step.file("GITHUB_OUTPUT");
    for line in ["breaking=0", "additive=1", "request=0", "verdict=findings"] {
        assert!(outputs.lines().any(|found| found == line), "{outputs}");
    }
    let summary = step.file("GITHUB_STEP_SUMMARY");
    assert!(summary.starts_with("# `bot.har, page.har`\n"), "{summary}");
    assert!(summary.contains("## Additive"), "{summary}");
    let missing = step.run(&[("COMMAND", "conform"), ("HAR", "no-*.har")]);
    missing.exits(2);
    let report = ("REPORT", "no-such-directory/report.txt");
    let unwritten = step.run(&[("COMMAND", "conform"), ("HAR", "b*.har"), report]);
    unwritten.exits(2);
}

#[test]
fn comparison_has_a_version_bump() {
    let step = Step::new("action-diff");
    let ended = step.run(&[("COMMAND", "diff"), ("OLD", OLD), ("SUMMARY", "false")]);
    ended.exits(1);
    assert!(step.file("GITHUB_OUTPUT").contains("version-bump=minor\n"));
    assert_eq!(step.file("GITHUB_STEP_SUMMARY"), "");
}

#[tokio::test(flavor = "multi_thread")]
async fn program_is_recorded() {
    let sandbox = sandbox().await;
    let step = Step::new("action-record");
    let run = format!("{} conversations", env!("CARGO_BIN_EXE_watsi"));
    let har = step.directory.file("traffic.har");
    let uri = sandbox.uri();
    let inputs = [
        ("COMMAND", "record"),
        ("TARGET", &uri),
        ("HAR", &har),
        ("RUN", &run),
        ("API_KEY", sandbox.api_key()),
    ];
    step.run(&inputs).exits(0);
    assert!(step.file("GITHUB_OUTPUT").contains("verdict=conforms\n"));
    assert!(fs::read_to_string(har).unwrap().contains("/conversations"));
}

/// Runs the script with a `gh` that finds this issue. Returns the exit code, and the commands that `gh` was called with.
fn watch(directory: &Directory, url: &str, issue: &str) -> (Option<i32>, String) {
    let log = directory.write("calls", "");
    let gh =
        format!("#!/bin/sh\necho \"$1 $2 $3\" >>'{log}'\n[ \"$2\" != list ] || echo '{issue}'\n");
    let gh = directory.write("gh", &gh);
    fs::set_permissions(&gh, fs::Permissions::from_mode(0o755)).unwrap();
    let path = std::env::var("PATH").unwrap();
    let path = format!("{}:{path}", directory.path().display());
    let mut command = Command::new(script("watch"));
    let command = command.arg(url).env("PATH", path);
    let ended = end(command.env("WATSI", env!("CARGO_BIN_EXE_watsi")));
    (ended.code, fs::read_to_string(log).unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn vendor_is_watched_with_one_issue() {
    let server = MockServer::start().await;
    let other = watsi::OPENAPI.replace("required: [chats, hasMore]", "required: [chats]");
    for (at, text) in [("/same", watsi::OPENAPI), ("/other", &other)] {
        let response = ResponseTemplate::new(200).set_body_string(text);
        serve(&server, at, response).await;
    }
    let directory = Directory::new("watch");
    for (at, issue, code, calls) in [
        (
            "/other",
            "",
            0,
            "issue list --state\nissue create --title\n",
        ),
        ("/other", "7", 0, "issue list --state\nissue edit 7\n"),
        ("/same", "7", 0, "issue list --state\nissue close 7\n"),
        ("/same", "", 0, "issue list --state\n"),
        ("/missing", "7", 2, ""),
    ] {
        let called = watch(&directory, &format!("{}{at}", server.uri()), issue);
        assert_eq!(called, (Some(code), calls.to_owned()), "{at} {issue}");
    }
}
