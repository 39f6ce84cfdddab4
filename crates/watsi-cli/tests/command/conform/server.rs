//! Running servers are validated.

use serde_json::{Value, json};
use watsi_sandbox::Sandbox;
use wiremock::matchers::{path, query_param};
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::assert_shown;
use crate::command::{end, sandbox, with};
use crate::servers::{self, over};

/// Calls the operations that the tests know.
const CONFORM: [&str; 3] = ["conform", "--spec", "openapi.yaml"];

#[tokio::test]
async fn conforming_server_has_no_findings() {
    let sandbox = sandbox().await;
    sandbox.seed(40);
    assert_shown!("conform", with(&sandbox, &CONFORM));
}

#[tokio::test]
async fn verbose_prints_every_request_without_the_api_key() {
    let sandbox = sandbox().await;
    sandbox.seed(40);
    let ended = end(with(&sandbox, &CONFORM).arg("-v"));
    assert_eq!(ended.error.lines().count(), sandbox.requests().len());
    ended.says("GET /conversations -> 200\n");
    ended.says("GET /conversations?limit=many -> 400\n");
    ended.hides(sandbox.api_key());
}

/// A server whose list of open conversations is this page.
async fn with_page(sandbox: &Sandbox, page: Value) -> MockServer {
    let server = over(sandbox).await;
    let mock = Mock::given(path("/conversations")).and(query_param("status", "open"));
    let mock = mock.respond_with(servers::json(page));
    mock.mount(&server).await;
    server
}

#[tokio::test]
async fn nonconforming_server_has_findings() {
    let sandbox = sandbox().await;
    sandbox.seed(40);
    let page = json!({"chats": [], "hasMore": "no", "next": 1});
    let server = with_page(&sandbox, page).await;
    let mut command = with(&sandbox, &CONFORM);
    command.args(["--base-url", &server.uri()]);
    assert_shown!("conform_findings", &mut command);
}

#[tokio::test]
async fn unusable_server_is_an_error_with_advice() {
    let sandbox = sandbox().await;
    let mut command = with(&sandbox, &CONFORM);
    assert_shown!("conform_key", command.env("WATSI_API_KEY", "another"));
    let mut command = with(&sandbox, &CONFORM);
    assert_shown!(
        "conform_http",
        command.env("WATSI_BASE_URL", "http://example.com")
    );
    let url = "http://127.0.0.1:1";
    assert_shown!(
        "conform_no_server",
        with(&sandbox, &CONFORM).args(["--base-url", url])
    );
}

#[tokio::test]
async fn findings_before_a_busy_server_are_reported() {
    let sandbox = sandbox().await;
    let page = json!({"chats": [], "hasMore": false, "next": 1});
    let server = with_page(&sandbox, page).await;
    let busy = Mock::given(path("/conversations")).and(query_param("limit", "many"));
    let busy = busy.respond_with(ResponseTemplate::new(503));
    busy.mount(&server).await;
    let ended = end(with(&sandbox, &CONFORM).args(["--base-url", &server.uri()]));
    ended
        .exits(2)
        .shows("/response/body/next is not documented");
    ended.shows("note: ended early: the server is busy (503)");
}
