//! The API from a terminal.

use std::collections::HashSet;
use std::fs::File;

use serde_json::{Value, json};
use watsi_sandbox::{Fault, Sandbox};

use crate::assert_shown;
use crate::command::{Ended, end, sandbox, with};
use crate::servers::{self, serving};
use crate::written::Written;

const ID: &str = "550e8400-e29b-41d4-a716-446655440000";

fn run(sandbox: &Sandbox, arguments: &[&str]) -> Ended {
    end(&mut with(sandbox, arguments))
}

fn json_lines(output: &str) -> Vec<Value> {
    let lines = output.lines();
    lines
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

/// A sandbox with one conversation, in which messages can be sent.
async fn with_conversation() -> Sandbox {
    let sandbox = sandbox().await;
    sandbox.customer_writes("+5491155551234", "Hi");
    sandbox
}

#[tokio::test]
async fn conversations_are_printed_as_an_aligned_table() {
    let sandbox = with_conversation().await;
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
    let list = ["conversations", "--format", "json"];
    let all = run(&sandbox, &[&list[..], &["--all", "--limit", "20"]].concat());
    let ids: HashSet<_> = json_lines(&all.shown)
        .iter()
        .map(|conversation| conversation["id"].to_string())
        .collect();
    assert_eq!(ids.len(), 45);
    assert_eq!(json_lines(&run(&sandbox, &list).shown).len(), 20);
}

#[tokio::test]
async fn filters_are_sent_to_the_server() {
    let sandbox = sandbox().await;
    let filters = ["--status", "open", "--assigned-user-id", "u 1"];
    run(&sandbox, &[&["conversations"], &filters[..]].concat());
    let requests = sandbox.requests();
    let query = requests[0].uri().query();
    assert_eq!(query, Some("status=open&assigned_user_id=u+1"));
}

#[tokio::test]
async fn control_characters_from_the_server_are_not_printed() {
    let sandbox = sandbox().await;
    let item = json!({"id": "c\n1", "customer": {"name": "\x1b[2J\u{9b}31mMaria"}, "status": "a\tb", "last_message_at": null});
    let server = serving(servers::json(json!({"chats": [item], "hasMore": false}))).await;
    let list = ["conversations", "--base-url", &server.uri(), "--format"];
    let Ended { shown, .. } = run(&sandbox, &[&list[..], &["human"]].concat());
    assert!(
        shown.contains("Maria") && shown.lines().count() == 3,
        "{shown}"
    );
    assert!(!shown.contains(['\x1b', '\u{9b}', '\t']), "{shown}");
    let Ended { shown, .. } = run(&sandbox, &[&list[..], &["json"]].concat());
    assert!(!shown.contains(['\x1b', '\u{9b}']), "{shown}");
    let name = &json_lines(&shown)[0]["customer"]["name"];
    assert_eq!(name, "\x1b[2J\u{9b}31mMaria");
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
    let sandbox = with_conversation().await;
    assert_shown!("send", with(&sandbox, &["send", ID, "Hello!"]));
    assert_shown!(
        "send_json",
        with(&sandbox, &["send", ID, "-1 today", "--format", "json"])
    );
    send_input(&sandbox, "two\nlines\n").exits(0);
    let messages = sandbox.messages().into_iter().skip(1);
    let texts: Vec<_> = messages.map(|message| message.body).collect();
    assert_eq!(texts, ["Hello!", "-1 today", "two\nlines"]);
}

/// Sends a message whose text is read from standard input.
fn send_input(sandbox: &Sandbox, text: &str) -> Ended {
    let file = Written::new("text", text);
    let input = File::open(file.path()).unwrap();
    end(with(sandbox, &["send", ID, "-"]).stdin(input))
}

#[tokio::test]
async fn empty_or_oversized_message_text_is_not_sent() {
    let sandbox = with_conversation().await;
    let empty = "error: the text is empty; nothing was sent\n";
    for text in ["", " "] {
        run(&sandbox, &["send", ID, text]).fails(empty);
    }
    send_input(&sandbox, "").fails(empty);
    let oversized = send_input(&sandbox, &"x".repeat(1024 * 1024 + 1));
    oversized.fails("error: the text exceeds 1 MiB; nothing was sent\n");
    assert_eq!(sandbox.requests().len(), 0);
}

#[tokio::test]
async fn rejected_message_reports_the_reason() {
    let sandbox = with_conversation().await;
    assert_shown!(
        "send_nowhere",
        with(&sandbox, &["send", "chat_123", "Hello!"])
    );
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
        let Ended { error, .. } = run(&sandbox, arguments);
        let last = error.trim_end().lines().last().unwrap();
        assert!(last.contains(advice), "{status}: {last}");
    }
}

#[tokio::test]
async fn unknown_outcome_of_a_message_is_reported() {
    let sandbox = with_conversation().await;
    sandbox.add_fault(Fault::status(504)).unwrap();
    assert_shown!("send_unknown", with(&sandbox, &["send", ID, "Hello!"]));
    assert_eq!(sandbox.requests().len(), 1);
}

#[tokio::test]
async fn values_that_the_contract_does_not_list_are_named_in_a_warning() {
    let sandbox = sandbox().await;
    let status = ["conversations", "--status"];
    let event = ["subscribe", "https://example.com/", "message.status"];
    for (command, value, warning) in [
        (&status[..], "opne", "warning: unknown status `opne`"),
        (&status, "open", ""),
        (
            &event,
            "message.recieved",
            "warning: unknown event type `message.recieved`",
        ),
        (&event, "message.received", ""),
    ] {
        let ended = run(&sandbox, &[command, &[value]].concat());
        ended.exits(0);
        assert!(ended.error.starts_with(warning), "{}", ended.error);
        assert_eq!(ended.error.is_empty(), warning.is_empty(), "{value}");
    }
}
