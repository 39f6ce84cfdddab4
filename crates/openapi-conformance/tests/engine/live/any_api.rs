//! Servers of other APIs: identifiers in paths, required parameters, failing operations, selected operations, plans.

use http::Method;
use openapi_conformance::{Check, Contract, Live, LiveBuilder, LiveError};
use serde_json::{Value, json};
use wiremock::matchers::{method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

/// A shop of pets: lists, identifiers in paths, an operation that another one's schema leads to, and writes.
fn shop() -> Value {
    let pet = json!({"$ref": "#/components/schemas/Pet"});
    let ok = |schema: Value| json!({"200": {"description": "", "content": {"application/json": {"schema": schema}}}});
    let not_found = json!({"description": "There is none."});
    let with_404 = |mut responses: Value| {
        responses["404"] = not_found.clone();
        responses
    };
    let id = |name: &str| json!([{"name": name, "in": "path", "required": true, "schema": {"type": "integer"}}]);
    json!({
        "openapi": "3.1.0",
        "paths": {
            "/pets/{petId}/toys/{toyId}": {"get": {
                "operationId": "get_toy", "tags": ["toys"],
                "parameters": [id("petId")[0], id("toyId")[0]],
                "responses": with_404(ok(json!({"type": "object"}))),
            }},
            "/pets/{petId}/toys": {"get": {
                "operationId": "list_toys", "tags": ["toys"], "parameters": id("petId"),
                "responses": with_404(ok(json!({"type": "array", "items": {"type": "object"}}))),
            }},
            "/pets": {
                "get": {"operationId": "list_pets", "responses": ok(json!({"type": "array", "items": pet}))},
                "post": {
                    "operationId": "add_pet",
                    "requestBody": {"required": true, "content": {"application/json": {
                        "schema": pet, "example": {"id": 9, "name": "Rex"},
                    }}},
                    "responses": {"201": {"description": ""}},
                },
            },
            "/pet/{id}": {
                "get": {"operationId": "get_pet", "parameters": id("id"), "responses": with_404(ok(pet.clone()))},
                "delete": {"operationId": "delete_pet", "parameters": id("id"), "responses": {"204": {"description": ""}}},
            },
            "/colors/{color}": {"get": {
                "operationId": "get_color",
                "parameters": [
                    {"name": "color", "in": "path", "required": true, "schema": {"enum": ["dark/red"]}},
                    {"name": "X-Version", "in": "header", "required": true, "schema": {"const": "2"}},
                    {"name": "sizes", "in": "query", "required": true, "explode": false,
                        "schema": {"type": "array", "items": {}, "default": ["s", "m"]}},
                ],
                "responses": with_404(ok(json!({}))),
            }},
        },
        "components": {"schemas": {"Pet": {
            "type": "object", "required": ["id"], "properties": {"id": {"type": "integer"}},
        }}},
    })
}

async fn respond(server: &MockServer, verb: &str, at: &str, response: ResponseTemplate) {
    let mock = Mock::given(method(verb)).and(path(at));
    mock.respond_with(response).mount(server).await;
}

/// Starts the shop, in which everything is found.
async fn start() -> MockServer {
    let server = MockServer::start().await;
    for (at, body) in [
        ("/pets", json!([{"id": 7}, {"id": 8}])),
        ("/pets/7/toys", json!([{"toy_id": 70, "id": 1}])),
        ("/pets/7/toys/70", json!({})),
        ("/pet/7", json!({"id": 7})),
        ("/colors/dark%2Fred", json!({})),
    ] {
        respond(
            &server,
            "GET",
            at,
            ResponseTemplate::new(200).set_body_json(body),
        )
        .await;
    }
    respond(&server, "POST", "/pets", ResponseTemplate::new(201)).await;
    respond(&server, "DELETE", "/pet/7", ResponseTemplate::new(204)).await;
    server
}

/// The checks of a run, its end, and the requests that the server received.
struct Outcome {
    checks: Vec<Check>,
    ended: Result<(), LiveError>,
    requests: Vec<String>,
}

impl Outcome {
    fn ids(&self) -> Vec<&str> {
        let findings = self.checks.iter().flat_map(|check| &check.findings);
        findings.map(|finding| finding.id).collect()
    }

    fn skipped(&self) -> Vec<&str> {
        let skipped = self.checks.iter().filter(|check| check.skipped.is_some());
        skipped
            .map(|check| check.name.split(' ').next().unwrap())
            .collect()
    }

    fn failed(&self) -> Vec<&str> {
        let failed = self.checks.iter().filter(|check| check.failed.is_some());
        failed
            .map(|check| check.name.split(' ').next().unwrap())
            .collect()
    }
}

async fn run_with(
    server: &MockServer,
    document: &Value,
    set: impl for<'c> FnOnce(LiveBuilder<'c>) -> LiveBuilder<'c>,
) -> Outcome {
    let contract = Contract::parse(&document.to_string()).unwrap();
    let mut live = set(Live::builder(&contract, &server.uri()))
        .build()
        .unwrap();
    let mut checks = Vec::new();
    let ended = live.run(|check| checks.push(check)).await;
    let received = server.received_requests().await.unwrap();
    let line = |request: &wiremock::Request| {
        let query = request.url.query().map(|query| format!("?{query}"));
        format!(
            "{} {}{}",
            request.method,
            request.url.path(),
            query.unwrap_or_default()
        )
    };
    Outcome {
        checks,
        ended,
        requests: received.iter().map(line).collect(),
    }
}

