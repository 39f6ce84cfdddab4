//! Clients that are slow, many, or do not speak HTTP.

use std::time::Duration;

use http::Method;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use watsi_sandbox::{Fault, Sandbox};

use crate::client::{HTTP, PHONE, call, get, request};

/// More connections than the sandbox keeps open.
const MANY: usize = 600;

async fn connect(sandbox: &Sandbox) -> TcpStream {
    let address = sandbox.uri().replace("http://", "");
    TcpStream::connect(address).await.unwrap()
}

/// Opens more connections than the sandbox keeps open, and waits until it has accepted them.
async fn connect_many(sandbox: &Sandbox) -> Vec<TcpStream> {
    let mut open = Vec::new();
    for _ in 0..MANY {
        open.push(connect(sandbox).await);
    }
    // Connections are accepted in order.
    assert_eq!(get(sandbox, "/conversations").await.status, 200);
    open
}

/// A request with the API key.
fn with_key(sandbox: &Sandbox, path: &str) -> String {
    let key = sandbox.api_key();
    format!("GET {path} HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer {key}\r\n\r\n")
}

/// Writes bytes, and returns the status line of the response, if there is one.
async fn exchange(sandbox: &Sandbox, bytes: &[u8]) -> String {
    let mut stream = connect(sandbox).await;
    // The sandbox may close the connection before it has read everything.
    let _ = stream.write_all(bytes).await;
    let _ = stream.shutdown().await;
    let mut received = Vec::new();
    let _ = stream.read_to_end(&mut received).await;
    let text = String::from_utf8_lossy(&received);
    text.lines().next().unwrap_or_default().to_owned()
}

/// Sends a request of the control API with the API key, and returns its connection.
async fn send(sandbox: &Sandbox, path: &str) -> TcpStream {
    let mut stream = connect(sandbox).await;
    let request = with_key(sandbox, &format!("/_sandbox/{path}"));
    stream.write_all(request.as_bytes()).await.unwrap();
    stream
}

/// Reads from a connection until what was received contains the text.
async fn receive(stream: &mut TcpStream, text: &str) -> String {
    let mut received = String::new();
    while !received.contains(text) {
        let mut buffer = [0; 4096];
        let count = stream.read(&mut buffer).await.unwrap();
        assert_ne!(count, 0, "the connection was closed after: {received}");
        received.push_str(std::str::from_utf8(&buffer[..count]).unwrap());
    }
    received
}

#[tokio::test]
async fn bytes_that_are_not_http_do_not_stop_it() {
    let sandbox = Sandbox::start().await;
    let mut seed = fastrand::Rng::with_seed(15);
    for round in 0..200 {
        let mut bytes: Vec<u8> = (0..seed.usize(..2000)).map(|_| seed.u8(..)).collect();
        if round % 2 == 0 {
            bytes.splice(..0, *b"POST /messages HTTP/1.1\r\nhost: 127.0.0.1\r\n");
        }
        exchange(&sandbox, &bytes).await;
    }
    assert_eq!(get(&sandbox, "/conversations").await.status, 200);
}

#[tokio::test]
async fn oversized_requests_are_rejected() {
    let sandbox = Sandbox::start().await;
    let head = [b"GET / HTTP/1.1\r\nx: ".as_slice(), &[b'x'; 1 << 20]].concat();
    assert!(exchange(&sandbox, &head).await.starts_with("HTTP/1.1 431"));
    let body = "POST /messages HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: 1048577\r\n\r\n";
    assert!(
        exchange(&sandbox, body.as_bytes())
            .await
            .starts_with("HTTP/1.1 413")
    );
    let mut endless =
        b"POST /messages HTTP/1.1\r\nhost: 127.0.0.1\r\ntransfer-encoding: chunked\r\n\r\n"
            .to_vec();
    for _ in 0..20 {
        endless.extend(b"10000\r\n");
        endless.resize(endless.len() + 0x10000, b' ');
        endless.extend(b"\r\n");
    }
    exchange(&sandbox, &endless).await;
    assert_eq!(get(&sandbox, "/conversations").await.status, 200);
}

