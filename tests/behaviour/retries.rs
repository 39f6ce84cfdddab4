//! How `Retry-After` is honoured. The waits are computed by pure functions with tests of their own.

use std::time::Duration;

use watsi::Outcome;

use crate::server::{Act, Server, http, list, send};

const HOUR: Duration = Duration::from_secs(3600);

async fn limited(retry_after: &[&str]) -> (watsi::Error, usize) {
    let headers: Vec<_> = retry_after
        .iter()
        .map(|value| ("retry-after", *value))
        .collect();
    let server = Server::start([Act::Respond(http(429, &headers, ""))]).await;
    let error = send(&server.client()).await.unwrap_err();
    (error, server.requests().len())
}

#[tokio::test]
async fn retry_after_is_honoured_within_the_deadline() {
    let cases: [(&str, &[&str], _, _); 13] = [
        ("zero", &["0"], Some(Duration::ZERO), 3),
        (
            "past date",
            &["Sun, 06 Nov 1994 08:49:37 GMT"],
            Some(Duration::ZERO),
            3,
        ),
        (
            "date of RFC 850",
            &["Sunday, 06-Nov-94 08:49:37 GMT"],
            Some(Duration::ZERO),
            3,
        ),
        (
            "date of asctime",
            &["Sun Nov  6 08:49:37 1994"],
            Some(Duration::ZERO),
            3,
        ),
        ("invalid date", &["Sun, 99 Foo 1994 08:49:37 GMT"], None, 3),
        ("beyond the deadline", &["3600"], Some(HOUR), 1),
        ("longer of two", &["0", "3600"], Some(HOUR), 1),
        ("negative", &["-5"], None, 3),
        ("word", &["soon"], None, 3),
        ("fraction", &["1.5"], None, 3),
        ("exponent", &["1e3"], None, 3),
        ("plus sign", &["+5"], None, 3),
        ("empty", &[""], None, 3),
    ];
    for (name, headers, wait, requests) in cases {
        let (error, sent) = limited(headers).await;
        assert_eq!((error.retry_after(), sent), (wait, requests), "{name}");
        let shown = error.to_string().contains("3600 s");
        assert_eq!(shown, wait == Some(HOUR), "{name}: {error}");
    }
}

#[tokio::test]
async fn far_retry_after_ends_the_call() {
    for value in ["Fri, 01 Jan 2100 00:00:00 GMT", "999999999999999999999999"] {
        let (error, requests) = limited(&[value]).await;
        assert!(error.retry_after().unwrap() > HOUR, "{value}");
        assert_eq!(requests, 1, "{value}");
    }
}

#[tokio::test]
async fn retry_after_of_503_is_honoured_for_get() {
    let response = http(503, &[("retry-after", "3600")], "");
    let server = Server::start([Act::Respond(response)]).await;
    let error = list(&server.client()).await.unwrap_err();
    assert_eq!(error.retry_after(), Some(HOUR));
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn retry_after_of_503_is_not_offered_for_post() {
    let response = http(503, &[("retry-after", "7")], "");
    let server = Server::start([Act::Respond(response)]).await;
    let error = send(&server.client()).await.unwrap_err();
    assert_eq!(error.retry_after(), None);
    assert!(!error.to_string().contains("retry"), "{error}");
    assert_eq!(error.headers().unwrap()["retry-after"], "7");
}

#[tokio::test]
async fn error_counts_the_attempts() {
    let server = Server::start([Act::Respond(http(503, &[], ""))]).await;
    let error = list(&server.client()).await.unwrap_err();
    assert_eq!(error.attempts(), 3);
    assert!(error.to_string().ends_with("(3 attempts)"), "{error}");
}

#[tokio::test]
async fn rejected_retry_does_not_hide_that_an_attempt_may_have_been_processed() {
    let responses = [503, 429].map(|status| Act::Respond(http(status, &[], "")));
    let server = Server::start(responses).await;
    let error = list(&server.client()).await.unwrap_err();
    assert_eq!(error.status().unwrap(), 429);
    assert_eq!(error.outcome(), Outcome::Unknown);
}
