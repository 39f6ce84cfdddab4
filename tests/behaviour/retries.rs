//! How `Retry-After` is obeyed. The waits themselves are computed by pure functions, tested beside them.

use std::time::Duration;

use crate::server::{Act, Server, http, list, send};

async fn limited(retry_after: &str) -> (watsi::Error, usize) {
    let answer = http(429, &[("retry-after", retry_after)], "");
    let server = Server::start([Act::Answer(answer)]).await;
    let error = send(&server.builder().build().unwrap()).await.unwrap_err();
    (error, server.requests().len())
}

#[tokio::test]
async fn zero_retry_after_is_honoured() {
    let (error, requests) = limited("0").await;
    assert_eq!((error.retry_after(), requests), (Some(Duration::ZERO), 3));
}

#[tokio::test]
async fn past_retry_after_date_is_no_wait() {
    let (error, requests) = limited("Sun, 06 Nov 1994 08:49:37 GMT").await;
    assert_eq!((error.retry_after(), requests), (Some(Duration::ZERO), 3));
}

#[tokio::test]
async fn retry_after_beyond_the_deadline_ends_the_call() {
    let (error, requests) = limited("3600").await;
    assert_eq!(
        (error.retry_after(), requests),
        (Some(Duration::from_secs(3600)), 1)
    );
    assert!(error.to_string().contains("3600 s"), "{error}");
}

#[tokio::test]
async fn retry_after_date_beyond_the_deadline_ends_the_call() {
    let (error, requests) = limited("Fri, 01 Jan 2100 00:00:00 GMT").await;
    assert!(error.retry_after().unwrap() > Duration::from_secs(3600));
    assert_eq!(requests, 1);
}

#[tokio::test]
async fn huge_retry_after_ends_the_call() {
    let (error, requests) = limited("999999999999999999999999").await;
    assert!(error.retry_after().is_some());
    assert_eq!(requests, 1);
}

#[tokio::test]
async fn invalid_retry_after_is_ignored() {
    for value in ["-5", "soon", "1.5", ""] {
        let (error, requests) = limited(value).await;
        assert_eq!((error.retry_after(), requests), (None, 3), "{value}");
    }
}

#[tokio::test]
async fn longer_of_two_retry_after_headers_is_honoured() {
    let answer = http(429, &[("retry-after", "0"), ("retry-after", "3600")], "");
    let server = Server::start([Act::Answer(answer)]).await;
    let error = send(&server.builder().build().unwrap()).await.unwrap_err();
    assert_eq!(error.retry_after(), Some(Duration::from_secs(3600)));
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn retry_after_of_503_is_honoured_for_get() {
    let answer = http(503, &[("retry-after", "3600")], "");
    let server = Server::start([Act::Answer(answer)]).await;
    let error = list(&server.builder().build().unwrap()).await.unwrap_err();
    assert_eq!(error.retry_after(), Some(Duration::from_secs(3600)));
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn error_counts_the_attempts() {
    let server = Server::start([Act::Answer(http(503, &[], ""))]).await;
    let error = list(&server.builder().build().unwrap()).await.unwrap_err();
    assert_eq!(error.attempts(), 3);
    assert!(error.to_string().ends_with("(3 attempts)"), "{error}");
}
