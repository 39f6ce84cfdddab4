//! Traffic is recorded through a proxy.

mod bytes;
mod exchanges;
mod exit_code;
mod framing;
mod options;
mod redaction;
mod stream;

use std::fs;
use std::process::Command;

use serde_json::{Value, json};
use watsi::reqwest;
use wiremock::ResponseTemplate;

use crate::command::{Ended, end, run, sandbox, watsi};
use crate::running::{Running, http};
use crate::servers::{self, over, serve, serving};
use crate::written::Directory;

const KEY: &str = "sandbox-key";

/// A proxy that runs until it is interrupted.
struct Recording {
    running: Running,
    url: String,
    har: String,
    _directory: Directory,
}

impl Recording {
    fn start(target: &str, name: &str, more: &[&str]) -> Self {
        let directory = Directory::new(name);
        let har = directory.file("traffic.har");
        let mut command = watsi(&["record", "--target", target, "--har", &har]);
        command.args(more);
        let mut running = Running::start(command);
        Recording {
            url: running.url("WATSI_BASE_URL="),
            running,
            har,
            _directory: directory,
        }
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.url)
    }

    fn entries(&self) -> Vec<Value> {
        entries(&self.har)
    }
}

fn entries(har: &str) -> Vec<Value> {
    let mut har: Value = serde_json::from_str(&fs::read_to_string(har).unwrap()).unwrap();
    match har["log"]["entries"].take() {
        Value::Array(entries) => entries,
        other => panic!("{other}"),
    }
}

fn body(message: &Value) -> Value {
    let text = message["text"].as_str().unwrap();
    serde_json::from_str(text).unwrap()
}

async fn get(url: String) -> reqwest::Response {
    http().get(url).bearer_auth(KEY).send().await.unwrap()
}

fn conform(har: &str, target: &str) -> Ended {
    run(&["conform", "--har", har, "--base-url", target])
}

/// Runs `watsi record` with `watsi` as the command.
fn record(target: &str, har: &str, more: &[&str], command: &[&str]) -> Ended {
    let record = ["record", "--target", target, "--har", har];
    let watsi_command = ["--", env!("CARGO_BIN_EXE_watsi")];
    let mut command = watsi(&[&record[..], more, &watsi_command, command].concat());
    end(command.env("WATSI_API_KEY", KEY))
}

#[tokio::test]
async fn file_is_valid_after_each_exchange() {
    let sandbox = sandbox().await;
    sandbox.seed(5);
    let recording = Recording::start(&sandbox.uri(), "valid", &[]);
    assert_eq!(recording.entries().len(), 0);
    for count in 1..=4 {
        let url = recording.url(&format!("/conversations?limit={count}"));
        let page: Value = get(url).await.json().await.unwrap();
        assert_eq!(page["chats"].as_array().unwrap().len(), count);
        let entries = recording.entries();
        assert_eq!(entries.len(), count);
        let url = format!("{}/conversations?limit={count}", sandbox.uri());
        assert_eq!(entries[count - 1]["request"]["url"], url);
    }
}

#[tokio::test]
async fn concurrent_exchanges_are_all_recorded() {
    let sandbox = sandbox().await;
    let recording = Recording::start(&sandbox.uri(), "concurrent", &[]);
    let mut requests = tokio::task::JoinSet::new();
    for limit in 1..=20 {
        requests.spawn(get(recording.url(&format!("/conversations?limit={limit}"))));
    }
    for response in requests.join_all().await {
        assert_eq!(response.status(), 200);
    }
    let mut limits: Vec<u32> = recording
        .entries()
        .iter()
        .map(|entry| {
            let limit = &entry["request"]["queryString"][0]["value"];
            limit.as_str().unwrap().parse().unwrap()
        })
        .collect();
    limits.sort_unstable();
    assert_eq!(limits, (1..=20).collect::<Vec<_>>());
}

#[tokio::test]
async fn killed_proxy_leaves_a_recording_that_conforms() {
    let sandbox = sandbox().await;
    sandbox.seed(3);
    let mut recording = Recording::start(&sandbox.uri(), "killed", &[]);
    for _ in 0..3 {
        let response = get(recording.url("/conversations")).await;
        assert_eq!(response.status(), 200);
    }
    recording.running.end("-KILL");
    let ended = conform(&recording.har, &sandbox.uri());
    ended.exits(0).shows("validated exchanges: 3");
}

#[cfg(unix)]
#[tokio::test]
async fn signals_end_the_recording_with_a_report() {
    let sandbox = sandbox().await;
    for signal in ["-INT", "-TERM"] {
        let mut recording = Recording::start(&sandbox.uri(), signal, &[]);
        assert_eq!(get(recording.url("/conversations")).await.status(), 200);
        let (code, report) = recording.running.end(signal);
        assert_eq!(code, Some(0), "{signal}");
        assert!(report.contains("validated exchanges: 1"), "{report}");
    }
}

