//! Feature `tracing`: one span per call, one event per retry, without secrets.

use std::io::Write;
use std::sync::{Arc, Mutex};

use tracing_subscriber::fmt::format::FmtSpan;

use crate::server::{Act, KEY, PHONE, Server, TEXT, http, list, send};

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Returns the log of `call` at every level.
async fn logged(call: impl AsyncFn()) -> String {
    // tracing caches whether a callsite is enabled. The first call registers all of them, because a registration by a
    // concurrent test would hide their events.
    call().await;
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_span_events(FmtSpan::CLOSE)
        .with_writer(move || writer.clone())
        .with_ansi(false)
        .finish();
    let guard = tracing::subscriber::set_default(subscriber);
    call().await;
    drop(guard);
    String::from_utf8(log.0.lock().unwrap().clone()).unwrap()
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
