//! Errors that end the checks, and retries that avoid them.

use std::error::Error;
use std::time::Duration;

use openapi_conformance::{Live, LiveError};
use wiremock::matchers::any;
use wiremock::{Mock, ResponseTemplate};

use super::lossy::Lossy;
use super::responding;
use super::server::{be_busy, live_on, start};
use crate::contract::CONTRACT;

const EMPTY_PAGE: &str = r#"{"chats": [], "hasMore": false}"#;

/// Returns the error that ends the checks.
async fn error_at(url: &str, key: &str) -> LiveError {
    let mut live = Live::new(&CONTRACT, url, key).unwrap();
    live.run(|_| ()).await.unwrap_err()
}

#[tokio::test]
async fn findings_before_an_error_are_reported() {
    let busy = ResponseTemplate::new(503).set_body_raw("<html>", "text/html");
    let server = responding(busy).await;
    let mut found = Vec::new();
    let mut live = live_on(&server);
    let ended = live.run(|check| found.extend(check.findings)).await;
    assert!(matches!(ended, Err(LiveError::Busy { .. })), "{ended:?}");
    assert_eq!(found[0].id, "response-content-type-mismatch");
    assert_eq!(found[0].pointer, "/response/headers/content-type");
}

#[tokio::test]
async fn server_that_cannot_be_checked_is_an_error() {
    let oversized = vec![b' '; 17 * 1024 * 1024];
    for (response, path, expected) in [
        (ResponseTemplate::new(401), "", "unknown API key (401)"),
        (
            ResponseTemplate::new(403),
            "",
            "lacks a required permission",
        ),
        (
            ResponseTemplate::new(404),
            "/api/v2",
            "GET /api/v2/conversations: the server responded with 404; check the base URL",
        ),
        (
            ResponseTemplate::new(200).set_body_bytes(oversized),
            "",
            "GET /conversations: the response body exceeds 16 MiB",
        ),
    ] {
        let server = responding(response).await;
        let error = error_at(&format!("{}{path}", server.uri()), "key").await;
        assert!(error.to_string().contains(expected), "{error}");
    }
    let error = error_at("http://127.0.0.1:1", "key").await;
    let expected = "GET /conversations: connection failed";
    assert!(error.to_string().starts_with(expected), "{error}");
}

#[tokio::test]
async fn server_with_retry_after_is_retried() {
    let server = start(5, |_| ()).await;
    for status in [429, 503] {
        be_busy(&server, status, 1).await;
    }
    let mut live = live_on(&server);
    live.run(|check| assert_eq!(check.findings, [], "{}", check.name))
        .await
        .unwrap();
    be_busy(&server, 503, 3).await;
    let error = live.run(|_| ()).await.unwrap_err();
    assert!(
        matches!(error, LiveError::Busy { status } if status == 503),
        "{error}"
    );
}

#[test]
fn invalid_settings_are_errors() {
    let new = |url: &str, key: &str| Live::new(&CONTRACT, url, key).unwrap_err();
    let insecure = new("http://example.com", "key");
    assert!(matches!(insecure, LiveError::InsecureBaseUrl));
    for key in ["", "two words", "gr\u{fc}n"] {
        assert!(matches!(new("https://example.com", key), LiveError::ApiKey));
    }
    for url in [
        "no url",
        "ftp://localhost",
        "https://user@example.com",
        "https://example.com/?a",
    ] {
        let error = new(url, "key");
        assert!(matches!(error, LiveError::BaseUrl { .. }), "{url}: {error}");
    }
}

#[test]
fn insecure_http_is_allowed_on_request() {
    let live = |key: &str| {
        let builder = Live::builder(&CONTRACT, "http://example.com");
        builder.api_key(key).allow_insecure_http(true).build()
    };
    assert!(live("key").is_ok());
    let error = live("").unwrap_err();
    assert!(matches!(error, LiveError::ApiKey), "{error}");
}

#[tokio::test]
async fn response_of_the_maximum_size_is_validated() {
    let page = |body: String| ResponseTemplate::new(200).set_body_raw(body, "application/json");
    let server = responding(page(EMPTY_PAGE.to_owned())).await;
    let largest = EMPTY_PAGE.to_owned() + &" ".repeat(16 * 1024 * 1024 - EMPTY_PAGE.len());
    let mock = Mock::given(any()).respond_with(page(largest));
    let mock = mock.up_to_n_times(1).with_priority(1);
    mock.mount(&server).await;
    let mut live = live_on(&server);
    let mut checks = Vec::new();
    live.run(|check| checks.push(check)).await.unwrap();
    assert_eq!(checks[0].findings, []);
}

#[tokio::test]
async fn lost_connection_is_retried_once() {
    let server = Lossy::start(1).await;
    let mut live = Live::new(&CONTRACT, &server.url, "key").unwrap();
    live.run(|_| ()).await.unwrap();
    let server = Lossy::start(2).await;
    let error = error_at(&server.url, "key").await;
    assert!(matches!(error, LiveError::NoResponse { .. }), "{error}");
    assert!(error.source().is_some());
    assert!(error.to_string().contains("connection lost"), "{error}");
    assert_eq!(server.requests(), 2);
}

#[tokio::test]
async fn timeout_is_shown_with_the_limit() {
    let late = ResponseTemplate::new(200).set_delay(Duration::from_secs(60));
    let server = responding(late).await;
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let request = client.get(server.uri()).timeout(Duration::from_millis(1));
    let error = LiveError::NoResponse {
        request: "GET /".to_owned(),
        source: request.send().await.unwrap_err(),
    };
    let shown = error.to_string();
    assert!(shown.contains("30 s"), "{shown}");
}

#[test]
fn debug_output_hides_the_api_key() {
    let live = Live::new(&CONTRACT, "http://localhost", "sk-test-key").unwrap();
    let shown = format!("{live:?}");
    assert!(shown.starts_with("Live"), "{shown}");
    assert!(!shown.contains("sk-test-key"), "{shown}");
}