#[tokio::test]
async fn truncated_body_is_a_rejected_request() {
    let sandbox = Sandbox::start().await;
    let body = "POST /messages HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: 100\r\n\r\n{";
    exchange(&sandbox, body.as_bytes()).await;
    assert_eq!(sandbox.requests().len(), 0);
}

#[tokio::test]
async fn request_for_another_host_is_rejected() {
    let builder = Sandbox::builder().allow_host("Sandbox");
    let sandbox = builder.start().await.unwrap();
    let paths = ["/conversations", "/_sandbox/clock", "/docs"];
    let status = async |target: &str, hosts: &[&str]| {
        let mut head = format!("GET {target} HTTP/1.1\r\nconnection: close\r\n");
        head += &format!("authorization: Bearer {}\r\n", sandbox.api_key());
        for host in hosts {
            head += &format!("host: {host}\r\n");
        }
        let mut stream = connect(&sandbox).await;
        let request = format!("{head}\r\n");
        stream.write_all(request.as_bytes()).await.unwrap();
        let line = receive(&mut stream, "\r\n").await;
        line.split(' ').nth(1).unwrap().to_owned()
    };
    for host in [
        "127.0.0.1:4010",
        "[::1]:4010",
        "[::1]",
        "192.168.0.7",
        "LocalHost",
        "sandbox:80",
    ] {
        for path in paths {
            assert_eq!(status(path, &[host]).await, "200", "{host} {path}");
        }
    }
    for host in [
        "evil.example:4010",
        "localhost.evil.example",
        "127.0.0.1.evil.example",
        "[::1]evil.example",
        "[::1].evil.example:4010",
        "[::1]:evil.example",
        "[[::1]]",
        "[127.0.0.1]",
        "127.0.0.1]",
        "::1",
        "localhost:evil.example",
        "localhost:4010:4010",
        "localhost@evil.example",
        "evil.example@localhost",
        "localhost/evil.example",
        "localhost evil.example",
        "",
    ] {
        for path in paths {
            assert_eq!(status(path, &[host]).await, "421", "{host} {path}");
        }
    }
    // It names one host.
    assert_eq!(status("/docs", &[]).await, "421");
    assert_eq!(status("/docs", &["127.0.0.1", "localhost"]).await, "421");
    let absolute = "http://evil.example/docs";
    assert_eq!(status(absolute, &["127.0.0.1"]).await, "421");
}

#[tokio::test]
async fn many_idle_and_slow_connections_do_not_keep_others_out() {
    let sandbox = Sandbox::start().await;
    let mut open = Vec::new();
    for number in 0..MANY {
        let mut stream = connect(&sandbox).await;
        let start: &[u8] = match number % 3 {
            0 => b"",
            1 => b"GET /conversations HTTP/1.1\r\nhost:",
            _ => b"POST /messages HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: 9\r\n\r\n{",
        };
        let _ = stream.write_all(start).await;
        open.push(stream);
    }
    assert_eq!(get(&sandbox, "/conversations").await.status, 200);
    // The one that was idle for the longest is closed, long before it times out.
    let mut byte = [0];
    let read = open[0].read(&mut byte);
    let closed = tokio::time::timeout(Duration::from_secs(15), read).await;
    assert_eq!(closed.expect("it is closed").unwrap_or(0), 0);
}

#[tokio::test]
async fn connections_in_use_are_not_closed_for_idle_ones() {
    let sandbox = Sandbox::start().await;
    let request = request(&sandbox, Method::GET, "/_sandbox/messages?wait=60");
    let waiting = tokio::spawn(request.send());
    let mut stream = send(&sandbox, "changes").await;
    receive(&mut stream, "data: ").await;
    // One that has sent the API key is in use, too.
    let mut known = send(&sandbox, "clock").await;
    receive(&mut known, "\"now\"").await;
    let _open = connect_many(&sandbox).await;
    let next = with_key(&sandbox, "/conversations");
    known.write_all(next.as_bytes()).await.unwrap();
    receive(&mut known, "HTTP/1.1 200").await;
    sandbox.customer_writes(PHONE, "Hi");
    receive(&mut stream, "data: ").await;
    assert_eq!(waiting.await.unwrap().unwrap().status(), 200);
}