async fn run(server: &MockServer, document: &Value) -> Outcome {
    run_with(server, document, |live| live).await
}

#[tokio::test]
async fn identifiers_in_paths_come_from_earlier_responses() {
    let outcome = run(&start().await, &shop()).await;
    assert!(outcome.ended.is_ok(), "{:?}", outcome.ended);
    assert_eq!(outcome.ids(), [""; 0]);
    assert_eq!(outcome.skipped(), [""; 0]);
    let mut sent = outcome.requests;
    sent.dedup();
    let expected = [
        "GET /pets",
        "GET /colors/dark%2Fred?sizes=s,m",
        // The schema of its response is that of a pet.
        "GET /pet/7",
        "GET /pets/7/toys",
        "GET /pets/7/toys/70",
    ];
    assert_eq!(sent, expected);
}

#[tokio::test]
async fn values_that_the_server_returned_are_not_shown_in_paths() {
    let outcome = run(&start().await, &shop()).await;
    let lines: Vec<_> = outcome
        .checks
        .iter()
        .flat_map(|check| &check.requests)
        .collect();
    assert!(
        lines.contains(&&"GET /pets/{petId}/toys/{toyId} -> 200".to_owned()),
        "{lines:?}"
    );
    assert!(
        lines.contains(&&"GET /colors/dark%2Fred?sizes=s,m -> 200".to_owned()),
        "{lines:?}"
    );
}

#[tokio::test]
async fn required_header_is_sent() {
    let server = start().await;
    run(&server, &shop()).await;
    let received = server.received_requests().await.unwrap();
    let mut colors = received
        .iter()
        .filter(|request| request.url.path().starts_with("/colors"));
    assert!(colors.all(|request| request.headers["x-version"] == "2"));
}

#[tokio::test]
async fn required_object_without_properties_is_left_out() {
    let page = json!({
        "name": "page", "in": "query", "required": true,
        "schema": {"type": "object", "properties": {"size": {"type": "integer"}}},
    });
    let list = json!({"parameters": [page], "responses": {"200": {"description": ""}}});
    let document = json!({"openapi": "3.1.0", "paths": {"/pets": {"get": list}}});
    let server = MockServer::start().await;
    respond(&server, "GET", "/pets", ResponseTemplate::new(200)).await;
    let outcome = run(&server, &document).await;
    assert_eq!(outcome.skipped(), [""; 0]);
    assert_eq!(outcome.requests, ["GET /pets"]);
}

#[tokio::test]
async fn missing_resource_of_a_list_is_a_finding_and_a_guessed_one_is_not() {
    let server = MockServer::start().await;
    let pets = ResponseTemplate::new(200).set_body_json(json!([{"id": 7}]));
    respond(&server, "GET", "/pets", pets).await;
    let outcome = run(&server, &shop()).await;
    assert!(outcome.ended.is_ok(), "{:?}", outcome.ended);
    // `/pets/7/toys` follows from `/pets`; `/pet/7` and the color are guesses.
    assert_eq!(outcome.ids(), ["response-success-expected"]);
    assert_eq!(outcome.skipped(), ["get_color", "get_pet", "get_toy"]);
}

