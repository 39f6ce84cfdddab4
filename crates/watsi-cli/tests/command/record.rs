//! Traffic is recorded through a proxy.

mod breaks;
mod bytes;
mod exit_code;
mod framing;
mod options;
mod planted;
mod redaction;
mod stream;

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::process::{Child, ChildStderr, Command, Output, Stdio};

use serde_json::{Value, json};
use watsi::reqwest::{self, Client};
use wiremock::matchers::path;
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::command::{sandbox, watsi};
use crate::overlay::over;
use crate::written::Directory;

const KEY: &str = "sandbox-key";

/// A proxy that runs until it is interrupted.
struct Recording {
    child: Child,
    errors: BufReader<ChildStderr>,
    url: String,
    har: String,
    _directory: Directory,
}

impl Recording {
    fn start(target: &str, name: &str, more: &[&str]) -> Self {
        let directory = Directory::new(name);
        let har = directory.file("traffic.har");
        let mut command = watsi(&["record", "--target", target, "--har", &har]);
        let command = command.args(more).stdout(Stdio::piped());
        let mut child = command.stderr(Stdio::piped()).spawn().unwrap();
        let mut errors = BufReader::new(child.stderr.take().unwrap());
        let mut line = String::new();
        errors.read_line(&mut line).unwrap();
        let url = line.trim_end().strip_prefix("WATSI_BASE_URL=").unwrap();
        Recording {
            url: url.to_owned(),
            child,
            errors,
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

    /// Returns the next line on standard error that begins with this text.
    fn error_line(&mut self, start: &str) -> String {
        loop {
            let mut line = String::new();
            let length = self.errors.read_line(&mut line).unwrap();
            assert!(length > 0, "no line begins with {start}");
            if line.starts_with(start) {
                return line.trim_end().to_owned();
            }
        }
    }

    /// Sends a signal, and returns the exit code and the report.
    fn end(&mut self, signal: &str) -> (Option<i32>, String) {
        let id = self.child.id().to_string();
        let sent = Command::new("kill").args([signal, &id]).status();
        assert!(sent.unwrap().success());
        let mut report = String::new();
        let mut output = self.child.stdout.take().unwrap();
        output.read_to_string(&mut report).unwrap();
        (self.child.wait().unwrap().code(), report)
    }
}

impl Drop for Recording {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
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

fn http() -> Client {
    Client::builder().no_proxy().build().unwrap()
}

async fn get(url: String) -> reqwest::Response {
    http().get(url).bearer_auth(KEY).send().await.unwrap()
}

fn conform(har: &str, target: &str) -> Output {
    let arguments = ["conform", "--har", har, "--base-url", target];
    watsi(&arguments).output().unwrap()
}

/// `watsi record` with `watsi` as the command.
fn record(target: &str, har: &str, more: &[&str], command: &[&str]) -> Command {
    let mut arguments = vec!["record", "--target", target, "--har", har];
    arguments.extend(more);
    arguments.extend(["--", env!("CARGO_BIN_EXE_watsi")]);
    arguments.extend(command);
    let mut command = watsi(&arguments);
    command.env("WATSI_API_KEY", KEY);
    command
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
    recording.child.kill().unwrap();
    recording.child.wait().unwrap();
    let output = conform(&recording.har, &sandbox.uri());
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let report = String::from_utf8(output.stdout).unwrap();
    assert!(report.contains("validated exchanges: 3"), "{report}");
}

#[cfg(unix)]
#[tokio::test]
async fn signals_end_the_recording_with_a_report() {
    let sandbox = sandbox().await;
    for signal in ["-INT", "-TERM"] {
        let mut recording = Recording::start(&sandbox.uri(), signal, &[]);
        assert_eq!(get(recording.url("/conversations")).await.status(), 200);
        let (code, report) = recording.end(signal);
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
    let response = ResponseTemplate::new(200).set_body_json(page);
    Mock::given(path("/conversations"))
        .respond_with(response)
        .mount(&server)
        .await;
    let mut recording = Recording::start(&server.uri(), "findings", &[]);
    for _ in 0..2 {
        let page: Value = get(recording.url("/conversations"))
            .await
            .json()
            .await
            .unwrap();
        assert_eq!(page["owner"], "Maria");
    }
    let line = recording.error_line("entry 0");
    assert!(
        line.starts_with("entry 0 (GET /conversations 200): breaking: /response/body/hasMore "),
        "{line}"
    );
    let line = recording.error_line("entry 0");
    assert!(line.contains("additive: /response/body/owner "), "{line}");
    let (code, report) = recording.end("-INT");
    assert_eq!(code, Some(1));
    let recorded = body(&recording.entries()[0]["response"]["content"]);
    assert_eq!(recorded["owner"], "Xxxxx");
    let output = conform(&recording.har, &server.uri());
    assert_eq!(String::from_utf8(output.stdout).unwrap(), report);
    assert!(report.contains("(2 times, first in "), "{report}");
}

#[cfg(unix)]
#[tokio::test]
async fn target_is_not_called_unavailable_if_its_response_is_too_large() {
    let server = MockServer::start().await;
    let large = ResponseTemplate::new(200).set_body_bytes(vec![b' '; 16 * 1024 * 1024 + 1]);
    let mock = Mock::given(wiremock::matchers::any()).respond_with(large);
    mock.mount(&server).await;
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
    let line = recording.error_line("request ");
    let expected = "request GET /conversations 502: no response from the target: ";
    assert!(line.starts_with(expected), "{line}");
    let (code, report) = recording.end("-INT");
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
    let output = record(&sandbox.uri(), &har, &[], &["conversations"])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    let error = String::from_utf8(output.stderr).unwrap();
    assert!(
        error.ends_with("the file exists; use --force to overwrite it\n"),
        "{error}"
    );
    assert_eq!(fs::read_to_string(&har).unwrap(), "precious");
    let mut forced = record(&sandbox.uri(), &har, &["--force"], &["conversations"]);
    assert_eq!(forced.status().unwrap().code(), Some(0));
    assert_eq!(entries(&har).len(), 1);
    assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1);
}

#[tokio::test]
async fn only_this_machine_is_served() {
    let sandbox = sandbox().await;
    let recording = Recording::start(&sandbox.uri(), "host", &[]);
    for (host, status) in [
        ("example.com", 403),
        ("127.0.0.1.example.com", 403),
        ("localhost:1", 200),
        ("[::1]", 200),
    ] {
        let request = http().get(recording.url("/conversations")).bearer_auth(KEY);
        let response = request.header("host", host).send().await.unwrap();
        assert_eq!(response.status(), status, "{host}");
    }
    assert_eq!(recording.entries().len(), 2);
}

#[test]
fn invalid_settings_are_named() {
    let directory = Directory::new("settings");
    let har = directory.file("traffic.har");
    for (target, listen, expected) in [
        ("http://example.com", "127.0.0.1:0", "unencrypted"),
        ("ftp://example.com", "127.0.0.1:0", "its scheme is not http"),
        ("example.com", "127.0.0.1:0", "not an absolute URL"),
        ("https://a:b@example.com", "127.0.0.1:0", "a password"),
        ("https://example.com", "0.0.0.0:0", "of this machine"),
    ] {
        let arguments = [
            "record", "--target", target, "--har", &har, "--listen", listen,
        ];
        let output = watsi(&arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{target}");
        let error = String::from_utf8(output.stderr).unwrap();
        assert!(error.contains(expected), "{error}");
    }
    assert!(fs::metadata(&har).is_err());
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
        let arguments = ["record", "--target", target, "--har", &file, "--force"];
        let output = watsi(&arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{name}");
        let error = String::from_utf8(output.stderr).unwrap();
        assert!(error.ends_with("not a regular file\n"), "{error}");
        assert_eq!(
            fs::symlink_metadata(path(name)).unwrap().file_type(),
            before
        );
    }
}
