//! Measures what hostile clients cost: the memory after many requests, and how long a good request takes beside the
//! largest bad ones and beside thousands of hostile connections. Fails if a limit is exceeded.
//!
//! ```text
//! cargo bench -p watsi-sandbox --bench attacks [memory | connections | requests]
//! ```

use std::sync::Arc;
use std::time::{Duration, Instant};

use reqwest::{Client, Method, RequestBuilder};
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use watsi_sandbox::{Fault, Sandbox};

const MB: usize = 1_000_000;

/// The limits.
const MOST_GROWTH: usize = 20 * MB;
const LONGEST: Duration = Duration::from_millis(100);

const HOSTILE_CONNECTIONS: usize = 10_000;

/// A sandbox and a client.
struct Target {
    sandbox: Sandbox,
    http: Client,
}

impl Target {
    async fn start() -> Arc<Self> {
        let sandbox = Sandbox::start().await;
        sandbox.seed(100);
        let http = Client::builder().no_proxy().build().unwrap();
        Arc::new(Target { sandbox, http })
    }

    /// Returns a request with the API key.
    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let url = format!("{}{path}", self.sandbox.uri());
        self.http
            .request(method, url)
            .bearer_auth(self.sandbox.api_key())
            .header("content-type", "application/json")
    }

    fn post(&self, path: &str, body: String) -> RequestBuilder {
        self.request(Method::POST, path).body(body)
    }

    /// Sends a good request, and returns how long it takes.
    async fn good_request(&self) -> Duration {
        let start = Instant::now();
        let request = self.request(Method::GET, "/conversations");
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), 200);
        response.bytes().await.unwrap();
        start.elapsed()
    }
}

/// Returns the memory of this process in bytes.
fn memory() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:"));
    let kilobytes = line.and_then(|line| line.split_whitespace().nth(1));
    kilobytes.unwrap().parse::<usize>().unwrap() * 1024
}

async fn run(request: RequestBuilder) {
    // A lost response is an error.
    if let Ok(response) = request.send().await {
        let _ = response.bytes().await;
    }
}

/// Sends requests of all kinds, one after the other.
async fn mixed_requests(target: &Target, count: usize) {
    let sandbox = &target.sandbox;
    let id = sandbox.customer_writes("+5491155551234", "Hi");
    for number in 0..count {
        let request = match number % 12 {
            0 => target.request(Method::GET, "/conversations"),
            1 => target.request(
                Method::GET,
                &format!("/conversations?limit={}", number % 150),
            ),
            2 => target.request(
                Method::GET,
                &format!("/conversations?{}", "a=1&".repeat(2_000)),
            ),
            3..5 => {
                let body = json!({"conversation_id": id, "body": format!("Hello! {number}")});
                target.post("/messages", body.to_string())
            }
            5 => target.post("/messages", format!("{{{}", "\"a\":1,".repeat(1_000))),
            6 => target.http.get(format!("{}/conversations", sandbox.uri())),
            7 => target.request(Method::DELETE, &format!("/{number}")),
            8 => {
                let phone = format!("+{}", number % 1_000);
                let body = json!({"phone": phone, "text": "x".repeat(1_000)});
                target.post("/_sandbox/customer-writes", body.to_string())
            }
            9 => {
                let fault = Fault::lose_response().operation("list_conversations");
                let _ = sandbox.add_fault(fault);
                target.request(Method::GET, "/conversations")
            }
            10 => {
                let body =
                    json!({"url": "http://127.0.0.1:1/", "events": [format!("type.{number}")]});
                target.post("/webhooks", body.to_string())
            }
            _ => target.request(Method::GET, "/_sandbox/deliveries?limit=10"),
        };
        run(request).await;
    }
}

/// A request that is rejected, or has a large response.
struct Bad {
    name: &'static str,
    request: RequestBuilder,
}

