//! Status codes of valid requests.

use openapi_conformance::Severity;
use serde_json::json;
use wiremock::matchers::any;
use wiremock::{Mock, Request, Respond, ResponseTemplate};

use super::server::live_on;
use super::{Run, reading, responding};

/// Returns whether a request has the API key `K`.
fn has_key(request: &Request) -> bool {
    let authorization = request.headers.get("authorization");
    authorization.is_some_and(|value| value == "Bearer K")
}

/// Returns the findings about a server that responds like this.
async fn found(
    document: &serde_json::Value,
    respond: impl Respond + 'static,
) -> Vec<(&'static str, Severity)> {
    let server = responding(respond).await;
    let run = Run::on(&server, document, |live| live.api_key("K")).await;
    assert!(run.ended.is_ok(), "{:?}", run.ended);
    run.findings()
        .map(|finding| (finding.id, finding.severity))
        .collect()
}

#[tokio::test]
async fn documented_redirect_is_not_a_finding() {
    let document = reading(json!({"responses": {"302": {"description": "It is elsewhere."}}}));
    let response = ResponseTemplate::new(302).insert_header("location", "/elsewhere");
    assert_eq!(found(&document, response).await, []);
}

#[tokio::test]
async fn response_with_retry_after_is_validated() {
    let page = json!({"chats": [], "hasMore": false});
    let server = responding(ResponseTemplate::new(200).set_body_json(page)).await;
    let busy = ResponseTemplate::new(429).insert_header("retry-after", "0");
    let mock = Mock::given(any()).respond_with(busy.set_body_raw("<html>", "text/html"));
    let mock = mock.up_to_n_times(1).with_priority(1);
    mock.mount(&server).await;
    let mut found = Vec::new();
    let mut live = live_on(&server);
    let done = live.run(|check| found.extend(check.findings));
    done.await.unwrap();
    assert_eq!(found[0].id, "response-content-type-mismatch");
}

#[tokio::test]
async fn rejection_that_the_contract_leaves_out_is_not_a_finding() {
    let limit =
        json!({"name": "limit", "in": "query", "schema": {"type": "integer", "minimum": 1}});
    let document = reading(json!({"security": [{"bearer": []}], "parameters": [limit]}));
    let found = async |without_key: u16, invalid: u16| {
        let respond = move |request: &Request| {
            ResponseTemplate::new(match (has_key(request), request.url.query()) {
                (false, _) => without_key,
                (true, Some(_)) => invalid,
                (true, None) => 200,
            })
        };
        found(&document, respond).await
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
        let document = reading(json!({"security": [{"bearer": []}], "responses": responses}));
        let respond =
            |request: &Request| ResponseTemplate::new(if has_key(request) { 200 } else { 403 });
        found(&document, respond).await
    };
    assert!(found(&["403"]).await.is_empty());
    assert!(found(&["4XX"]).await.is_empty());
    assert!(found(&["default"]).await.is_empty());
    let expected = ("response-rejection-expected", Severity::Breaking);
    assert_eq!(found(&["401", "403"]).await, [expected; 2]);
}
