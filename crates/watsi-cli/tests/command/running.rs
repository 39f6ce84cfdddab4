//! Commands that run until they are interrupted.

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStderr, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::LazyLock;

use serde_json::Value;
use watsi::reqwest::{Client, StatusCode};

use crate::command::watsi;

/// Returns a client for any server of a test. It is shared, because creating one is slow, and has no pool, because a
/// connection belongs to the runtime of one test.
pub fn http() -> &'static Client {
    static HTTP: LazyLock<Client> = LazyLock::new(|| {
        let builder = Client::builder().no_proxy();
        builder.pool_max_idle_per_host(0).build().unwrap()
    });
    &HTTP
}

/// A running command, which ends with the test.
pub struct Running {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    errors: BufReader<ChildStderr>,
}

impl Drop for Running {
    fn drop(&mut self) {
        // One that has ended already needs no end.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Running {
    pub fn start(mut command: Command) -> Self {
        let command = command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.stderr(Stdio::piped()).spawn().unwrap();
        Running {
            input: child.stdin.take().unwrap(),
            output: BufReader::new(child.stdout.take().unwrap()),
            errors: BufReader::new(child.stderr.take().unwrap()),
            child,
        }
    }

    pub fn input(&mut self, text: &str) {
        self.input.write_all(text.as_bytes()).unwrap();
    }

    pub fn line(&mut self) -> String {
        let mut line = String::new();
        self.output.read_line(&mut line).unwrap();
        line.trim_end().to_owned()
    }

    pub fn error_line(&mut self) -> String {
        let mut line = String::new();
        self.errors.read_line(&mut line).unwrap();
        line.trim_end().to_owned()
    }

    /// Returns the next line on standard error that begins with this text.
    pub fn error_line_with(&mut self, start: &str) -> String {
        loop {
            let line = self.error_line();
            assert!(!line.is_empty(), "no line begins with {start}");
            if line.starts_with(start) {
                return line;
            }
        }
    }

    /// Returns the URL at the end of the first line on standard error.
    pub fn url(&mut self, start: &str) -> String {
        let line = self.error_line();
        line.strip_prefix(start).expect(&line).to_owned()
    }

    /// Sends a signal, and returns the exit code and the rest of standard output.
    #[cfg(unix)]
    pub fn end(&mut self, signal: &str) -> (Option<i32>, String) {
        let id = self.child.id().to_string();
        let sent = Command::new("kill").args([signal, &id]).status();
        assert!(sent.unwrap().success());
        let mut rest = String::new();
        self.output.read_to_string(&mut rest).unwrap();
        (self.child.wait().unwrap().code(), rest)
    }
}

/// A running `watsi sandbox`.
pub struct Sandbox {
    pub running: Running,
    /// What it prints when it starts.
    pub details: Value,
}

impl Sandbox {
    pub fn start(arguments: &[&str]) -> Self {
        let mut command = watsi(&["sandbox", "--format", "json"]);
        command.args(arguments);
        let mut running = Running::start(command);
        let details = serde_json::from_str(&running.line()).unwrap();
        Sandbox { running, details }
    }

    pub fn url(&self) -> &str {
        self.details["url"].as_str().unwrap()
    }

    /// `watsi` with this sandbox as its server.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = watsi(arguments);
        command.env("WATSI_API_KEY", "sandbox-key");
        command.env("WATSI_BASE_URL", self.url());
        command
    }

    pub async fn get(&self, path: &str) -> Value {
        let request = http().get(format!("{}{path}", self.url()));
        let response = request.bearer_auth("sandbox-key").send().await.unwrap();
        response.json().await.unwrap()
    }

    pub async fn post(&self, path: &str, body: Value) -> StatusCode {
        let request = http().post(format!("{}{path}", self.url()));
        let request = request.bearer_auth("sandbox-key").json(&body);
        request.send().await.unwrap().status()
    }
}
