//! Feature `tracing`: a span a call, an event a repeat, and nothing secret in them.

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

/// Everything that is logged in `call`, at every level.
async fn logged(call: impl AsyncFn()) -> String {
    // A place that logs is asked once whether anyone listens, and again when someone begins to; one that is
    // asked by another test just then would say nothing here. So each has been asked before.
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
async fn a_call_is_a_span_with_its_outcome() {
    let server = Server::start([Act::Answer(http(
        200,
        &[],
        r#"{"chats":[],"hasMore":false}"#,
    ))])
    .await;
    let client = server.builder().build().unwrap();
    let text = logged(async || drop(list(&client).await.unwrap())).await;
    let span = text
        .lines()
        .find(|line| line.contains("close"))
        .expect("a span");
    assert!(
        span.contains(
            "watsi.call{operation=\"list_conversations\" attempt=1 status=200 elapsed_ms="
        ),
        "{span}"
    );
}

#[tokio::test]
async fn a_repeat_is_an_event_of_the_span() {
    let error = r#"{"error":{"code":"SERVICE_UNAVAILABLE","message":"m","request_id":"req_9"}}"#;
    let server = Server::start([Act::Answer(http(503, &[], error))]).await;
    let client = server.builder().build().unwrap();
    let text = logged(async || drop(list(&client).await.unwrap_err())).await;
    assert_eq!(text.matches("the request is repeated").count(), 2, "{text}");
    assert_eq!(text.matches("the call failed").count(), 1, "{text}");
    let span = text
        .lines()
        .find(|line| line.contains("close"))
        .expect("a span");
    assert!(span.contains("attempt=3 status=503 "), "{span}");
    assert!(span.contains("request_id=\"req_9\""), "{span}");
}

#[tokio::test]
async fn no_log_line_shows_a_secret() {
    let error = format!(r#"{{"error":{{"code":"BAD_REQUEST","message":"{PHONE} {TEXT} {KEY}"}}}}"#);
    let server = Server::start([Act::Answer(http(429, &[("x-echo", KEY)], &error))]).await;
    let client = server.builder().build().unwrap();
    let text = logged(async || drop(send(&client).await.unwrap_err())).await;
    assert!(text.contains("the call failed"));
    for secret in [KEY, PHONE, TEXT] {
        assert!(!text.contains(secret), "{secret} in {text}");
    }
}
