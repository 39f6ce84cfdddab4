//! Status codes of valid requests.

use openapi_conformance::{Contract, Finding, Live, Severity};
use serde_json::json;

use super::{breaking, findings};
use crate::contract::CONTRACT;

/// Returns the findings of a server with the API key `K` that responds like this.
async fn findings_of(
    contract: &Contract,
    respond: impl wiremock::Respond + 'static,
) -> Vec<Finding> {
    let server = wiremock::MockServer::start().await;
    let mock = wiremock::Mock::given(wiremock::matchers::any()).respond_with(respond);
    mock.mount(&server).await;
    let mut live = Live::new(contract, &server.uri(), "K").unwrap();
    let mut found = Vec::new();
    live.run(|check| found.extend(check.findings))
        .await
        .unwrap();
    found
}

#[tokio::test]
async fn rejected_api_key_is_a_finding_once_it_was_accepted() {
    let found = findings(|exchange| {
        if exchange.query.contains_key("status") {
            exchange.status = 403;
            exchange.body = json!({"error": {"code": "FORBIDDEN", "message": "no"}});
        }
    })
    .await;
    assert_eq!(found, [breaking("response-success-expected", "status")]);
}

#[tokio::test]
async fn server_error_is_a_finding_for_a_valid_request() {
    let found = findings(|exchange| {
        if exchange.query.contains_key("assigned_user_id") {
            exchange.status = 500;
            exchange.body = json!({"error": {"code": "INTERNAL_ERROR", "message": "no"}});
        }
    })
    .await;
    assert_eq!(found, [breaking("response-success-expected", "status")]);
}

#[tokio::test]
async fn documented_redirect_is_not_a_finding() {
    let redirect = json!({"responses": {"302": {"description": "The archive is elsewhere."}}});
    let document = json!({"openapi": "3.1.0", "paths": {"/archive": {"get": redirect}}});
    let contract = Contract::parse(&document.to_string()).unwrap();
    let response = wiremock::ResponseTemplate::new(302).insert_header("location", "/elsewhere");
    assert_eq!(findings_of(&contract, response).await, []);
}

#[tokio::test]
async fn response_with_retry_after_is_validated() {
    let server = wiremock::MockServer::start().await;
    let page = wiremock::ResponseTemplate::new(429).insert_header("retry-after", "0");
    let page = page.set_body_raw("<html>", "text/html");
    let mock = wiremock::Mock::given(wiremock::matchers::any()).respond_with(page);
    mock.up_to_n_times(1).mount(&server).await;
    let page =
        wiremock::ResponseTemplate::new(200).set_body_json(json!({"chats": [], "hasMore": false}));
    let mock = wiremock::Mock::given(wiremock::matchers::any()).respond_with(page);
    mock.mount(&server).await;
    let mut live = Live::new(&CONTRACT, &server.uri(), "key").unwrap();
    let mut found = Vec::new();
    live.run(|check| found.extend(check.findings))
        .await
        .unwrap();
    let finding = &found[0];
    assert_eq!(finding.id, "response-content-type-mismatch");
    assert_eq!(finding.pointer, "/response/headers/content-type");
}

#[tokio::test]
async fn rejection_that_the_contract_leaves_out_is_not_a_finding() {
    let limit =
        json!({"name": "limit", "in": "query", "schema": {"type": "integer", "minimum": 1}});
    let list = json!({
        "security": [{"key": []}],
        "parameters": [limit],
        "responses": {"200": {"description": ""}},
    });
    let document = json!({
        "openapi": "3.1.0",
        "paths": {"/a": {"get": list}},
        "components": {"securitySchemes": {"key": {"type": "http", "scheme": "bearer"}}},
    });
    let contract = Contract::parse(&document.to_string()).unwrap();
    let found = async |without_key: u16, invalid: u16| {
        let respond = move |request: &wiremock::Request| {
            let authorization = request.headers.get("authorization");
            let is_valid = authorization.is_some_and(|value| value == "Bearer K");
            let status = match (is_valid, request.url.query()) {
                (false, _) => without_key,
                (true, Some(_)) => invalid,
                (true, None) => 200,
            };
            wiremock::ResponseTemplate::new(status)
        };
        let found = findings_of(&contract, respond).await;
        found
            .into_iter()
            .map(|finding| (finding.id, finding.severity))
            .collect::<Vec<_>>()
    };
    assert!(found(401, 400).await.is_empty());
    assert!(found(401, 422).await.is_empty());
    assert!(found(403, 422).await.is_empty());
    let undocumented = ("response-status-undocumented", Severity::Breaking);
    assert_eq!(found(404, 409).await, [undocumented; 4]);
    // A server that ignores an invalid value does more than is documented, and one that ignores a missing key is broken.
    let expected = |severity| ("response-rejection-expected", severity);
    let [unknown, ignored] = [Severity::Breaking, Severity::Additive].map(expected);
    assert_eq!(found(200, 200).await, [unknown, unknown, ignored, ignored]);
}

#[tokio::test]
async fn missing_api_key_can_be_forbidden_unless_the_contract_says_unauthorized() {
    let found = async |documented: &[&str]| {
        let mut responses = json!({"200": {"description": ""}});
        for status in documented {
            responses[status] = json!({"description": ""});
        }
        let read = json!({"security": [{"key": []}], "responses": responses});
        let document = json!({
            "openapi": "3.1.0",
            "paths": {"/a": {"get": read}},
            "components": {"securitySchemes": {"key": {"type": "http", "scheme": "bearer"}}},
        });
        let contract = Contract::parse(&document.to_string()).unwrap();
        let respond = |request: &wiremock::Request| {
            let authorization = request.headers.get("authorization");
            let is_valid = authorization.is_some_and(|value| value == "Bearer K");
            wiremock::ResponseTemplate::new(if is_valid { 200 } else { 403 })
        };
        let found = findings_of(&contract, respond).await;
        found
            .into_iter()
            .map(|finding| finding.id)
            .collect::<Vec<_>>()
    };
    assert!(found(&["403"]).await.is_empty());
    assert!(found(&["4XX"]).await.is_empty());
    assert!(found(&["default"]).await.is_empty());
    assert_eq!(
        found(&["401", "403"]).await,
        ["response-rejection-expected"; 2]
    );
}