#[tokio::test]
async fn waiting_requests_do_not_keep_others_out() {
    let sandbox = Sandbox::start().await;
    let mut long_polls = Vec::new();
    for _ in 0..8 {
        long_polls.push(send(&sandbox, "messages?wait=60").await);
    }
    // An event stream responds at once, until too many requests wait.
    let mut event_streams = Vec::new();
    loop {
        let mut stream = send(&sandbox, "changes").await;
        let status = receive(&mut stream, "\r\n").await;
        if status.starts_with("HTTP/1.1 429") {
            break;
        }
        assert!(status.starts_with("HTTP/1.1 200"), "{status}");
        assert!(event_streams.len() < MANY, "nothing is rejected");
        event_streams.push(stream);
    }
    assert_eq!(get(&sandbox, "/conversations").await.status, 200);
    sandbox.customer_writes(PHONE, "Hi");
    for stream in &mut long_polls {
        assert!(receive(stream, "\r\n").await.starts_with("HTTP/1.1 200"));
    }
}

#[tokio::test]
async fn control_api_rejects_a_body_without_the_api_key_before_it_is_received() {
    let sandbox = Sandbox::start().await;
    let mut stream = connect(&sandbox).await;
    let head =
        "PUT /_sandbox/state HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: 60000000\r\n\r\n";
    stream.write_all(head.as_bytes()).await.unwrap();
    let response = receive(&mut stream, "\r\n").await;
    assert!(response.starts_with("HTTP/1.1 401"), "{response}");
    // The client sends the rest, and continues on the same connection.
    let chunk = [b' '; 60_000];
    for _ in 0..1_000 {
        stream.write_all(&chunk).await.unwrap();
    }
    let next = "GET /docs HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n";
    stream.write_all(next.as_bytes()).await.unwrap();
    receive(&mut stream, "HTTP/1.1 200").await;
}

#[tokio::test]
async fn request_without_the_api_key_has_no_effect() {
    let sandbox = Sandbox::builder()
        .rate_limit(1, Duration::from_secs(60))
        .start()
        .await
        .unwrap();
    sandbox.seed(1);
    sandbox.add_fault(Fault::status(503)).unwrap();
    let before = sandbox.export();
    for (method, path) in [
        (Method::GET, "/conversations"),
        (Method::POST, "/messages"),
        (Method::POST, "/webhooks"),
        (Method::POST, "/_sandbox/reset"),
        (Method::DELETE, "/_sandbox/faults"),
        (Method::PUT, "/_sandbox/state"),
    ] {
        let request = HTTP.request(method, format!("{}{path}", sandbox.uri()));
        // What a page of another site can send.
        let response = request.header("content-type", "text/plain").body("{}");
        let status = response.send().await.unwrap().status();
        assert_eq!(status, 401, "{path}");
    }
    assert_eq!(sandbox.export(), before);
    assert_eq!(sandbox.faults()[0].applied, 0);
    assert_eq!(get(&sandbox, "/conversations").await.status, 503);
    assert_eq!(get(&sandbox, "/conversations").await.status, 200);
}

#[tokio::test]
async fn body_with_too_many_values_is_rejected() {
    let sandbox = Sandbox::start().await;
    let values = vec!["1"; 10_001].join(",");
    for (path, many) in [
        (
            "/webhooks",
            format!(r#"{{"url": "https://a.example", "events": [{values}]}}"#),
        ),
        (
            "/_sandbox/post-event",
            format!(r#"{{"type": "a", "data": {{"a": [{values}]}}}}"#),
        ),
    ] {
        let response = call(&sandbox, Method::POST, path, Some(&many)).await;
        assert_eq!(response.rejection(), (400, "VALIDATION_ERROR"), "{path}");
        let details = response.error()["details"].as_object().unwrap();
        assert_eq!(details.keys().collect::<Vec<_>>(), ["body"], "{path}");
    }
}

#[tokio::test]
async fn error_describes_at_most_100_fields() {
    let sandbox = Sandbox::start().await;
    let fields: Vec<_> = (0..5_000)
        .map(|number| format!(r#""f{number}": 1"#))
        .collect();
    let body = format!("{{{}}}", fields.join(","));
    let response = call(&sandbox, Method::POST, "/messages", Some(&body)).await;
    let details = response.error()["details"].as_object().unwrap();
    assert_eq!(details.len(), 100);
}
