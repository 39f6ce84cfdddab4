//! The deadline is exceeded.

use std::time::Duration;

use futures_util::future::join_all;
use watsi::{ErrorKind, Outcome};

use super::{Expected, assert_expected, assert_fault, forbidden};
use crate::server::{Act, Server, list};

/// Long enough that a busy machine receives the beginning of a response.
const TIMEOUT: Duration = Duration::from_secs(1);
const UNFINISHED: &str = "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{";

fn timed_out(status: Option<u16>, body: Option<&'static str>) -> Expected {
    Expected {
        kind: ErrorKind::Timeout,
        status,
        body,
        gets: 1,
        post_outcome: Outcome::Unknown,
    }
}

#[tokio::test]
async fn unfinished_response_ends_at_the_deadline_and_is_kept() {
    let error = "HTTP/1.1 403 No\r\ncontent-length: 100\r\n\r\n<h1>";
    let cases = [
        ("no response", "", timed_out(None, None)),
        ("head", "HTTP/1.1 200 OK\r\ncontent-", timed_out(None, None)),
        ("body", UNFINISHED, timed_out(Some(200), Some("{"))),
        ("body of an error", error, forbidden("<h1>")),
    ];
    let asserted = cases.map(|(name, response, expected)| {
        let act = Act::RespondAndStay(response.into());
        assert_fault(name, act, expected, |builder| builder.timeout(TIMEOUT))
    });
    join_all(asserted).await;
}

#[tokio::test]
async fn timeout_of_a_custom_http_client_is_a_timeout() {
    let cases = [("", None), (UNFINISHED, Some(200))];
    let asserted = cases.map(async |(response, status)| {
        let server = Server::start([Act::RespondAndStay(response.into())]).await;
        let http_client = reqwest::Client::builder().no_proxy().timeout(TIMEOUT);
        let builder = server.builder().http_client(http_client.build().unwrap());
        let error = list(&builder.build().unwrap()).await.unwrap_err();
        assert_expected("custom", &error, &timed_out(status, None));
        assert!(error.is_timeout());
        assert_eq!(server.requests().len(), 1);
    });
    join_all(asserted).await;
}

#[tokio::test]
async fn retries_share_one_deadline() {
    let server = Server::start([Act::Reset, Act::RespondAndStay(Vec::new())]).await;
    let client = server.builder().timeout(TIMEOUT).build().unwrap();
    let error = list(&client).await.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Timeout, 2));
    assert!(error.is_timeout() && error.is_retryable());
}