#[cfg(unix)]
#[tokio::test]
async fn findings_are_printed_as_they_come_and_in_the_report() {
    let sandbox = sandbox().await;
    let server = over(&sandbox).await;
    let page = json!({"chats": [], "hasMore": "no", "owner": "Maria"});
    serve(&server, "/conversations", servers::json(page)).await;
    let mut recording = Recording::start(&server.uri(), "findings", &[]);
    for _ in 0..2 {
        let response = get(recording.url("/conversations")).await;
        let page: Value = response.json().await.unwrap();
        assert_eq!(page["owner"], "Maria");
    }
    let line = recording.running.error_line_with("entry 0");
    assert!(
        line.starts_with("entry 0 (GET /conversations 200): breaking: /response/body/hasMore "),
        "{line}"
    );
    let line = recording.running.error_line_with("entry 0");
    assert!(line.contains("additive: /response/body/owner "), "{line}");
    let (code, report) = recording.running.end("-INT");
    assert_eq!(code, Some(1));
    let recorded = body(&recording.entries()[0]["response"]["content"]);
    assert_eq!(recorded["owner"], "Xxxxx");
    assert_eq!(conform(&recording.har, &server.uri()).shown, report);
    assert!(report.contains("(2 times, first in "), "{report}");
}

#[cfg(unix)]
#[tokio::test]
async fn target_is_not_called_unavailable_if_its_response_is_too_large() {
    let large = vec![b' '; 16 * 1024 * 1024 + 1];
    let server = serving(ResponseTemplate::new(200).set_body_bytes(large)).await;
    let recording = Recording::start(&server.uri(), "large", &[]);
    let response = get(recording.url("/conversations")).await;
    assert_eq!(response.status(), 502);
    let error: Value = response.json().await.unwrap();
    assert_eq!(error["error"]["code"], "RESPONSE_TOO_LARGE");
    assert_eq!(recording.entries()[0]["response"]["status"], 0);
}

#[cfg(unix)]
#[tokio::test]
async fn target_that_is_down_is_a_502_and_an_entry_without_response() {
    let mut recording = Recording::start("http://127.0.0.1:1/api/v1", "down", &[]);
    assert!(recording.url.ends_with("/api/v1"), "{}", recording.url);
    let response = get(recording.url("/conversations")).await;
    assert_eq!(response.status(), 502);
    let error: Value = response.json().await.unwrap();
    assert_eq!(error["error"]["code"], "TARGET_UNAVAILABLE");
    let entry = &recording.entries()[0];
    assert_eq!(entry["response"]["status"], 0);
    assert_eq!(
        entry["request"]["url"],
        "http://127.0.0.1:1/api/v1/conversations"
    );
    let line = recording.running.error_line_with("request ");
    let expected = "request GET /conversations 502: no response from the target: ";
    assert!(line.starts_with(expected), "{line}");
    let (code, report) = recording.running.end("-INT");
    assert_eq!(code, Some(0));
    assert!(
        report.contains("requests without a response: 1"),
        "{report}"
    );
}

#[tokio::test]
async fn existing_file_is_replaced_only_with_force() {
    let sandbox = sandbox().await;
    let directory = Directory::new("force");
    let har = directory.file("traffic.har");
    fs::write(&har, "precious").unwrap();
    let refused = record(&sandbox.uri(), &har, &[], &["conversations"]);
    refused.fails("the file exists; use --force to overwrite it\n");
    assert_eq!(fs::read_to_string(&har).unwrap(), "precious");
    let forced = record(&sandbox.uri(), &har, &["--force"], &["conversations"]);
    forced.exits(0);
    assert_eq!(entries(&har).len(), 1);
    assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1);
}

#[cfg(unix)]
#[test]
fn only_a_regular_file_is_replaced() {
    let directory = Directory::new("special");
    let path = |name: &str| directory.path().join(name);
    fs::create_dir(path("directory")).unwrap();
    let fifo = Command::new("mkfifo").arg(path("fifo")).status().unwrap();
    assert!(fifo.success());
    std::os::unix::fs::symlink(path("fifo"), path("link")).unwrap();
    for name in ["directory", "fifo", "link"] {
        let before = fs::symlink_metadata(path(name)).unwrap().file_type();
        let file = directory.file(name);
        let target = "http://127.0.0.1:1";
        let ended = run(&["record", "--target", target, "--har", &file, "--force"]);
        ended.fails("not a regular file\n");
        assert_eq!(
            fs::symlink_metadata(path(name)).unwrap().file_type(),
            before
        );
    }
}
