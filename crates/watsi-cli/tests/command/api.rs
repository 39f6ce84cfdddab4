//! The API from a terminal.

use std::io::Write;
use std::process::{Output, Stdio};

use serde_json::{Value, json};
use watsi_sandbox::{Fault, Sandbox};
use wiremock::matchers::path;
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::assert_shown;
use crate::command::{sandbox, with};

const ID: &str = "550e8400-e29b-41d4-a716-446655440000";

fn json_lines(output: &[u8]) -> Vec<Value> {
    let text = std::str::from_utf8(output).unwrap();
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

#[tokio::test]
async fn conversations_are_printed_as_an_aligned_table() {
    let sandbox = sandbox().await;
    sandbox.customer_writes("+5491155551234", "Hi");
    sandbox.seed(4);
    assert_shown!(
        "conversations",
        with(&sandbox, &["conversations", "--limit", "4"])
    );
    assert_shown!(
        "no_conversations",
        with(&sandbox, &["conversations", "--status", "closed"])
    );
}

#[tokio::test]
async fn all_conversations_are_read_page_by_page() {
    let sandbox = sandbox().await;
    sandbox.seed(45);
    let arguments = [
        "conversations",
        "--all",
        "--limit",
        "20",
        "--format",
        "json",
    ];
    let output = with(&sandbox, &arguments).output().unwrap();
    let ids: std::collections::HashSet<_> = json_lines(&output.stdout)
        .iter()
        .map(|conversation| conversation["id"].to_string())
        .collect();
    assert_eq!(ids.len(), 45);
    let output = with(&sandbox, &["conversations", "--format", "json"])
        .output()
        .unwrap();
    assert_eq!(json_lines(&output.stdout).len(), 20);
}

#[tokio::test]
async fn filters_are_sent_to_the_server() {
    let sandbox = sandbox().await;
    with(
        &sandbox,
        &[
            "conversations",
            "--status",
            "open",
            "--assigned-user-id",
            "u 1",
        ],
    )
    .output()
    .unwrap();
    let requests = sandbox.requests();
    let query = requests[0].uri().query();
    assert_eq!(query, Some("status=open&assigned_user_id=u+1"));
}

#[tokio::test]
async fn control_characters_from_the_server_are_not_printed() {
    let (sandbox, server) = (sandbox().await, MockServer::start().await);
    let item = json!({"id": "c\n1", "customer": {"name": "\x1b[2J\u{9b}31mMaria"}, "status": "a\tb", "last_message_at": null});
    let page = ResponseTemplate::new(200).set_body_json(json!({"chats": [item], "hasMore": false}));
    Mock::given(path("/conversations"))
        .respond_with(page)
        .mount(&server)
        .await;
    let url = server.uri();
    let conversations = |more: &[&str]| {
        let arguments = [&["conversations", "--base-url", &url], more].concat();
        with(&sandbox, &arguments).output().unwrap()
    };
    let output = conversations(&[]);
    let shown = String::from_utf8(output.stdout).unwrap();
    assert!(
        shown.contains("Maria") && shown.lines().count() == 3,
        "{shown}"
    );
    assert!(!shown.contains(['\x1b', '\u{9b}', '\t']), "{shown}");
    let output = conversations(&["--format", "json"]);
    let shown = String::from_utf8(output.stdout).unwrap();
    assert!(!shown.contains(['\x1b', '\u{9b}']), "{shown}");
    assert_eq!(
        json_lines(shown.as_bytes())[0]["customer"]["name"],
        "\x1b[2J\u{9b}31mMaria"
    );
}

#[tokio::test]
async fn invalid_limit_is_an_error_without_a_request() {
    let sandbox = sandbox().await;
    assert_shown!(
        "limit",
        with(&sandbox, &["conversations", "--limit", "101"])
    );
    assert_eq!(sandbox.requests().len(), 0);
}

#[tokio::test]
async fn message_is_sent() {
    let sandbox = sandbox().await;
    sandbox.customer_writes("+5491155551234", "Hi");
    assert_shown!("send", with(&sandbox, &["send", ID, "Hello!"]));
    assert_shown!(
        "send_json",
        with(&sandbox, &["send", ID, "-1 today", "--format", "json"])
    );
    let texts: Vec<_> = sandbox
        .messages()
        .into_iter()
        .skip(1)
        .map(|message| message.body)
        .collect();
    assert_eq!(texts, ["Hello!", "-1 today"]);
}

#[tokio::test]
async fn message_text_is_read_from_standard_input() {
    let sandbox = sandbox().await;
    sandbox.customer_writes("+5491155551234", "Hi");
    let output = send_input(&sandbox, "two\nlines\n");
    assert!(output.status.success());
    assert_eq!(sandbox.messages()[1].body, "two\nlines");
}

#[tokio::test]
async fn oversized_message_text_is_not_sent() {
    let sandbox = sandbox().await;
    sandbox.customer_writes("+5491155551234", "Hi");
    let output = send_input(&sandbox, &"x".repeat(1024 * 1024 + 1));
    assert_eq!(output.status.code(), Some(2));
    let error = String::from_utf8(output.stderr).unwrap();
    assert_eq!(error, "error: the text exceeds 1 MiB; nothing was sent\n");
    assert_eq!(sandbox.requests().len(), 0);
}

fn send_input(sandbox: &Sandbox, text: &str) -> Output {
    let mut command = with(sandbox, &["send", ID, "-"]);
    let command = command.stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.stderr(Stdio::piped()).spawn().unwrap();
    let mut input = child.stdin.take().unwrap();
    input.write_all(text.as_bytes()).unwrap();
    drop(input);
    child.wait_with_output().unwrap()
}

#[tokio::test]
async fn empty_message_text_is_not_sent() {
    let sandbox = sandbox().await;
    for text in ["", " ", "-"] {
        let mut command = with(&sandbox, &["send", ID, text]);
        let output = command.stdin(Stdio::null()).output().unwrap();
        assert_eq!(output.status.code(), Some(2));
        let error = String::from_utf8(output.stderr).unwrap();
        assert_eq!(error, "error: the text is empty; nothing was sent\n");
    }
    assert_eq!(sandbox.requests().len(), 0);
}

#[tokio::test]
async fn rejected_message_reports_the_reason() {
    let sandbox = sandbox().await;
    assert_shown!(
        "send_nowhere",
        with(&sandbox, &["send", "chat_123", "Hello!"])
    );
    sandbox.customer_writes("+5491155551234", "Hi");
    sandbox.advance(std::time::Duration::from_secs(90_000));
    assert_shown!("send_too_late", with(&sandbox, &["send", ID, "Hello!"]));
}

#[tokio::test]
async fn each_status_code_has_its_advice() {
    let sandbox = sandbox().await;
    let list: &[&str] = &["conversations"];
    let send: &[&str] = &["send", ID, "Hello!"];
    for (arguments, status, advice) in [
        (list, 401, "API key belongs"),
        (list, 403, "permission"),
        (list, 404, "base URL"),
        (send, 400, "24 hours"),
        (send, 404, "conversation id"),
    ] {
        sandbox.add_fault(Fault::status(status)).unwrap();
        let output = with(&sandbox, arguments).output().unwrap();
        let error = String::from_utf8(output.stderr).unwrap();
        let last = error.trim_end().lines().last().unwrap();
        assert!(last.contains(advice), "{status}: {last}");
    }
}

#[tokio::test]
async fn unknown_outcome_of_a_message_is_reported() {
    let sandbox = sandbox().await;
    sandbox.customer_writes("+5491155551234", "Hi");
    sandbox.add_fault(Fault::status(504)).unwrap();
    assert_shown!("send_unknown", with(&sandbox, &["send", ID, "Hello!"]));
    assert_eq!(sandbox.requests().len(), 1);
}

#[tokio::test]
async fn values_that_the_contract_does_not_list_are_named_in_a_warning() {
    let sandbox = sandbox().await;
    let subscribe = ["subscribe", "https://example.com/", "message.received"];
    for (arguments, warning) in [
        (
            ["conversations", "--status", "opne"].as_slice(),
            Some("unknown status `opne`"),
        ),
        (&["conversations", "--status", "open"], None),
        (
            &[
                "subscribe",
                "https://example.com/",
                "message.recieved",
                "message.status",
            ],
            Some("unknown event type `message.recieved`"),
        ),
        (&subscribe, None),
    ] {
        let output = with(&sandbox, arguments).output().unwrap();
        assert!(output.status.success(), "{output:?}");
        let error = String::from_utf8(output.stderr).unwrap();
        match warning {
            Some(warning) => assert!(error.starts_with(&format!("warning: {warning}")), "{error}"),
            None => assert_eq!(error, ""),
        }
    }
}

#[tokio::test]
async fn http_is_allowed_for_other_machines_on_request() {
    let (sandbox, proxy) = (sandbox().await, MockServer::start().await);
    let page = ResponseTemplate::new(200).set_body_json(json!({"chats": [], "hasMore": false}));
    Mock::given(path("/conversations"))
        .respond_with(page)
        .mount(&proxy)
        .await;
    let arguments = ["conversations", "--base-url", "http://api.example"];
    let output = with(&sandbox, &arguments).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let error = String::from_utf8(output.stderr).unwrap();
    assert!(error.contains("--allow-insecure-http"), "{error}");
    let allowed = [&arguments[..], &["--allow-insecure-http"]].concat();
    let mut command = with(&sandbox, &allowed);
    let output = command.env("http_proxy", proxy.uri()).output().unwrap();
    assert!(output.status.success(), "{output:?}");
}
