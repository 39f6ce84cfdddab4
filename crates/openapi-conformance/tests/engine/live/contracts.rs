//! The requests depend on the contract: its security schemes and its parameters.

use openapi_conformance::{Check, Contract, Live};
use serde_json::{Value, json};
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

/// Validates a server with one operation, `GET /a`. Returns the checks, and the requests that the server received.
async fn validated(
    security: Value,
    scheme: Value,
    parameters: Value,
) -> (Vec<Check>, Vec<Request>) {
    let operation = json!({
        "operationId": "list", "security": security, "parameters": parameters,
        "responses": {"200": {"description": "A list."}},
    });
    let document = json!({
        "openapi": "3.1.0",
        "paths": {"/a": {"get": operation}},
        "components": {"securitySchemes": {"key": scheme}},
    });
    let contract = Contract::parse(&document.to_string()).unwrap();
    let server = MockServer::start().await;
    let mock = Mock::given(any()).respond_with(ResponseTemplate::new(200));
    mock.mount(&server).await;
    let mut live = Live::new(&contract, &server.uri(), "K").unwrap();
    let mut checks = Vec::new();
    live.run(|check| checks.push(check)).await.unwrap();
    (checks, server.received_requests().await.unwrap())
}

/// Returns the first request to an operation that requires the API key in this scheme.
async fn authorized(security: Value, scheme: Value) -> Request {
    validated(security, scheme, json!([]))
        .await
        .1
        .swap_remove(0)
}

/// Returns the queries of the requests to an operation with these parameters.
async fn queries(parameters: Value) -> Vec<String> {
    let (_, requests) = validated(json!([]), json!({}), parameters).await;
    let query = |request: &Request| request.url.query().unwrap_or_default().to_owned();
    requests.iter().map(query).collect()
}

#[tokio::test]
async fn api_key_is_sent_as_the_security_scheme_requires() {
    for (scheme, name, expected) in [
        (
            json!({"type": "http", "scheme": "bearer"}),
            "authorization",
            "Bearer K",
        ),
        (
            json!({"type": "http", "scheme": "DPoP"}),
            "authorization",
            "dpop K",
        ),
        (
            json!({"type": "apiKey", "in": "header", "name": "X-Key"}),
            "x-key",
            "K",
        ),
        (
            json!({"type": "apiKey", "in": "cookie", "name": "sid"}),
            "cookie",
            "sid=K",
        ),
    ] {
        let request = authorized(json!([{"key": []}]), scheme).await;
        assert_eq!(request.headers[name], expected);
    }
    let scheme = json!({"type": "apiKey", "in": "query", "name": "key"});
    let request = authorized(json!([{"key": []}]), scheme).await;
    assert_eq!(request.url.query(), Some("key=K"));
    assert!(!request.headers.contains_key("authorization"));
}

#[tokio::test]
async fn optional_api_key_is_sent() {
    let scheme = json!({"type": "apiKey", "in": "header", "name": "X-Key"});
    let request = authorized(json!([{}, {"key": []}]), scheme).await;
    assert_eq!(request.headers["x-key"], "K");
}

/// Returns the requests to an operation that requires `basic` or an API key in a header.
async fn alternatives(api_key: Option<&str>, header: Option<&str>) -> Vec<Request> {
    let document = json!({
        "openapi": "3.1.0",
        "security": [{"user": []}, {"key": []}],
        "paths": {"/a": {"get": {"responses": {"200": {"description": ""}}}}},
        "components": {"securitySchemes": {
            "user": {"type": "http", "scheme": "basic"},
            "key": {"type": "apiKey", "in": "header", "name": "X-Key"},
        }},
    });
    let contract = Contract::parse(&document.to_string()).unwrap();
    let server = MockServer::start().await;
    let mock = Mock::given(any()).respond_with(ResponseTemplate::new(200));
    mock.mount(&server).await;
    let mut builder = Live::builder(&contract, &server.uri());
    if let Some(api_key) = api_key {
        builder = builder.api_key(api_key);
    }
    if let Some(header) = header {
        builder = builder.header("X-Key", header);
    }
    builder.build().unwrap().run(drop).await.unwrap();
    server.received_requests().await.unwrap()
}

#[tokio::test]
async fn api_key_without_a_user_is_not_sent_as_basic() {
    let requests = alternatives(Some("K"), None).await;
    assert_eq!(requests[0].headers["x-key"], "K");
    assert!(!requests[0].headers.contains_key("authorization"));
    let requests = alternatives(Some("u:K"), None).await;
    assert_eq!(requests[0].headers["authorization"], "Basic dTpL");
    assert!(!requests[0].headers.contains_key("x-key"));
}

#[tokio::test]
async fn header_with_the_credentials_of_any_alternative_is_not_sent_without_an_api_key() {
    for api_key in [None, Some("u:K")] {
        let requests = alternatives(api_key, Some("H")).await;
        let [valid, missing, unknown] = requests.try_into().unwrap();
        assert_eq!(valid.headers["x-key"], "H");
        assert!(!missing.headers.contains_key("x-key"));
        assert_eq!(unknown.headers["x-key"], "an-unknown-key");
    }
}

