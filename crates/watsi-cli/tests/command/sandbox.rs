//! The sandbox as a process.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use serde_json::{Value, json};
use watsi::reqwest::{Client, StatusCode};

use crate::command::watsi;
use crate::written::Directory;

/// The state of an empty sandbox.
#[cfg(unix)]
const START: &str = r#"{"version": 1, "now": "2025-03-15T10:30:00Z", "ids": 0, "opened": 0, "conversations": [],
    "messages": [], "changes": [], "subscriptions": []}"#;

/// A running sandbox, which ends with the test.
struct Sandbox {
    child: Child,
    details: Value,
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        // One that has ended already needs no end.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Sandbox {
    fn start(arguments: &[&str]) -> Self {
        let mut command = watsi(&["sandbox", "--format", "json"]);
        let command = command.args(arguments).stdin(Stdio::piped());
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        let mut output = BufReader::new(child.stdout.take().unwrap());
        output.read_line(&mut line).unwrap();
        let details = serde_json::from_str(&line).unwrap();
        Sandbox { child, details }
    }

    fn url(&self) -> &str {
        self.details["url"].as_str().unwrap()
    }

    async fn get(&self, path: &str, host: Option<&str>) -> (StatusCode, Value) {
        let request = Client::new().get(format!("{}{path}", self.url()));
        let mut request = request.bearer_auth("sandbox-key");
        if let Some(host) = host {
            request = request.header("host", host);
        }
        let response = request.send().await.unwrap();
        (response.status(), response.json().await.unwrap_or_default())
    }

    async fn post(&self, path: &str, body: Value) -> StatusCode {
        let request = Client::new().post(format!("{}{path}", self.url()));
        let request = request.bearer_auth("sandbox-key").json(&body);
        request.send().await.unwrap().status()
    }

    /// `watsi` with this sandbox as its server.
    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = watsi(arguments);
        command.env("WATSI_API_KEY", "sandbox-key");
        command.env("WATSI_BASE_URL", self.url());
        command
    }

    #[cfg(unix)]
    fn end(mut self, signal: &str) -> Option<i32> {
        let id = self.child.id().to_string();
        let kill = Command::new("kill").args([signal, &id]).status();
        assert!(kill.unwrap().success());
        self.child.wait().unwrap().code()
    }
}

#[tokio::test]
async fn page_is_served_at_the_printed_url() {
    let sandbox = Sandbox::start(&[]);
    let page = sandbox.details["page"].as_str().unwrap();
    let response = Client::new().get(page).send().await.unwrap();
    assert_eq!(response.status(), 200);
    assert_eq!(
        response.headers()["content-type"],
        "text/html; charset=utf-8"
    );
}

#[tokio::test]
async fn clock_follows_that_of_this_machine() {
    let sandbox = Sandbox::start(&[]);
    let (_, first) = sandbox.get("/_sandbox/clock", None).await;
    loop {
        let (_, now) = sandbox.get("/_sandbox/clock", None).await;
        if now != first {
            break;
        }
    }
}

#[tokio::test]
async fn rate_is_limited() {
    let sandbox = Sandbox::start(&["--rate-limit", "2/3600"]);
    let mut statuses = Vec::new();
    for _ in 0..3 {
        statuses.push(sandbox.get("/conversations", None).await.0.as_u16());
    }
    assert_eq!(statuses, [200, 200, 429]);
}

#[test]
fn invalid_settings_are_errors() {
    for arguments in [
        ["--seed", "1000001"],
        ["--rate-limit", "10"],
        ["--rate-limit", "0/1"],
        ["--rate-limit", "1/0"],
        ["--allow-host", "sandbox:4010"],
        ["--allow-webhook-host", "http://bot"],
        ["--listen", "4010"],
        ["--listen", "sandbox:4010"],
    ] {
        let output = watsi(&[&["sandbox"], &arguments[..]].concat())
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
    }
}

#[tokio::test]
async fn only_allowed_hosts_are_accepted() {
    let sandbox = Sandbox::start(&["--allow-host", "sandbox"]);
    let status = async |host: &str| sandbox.get("/_sandbox/clock", Some(host)).await.0.as_u16();
    assert_eq!(status("sandbox:4010").await, 200);
    assert_eq!(status("evil.example").await, 421);
}

