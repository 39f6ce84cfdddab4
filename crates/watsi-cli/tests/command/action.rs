//! The scripts of the action and of the workflow that watches the vendor's document, on this machine.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use wiremock::matchers::path;
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::command::sandbox;
use crate::fixtures;
use crate::fixtures::CONTRACT;
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

    fn run(&self, inputs: &[(&str, &str)]) -> Output {
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
        ]);
        command.env("ALLOW_INSECURE_HTTP", "false");
        command.envs(inputs.iter().copied()).output().unwrap()
    }

    fn file(&self, name: &str) -> String {
        fs::read_to_string(self.directory.file(name)).unwrap()
    }
}

#[test]
fn recordings_are_found_by_pattern_and_counted_in_outputs_and_summary() {
    let step = Step::new("action-conform");
    let output = step.run(&[("COMMAND", "conform"), ("HAR", "b*.har\npage.har\n")]);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    let shown = String::from_utf8(output.stdout).unwrap();
    assert!(
        shown.contains("::notice::bot.har, page.har: 1 additive"),
        "{shown}"
    );
    let outputs = step.file("GITHUB_OUTPUT");
    for line in ["breaking=0", "additive=1", "request=0", "verdict=findings"] {
        assert!(outputs.lines().any(|found| found == line), "{outputs}");
    }
    let summary = step.file("GITHUB_STEP_SUMMARY");
    assert!(summary.starts_with("# `bot.har, page.har`\n"), "{summary}");
    assert!(summary.contains("## Additive"), "{summary}");
    let missing = step.run(&[("COMMAND", "conform"), ("HAR", "no-*.har")]);
    assert_eq!(missing.status.code(), Some(2), "{missing:?}");
    let report = ("REPORT", "no-such-directory/report.txt");
    let unwritten = step.run(&[("COMMAND", "conform"), ("HAR", "b*.har"), report]);
    assert_eq!(unwritten.status.code(), Some(2), "{unwritten:?}");
}

#[test]
fn comparison_has_a_version_bump() {
    let step = Step::new("action-diff");
    let old = CONTRACT.replace("required: [chats, hasMore]", "required: [chats]");
    let old = step.directory.write("old.yaml", &old);
    let output = step.run(&[("COMMAND", "diff"), ("OLD", &old), ("SUMMARY", "false")]);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
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
    let output = step.run(&inputs);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert!(step.file("GITHUB_OUTPUT").contains("verdict=conforms\n"));
    assert!(fs::read_to_string(har).unwrap().contains("/conversations"));
}

/// Runs the script with a `gh` that finds this issue. Returns the exit code, and the commands that `gh` was called with.
fn watch(directory: &Directory, url: &str, issue: &str) -> (Option<i32>, Vec<String>) {
    let log = directory.write("calls", "");
    let gh =
        format!("#!/bin/sh\necho \"$1 $2 $3\" >>'{log}'\n[ \"$2\" != list ] || echo '{issue}'\n");
    let gh = directory.write("gh", &gh);
    fs::set_permissions(&gh, fs::Permissions::from_mode(0o755)).unwrap();
    let path = format!(
        "{}:{}",
        directory.path().display(),
        std::env::var("PATH").unwrap()
    );
    let mut command = Command::new(script("watch"));
    command
        .arg(url)
        .env("PATH", path)
        .env("WATSI", env!("CARGO_BIN_EXE_watsi"));
    let output = command.output().unwrap();
    let calls = fs::read_to_string(log).unwrap();
    (
        output.status.code(),
        calls.lines().map(str::to_owned).collect(),
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn vendor_is_watched_with_one_issue() {
    let server = MockServer::start().await;
    let other = watsi::OPENAPI.replace("required: [chats, hasMore]", "required: [chats]");
    for (at, text) in [("/same", watsi::OPENAPI.to_owned()), ("/other", other)] {
        let response = ResponseTemplate::new(200).set_body_string(text);
        Mock::given(path(at))
            .respond_with(response)
            .mount(&server)
            .await;
    }
    let directory = Directory::new("watch");
    for (at, issue, code, expected) in [
        (
            "/other",
            "",
            0,
            &["issue list --state", "issue create --title"][..],
        ),
        ("/other", "7", 0, &["issue list --state", "issue edit 7"]),
        ("/same", "7", 0, &["issue list --state", "issue close 7"]),
        ("/same", "", 0, &["issue list --state"]),
        ("/missing", "7", 2, &[]),
    ] {
        let called = watch(&directory, &format!("{}{at}", server.uri()), issue);
        assert_eq!(
            called,
            (
                Some(code),
                expected.iter().map(|call| (*call).to_owned()).collect()
            ),
            "{at}"
        );
    }
}
