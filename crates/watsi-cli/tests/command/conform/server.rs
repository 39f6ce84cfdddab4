//! Running servers are validated.

use serde_json::json;
use wiremock::matchers::{path, query_param};
use wiremock::{Mock, ResponseTemplate};

use crate::assert_shown;
use crate::command::{sandbox, with};
use crate::overlay::over;

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
    let output = with(&sandbox, &CONFORM).arg("-v").output().unwrap();
    let shown = String::from_utf8(output.stderr).unwrap();
    assert_eq!(shown.lines().count(), sandbox.requests().len());
    assert!(shown.starts_with("GET /conversations -> 200\n"), "{shown}");
    assert!(
        shown.contains("GET /conversations?limit=many -> 400\n"),
        "{shown}"
    );
    assert!(!shown.contains(sandbox.api_key()), "{shown}");
}

#[tokio::test]
async fn nonconforming_server_has_findings() {
    let sandbox = sandbox().await;
    sandbox.seed(40);
    let server = over(&sandbox).await;
    let page = json!({"chats": [], "hasMore": "no", "next": 1});
    let response = ResponseTemplate::new(200).set_body_json(page);
    let mock = Mock::given(path("/conversations")).and(query_param("status", "open"));
    mock.respond_with(response).mount(&server).await;
    let mut command = with(&sandbox, &CONFORM);
    command.args(["--base-url", &server.uri()]);
    assert_shown!("conform_findings", &mut command);
}

#[tokio::test]
async fn message_is_sent_only_with_send_to() {
    let sandbox = sandbox().await;
    let id = sandbox.customer_writes("+5491155551234", "Hi");
    assert!(with(&sandbox, &CONFORM).status().unwrap().success());
    assert_eq!(sandbox.messages().len(), 1);
    let output = with(&sandbox, &CONFORM)
        .args(["--send-to", id.as_str()])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(sandbox.messages().len(), 2);
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
    let server = over(&sandbox).await;
    let busy = ResponseTemplate::new(503);
    let mock = Mock::given(path("/conversations")).and(query_param("limit", "many"));
    mock.respond_with(busy).mount(&server).await;
    let page = json!({"chats": [], "hasMore": false, "next": 1});
    let received = ResponseTemplate::new(200).set_body_json(page);
    let mock = Mock::given(path("/conversations")).and(query_param("status", "open"));
    mock.respond_with(received).mount(&server).await;
    let mut command = with(&sandbox, &CONFORM);
    command.args(["--base-url", &server.uri()]);
    let output = command.output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let shown = String::from_utf8(output.stdout).unwrap();
    assert!(
        shown.contains("/response/body/next is not documented"),
        "{shown}"
    );
    assert!(
        shown.contains("note: ended early: the server is busy (503)"),
        "{shown}"
    );
}