#[tokio::test]
async fn url_is_subscribed() {
    let sandbox = Sandbox::start(&["--allow-webhook-host", "bot"]);
    let subscribe = |url: &str| {
        let arguments = ["subscribe", url, "message.received", "message.status"];
        sandbox.command(&arguments).output().unwrap()
    };
    let output = subscribe("http://bot:8000/hook");
    assert_eq!(output.status.code(), Some(0));
    let response: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(response, json!({"secret": "sandbox-webhook-secret"}));
    let (_, state) = sandbox.get("/_sandbox/state", None).await;
    let subscription = &state["subscriptions"][0];
    assert_eq!(subscription["url"], "http://bot:8000/hook");
    assert_eq!(
        subscription["events"],
        json!(["message.received", "message.status"])
    );
    assert_eq!(subscribe("http://other:8000/hook").status.code(), Some(2));
}

#[tokio::test]
async fn ids_in_events_can_differ_from_those_in_responses() {
    for (more, is_same) in [([].as_slice(), true), (&["--distinct-event-ids"], false)] {
        let sandbox = Sandbox::start(more);
        let hook = json!({"url": "http://127.0.0.1:1/", "events": ["message.status"]});
        assert_eq!(sandbox.post("/webhooks", hook).await, 200);
        let (_, page) = sandbox.get("/conversations", None).await;
        let message = json!({"conversation_id": page["chats"][0]["id"], "body": "Hello!"});
        assert_eq!(sandbox.post("/messages", message).await, 200);
        let (_, sent) = sandbox.get("/_sandbox/messages", None).await;
        let id = sent["messages"][0]["id"].as_str().unwrap();
        let (_, deliveries) = sandbox.get("/_sandbox/deliveries", None).await;
        let event = deliveries["deliveries"][0]["event"].to_string();
        assert_eq!(event.contains(id), is_same, "{event}");
    }
}

#[cfg(unix)]
#[tokio::test]
async fn state_is_kept_in_a_file_between_runs() {
    let directory = Directory::new("sandbox-state");
    let file = directory.path().join("state.json");
    let arguments = ["--state", file.to_str().unwrap(), "--seed", "2"];
    for (signal, count) in [("-TERM", 1), ("-INT", 2)] {
        let sandbox = Sandbox::start(&arguments);
        let (_, messages) = sandbox.get("/_sandbox/messages", None).await;
        assert_eq!(messages["messages"].as_array().unwrap().len(), count - 1);
        let (_, page) = sandbox.get("/conversations", None).await;
        assert_eq!(page["chats"].as_array().unwrap().len(), 1 + count);
        let message = json!({"phone": "+5491155551234", "text": "Hi"});
        assert_eq!(
            sandbox.post("/_sandbox/customer-writes", message).await,
            200
        );
        assert_eq!(sandbox.end(signal), Some(0));
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
    std::fs::write(&file, START).unwrap();
    std::fs::set_permissions(&file, PermissionsExt::from_mode(0o600)).unwrap();
    assert_eq!(Sandbox::start(&arguments).end("-TERM"), Some(0));
    assert!(link.is_symlink());
    assert_ne!(std::fs::read_to_string(&file).unwrap(), START);
    assert_eq!(
        std::fs::metadata(&file).unwrap().permissions().mode() & 0o777,
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
    assert_eq!(Sandbox::start(&arguments).end("-TERM"), Some(0));
    assert_eq!(std::fs::read_to_string(&victim).unwrap(), "untouched");
    assert!(!file.is_symlink());
}

#[test]
fn invalid_state_file_is_an_error_and_is_kept() {
    let directory = Directory::new("sandbox-invalid");
    for text in ["", "{", r#"{"version": 9}"#] {
        let file = directory.write("state.json", text);
        let output = watsi(&["sandbox", "--state", &file]).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{text}");
        assert_eq!(std::fs::read_to_string(file).unwrap(), text);
    }
    let output = watsi(&["sandbox", "--state", "/no/such/directory/state.json"]).output();
    assert_eq!(output.unwrap().status.code(), Some(2));
}