#[tokio::test]
async fn failing_operation_does_not_end_the_run() {
    let server = start().await;
    let busy = Mock::given(path("/pet/7")).respond_with(ResponseTemplate::new(503));
    busy.with_priority(1).mount(&server).await;
    let outcome = run(&server, &shop()).await;
    assert!(outcome.ended.is_ok(), "{:?}", outcome.ended);
    assert_eq!(outcome.failed(), ["get_pet"]);
    assert!(outcome.requests.contains(&"GET /pets/7/toys/70".to_owned()));
}

#[tokio::test]
async fn run_ends_after_several_failing_operations() {
    let server = MockServer::start().await;
    let pets = ResponseTemplate::new(200).set_body_json(json!([{"id": 7}]));
    respond(&server, "GET", "/pets", pets).await;
    let busy = Mock::given(method("GET")).respond_with(ResponseTemplate::new(503));
    busy.with_priority(9).mount(&server).await;
    let outcome = run(&server, &shop()).await;
    assert!(
        matches!(outcome.ended, Err(LiveError::Busy { .. })),
        "{:?}",
        outcome.ended
    );
    assert_eq!(outcome.failed().len(), 3);
}

#[tokio::test]
async fn path_without_a_known_value_is_skipped() {
    let server = MockServer::start().await;
    let none = ResponseTemplate::new(200).set_body_json(json!([]));
    respond(&server, "GET", "/pets", none).await;
    let outcome = run(&server, &shop()).await;
    assert_eq!(
        outcome.skipped(),
        ["get_color", "get_pet", "list_toys", "get_toy"]
    );
}

#[tokio::test]
async fn selected_operations_are_checked() {
    type Set = for<'c> fn(LiveBuilder<'c>) -> LiveBuilder<'c>;
    let cases: [(Set, &[&str]); 4] = [
        (|live| live.only("list_pets"), &["GET /pets"]),
        (|live| live.only("/pets").skip("toys"), &["GET /pets"]),
        (
            |live| live.skip("/pets/").skip("/pet").skip("/colors/{color}"),
            &[],
        ),
        (
            |live| live.only("get_color"),
            &["GET /colors/dark%2Fred?sizes=s,m"],
        ),
    ];
    for (set, expected) in cases {
        let mut outcome = run_with(&start().await, &shop(), set).await;
        outcome.requests.dedup();
        assert_eq!(outcome.requests, expected);
    }
    let contract = Contract::parse(&shop().to_string()).unwrap();
    for selector in ["list_cats", "/pet/", "/pets/{petId}/to"] {
        let built = Live::builder(&contract, "http://localhost")
            .only(selector)
            .build();
        let is_unknown =
            matches!(&built, Err(LiveError::Selector { selector: unknown }) if unknown == selector);
        // A slash at the end selects the same path.
        assert_eq!(is_unknown, selector != "/pet/", "{selector}");
    }
}

#[tokio::test]
async fn writes_are_sent_only_if_asked_for() {
    let reads = run(&start().await, &shop()).await;
    assert!(
        reads.requests.iter().all(|line| line.starts_with("GET")),
        "{:?}",
        reads.requests
    );
    let server = start().await;
    let outcome = run_with(&server, &shop(), |live| live.send_writes(true)).await;
    assert_eq!(outcome.ids(), [""; 0]);
    assert_eq!(
        outcome.requests[outcome.requests.len() - 2..],
        ["POST /pets", "DELETE /pet/7"]
    );
    let received = server.received_requests().await.unwrap();
    let post = received
        .iter()
        .find(|request| request.method == Method::POST)
        .unwrap();
    assert_eq!(
        post.body_json::<Value>().unwrap(),
        json!({"id": 9, "name": "Rex"})
    );
}

