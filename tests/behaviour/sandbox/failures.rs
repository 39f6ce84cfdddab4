//! Rate limits and status code faults.

use std::time::Duration;

use watsi::sandbox::{Fault, Sandbox};
use watsi::{Outcome, RetryPolicy};

use super::{PHONE, get, send};

#[tokio::test]
async fn rate_limit_responds_with_429_until_its_window_ends() {
    let builder = Sandbox::builder().rate_limit(2, Duration::from_secs(30));
    let sandbox = builder.start().await.unwrap();
    assert_eq!(get(&sandbox, "/conversations").await.status, 200);
    assert_eq!(get(&sandbox, "/conversations").await.status, 200);
    let response = get(&sandbox, "/conversations").await;
    assert_eq!(response.rejection(), (429, "RATE_LIMITED"));
    assert_eq!(response.headers["retry-after"], "30");
    sandbox.advance(Duration::from_millis(29_001));
    assert_eq!(
        get(&sandbox, "/conversations").await.headers["retry-after"],
        "1"
    );
    sandbox.advance(Duration::from_millis(999));
    assert_eq!(get(&sandbox, "/conversations").await.status, 200);
}

#[tokio::test]
async fn undocumented_failure_has_an_html_body() {
    let sandbox = Sandbox::start().await;
    sandbox.add_fault(Fault::status(504)).unwrap();
    let client = watsi::Client::builder()
        .api_key(sandbox.api_key())
        .base_url(sandbox.uri());
    let client = client.retry(RetryPolicy::never()).build().unwrap();
    let error = client.list_conversations().send().await.unwrap_err();
    assert_eq!(error.status().unwrap().as_u16(), 504);
    assert!(error.response_body().unwrap().starts_with(b"<html>"));
}

#[tokio::test]
async fn request_with_a_requested_failure_has_no_effect() {
    let sandbox = Sandbox::start().await;
    let id = sandbox.customer_writes(PHONE, "Hi");
    sandbox.add_fault(Fault::status(500)).unwrap();
    let error = send(&sandbox, &id).await.unwrap_err();
    assert_eq!(error.outcome(), Outcome::Unknown);
    assert_eq!(sandbox.messages().len(), 1);
    assert_eq!(sandbox.requests().len(), 1);
}
