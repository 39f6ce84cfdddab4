//! The deadline is exceeded.

use std::time::Duration;

use watsi::{ErrorKind, Outcome};

use super::{Expected, assert_expected, assert_fault};
use crate::server::{Act, Server, list};

fn timed_out(status: Option<u16>, body: Option<&'static str>) -> Expected {
    let (kind, post_outcome) = (ErrorKind::Timeout, Outcome::Unknown);
    Expected {
        kind,
        status,
        body,
        gets: 1,
        post_outcome,
    }
}

/// Asserts a fault that only the deadline of the call ends.
async fn assert_impatient(act: Act, expected: Expected) {
    let impatient = |server: &Server| {
        server
            .builder()
            .timeout(Duration::from_millis(500))
            .build()
            .unwrap()
    };
    assert_fault(act, expected, impatient).await;
}

#[tokio::test]
async fn missing_response_ends_at_the_deadline() {
    assert_impatient(Act::AnswerAndStay(Vec::new()), timed_out(None, None)).await;
}

#[tokio::test]
async fn unfinished_head_ends_at_the_deadline() {
    let act = Act::AnswerAndStay(b"HTTP/1.1 200 OK\r\ncontent-".to_vec());
    assert_impatient(act, timed_out(None, None)).await;
}

#[tokio::test]
async fn unfinished_body_ends_at_the_deadline_and_is_kept() {
    let act = Act::AnswerAndStay(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{".to_vec());
    assert_impatient(act, timed_out(Some(200), Some("{"))).await;
}

#[tokio::test]
async fn error_with_an_unfinished_body_keeps_its_status() {
    let act = Act::AnswerAndStay(b"HTTP/1.1 404 No\r\ncontent-length: 100\r\n\r\n<h1>".to_vec());
    let expected = Expected {
        kind: ErrorKind::Status,
        status: Some(404),
        body: Some("<h1>"),
        gets: 1,
        post_outcome: Outcome::Rejected,
    };
    assert_impatient(act, expected).await;
}

/// An HTTP client of the user's has timeouts of its own.
#[tokio::test]
async fn timeout_of_a_custom_http_client_is_a_timeout() {
    let body = b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{".to_vec();
    for (head, status) in [(Vec::new(), None), (body, Some(200))] {
        let server = Server::start([Act::AnswerAndStay(head)]).await;
        let http_client = reqwest::Client::builder().no_proxy();
        let http_client = http_client
            .timeout(Duration::from_millis(500))
            .build()
            .unwrap();
        let client = server.builder().http_client(http_client).build().unwrap();
        let error = list(&client).await.unwrap_err();
        assert_expected(&error, &timed_out(status, None));
        assert!(error.is_timeout());
        assert_eq!(server.requests().len(), 1);
    }
}

#[tokio::test]
async fn retries_share_one_deadline() {
    let hang = Act::AnswerAndStay(Vec::new());
    let server = Server::start([Act::Reset, hang]).await;
    let client = server
        .builder()
        .timeout(Duration::from_millis(500))
        .build()
        .unwrap();
    let error = list(&client).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert_eq!(error.attempts(), 2);
    assert!(error.is_timeout() && error.is_retryable());
}
