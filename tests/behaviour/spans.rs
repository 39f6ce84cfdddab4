//! Feature `tracing`: one span per call, one event per retry and failed delivery, without secrets.

use std::cell::RefCell;
use std::io::{self, Write};
use std::sync::Once;

use tower_service::Service;
use tracing_subscriber::fmt::format::FmtSpan;
use watsi::webhook::{MemorySeen, Receiver, SIGNATURE_HEADER, Verifier, sign};

use crate::server::{Act, KEY, PHONE, Server, TEXT, http, list, send};

thread_local! {
    /// The log of the test on this thread.
    static LOG: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

struct Log;

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        LOG.with_borrow_mut(|log| log.extend_from_slice(bytes));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Returns the log of `call` at every level.
async fn logged(call: impl AsyncFn()) -> String {
    // One subscriber for all tests: tracing caches whether a callsite is enabled, and those of concurrent tests would
    // disable each other's.
    static SUBSCRIBER: Once = Once::new();
    SUBSCRIBER.call_once(|| {
        tracing_subscriber::fmt()
            .with_max_level(tracing::Level::TRACE)
            .with_span_events(FmtSpan::CLOSE)
            .with_writer(|| Log)
            .with_ansi(false)
            .init();
    });
    LOG.take();
    call().await;
    String::from_utf8(LOG.take()).unwrap()
}

#[tokio::test]
async fn call_is_one_span() {
    let server = Server::start([Act::Respond(http(
        200,
        &[],
        r#"{"chats":[],"hasMore":false}"#,
    ))])
    .await;
    let client = server.client();
    let text = logged(async || drop(list(&client).await.unwrap())).await;
    let span = text
        .lines()
        .find(|line| line.contains("close"))
        .expect("a span");
    let expected = [
        " watsi: close",
        "watsi.call{",
        "otel.name=\"list_conversations\"",
        "otel.kind=\"client\"",
        "http.request.method=\"GET\"",
        "http.request.resend_count=0",
        "http.response.status_code=200",
        "server.address=\"127.0.0.1\"",
    ];
    for field in expected {
        assert!(span.contains(field), "{field} in {span}");
    }
    assert!(!span.contains("error.type"), "{span}");
}

#[tokio::test]
async fn retry_is_one_event() {
    let error = r#"{"error":{"code":"SERVICE_UNAVAILABLE","message":"m","request_id":"req_9"}}"#;
    let server = Server::start([Act::Respond(http(503, &[], error))]).await;
    let client = server.client();
    let text = logged(async || drop(list(&client).await.unwrap_err())).await;
    let events = |level: &str| {
        text.lines()
            .filter(|line| line.contains(level) && line.contains(" watsi: "))
            .count()
    };
    // The end of the span is an event of its level.
    assert_eq!((events(" INFO "), events(" WARN ")), (3, 1), "{text}");
    let span = text
        .lines()
        .find(|line| line.contains("close"))
        .expect("a span");
    for field in [
        "http.request.resend_count=2",
        "http.response.status_code=503",
        "error.type=Status",
        "watsi.request_id=\"req_9\"",
    ] {
        assert!(span.contains(field), "{field} in {span}");
    }
}

#[tokio::test]
async fn log_hides_secrets() {
    let error = format!(
        r#"{{"error":{{"code":"BAD_REQUEST","message":"{PHONE} {TEXT} {KEY}","request_id":"req_{KEY}"}}}}"#
    );
    let server = Server::start([Act::Respond(http(429, &[("x-echo", KEY)], &error))]).await;
    let client = server.client();
    let text = logged(async || drop(send(&client).await.unwrap_err())).await;
    assert!(text.contains(" WARN "), "{text}");
    for secret in [KEY, PHONE, TEXT] {
        assert!(!text.contains(secret), "{secret} in {text}");
    }
}

#[tokio::test]
async fn failed_delivery_is_an_event_without_the_error_of_the_handler() {
    let body = r#"{"id":"evt_1","type":"contact.created","created_at":"2025-03-15T10:30:00Z","workspace_id":"w"}"#;
    let text = logged(async || {
        let handler = async |_| Err::<(), _>(format!("cannot reply to {PHONE}"));
        let verifier = Verifier::new("secret").unwrap();
        let mut receiver = Receiver::new(verifier, MemorySeen::new(), handler);
        for secret in ["secret", "another"] {
            let request = ::http::Request::post("/").header(SIGNATURE_HEADER, sign(secret, body));
            let request = request.body(axum::body::Body::from(body)).unwrap();
            receiver.call(request).await.unwrap();
        }
    })
    .await;
    let lines: Vec<_> = text.lines().collect();
    let expected = [
        " WARN watsi: delivery failed error=the handler failed http.response.status_code=500",
        " INFO watsi: delivery rejected error=the signature does not match the body",
    ];
    assert_eq!(lines.len(), 2, "{text}");
    for (line, expected) in lines.iter().zip(expected) {
        assert!(line.contains(expected), "{line}");
        assert!(!line.contains(PHONE), "{line}");
    }
}
