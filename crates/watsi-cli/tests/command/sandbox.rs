//! The sandbox as a process.

use std::fs;

use serde_json::json;
use watsi::reqwest::StatusCode;

use crate::command::{end, run};
use crate::running::{Sandbox, http};
use crate::written::Directory;

/// The state of an empty sandbox.
#[cfg(unix)]
const START: &str = r#"{"version": 1, "now": "2025-03-15T10:30:00Z", "ids": 0, "opened": 0, "conversations": [],
    "messages": [], "changes": [], "subscriptions": []}"#;

#[tokio::test]
async fn pages_are_served_at_the_printed_urls() {
    let sandbox = Sandbox::start(&[]);
    for name in ["page", "docs"] {
        let url = sandbox.details[name].as_str().unwrap();
        let response = http().get(url).send().await.unwrap();
        assert_eq!(response.status(), 200, "{name}");
        let content_type = &response.headers()["content-type"];
        assert_eq!(content_type, "text/html; charset=utf-8", "{name}");
    }
    assert_eq!(sandbox.details["api_key"], "sandbox-key");
    let page = sandbox.get("/conversations").await;
    assert_eq!(page["chats"].as_array().unwrap().len(), 3);
}

#[tokio::test]
async fn line_on_standard_input_is_a_customer_message() {
    let mut sandbox = Sandbox::start(&[]);
    sandbox
        .running
        .input("+5491155551234 Hi, I have a question\n");
    assert_eq!(
        sandbox.running.error_line(),
        "customer message in 550e8400-e29b-41d4-a716-446655440003"
    );
    let page = sandbox.get("/conversations?limit=1").await;
    assert_eq!(page["chats"][0]["customer"]["phone"], "+5491155551234");
    sandbox.running.input("nonsense\n");
    assert_eq!(
        sandbox.running.error_line_with("invalid"),
        "invalid line; expected a phone number with a plus sign, a space, and the text"
    );
}

#[test]
fn sandbox_on_a_used_port_is_an_error() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let ended = run(&["sandbox", "--listen", &address]);
    ended.fails(&format!("error: cannot listen on {address}: "));
}

#[tokio::test]
async fn clock_follows_that_of_this_machine() {
    let sandbox = Sandbox::start(&[]);
    let first = sandbox.get("/_sandbox/clock").await;
    while sandbox.get("/_sandbox/clock").await == first {}
}

/// Requests a path, and returns the status code.
async fn status(sandbox: &Sandbox, path: &str, host: &str) -> StatusCode {
    let request = http().get(format!("{}{path}", sandbox.url()));
    let request = request.bearer_auth("sandbox-key").header("host", host);
    request.send().await.unwrap().status()
}

#[tokio::test]
async fn rate_is_limited() {
    let sandbox = Sandbox::start(&["--rate-limit", "2/3600"]);
    for expected in [200, 200, 429] {
        let status = status(&sandbox, "/conversations", "localhost").await;
        assert_eq!(status, expected);
    }
}

#[tokio::test]
async fn only_allowed_hosts_are_accepted() {
    let sandbox = Sandbox::start(&["--allow-host", "sandbox"]);
    for (host, expected) in [("sandbox:4010", 200), ("evil.example", 421)] {
        let status = status(&sandbox, "/_sandbox/clock", host).await;
        assert_eq!(status, expected, "{host}");
    }
}

#[tokio::test]
async fn url_is_subscribed() {
    let sandbox = Sandbox::start(&["--allow-webhook-host", "bot"]);
    let subscribe = |url: &str| {
        let arguments = ["subscribe", url, "message.received", "message.status"];
        end(&mut sandbox.command(&arguments))
    };
    let response = subscribe("http://bot:8000/hook").exits(0).json();
    assert_eq!(response, json!({"secret": "sandbox-webhook-secret"}));
    let state = sandbox.get("/_sandbox/state").await;
    let subscription = &state["subscriptions"][0];
    assert_eq!(subscription["url"], "http://bot:8000/hook");
    assert_eq!(
        subscription["events"],
        json!(["message.received", "message.status"])
    );
    subscribe("http://other:8000/hook").exits(2);
}

