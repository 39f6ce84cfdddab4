//! Clients that are slow, many, or do not speak HTTP.

use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use watsi_sandbox::Sandbox;

use crate::client::{HTTP, PHONE, get};

async fn connect(sandbox: &Sandbox) -> TcpStream {
    let address = sandbox.uri().replace("http://", "");
    TcpStream::connect(address).await.unwrap()
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
    let sandbox = Sandbox::builder()
        .allow_host("Sandbox")
        .start()
        .await
        .unwrap();
    for (host, status) in [
        ("evil.example", 421),
        ("127.0.0.1.evil.example", 421),
        ("sandbox:4010", 200),
        ("localhost", 200),
    ] {
        for path in ["/conversations", "/_sandbox/clock", "/docs"] {
            let request = HTTP.get(format!("{}{path}", sandbox.uri()));
            let request = request.bearer_auth(sandbox.api_key()).header("host", host);
            let response = request.send().await.unwrap();
            assert_eq!(response.status(), status, "{host} {path}");
        }
    }
}

#[tokio::test]
async fn many_idle_and_slow_connections_do_not_keep_others_out() {
    let sandbox = Sandbox::start().await;
    let mut open = Vec::new();
    for number in 0..600 {
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
    let closed = open[0].read(&mut byte);
    let closed = tokio::time::timeout(Duration::from_secs(15), closed).await;
    assert_eq!(closed.expect("it is closed").unwrap_or(0), 0);
}

#[tokio::test]
async fn connection_that_waits_for_a_response_is_not_closed_for_others() {
    let sandbox = Sandbox::start().await;
    let url = format!("{}/_sandbox/messages?wait=60", sandbox.uri());
    let request = HTTP.get(url).bearer_auth(sandbox.api_key());
    let waiting = tokio::spawn(request.send());
    let mut open = vec![connect(&sandbox).await];
    // Connections are accepted in order, so the waiting one is the oldest once this one has a response.
    get(&sandbox, "/conversations").await;
    for _ in 0..600 {
        open.push(connect(&sandbox).await);
    }
    assert_eq!(get(&sandbox, "/conversations").await.status, 200);
    sandbox.customer_writes(PHONE, "Hi");
    assert_eq!(waiting.await.unwrap().unwrap().status(), 200);
}
