//! Error statuses, and which of them are retried.

use watsi::{ErrorKind, Outcome};

use crate::server::{Act, PAGE, SENT, Server, http, list, send};

/// The status codes of the contract's errors, and those that a proxy may send.
const STATUSES: [u16; 14] = [
    400, 401, 403, 404, 405, 408, 409, 425, 429, 500, 501, 502, 503, 504,
];

#[tokio::test]
async fn every_error_keeps_its_status_and_body() {
    let envelope = r#"{"error":{"code":"CONFLICT","message":"m","request_id":"req_1"}}"#;
    let server = Server::start([Act::Close]).await;
    let client = server.client();
    for status in STATUSES {
        for body in [
            envelope,
            "<html><h1>Bad Gateway</h1></html>",
            "",
            "{\"error\":",
        ] {
            let passing = matches!(status, 408 | 429 | 500 | 502..=504);
            let response = http(status, &[("x-from", "test")], body);
            server.now(Act::Respond(response.clone()));
            let error = list(&client).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Status);
            assert!(!error.is_timeout() && !error.is_connect());
            assert_eq!(error.status().unwrap().as_u16(), status);
            assert_eq!(error.response_body().unwrap(), body);
            assert_eq!(error.headers().unwrap()["x-from"], "test");
            assert_eq!(error.request_id().is_some(), body == envelope);
            let advised = error.to_string().contains("response_body()");
            assert_eq!(
                advised,
                body != envelope && !matches!(status, 401 | 403 | 404 | 429)
            );
            assert_eq!(error.is_rate_limited(), status == 429);
            assert_eq!(error.is_unauthorized(), status == 401);
            assert_eq!(error.is_retryable(), passing);
            assert_eq!(
                server.requests().len(),
                if passing { 3 } else { 1 },
                "{status}"
            );

            server.now(Act::Respond(response));
            let error = send(&client).await.unwrap_err();
            let refused = status < 500 && status != 408;
            assert_eq!(error.response_body().unwrap(), body);
            assert_eq!(error.outcome() == Outcome::Rejected, refused, "{status}");
            assert_eq!(error.is_retryable(), status == 429, "{status}");
            assert_eq!(
                server.requests().len(),
                if status == 429 { 3 } else { 1 },
                "{status}"
            );
        }
    }
}

#[tokio::test]
async fn retries_get_after_a_reset_and_503() {
    let failing = [Act::Reset, Act::Respond(http(503, &[], ""))];
    let server = Server::start(
        failing
            .into_iter()
            .chain([Act::Respond(http(200, &[], PAGE))]),
    )
    .await;
    list(&server.client()).await.unwrap();
    assert_eq!(server.requests().len(), 3);
}

#[tokio::test]
async fn retries_post_after_429() {
    let limited = Act::Respond(http(429, &[("retry-after", "0")], ""));
    let server = Server::start([limited, Act::Respond(http(200, &[], SENT))]).await;
    send(&server.client()).await.unwrap();
    assert_eq!(server.requests().len(), 2);
}

#[tokio::test]
async fn every_attempt_sends_the_same_request() {
    let server = Server::start([Act::Respond(http(503, &[], ""))]).await;
    list(&server.client()).await.unwrap_err();
    let requests = server.requests();
    assert!(
        requests.iter().all(|request| *request == requests[0]),
        "{requests:#?}"
    );
}
