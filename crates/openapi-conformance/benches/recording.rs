//! Compares validating a recording with parsing the same bytes as JSON, both in one run:
//!
//! ```text
//! taskset -c 0 cargo bench -p openapi-conformance
//! ```
//!
//! The two sides take turns, and the ratio is the median of the rounds' ratios. The peak memory is that of validating
//! the recording from a stream, before it is in memory.

use std::hint::black_box;
use std::io::{self, Read};
use std::sync::LazyLock;
use std::time::Instant;

use openapi_conformance::Contract;
use openapi_conformance::har::Recording;
use serde_json::{Value, json};

static CONTRACT: LazyLock<Contract> = LazyLock::new(|| {
    Contract::parse(include_str!("../tests/messaging.yaml")).expect("it is a valid contract")
});

/// The size of the recording in bytes.
const SIZE: usize = 100_000_000;
const ROUNDS: usize = 7;

/// A recording of `size` bytes, made while it is read.
struct Made {
    entries: Vec<String>,
    piece: io::Cursor<String>,
    next: usize,
    rest: usize,
}

impl Made {
    fn new(size: usize) -> Self {
        Made {
            entries: entries(),
            piece: io::Cursor::new(r#"{"log":{"version":"1.2","pages":[],"entries":["#.to_owned()),
            next: 0,
            rest: size,
        }
    }
}

impl Read for Made {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        let mut count = self.piece.read(to)?;
        if count == 0 && self.rest > 0 {
            let comma = if self.next == 0 { "" } else { "," };
            let entry = &self.entries[self.next % self.entries.len()];
            self.next += 1;
            self.rest = self.rest.saturating_sub(entry.len());
            let end = if self.rest == 0 { "]}}" } else { "" };
            self.piece = io::Cursor::new(format!("{comma}{entry}{end}"));
            count = self.piece.read(to)?;
        }
        Ok(count)
    }
}

/// Returns the entries of a browser: lists of 20 to 100 conversations, a sent message and an error.
fn entries() -> Vec<String> {
    let mut entries: Vec<_> = [20, 40, 60, 100].into_iter().map(list).collect();
    entries.extend([sent(), rejected()]);
    entries.iter().map(Value::to_string).collect()
}

fn list(count: usize) -> Value {
    let chats: Vec<_> = (0..count).map(conversation).collect();
    let body = json!({"chats": chats, "hasMore": true});
    entry(
        "GET",
        &format!("conversations?limit={count}"),
        None,
        200,
        &body,
    )
}

fn conversation(index: usize) -> Value {
    let at = format!(
        "2025-03-15T10:{:02}:{:02}.000Z",
        59 - index / 60,
        59 - index % 60
    );
    json!({
        "id": format!("550e8400-e29b-41d4-a716-{index:012}"),
        "customer": {"name": "Maria García", "phone": "+5491155551234"},
        "last_message_at": at, "status": "open",
        "agent_id": "0b7f9f0e-93b4-4e4f-8f38-2f1d6f3c9a01", "assigned_user_id": null,
        "company_id": "3d0c4a2e-5f6b-4c7d-8e9f-a0b1c2d3e4f5", "created_at": at,
        "customer_id": "9a8b7c6d-5e4f-4a3b-8c1d-0e9f8a7b6c5d", "details": {"source": "campaign"},
    })
}

fn sent() -> Value {
    let id = "550e8400-e29b-41d4-a716-446655440000";
    let request = json!({"conversation_id": id, "body": "Hello"});
    let message = json!({
        "id": "m", "conversation_id": id, "body": "Hello", "direction": "outbound",
        "status": "sent", "created_at": "2025-03-15T10:35:00.000Z",
    });
    entry(
        "POST",
        "messages",
        Some(&request),
        200,
        &json!({"message": message}),
    )
}

fn rejected() -> Value {
    let error = json!({"error": {
        "code": "VALIDATION_ERROR", "message": "The query failed validation", "request_id": "req_1",
    }});
    entry("GET", "conversations?limit=0", None, 400, &error)
}

fn entry(method: &str, path: &str, sent: Option<&Value>, status: u16, received: &Value) -> Value {
    let header = |name: &str, value: &str| json!({"name": name, "value": value});
    let mut request_headers = vec![
        header("accept", "application/json"),
        header("accept-encoding", "gzip, deflate, br"),
        header("authorization", "Bearer sk-test-key"),
        header(
            "user-agent",
            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36",
        ),
    ];
    let mut request = json!({
        "method": method, "url": format!("https://api.example.com/api/v1/{path}"),
        "httpVersion": "HTTP/2", "queryString": [], "cookies": [], "headersSize": -1, "bodySize": 0,
    });
    if let Some(sent) = sent {
        let text = sent.to_string();
        request_headers.push(header("content-type", "application/json"));
        request["bodySize"] = text.len().into();
        request["postData"] = json!({"mimeType": "application/json", "text": text});
    }
    request["headers"] = request_headers.into();
    let text = received.to_string();
    json!({
        "startedDateTime": "2025-03-15T10:35:00.000Z", "time": 38.2, "pageref": "page_1",
        "request": request,
        "response": {
            "status": status, "statusText": "", "httpVersion": "HTTP/2", "cookies": [],
            "headers": [
                header("content-type", "application/json; charset=utf-8"),
                header("date", "Sat, 15 Mar 2025 10:35:00 GMT"),
                header("x-request-id", "req_0123456789"),
            ],
            "content": {"size": text.len(), "mimeType": "application/json", "text": text},
            "redirectURL": "", "headersSize": -1, "bodySize": -1,
        },
        "cache": {},
        "timings": {"blocked": 1.5, "dns": -1, "send": 0.1, "wait": 35.2, "receive": 1.4},
    })
}

/// Validates the recording, and returns the number of validated entries and findings.
fn validate(har: impl Read) -> (usize, usize) {
    let mut recording = Recording::new(&CONTRACT, None).unwrap();
    let mut findings = 0;
    recording.read(har, |_| findings += 1).unwrap();
    (recording.entries().validated, findings)
}

fn parse(har: &[u8]) -> usize {
    let har: Value = serde_json::from_slice(har).unwrap();
    har["log"]["entries"].as_array().unwrap().len()
}

fn main() {
    let (validated, findings) = validate(Made::new(SIZE));
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find(|line| line.starts_with("VmHWM"));
    println!(
        "{validated} entries, {findings} findings, peak memory: {}",
        peak.unwrap_or("unknown")
    );

    let mut har = Vec::with_capacity(SIZE + 100_000);
    Made::new(SIZE).read_to_end(&mut har).unwrap();
    let seconds = |side: &dyn Fn() -> usize| {
        let start = Instant::now();
        assert_eq!(black_box(side()), validated);
        start.elapsed().as_secs_f64()
    };
    let mut rounds: Vec<(f64, f64)> = (0..ROUNDS)
        .map(|_| (seconds(&|| parse(&har)), seconds(&|| validate(&*har).0)))
        .collect();
    rounds.sort_by(|a, b| (a.1 / a.0).total_cmp(&(b.1 / b.0)));
    let (parsed, validated) = rounds[ROUNDS / 2];
    let speed = |seconds: f64| har.len() as f64 / 1e6 / seconds;
    println!(
        "| parse | {:.0} MB/s | validate | {:.0} MB/s | ratio | {:.2} |",
        speed(parsed),
        speed(validated),
        validated / parsed,
    );
}
