//! Rate limits and status code faults.

use std::time::Duration;

use watsi::types::SendMessageRequest;
use watsi::{Outcome, RetryPolicy};
use watsi_sandbox::{Fault, Sandbox, SandboxError};

use crate::client::{PHONE, get, send};

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
    assert_eq!(get(&sandbox, "/conversations").await.status, 200);
    assert_eq!(get(&sandbox, "/conversations").await.status, 429);
    sandbox.reset();
    assert_eq!(get(&sandbox, "/conversations").await.status, 200);
}

#[tokio::test]
async fn undocumented_failure_has_an_html_body() {
    let sandbox = Sandbox::start().await;
    sandbox.add_fault(Fault::status(504)).unwrap();
    let client = sandbox.client().with_retry(RetryPolicy::never());
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

/// Returns the error of sending a message, with a client that does not retry.
async fn send_once(sandbox: &Sandbox) -> watsi::Error {
    let id = sandbox.customer_writes(PHONE, "Hi");
    let client = sandbox.client().with_retry(RetryPolicy::never());
    let request = SendMessageRequest::new(id, "Hello!");
    client.send_message(request).send().await.unwrap_err()
}

#[tokio::test]
async fn message_is_processed_although_its_response_is_lost_or_cut() {
    for (fault, status) in [
        (Fault::lose_response(), None),
        (Fault::cut_body(), Some(200)),
    ] {
        let sandbox = Sandbox::start().await;
        sandbox.add_fault(fault.clone()).unwrap();
        let error = send_once(&sandbox).await;
        assert_eq!(error.outcome(), Outcome::Unknown, "{fault:?}");
        let actual = error.status().map(|status| status.as_u16());
        assert_eq!(actual, status, "{fault:?}");
        let body = error.response_body();
        let is_begun = body.is_some_and(|body| body.starts_with(b"{\"message\":"));
        assert_eq!(is_begun, status.is_some(), "{fault:?}");
        assert_eq!(sandbox.messages().len(), 2, "{fault:?}");
    }
}

#[tokio::test]
async fn message_is_processed_although_its_response_is_delayed() {
    let sandbox = Sandbox::start().await;
    let fault = Fault::delay(Duration::from_secs(3600)).operation("send_message");
    sandbox.add_fault(fault).unwrap();
    let id = sandbox.customer_writes(PHONE, "Hi");
    let request = SendMessageRequest::new(id, "Hello!");
    let client = sandbox.client();
    let sending = tokio::spawn(client.send_message(request).send());
    let sent = sandbox.next_message(Duration::from_secs(10)).await.unwrap();
    assert_eq!(sent.body, "Hello!");
    assert!(!sending.is_finished());
    sending.abort();
}

#[tokio::test]
async fn faults_affect_only_their_operation() {
    let sandbox = Sandbox::start().await;
    let fault = Fault::status(503).operation("send_message");
    sandbox.add_fault(fault).unwrap();
    assert_eq!(get(&sandbox, "/conversations").await.status, 200);
    assert_eq!(get(&sandbox, "/no-path").await.status, 404);
    assert_eq!(send_once(&sandbox).await.status().unwrap(), 503);
}

/// Returns the status codes of the responses to six requests.
async fn statuses(sandbox: &Sandbox) -> Vec<u16> {
    let mut statuses = Vec::new();
    for _ in 0..6 {
        statuses.push(get(sandbox, "/conversations").await.status);
    }
    statuses
}

#[tokio::test]
async fn fault_affects_the_next_requests_and_ends() {
    let sandbox = Sandbox::start().await;
    sandbox.add_fault(Fault::status(500).next(2)).unwrap();
    sandbox.add_fault(Fault::status(400)).unwrap();
    assert_eq!(statuses(&sandbox).await, [500, 500, 400, 200, 200, 200]);
}

#[tokio::test]
async fn fault_affects_every_nth_request_until_it_is_removed() {
    let sandbox = Sandbox::start().await;
    let id = sandbox.add_fault(Fault::status(500).every(3)).unwrap();
    assert_eq!(statuses(&sandbox).await, [200, 200, 500, 200, 200, 500]);
    let faults = sandbox.faults();
    assert_eq!((faults.len(), faults[0].id, faults[0].applied), (1, id, 2));
    assert_eq!(faults[0].fault, Fault::status(500).every(3));
    sandbox.add_fault(Fault::status(502).every(1)).unwrap();
    assert!(sandbox.remove_fault(id));
    assert!(!sandbox.remove_fault(id));
    assert_eq!(get(&sandbox, "/conversations").await.status, 502);
    sandbox.clear_faults();
    assert_eq!(get(&sandbox, "/conversations").await.status, 200);
}

#[tokio::test]
async fn status_fault_has_any_retry_after() {
    let sandbox = Sandbox::start().await;
    for value in ["7", "Wed, 21 Oct 2015 07:28:00 GMT", "soon"] {
        let fault = Fault::status(429).retry_after(value);
        sandbox.add_fault(fault).unwrap();
        let response = get(&sandbox, "/conversations").await;
        assert_eq!(response.rejection(), (429, "RATE_LIMITED"));
        assert_eq!(response.headers["retry-after"], value);
    }
    sandbox.add_fault(Fault::status(429)).unwrap();
    let response = get(&sandbox, "/conversations").await;
    assert_eq!(response.headers.get("retry-after"), None);
}

#[tokio::test]
async fn contradictory_fault_is_rejected() {
    let sandbox = Sandbox::start().await;
    for fault in [
        Fault::status(199),
        Fault::status(600),
        Fault::status(429).retry_after("a\nb"),
        Fault::lose_response().retry_after("1"),
        Fault::lose_response().operation("no_such_operation"),
        Fault::lose_response().event_type("message.received"),
        Fault::drop_delivery().operation("send_message"),
        Fault::lose_response().next(1).every(1),
        Fault::lose_response().next(0),
        Fault::lose_response().every(0),
    ] {
        let error = sandbox.add_fault(fault.clone()).unwrap_err();
        assert!(matches!(error, SandboxError::InvalidFault(_)), "{fault:?}");
    }
    assert_eq!(get(&sandbox, "/conversations").await.status, 200);
}

#[tokio::test]
async fn number_of_faults_is_limited() {
    let sandbox = Sandbox::start().await;
    for _ in 0..1000 {
        sandbox.add_fault(Fault::lose_response()).unwrap();
    }
    assert!(sandbox.add_fault(Fault::lose_response()).is_err());
}
