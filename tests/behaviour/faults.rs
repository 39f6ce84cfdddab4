//! Each fault has its error and number of requests, for a `GET` and for `POST /messages`. The server never processes a
//! message more than once.

mod connect; // no connection is made
mod deadline; // the deadline is exceeded
mod decode; // successes whose body is not the documented JSON
mod limit; // bodies beyond the limit
mod lost; // the connection is lost before the response is complete
mod statuses; // error statuses, and which of them are retried

use watsi::{ClientBuilder, Error, ErrorKind, Outcome};

use crate::server::{Act, Server, list, send};

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
    Expected {
        kind: ErrorKind::Interrupted,
        status,
        body,
        gets: 3,
        post_outcome: Outcome::Unknown,
    }
}

fn undecodable(status: u16, body: &'static str) -> Expected {
    Expected {
        kind: ErrorKind::Decode,
        status: Some(status),
        body: Some(body),
        gets: 1,
        post_outcome: Outcome::Unknown,
    }
}

fn forbidden(body: &'static str) -> Expected {
    Expected {
        kind: ErrorKind::Status,
        status: Some(403),
        body: Some(body),
        gets: 1,
        post_outcome: Outcome::Rejected,
    }
}

#[track_caller]
fn assert_expected(name: &str, error: &Error, expected: &Expected) {
    assert_eq!(error.kind(), expected.kind, "{name}: {error:?}");
    let status = error.status().map(|status| status.as_u16());
    assert_eq!(status, expected.status, "{name}: {error:?}");
    if let Some(body) = expected.body {
        let actual = String::from_utf8_lossy(error.response_body().unwrap());
        assert_eq!(actual, body, "{name}");
    }
}

async fn assert_fault(
    name: &str,
    act: Act,
    expected: Expected,
    change: impl Fn(ClientBuilder) -> ClientBuilder,
) {
    let start = async || {
        let server = Server::start([act.clone()]).await;
        let client = change(server.builder()).build().unwrap();
        (server, client)
    };
    let get = async {
        let (server, client) = start().await;
        let error = list(&client).await.unwrap_err();
        assert_expected(name, &error, &expected);
        let retryable = matches!(error.kind(), ErrorKind::Interrupted | ErrorKind::Timeout);
        assert_eq!(error.is_retryable(), retryable, "{name}");
        let has_source = std::error::Error::source(&error).is_some();
        assert_eq!(has_source, error.kind() == ErrorKind::Interrupted, "{name}");
        let requests = server.requests().len();
        assert_eq!(requests, expected.gets, "{name}: GET requests");
    };
    let post = async {
        let (server, client) = start().await;
        let error = send(&client).await.unwrap_err();
        assert_expected(name, &error, &expected);
        assert_eq!(error.outcome(), expected.post_outcome, "{name}: {error:?}");
        assert_eq!(error.attempts(), 1, "{name}: {error:?}");
        assert!(!error.is_retryable(), "{name}: {error:?}");
        let requests = server.requests().len();
        assert!(requests <= 1, "{name}: processed more than once");
    };
    tokio::join!(get, post);
}

async fn assert_default(name: &str, act: Act, expected: Expected) {
    assert_fault(name, act, expected, |builder| builder).await;
}
