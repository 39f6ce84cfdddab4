//! Errors that end the checks, and retries that avoid them.

use std::error::Error;
use std::time::Duration;

use watsi::ConfigError;
use watsi::conformance::{Contract, Live, LiveError};
use watsi::sandbox::{Fault, Sandbox};

use super::live_on;
use crate::sandbox::HTTP;
use crate::server::{Act, Server, http};

#[tokio::test]
async fn findings_before_an_error_are_reported() {
    let server = wiremock::MockServer::start().await;
    let busy = wiremock::ResponseTemplate::new(503).set_body_raw("<html>", "text/html");
    let mock = wiremock::Mock::given(wiremock::matchers::any()).respond_with(busy);
    mock.mount(&server).await;
    let mut found = Vec::new();
    let mut live = Live::new(Contract::embedded(), &server.uri(), "key").unwrap();
    let ended = live.run(|check| found.extend(check.findings)).await;
    assert!(matches!(ended, Err(LiveError::Busy(_))), "{ended:?}");
    assert_eq!(found[0].id, "response-content-type-mismatch");
    assert_eq!(found[0].pointer, "/response/headers/content-type");
}

#[tokio::test]
async fn rejected_api_key_is_an_error() {
    let sandbox = Sandbox::start().await;
    let mut live = Live::new(Contract::embedded(), &sandbox.uri(), "another").unwrap();
    let error = live.run(|_| ()).await.unwrap_err();
    assert!(
        matches!(error, LiveError::Unauthorized(status) if status == 401),
        "{error}"
    );
}

#[tokio::test]
async fn unreachable_server_is_an_error() {
    let mut live = Live::new(Contract::embedded(), "http://127.0.0.1:1", "key").unwrap();
    let error = live.run(|_| ()).await.unwrap_err();
    assert!(
        error
            .to_string()
            .starts_with("GET /conversations: connection failed"),
        "{error}"
    );
}

#[tokio::test]
async fn server_with_retry_after_is_retried() {
    let sandbox = Sandbox::start().await;
    sandbox.seed(5);
    for status in [429, 503] {
        let fault = Fault::status(status).retry_after("0");
        sandbox.add_fault(fault).unwrap();
    }
    let mut live = live_on(&sandbox);
    live.run(|check| assert_eq!(check.findings, [], "{}", check.name))
        .await
        .unwrap();
    let fault = Fault::status(503).retry_after("0").next(3);
    sandbox.add_fault(fault).unwrap();
    let error = live.run(|_| ()).await.unwrap_err();
    assert!(
        matches!(error, LiveError::Busy(status) if status == 503),
        "{error}"
    );
}

#[test]
fn invalid_settings_are_errors() {
    let new = |url: &str, key: &str| Live::new(Contract::embedded(), url, key).unwrap_err();
    assert_eq!(
        new("http://example.com", "key"),
        ConfigError::InsecureBaseUrl
    );
    assert_eq!(new("https://example.com", ""), ConfigError::EmptyApiKey);
    assert!(matches!(
        new("no url", "key"),
        ConfigError::InvalidBaseUrl(_)
    ));
}

#[tokio::test]
async fn base_url_without_the_documented_paths_is_an_error() {
    let sandbox = Sandbox::start().await;
    let url = format!("{}/api/v2", sandbox.uri());
    let mut live = Live::new(Contract::embedded(), &url, sandbox.api_key()).unwrap();
    let error = live.run(|_| ()).await.unwrap_err();
    let expected = "GET /api/v2/conversations: the server responded with 404; check the base URL";
    assert_eq!(error.to_string(), expected);
}

#[tokio::test]
async fn oversized_response_is_an_error() {
    let server = wiremock::MockServer::start().await;
    let page = wiremock::ResponseTemplate::new(200).set_body_bytes(vec![b' '; 17 * 1024 * 1024]);
    let mock = wiremock::Mock::given(wiremock::matchers::any()).respond_with(page);
    mock.mount(&server).await;
    let mut live = Live::new(Contract::embedded(), &server.uri(), "key").unwrap();
    let error = live.run(|_| ()).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "GET /conversations: the response body exceeds 16 MiB"
    );
}

#[tokio::test]
async fn response_of_the_maximum_size_is_validated() {
    let page = r#"{"chats": [], "hasMore": false}"#;
    let json = [("content-type", "application/json")];
    let largest = page.to_owned() + &" ".repeat(16 * 1024 * 1024 - page.len());
    let script = [&largest, page].map(|page| Act::Respond(http(200, &json, page)));
    let server = Server::start(script).await;
    let mut live = Live::new(Contract::embedded(), &server.url, "key").unwrap();
    let mut checks = Vec::new();
    live.run(|check| checks.push(check)).await.unwrap();
    assert_eq!(checks[0].findings, []);
}

#[tokio::test]
async fn lost_connection_is_retried_once() {
    let page = r#"{"chats": [], "hasMore": false}"#;
    let page = http(200, &[("content-type", "application/json")], page);
    let server = Server::start([Act::Reset, Act::Respond(page)]).await;
    let mut live = Live::new(Contract::embedded(), &server.url, "key").unwrap();
    live.run(|_| ()).await.unwrap();
    let server = Server::start([Act::Reset]).await;
    let mut live = Live::new(Contract::embedded(), &server.url, "key").unwrap();
    let error = live.run(|_| ()).await.unwrap_err();
    assert!(matches!(error, LiveError::NoResponse(..)), "{error}");
    assert!(error.source().is_some());
    assert!(error.to_string().contains("connection lost"), "{error}");
    assert_eq!(server.requests().len(), 2);
}

#[tokio::test]
async fn timeout_is_shown_with_the_limit() {
    let server = Server::start([Act::RespondAndStay(Vec::new())]).await;
    let request = HTTP.get(&server.url).timeout(Duration::ZERO);
    let error = request.send().await.unwrap_err();
    let shown = LiveError::NoResponse("GET /".into(), error).to_string();
    assert!(shown.contains("30 s"), "{shown}");
}

#[tokio::test]
async fn missing_permission_is_not_shown_as_an_unknown_api_key() {
    let server = Server::start([Act::Respond(http(403, &[], ""))]).await;
    let mut live = Live::new(Contract::embedded(), &server.url, "key").unwrap();
    let error = live.run(|_| ()).await.unwrap_err();
    assert!(
        matches!(error, LiveError::Unauthorized(status) if status == 403),
        "{error}"
    );
    assert!(error.to_string().contains("permission"), "{error}");
}

#[test]
fn debug_output_hides_the_api_key() {
    let live = Live::new(Contract::embedded(), "http://localhost", "sk-test-key").unwrap();
    let shown = format!("{live:?}");
    assert!(shown.starts_with("Live"), "{shown}");
    assert!(!shown.contains("sk-test-key"), "{shown}");
}
