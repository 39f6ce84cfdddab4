//! Each fault has its error and number of requests, for a `GET` and for `POST /messages`. The server never processes a
//! message more than once.

mod connect; // no connection is made
mod deadline; // the deadline is exceeded
mod decode; // successes whose body is not the documented JSON
mod limit; // bodies beyond the limit
mod lost; // the connection is lost before the response is complete
mod statuses; // error statuses, and which of them are retried

use watsi::{Client, Error, ErrorKind, Outcome};

use crate::server::{Act, Server, list, send};

const PAGE: &str = r#"{"chats":[],"hasMore":false}"#;
const SENT: &str = r#"{"message":{"id":"msg_1","conversation_id":"chat_1","body":"x","direction":"outbound","status":"sent","created_at":"2025-03-15T10:35:00.000Z"}}"#;

/// The error that a call ends with.
struct Expected {
    kind: ErrorKind,
    status: Option<u16>,
    body: Option<&'static str>,
    /// The number of complete `GET` requests that the server receives; of a `POST` it is at most one.
    gets: usize,
    post_outcome: Outcome,
}

fn lost(status: Option<u16>, body: Option<&'static str>) -> Expected {
    let (kind, post_outcome) = (ErrorKind::Interrupted, Outcome::Unknown);
    Expected {
        kind,
        status,
        body,
        gets: 3,
        post_outcome,
    }
}

fn undecodable(body: &'static str) -> Expected {
    let (kind, post_outcome) = (ErrorKind::Decode, Outcome::Unknown);
    Expected {
        kind,
        status: Some(200),
        body: Some(body),
        gets: 1,
        post_outcome,
    }
}

#[track_caller]
fn assert_expected(error: &Error, expected: &Expected) {
    assert_eq!(error.kind(), expected.kind, "{error:?}");
    assert_eq!(
        error.status().map(|it| it.as_u16()),
        expected.status,
        "{error:?}"
    );
    if let Some(body) = expected.body {
        assert_eq!(
            String::from_utf8_lossy(error.response_body().unwrap()),
            body
        );
    }
}

async fn assert_fault(act: Act, expected: Expected, change: impl Fn(&Server) -> Client) {
    let server = Server::start([act.clone()]).await;
    let error = list(&change(&server)).await.unwrap_err();
    assert_expected(&error, &expected);
    assert_eq!(
        error.is_retryable(),
        matches!(error.kind(), ErrorKind::Interrupted | ErrorKind::Timeout)
    );
    let has_source = std::error::Error::source(&error).is_some();
    assert_eq!(has_source, error.kind() == ErrorKind::Interrupted);
    assert_eq!(server.requests().len(), expected.gets, "requests of a GET");

    let server = Server::start([act]).await;
    let error = send(&change(&server)).await.unwrap_err();
    assert_expected(&error, &expected);
    assert_eq!(error.outcome(), expected.post_outcome, "{error:?}");
    assert_eq!(error.attempts(), 1, "{error:?}");
    assert!(!error.is_retryable(), "{error:?}");
    assert!(
        server.requests().len() <= 1,
        "the message was processed more than once"
    );
}

async fn assert_default(act: Act, expected: Expected) {
    assert_fault(act, expected, |server| server.builder().build().unwrap()).await;
}