#[tokio::test]
async fn plan_lists_requests_and_sends_none() {
    let mut document = shop();
    let limit =
        json!({"name": "limit", "in": "query", "schema": {"type": "integer", "maximum": 5}});
    document["paths"]["/pets"]["get"]["parameters"] = json!([limit]);
    let contract = Contract::parse(&document.to_string()).unwrap();
    let mut live = Live::builder(&contract, "http://127.0.0.1:1/v1")
        .build()
        .unwrap();
    let planned = live.plan().await;
    let lines: Vec<_> = planned.iter().flat_map(|check| &check.requests).collect();
    let expected = [
        "GET /v1/pets",
        "GET /v1/pets?limit=many",
        "GET /v1/pets?limit=6",
        "GET /v1/colors/dark%2Fred?sizes=s,m",
        "GET /v1/colors/dark%2Fred?sizes=s,m",
        "GET /v1/pet/{id}",
        "GET /v1/pets/{petId}/toys",
        "GET /v1/pets/{petId}/toys/{toyId}",
    ];
    assert_eq!(lines, expected);
    assert!(
        planned
            .iter()
            .all(|check| check.findings.is_empty() && check.failed.is_none())
    );
}

/// Returns the header of the first request, of one without credentials, and of one with unknown ones.
async fn credentials(
    scheme: Value,
    name: &str,
    set: impl for<'c> FnOnce(LiveBuilder<'c>) -> LiveBuilder<'c>,
) -> Vec<Option<String>> {
    let document = json!({
        "openapi": "3.1.0",
        "paths": {"/a": {"get": {"operationId": "a", "security": [{"key": []}], "responses": {"200": {"description": ""}}}}},
        "components": {"securitySchemes": {"key": scheme}},
    });
    let server = MockServer::start().await;
    respond(&server, "GET", "/a", ResponseTemplate::new(200)).await;
    run_with(&server, &document, set).await;
    let received = server.received_requests().await.unwrap();
    let header = |request: &wiremock::Request| {
        let value = request.headers.get(name)?;
        Some(value.to_str().unwrap().to_owned())
    };
    received.iter().map(header).collect()
}

#[tokio::test]
async fn headers_are_sent_and_replace_the_credentials() {
    let key = json!({"type": "apiKey", "in": "header", "name": "X-Key"});
    let sent = credentials(key.clone(), "x-key", |live| live.header("X-Key", "K1"));
    assert_eq!(
        sent.await,
        [Some("K1".into()), None, Some("an-unknown-key".into())]
    );
    let sent = credentials(key, "x-team", |live| {
        live.header("X-Team", "red").api_key("K")
    });
    assert_eq!(sent.await, vec![Some("red".to_owned()); 3]);
    let basic = json!({"type": "http", "scheme": "Basic"});
    let sent = credentials(basic, "authorization", |live| live.api_key("user:pass"));
    assert_eq!(sent.await[0].as_deref(), Some("Basic dXNlcjpwYXNz"));
}

#[test]
fn credentials_are_required_only_if_the_contract_requires_them() {
    let contract = Contract::parse(&shop().to_string()).unwrap();
    assert!(Live::builder(&contract, "http://localhost").build().is_ok());
    let mut document = shop();
    document["security"] = json!([{"key": []}]);
    document["components"]["securitySchemes"] =
        json!({"key": {"type": "http", "scheme": "bearer"}});
    let contract = Contract::parse(&document.to_string()).unwrap();
    let live = || Live::builder(&contract, "http://localhost");
    assert!(matches!(live().build(), Err(LiveError::MissingApiKey)));
    assert!(live().header("authorization", "Bearer K").build().is_ok());
    for (name, value) in [("host", "a"), ("a b", "c"), ("a", "b\nc")] {
        assert!(
            matches!(live().header(name, value).build(), Err(LiveError::Header)),
            "{name}"
        );
    }
}

#[tokio::test]
async fn each_documented_media_type_is_requested() {
    let content = json!({"application/json": {}, "text/csv": {}});
    let document = json!({
        "openapi": "3.1.0",
        "paths": {"/a": {"get": {"operationId": "a", "responses": {"200": {"description": "", "content": content}}}}},
    });
    let server = MockServer::start().await;
    respond(
        &server,
        "GET",
        "/a",
        ResponseTemplate::new(200).set_body_raw("a", "text/csv"),
    )
    .await;
    run(&server, &document).await;
    let received = server.received_requests().await.unwrap();
    let accepted: Vec<_> = received
        .iter()
        .map(|request| request.headers["accept"].to_str().unwrap())
        .collect();
    assert_eq!(accepted, ["*/*", "application/json", "text/csv"]);
}
