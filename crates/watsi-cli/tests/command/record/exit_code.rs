//! How a recording with a command ends.

use serde_json::{Value, json};
use wiremock::matchers::path;
use wiremock::{Mock, MockServer, ResponseTemplate};

use super::record;
use crate::command::{sandbox, with};
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
        command.args(["--format", "json", "--", "sh", "-c", script]);
        command.output().unwrap()
    };
    let failed = run(1, "exit 7");
    assert_eq!(failed.status.code(), Some(7), "{failed:?}");
    assert_eq!(run(2, "kill -KILL $$").status.code(), Some(137));
    let nothing = run(3, "exit 0");
    assert_eq!(nothing.status.code(), Some(2));
    let error = String::from_utf8(nothing.stderr).unwrap();
    assert!(error.contains("must use WATSI_BASE_URL"), "{error}");
    let output = run(4, "echo $WATSI_BASE_URL");
    let shown = String::from_utf8(output.stderr).unwrap();
    let lines: Vec<_> = shown.lines().collect();
    assert_eq!(lines[0], format!("WATSI_BASE_URL={}", lines[1]));
    // Only the report is on standard output.
    serde_json::from_slice::<Value>(&output.stdout).unwrap();
    let unknown = record(
        &sandbox.uri(),
        &directory.file("5.har"),
        &[],
        &["no-such-command"],
    );
    assert_eq!({ unknown }.status().unwrap().code(), Some(2));
}

#[tokio::test]
async fn findings_outweigh_the_exit_code_of_the_command() {
    let server = MockServer::start().await;
    let page = json!({"chats": [], "hasMore": false, "next": 1});
    let response = ResponseTemplate::new(200).set_body_json(page);
    Mock::given(path("/conversations"))
        .respond_with(response)
        .mount(&server)
        .await;
    let directory = Directory::new("outweigh");
    let run = |number: usize, more: &[&str]| {
        let har = directory.file(&format!("{number}.har"));
        let mut command = record(&server.uri(), &har, more, &["conversations"]);
        command.status().unwrap().code()
    };
    assert_eq!(run(1, &[]), Some(1));
    assert_eq!(run(2, &["--fail-on", "breaking"]), Some(0));
}
