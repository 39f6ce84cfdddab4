//! How a recording with a command ends.

use serde_json::json;

use super::record;
use crate::command::{end, sandbox, with};
use crate::servers::{self, serving};
use crate::written::Directory;

#[cfg(unix)]
#[tokio::test]
async fn exit_code_of_the_command_is_returned() {
    let sandbox = sandbox().await;
    let directory = Directory::new("code");
    let target = sandbox.uri();
    let run = |number: usize, script: &str| {
        let har = directory.file(&format!("{number}.har"));
        let arguments = ["record", "--target", &target, "--har", &har];
        let mut command = with(&sandbox, &arguments);
        end(command.args(["--format", "json", "--", "sh", "-c", script]))
    };
    run(1, "exit 7").exits(7);
    run(2, "kill -KILL $$").exits(137);
    run(3, "exit 0").fails("must use WATSI_BASE_URL");
    let ended = run(4, "echo $WATSI_BASE_URL");
    let lines: Vec<_> = ended.error.lines().collect();
    assert_eq!(lines[0], format!("WATSI_BASE_URL={}", lines[1]));
    // Only the report is on standard output.
    ended.json();
}

#[tokio::test]
async fn findings_outweigh_the_exit_code_of_the_command() {
    let page = json!({"chats": [], "hasMore": false, "next": 1});
    let server = serving(servers::json(page)).await;
    let directory = Directory::new("outweigh");
    let run = |number: usize, more: &[&str]| {
        let har = directory.file(&format!("{number}.har"));
        record(&server.uri(), &har, more, &["conversations"])
    };
    run(1, &[]).exits(1);
    run(2, &["--fail-on", "breaking"]).exits(0);
}

#[tokio::test(flavor = "multi_thread")]
async fn failed_run_does_not_conform() {
    let sandbox = sandbox().await;
    sandbox.seed(3);
    let directory = Directory::new("failed");
    for (command, code, verdict) in [
        ("conversations", 0, "conforms"),
        // An unknown subcommand.
        ("no-such-command", 2, "incomplete"),
        // Calls another server.
        ("--version", 2, "incomplete"),
    ] {
        let har = directory.file(&format!("{command}.har"));
        let ended = record(&sandbox.uri(), &har, &["--format", "json"], &[command]);
        let report = ended.exits(code).json();
        assert_eq!(report["verdict"], verdict, "{command}");
        assert_eq!(report["complete"], verdict == "conforms", "{command}");
    }
}