#[tokio::test]
async fn ids_in_events_can_differ_from_those_in_responses() {
    for (more, is_same) in [([].as_slice(), true), (&["--distinct-event-ids"], false)] {
        let sandbox = Sandbox::start(more);
        let hook = json!({"url": "http://127.0.0.1:1/", "events": ["message.status"]});
        assert_eq!(sandbox.post("/webhooks", hook).await, 200);
        let page = sandbox.get("/conversations").await;
        let message = json!({"conversation_id": page["chats"][0]["id"], "body": "Hello!"});
        assert_eq!(sandbox.post("/messages", message).await, 200);
        let sent = sandbox.get("/_sandbox/messages").await;
        let id = sent["messages"][0]["id"].as_str().unwrap();
        let deliveries = sandbox.get("/_sandbox/deliveries").await;
        let event = deliveries["deliveries"][0]["event"].to_string();
        assert_eq!(event.contains(id), is_same, "{event}");
    }
}

#[cfg(unix)]
#[tokio::test]
async fn state_is_kept_in_a_file_between_runs() {
    let directory = Directory::new("sandbox-state");
    let arguments = ["--state", &directory.file("state.json"), "--seed", "2"];
    for (signal, count) in [("-TERM", 1), ("-INT", 2)] {
        let mut sandbox = Sandbox::start(&arguments);
        let messages = sandbox.get("/_sandbox/messages").await;
        assert_eq!(messages["messages"].as_array().unwrap().len(), count - 1);
        let page = sandbox.get("/conversations").await;
        assert_eq!(page["chats"].as_array().unwrap().len(), 1 + count);
        let message = json!({"phone": "+5491155551234", "text": "Hi"});
        let written = sandbox.post("/_sandbox/customer-writes", message).await;
        assert_eq!(written, 200);
        assert_eq!(sandbox.running.end(signal).0, Some(0));
        // No temporary file is left.
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1);
    }
}

#[cfg(unix)]
#[test]
fn state_file_keeps_its_link_and_permissions() {
    use std::os::unix::fs::{PermissionsExt, symlink};

    let directory = Directory::new("sandbox-link");
    let (file, link) = (
        directory.path().join("state.json"),
        directory.path().join("link.json"),
    );
    let arguments = ["--state", link.to_str().unwrap()];
    symlink(&file, &link).unwrap();
    fs::write(&file, START).unwrap();
    fs::set_permissions(&file, PermissionsExt::from_mode(0o600)).unwrap();
    assert_eq!(Sandbox::start(&arguments).running.end("-TERM").0, Some(0));
    assert!(link.is_symlink());
    assert_ne!(fs::read_to_string(&file).unwrap(), START);
    assert_eq!(
        fs::metadata(&file).unwrap().permissions().mode() & 0o777,
        0o600
    );
}

#[cfg(unix)]
#[test]
fn state_is_not_written_through_a_link_with_a_guessed_name() {
    let directory = Directory::new("sandbox-guessed-link");
    let victim = directory.write("victim", "untouched");
    for name in [
        "state.json.new",
        "state.json.tmp",
        ".state.json.tmp",
        ".state.json",
    ] {
        std::os::unix::fs::symlink(&victim, directory.path().join(name)).unwrap();
    }
    let file = directory.path().join("state.json");
    let arguments = ["--state", file.to_str().unwrap()];
    assert_eq!(Sandbox::start(&arguments).running.end("-TERM").0, Some(0));
    assert_eq!(fs::read_to_string(&victim).unwrap(), "untouched");
    assert!(!file.is_symlink());
}

#[test]
fn invalid_state_file_is_an_error_and_is_kept() {
    let directory = Directory::new("sandbox-invalid");
    for text in ["", "{", r#"{"version": 9}"#] {
        let file = directory.write("state.json", text);
        run(&["sandbox", "--state", &file]).fails(&file);
        assert_eq!(fs::read_to_string(file).unwrap(), text);
    }
}