/// Returns the largest bad requests.
fn bad_requests(target: &Target, state: &Value) -> Vec<Bad> {
    let bad = |name, request| Bad { name, request };
    let size = 1_000_000;
    let object = |property: &dyn Fn(usize) -> String, count: usize| {
        let properties: Vec<_> = (0..count).map(property).collect();
        format!("{{{}}}", properties.join(","))
    };
    let events = |event: &str, count: usize| {
        let events = vec![event; count].join(",");
        format!(r#"{{"url":"https://a.example","events":[{events}]}}"#)
    };
    let text = |unit: &str| {
        let text = unit.repeat(size / unit.len());
        format!(r#"{{"conversation_id":"{text}","body":"x"}}"#)
    };
    let messages = |body: String| target.post("/messages", body);
    let webhooks = |body: String| target.post("/webhooks", body);
    let import = |state: String| target.request(Method::PUT, "/_sandbox/state").body(state);
    let url = format!("https://a.example/{}", "/%".repeat(size / 2));
    let many_messages = {
        let mut state = state.clone();
        let message = state["messages"][0].clone();
        state["messages"] = (0..40_000)
            .map(|number| {
                let mut message = message.clone();
                message["message"]["id"] = json!(format!("msg_{number}"));
                message
            })
            .collect();
        state.to_string()
    };
    let without_key = target
        .http
        .put(format!("{}/_sandbox/state", target.sandbox.uri()))
        .body(many_messages.clone());
    vec![
        bad(
            "unknown properties",
            messages(object(&|number| format!(r#""{number:x}":1"#), size / 11)),
        ),
        bad(
            "9,900 unknown properties",
            messages(object(&|number| format!(r#""{number:x}":1"#), 9_900)),
        ),
        bad(
            "duplicate properties",
            messages(object(&|_| r#""a":1"#.to_owned(), 9_900)),
        ),
        bad("integers as events", webhooks(events("1", size / 2))),
        bad("9,900 integers as events", webhooks(events("1", 9_900))),
        bad("equal events", webhooks(events("\"\"", 9_900))),
        bad("nested arrays", messages("[".repeat(size))),
        bad(
            "long URL",
            webhooks(json!({"url": url, "events": []}).to_string()),
        ),
        bad("long id", messages(text("x"))),
        bad("escaped id", messages(text("\\u0000"))),
        bad(
            "query of 60 kB",
            target.request(
                Method::GET,
                &format!("/conversations?{}", "a=1&".repeat(15_000)),
            ),
        ),
        bad(
            "path of 60 kB",
            target.request(Method::GET, &"/a".repeat(30_000)),
        ),
        bad("state with 40,000 messages", import(many_messages)),
        bad("the same without the API key", without_key),
        bad("state that is not JSON", import("[".repeat(60 * MB))),
        bad(
            "export of 10,000 messages",
            target.request(Method::GET, "/_sandbox/state"),
        ),
        bad(
            "10,000 messages",
            target.request(Method::GET, "/_sandbox/messages?limit=10000"),
        ),
    ]
}

struct Longest {
    good: Duration,
    bad: Duration,
}

/// Sends good requests while a bad one is processed three times.
async fn beside(target: &Arc<Target>, bad: RequestBuilder) -> Longest {
    let bad = tokio::spawn(async move {
        let mut longest = Duration::ZERO;
        for _ in 0..3 {
            let start = Instant::now();
            run(bad.try_clone().unwrap()).await;
            longest = longest.max(start.elapsed());
        }
        longest
    });
    let mut longest = target.good_request().await;
    while !bad.is_finished() {
        longest = longest.max(target.good_request().await);
    }
    Longest {
        good: longest,
        bad: bad.await.unwrap(),
    }
}

/// Returns the longest of many good requests alone.
async fn alone(target: &Target) -> Duration {
    let mut longest = Duration::ZERO;
    for _ in 0..10_000 {
        longest = longest.max(target.good_request().await);
    }
    longest
}

/// Returns the longest good request while hostile connections are opened.
async fn beside_connections(target: &Arc<Target>) -> Duration {
    let address = target.sandbox.uri().replace("http://", "");
    let hostile = tokio::spawn(async move {
        let mut open = std::collections::VecDeque::new();
        for number in 0..HOSTILE_CONNECTIONS {
            let Ok(mut stream) = TcpStream::connect(&address).await else {
                continue;
            };
            let bytes: &[u8] = match number % 5 {
                0 => b"",
                1 => b"\x16\x03\x01 garbage\r\n\r\n",
                2 => b"GET /conversations HTTP/1.1\r\nhost:",
                3 => b"POST /messages HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: 9\r\n\r\n{",
                _ => b"POST /messages HTTP/1.1\r\nhost: 127.0.0.1\r\ntransfer-encoding: chunked\r\n\r\n1\r\n",
            };
            let _ = stream.write_all(bytes).await;
            open.push_back(stream);
            if open.len() > 400 {
                open.pop_front();
            }
        }
    });
    let mut longest = target.good_request().await;
    while !hostile.is_finished() {
        longest = longest.max(target.good_request().await);
    }
    hostile.await.unwrap();
    longest
}

async fn memory_after_many_requests() {
    let target = Target::start().await;
    mixed_requests(&target, 20_000).await;
    let start = memory();
    mixed_requests(&target, 180_000).await;
    let end = memory();
    println!(
        "memory after 20,000 requests: {} MB, after 200,000: {} MB",
        start / MB,
        end / MB
    );
    let growth = end.saturating_sub(start);
    assert!(growth <= MOST_GROWTH, "{growth} bytes");
}

async fn good_requests_beside_connections() {
    let target = Target::start().await;
    println!("longest good request alone: {:.1?}", alone(&target).await);
    let longest = beside_connections(&target).await;
    println!(
        "longest good request beside {HOSTILE_CONNECTIONS} hostile connections: {longest:.1?}"
    );
    assert!(longest <= LONGEST);
}

async fn good_requests_beside_bad_ones() {
    let target = Target::start().await;
    for number in 0..10_000 {
        let text = "x".repeat(1_000);
        target.sandbox.customer_writes(&format!("+{number}"), &text);
    }
    let state = target.sandbox.export();
    println!("\n| bad request | takes | longest good request |\n|---|---|---|");
    let mut slowest = Duration::ZERO;
    for Bad { name, request } in bad_requests(&target, &state) {
        let Longest { good, bad } = beside(&target, request).await;
        println!("| {name} | {bad:.1?} | {good:.1?} |");
        slowest = slowest.max(good);
    }
    assert!(slowest <= LONGEST, "{slowest:.1?}");
}

#[tokio::main]
async fn main() {
    let wanted = std::env::args()
        .skip(1)
        .find(|argument| argument != "--bench");
    let is_wanted = |name: &str| wanted.as_ref().is_none_or(|wanted| wanted == name);
    if is_wanted("memory") {
        memory_after_many_requests().await;
    }
    if is_wanted("connections") {
        good_requests_beside_connections().await;
    }
    if is_wanted("requests") {
        good_requests_beside_bad_ones().await;
    }
}
