//! The requests depend on the contract: its security schemes, its parameters, its media types and its servers.

use openapi_conformance::{Contract, Live};
use serde_json::{Value, json};
use wiremock::ResponseTemplate;

use super::{Run, Set, reading, responding};

/// Checks a server that responds to every request with success.
async fn run(document: &Value, set: Set) -> Run {
    let server = responding(ResponseTemplate::new(200)).await;
    let run = Run::on(&server, document, set).await;
    assert!(run.ended.is_ok(), "{:?}", run.ended);
    run
}

#[tokio::test]
async fn credentials_are_sent_as_the_security_scheme_requires() {
    let key: Set = |live| live.api_key("K");
    let header: Set = |live| live.header("X-Key", "H");
    let cases: [(&str, Set, &str, [Option<&str>; 3]); 8] = [
        (
            "bearer",
            key,
            "authorization",
            [Some("Bearer K"), None, Some("Bearer an-unknown-key")],
        ),
        (
            "dpop",
            key,
            "authorization",
            [Some("dpop K"), None, Some("dpop an-unknown-key")],
        ),
        (
            "basic",
            |live| live.api_key("user:pass"),
            "authorization",
            [
                Some("Basic dXNlcjpwYXNz"),
                None,
                Some("Basic YW4tdW5rbm93bi1rZXk="),
            ],
        ),
        (
            "key",
            key,
            "x-key",
            [Some("K"), None, Some("an-unknown-key")],
        ),
        (
            "key",
            header,
            "x-key",
            [Some("H"), None, Some("an-unknown-key")],
        ),
        (
            "cookie",
            key,
            "cookie",
            [Some("sid=K"), None, Some("sid=an-unknown-key")],
        ),
        ("query", key, "authorization", [None; 3]),
        (
            "key",
            |live| live.header("X-Team", "red").api_key("K"),
            "x-team",
            [Some("red"); 3],
        ),
    ];
    for (scheme, set, name, expected) in cases {
        let run = run(&reading(json!({"security": [{scheme: []}]})), set).await;
        assert_eq!(run.header(name), expected, "{scheme}");
        if scheme == "query" {
            let queries = ["GET /a?key=K", "GET /a", "GET /a?key=an-unknown-key"];
            assert_eq!(run.requests(), queries);
        }
    }
    let optional = reading(json!({"security": [{}, {"key": []}]}));
    assert_eq!(run(&optional, key).await.header("x-key")[0], Some("K"));
}

#[tokio::test]
async fn api_key_without_a_user_is_not_sent_as_basic() {
    let document = reading(json!({"security": [{"basic": []}, {"key": []}]}));
    let plain = run(&document, |live| live.api_key("K")).await;
    assert_eq!(plain.header("x-key")[0], Some("K"));
    assert_eq!(plain.header("authorization")[0], None);
    let with_user = run(&document, |live| live.api_key("u:K")).await;
    assert_eq!(with_user.header("x-key")[0], None);
    assert_eq!(with_user.header("authorization")[0], Some("Basic dTpL"));
}

#[tokio::test]
async fn header_with_the_credentials_of_any_alternative_is_not_sent_without_an_api_key() {
    let document = reading(json!({"security": [{"basic": []}, {"key": []}]}));
    let sets: [Set; 2] = [
        |live| live.header("X-Key", "H"),
        |live| live.header("X-Key", "H").api_key("u:K"),
    ];
    for set in sets {
        let run = run(&document, set).await;
        let expected = [Some("H"), None, Some("an-unknown-key")];
        assert_eq!(run.header("x-key"), expected);
    }
}

#[tokio::test]
async fn operation_without_security_receives_no_api_key_if_another_one_has_security() {
    for (keys, sent) in [
        (json!({"security": []}), None),
        (json!({"security": [{}]}), None),
        (json!({}), Some("Bearer K")),
    ] {
        let mut document = reading(keys);
        document["security"] = json!([{"bearer": []}]);
        let responses = json!({"200": {"description": ""}});
        document["paths"]["/b"]["get"] = json!({"responses": responses});
        let run = run(&document, |live| live.api_key("K")).await;
        let requests = run.requests().into_iter();
        let requests: Vec<_> = requests.zip(run.header("authorization")).collect();
        let first = |line: &str| requests.iter().find(|(sent, _)| sent == line).unwrap().1;
        assert_eq!(first("GET /a"), sent, "{document}");
        assert_eq!(first("GET /b"), Some("Bearer K"), "{document}");
    }
}

#[tokio::test]
async fn queries_have_the_documented_parameters() {
    let team = json!({"name": "team", "in": "query", "required": true, "schema": {"type": "string"}, "example": "a"});
    let sort = json!({"name": "sort", "in": "query", "schema": {"type": "string"}, "example": "b"});
    let read = json!({"name": "read", "in": "query", "schema": {"type": "boolean"}});
    let page = json!({
        "name": "page", "in": "query", "required": true,
        "schema": {"type": "object", "properties": {"size": {"type": "integer"}}},
    });
    for (parameters, queries) in [
        // A required parameter is part of every query.
        (
            json!([team, sort]),
            &["?team=a", "?team=a", "?team=a&sort=b", "?team=a&sort=b"][..],
        ),
        (json!([sort]), &["", "?sort=b"]),
        (json!([read]), &["", "?read=perhaps"]),
        // An object without properties is left out.
        (json!([page]), &[""]),
    ] {
        let document = reading(json!({"parameters": parameters}));
        let run = run(&document, |live| live).await;
        let expected: Vec<_> = queries
            .iter()
            .map(|query| format!("GET /a{query}"))
            .collect();
        assert_eq!(run.requests(), expected, "{parameters}");
        assert_eq!(run.skipped(), [""; 0], "{parameters}");
    }
}

#[tokio::test]
async fn operation_is_skipped_if_a_required_parameter_has_no_example() {
    let required =
        json!([{"name": "team", "in": "query", "required": true, "schema": {"type": "string"}}]);
    let run = run(&reading(json!({"parameters": required})), |live| live).await;
    assert_eq!(run.skipped(), ["a"]);
    assert_eq!(run.requests(), [""; 0]);
}

#[tokio::test]
async fn text_that_exceeds_its_maximum_length_by_one_is_sent_unless_it_is_long() {
    for (length, expected) in [(3, Some(4)), (4095, Some(4096)), (4096, None), (4097, None)] {
        let schema = json!({"type": "string", "maxLength": length});
        let parameters = json!([{"name": "q", "in": "query", "schema": schema}]);
        let run = run(&reading(json!({"parameters": parameters})), |live| live).await;
        let requests = run.requests();
        let sent = requests
            .iter()
            .find_map(|line| line.strip_prefix("GET /a?q="));
        assert_eq!(sent.map(str::len), expected, "{length}");
    }
}

#[tokio::test]
async fn each_documented_media_type_is_requested() {
    let content = json!({"application/json": {}, "text/csv": {}});
    let document = reading(json!({"responses": {"200": {"content": content}}}));
    let csv = ResponseTemplate::new(200).set_body_raw("a", "text/csv");
    let run = Run::on(&responding(csv).await, &document, |live| live).await;
    let expected = ["*/*", "application/json", "text/csv"].map(Some);
    assert_eq!(run.header("accept"), expected);
}

#[tokio::test]
async fn operation_with_its_own_servers_is_not_sent_to_another_one_of_the_contract() {
    let server = responding(ResponseTemplate::new(200)).await;
    let other = responding(ResponseTemplate::new(200)).await;
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
