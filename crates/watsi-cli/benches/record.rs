//! Measures the memory of `watsi record` after many requests whose parts are all different. Fails if it grows.
//!
//! ```text
//! cargo bench -p watsi-cli --bench record
//! ```

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use serde_json::json;
use tokio::task::JoinSet;
use watsi::reqwest::{Client, RequestBuilder};
use watsi_sandbox::Sandbox;

const MB: usize = 1_000_000;

/// The limit, after the first requests.
const MOST_GROWTH: usize = 20 * MB;

const FIRST: usize = 20_000;
const ALL: usize = 200_000;

/// The number of requests at the same time.
const CONCURRENT: usize = 8;

/// A running proxy, which ends with the benchmark.
struct Proxy {
    child: Child,
    url: String,
    http: Client,
    api_key: String,
    conversation_id: String,
    _directory: tempfile::TempDir,
}

impl Drop for Proxy {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Proxy {
    fn start(sandbox: &Sandbox) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let mut child = Command::new(env!("CARGO_BIN_EXE_watsi"))
            .args(["record", "--target", &sandbox.uri(), "--har"])
            .arg(directory.path().join("traffic.har"))
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut log = BufReader::new(child.stderr.take().unwrap());
        let mut line = String::new();
        log.read_line(&mut line).unwrap();
        let url = line
            .trim_end()
            .strip_prefix("WATSI_BASE_URL=")
            .unwrap()
            .to_owned();
        std::thread::spawn(move || std::io::copy(&mut log, &mut std::io::sink()));
        Proxy {
            child,
            url,
            http: Client::builder().no_proxy().build().unwrap(),
            api_key: sandbox.api_key().to_owned(),
            conversation_id: sandbox.customer_writes("+5491155551234", "Hi").to_string(),
            _directory: directory,
        }
    }

    /// Returns the memory of the proxy in bytes.
    fn memory(&self) -> usize {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find(|line| line.starts_with("VmRSS:"));
        let kilobytes = line.and_then(|line| line.split_whitespace().nth(1));
        kilobytes.unwrap().parse::<usize>().unwrap() * 1024
    }

    fn get(&self, path: &str) -> RequestBuilder {
        self.http
            .get(format!("{}{path}", self.url))
            .bearer_auth(&self.api_key)
    }

    fn post(&self, path: &str) -> RequestBuilder {
        self.http
            .post(format!("{}{path}", self.url))
            .bearer_auth(&self.api_key)
    }

    /// Returns one of the kinds of requests. Its names and values belong to this number alone.
    fn request(&self, number: usize) -> RequestBuilder {
        let unique = format!("{:x}-{number}", number.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        match number % 14 {
            0 => self.get("/conversations"),
            1 => self.get(&format!("/conversations?limit={}", number % 150)),
            2 => self.get(&format!("/conversations?status={unique}&token={unique}")),
            3 => self.get(&format!(
                "/conversations?x{unique}=1&status[x{unique}]={unique}"
            )),
            4 => self.get(&format!("/{unique}/{number}")),
            5 => self
                .get("/conversations")
                .header("cookie", format!("session={unique}")),
            6 => self
                .get("/conversations")
                .header(format!("x-{unique}"), &unique),
            7 => self.get("/conversations").bearer_auth(&unique),
            8 => {
                let body = json!({"conversation_id": self.conversation_id, "body": unique});
                self.post("/messages").json(&body)
            }
            9 => self
                .post("/messages")
                .json(&json!({"token": unique, letters(number): [unique]})),
            10 => self
                .post("/messages")
                .json(&json!({"body": unique.repeat(1_000)})),
            11 => self.post("/messages").body(format!("{{{unique}")),
            12 => self.get(&format!("/conversations?{}={unique}", letters(number))),
            _ => self
                .post("/webhooks")
                .header("content-type", "application/x-www-form-urlencoded")
                .body(format!("password={unique}&{unique}={unique}")),
        }
    }
}

/// Returns a name of letters, which is shown in findings.
fn letters(mut number: usize) -> String {
    let mut letters = "x".to_owned();
    while number > 0 {
        letters.push(char::from(b"abcdefghijklmnop"[number % 16]));
        number /= 16;
    }
    letters
}

/// Sends the requests with these numbers.
async fn send(proxy: &Arc<Proxy>, numbers: std::ops::Range<usize>) {
    let mut tasks = JoinSet::new();
    for worker in 0..CONCURRENT {
        let (proxy, numbers) = (Arc::clone(proxy), numbers.clone());
        tasks.spawn(async move {
            for number in numbers.skip(worker).step_by(CONCURRENT) {
                let response = proxy.request(number).send().await.unwrap();
                assert_ne!(response.status(), 502);
                response.bytes().await.unwrap();
            }
        });
    }
    tasks.join_all().await;
}

#[tokio::main]
async fn main() {
    let sandbox = Sandbox::start().await;
    sandbox.seed(20);
    let proxy = Arc::new(Proxy::start(&sandbox));
    send(&proxy, 0..FIRST).await;
    let start = proxy.memory();
    send(&proxy, FIRST..ALL).await;
    let end = proxy.memory();
    println!(
        "memory after {FIRST} requests: {} MB, after {ALL}: {} MB",
        start / MB,
        end / MB
    );
    let growth = end.saturating_sub(start);
    assert!(growth <= MOST_GROWTH, "{growth} bytes");
}