#[tokio::test]
async fn operation_without_security_receives_no_api_key_if_another_one_has_security() {
    for (security, sent) in [
        (json!([]), None),
        (json!([{}]), None),
        (Value::Null, Some("Bearer K")),
    ] {
        let responses = json!({"200": {"description": ""}, "401": {"description": ""}});
        let mut document = json!({
            "openapi": "3.1.0",
            "security": [{"key": []}],
            "paths": {
                "/a": {"get": {"operationId": "public", "security": security, "responses": responses}},
                "/b": {"get": {"operationId": "private", "responses": responses}},
            },
            "components": {"securitySchemes": {"key": {"type": "http", "scheme": "bearer"}}},
        });
        if security.is_null() {
            document["paths"]["/a"]["get"]
                .as_object_mut()
                .unwrap()
                .remove("security");
        }
        let contract = Contract::parse(&document.to_string()).unwrap();
        let server = MockServer::start().await;
        let mock = Mock::given(any()).respond_with(ResponseTemplate::new(200));
        mock.mount(&server).await;
        let mut live = Live::new(&contract, &server.uri(), "K").unwrap();
        live.run(drop).await.unwrap();
        let requests = server.received_requests().await.unwrap();
        let key = |at: &str| {
            let request = requests
                .iter()
                .find(|request| request.url.path() == at)
                .unwrap();
            request
                .headers
                .get("authorization")
                .map(|value| value.to_str().unwrap())
        };
        assert_eq!(key("/a"), sent, "{security}");
        assert_eq!(key("/b"), Some("Bearer K"), "{security}");
    }
}

#[tokio::test]
async fn operation_with_its_own_servers_is_not_sent_to_another_one_of_the_contract() {
    let server = MockServer::start().await;
    let other = MockServer::start().await;
    for server in [&server, &other] {
        let mock = Mock::given(any()).respond_with(ResponseTemplate::new(200));
        mock.mount(server).await;
    }
    let responses = json!({"200": {"description": ""}});
    let own = |url: String| json!([{"url": url}]);
    let document = json!({
        "openapi": "3.1.0",
        "servers": own(format!("{}/v1", server.uri())),
        "paths": {
            "/a": {"get": {"operationId": "here", "responses": responses}},
            "/b": {"servers": own(other.uri()), "get": {"operationId": "elsewhere", "responses": responses}},
            "/c": {"get": {
                "operationId": "below", "servers": own(format!("{}/v1/c", server.uri())), "responses": responses,
            }},
            "/d": {"get": {
                "operationId": "both", "servers": own(format!("{}/v1/", server.uri())), "responses": responses,
            }},
        },
    });
    let contract = Contract::parse(&document.to_string()).unwrap();
    let skipped = async |base_url: String| {
        let mut live = Live::new(&contract, &base_url, "K").unwrap();
        let mut skipped = Vec::new();
        live.run(|check| {
            if check.skipped.is_some() {
                skipped.push(check.name);
            }
        })
        .await
        .unwrap();
        skipped
    };
    let own = ["elsewhere on its own server", "below on its own server"];
    assert_eq!(skipped(format!("{}/v1", server.uri())).await, own);
    let requests = server.received_requests().await.unwrap();
    let mut paths: Vec<_> = requests.iter().map(|request| request.url.path()).collect();
    paths.dedup();
    assert_eq!(paths, ["/v1/a", "/v1/d"]);
    assert!(other.received_requests().await.unwrap().is_empty());
    // A server for tests has all operations.
    assert!(skipped(format!("{}/test", other.uri())).await.is_empty());
}

#[tokio::test]
async fn required_parameter_is_part_of_every_query() {
    let queries = queries(json!([
        {"name": "team", "in": "query", "required": true, "schema": {"type": "string"}, "example": "a"},
        {"name": "sort", "in": "query", "schema": {"type": "string"}, "example": "b"},
    ]));
    let expected = ["team=a", "team=a", "team=a&sort=b", "team=a&sort=b"];
    assert_eq!(queries.await, expected);
}

#[tokio::test]
async fn operation_is_skipped_if_a_required_parameter_has_no_example() {
    let required =
        json!([{"name": "team", "in": "query", "required": true, "schema": {"type": "string"}}]);
    let (checks, requests) = validated(json!([]), json!({}), required).await;
    assert_eq!(checks.len(), 1);
    assert!(checks[0].skipped.is_some());
    assert!(requests.is_empty());
}

#[tokio::test]
async fn only_parameter_is_sent_once() {
    let only =
        json!([{"name": "sort", "in": "query", "schema": {"type": "string"}, "example": "b"}]);
    assert_eq!(queries(only).await, ["", "sort=b"]);
}

#[tokio::test]
async fn boolean_parameter_is_sent_with_a_value_of_the_wrong_type() {
    let boolean = json!([{"name": "read", "in": "query", "schema": {"type": "boolean"}}]);
    assert_eq!(queries(boolean).await, ["", "read=perhaps"]);
}

#[tokio::test]
async fn text_that_exceeds_its_maximum_length_by_one_is_sent_unless_it_is_long() {
    for (length, expected) in [(3, Some(4)), (4095, Some(4096)), (4096, None), (4097, None)] {
        let schema = json!({"type": "string", "maxLength": length});
        let queries = queries(json!([{"name": "q", "in": "query", "schema": schema}])).await;
        let sent = queries.iter().find_map(|query| query.strip_prefix("q="));
        assert_eq!(sent.map(str::len), expected, "{length}");
    }
}
