//! Servers of other APIs: identifiers in paths, required parameters, failing operations, selected operations, plans.

use http::Method;
use openapi_conformance::{Contract, Live, LiveError};
use serde_json::{Value, json};
use wiremock::matchers::{method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

use super::{Run, Set};

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

async fn run(server: &MockServer) -> Run {
    Run::on(server, &shop(), |live| live).await
}

#[tokio::test]
async fn identifiers_in_paths_come_from_earlier_responses_and_are_not_shown() {
    let run = run(&start().await).await;
    assert!(run.ended.is_ok(), "{:?}", run.ended);
    assert_eq!(run.ids(), [""; 0]);
    assert_eq!(run.skipped(), [""; 0]);
    let mut sent = run.requests();
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
    let lines = run.checks.iter().flat_map(|check| &check.requests);
    let mut shown: Vec<_> = lines.collect();
    shown.dedup();
    let expected = [
        "GET /pets -> 200",
        "GET /colors/dark%2Fred?sizes=s,m -> 200",
        "GET /pet/{id} -> 200",
        "GET /pets/{petId}/toys -> 200",
        "GET /pets/{petId}/toys/{toyId} -> 200",
    ];
    assert_eq!(shown, expected);
}

#[tokio::test]
async fn required_header_is_sent() {
    let run = run(&start().await).await;
    let mut sent = run.requests().into_iter().zip(run.header("x-version"));
    assert!(sent.all(|(line, version)| line.contains("/colors") == (version == Some("2"))));
}

#[tokio::test]
async fn missing_resource_of_a_list_is_a_finding_and_a_guessed_one_is_not() {
    let server = MockServer::start().await;
    let pets = ResponseTemplate::new(200).set_body_json(json!([{"id": 7}]));
    respond(&server, "GET", "/pets", pets).await;
    let run = run(&server).await;
    assert!(run.ended.is_ok(), "{:?}", run.ended);
    // `/pets/7/toys` follows from `/pets`; `/pet/7` and the color are guesses.
    assert_eq!(run.ids(), ["response-success-expected"]);
    assert_eq!(run.skipped(), ["get_color", "get_pet", "get_toy"]);
}

#[tokio::test]
async fn failing_operation_does_not_end_the_run() {
    let server = start().await;
    let busy = Mock::given(path("/pet/7")).respond_with(ResponseTemplate::new(503));
    busy.with_priority(1).mount(&server).await;
    let run = run(&server).await;
    assert!(run.ended.is_ok(), "{:?}", run.ended);
    assert_eq!(run.failed(), ["get_pet"]);
    assert!(run.requests().contains(&"GET /pets/7/toys/70".to_owned()));
}

#[tokio::test]
async fn run_ends_after_several_failing_operations() {
    let server = MockServer::start().await;
    let pets = ResponseTemplate::new(200).set_body_json(json!([{"id": 7}]));
    respond(&server, "GET", "/pets", pets).await;
    let busy = Mock::given(method("GET")).respond_with(ResponseTemplate::new(503));
    busy.with_priority(9).mount(&server).await;
    let run = run(&server).await;
    assert!(
        matches!(run.ended, Err(LiveError::Busy { .. })),
        "{:?}",
        run.ended
    );
    assert_eq!(run.failed().len(), 3);
}

#[tokio::test]
async fn path_without_a_known_value_is_skipped() {
    let server = MockServer::start().await;
    let none = ResponseTemplate::new(200).set_body_json(json!([]));
    respond(&server, "GET", "/pets", none).await;
    let run = run(&server).await;
    assert_eq!(
        run.skipped(),
        ["get_color", "get_pet", "list_toys", "get_toy"]
    );
}

#[tokio::test]
async fn selected_operations_are_checked() {
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
        let mut requests = Run::on(&start().await, &shop(), set).await.requests();
        requests.dedup();
        assert_eq!(requests, expected);
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
    let reads = run(&start().await).await;
    assert!(
        reads.requests().iter().all(|line| line.starts_with("GET")),
        "{:?}",
        reads.requests()
    );
    let server = start().await;
    let run = Run::on(&server, &shop(), |live| live.send_writes(true)).await;
    assert_eq!(run.ids(), [""; 0]);
    assert!(
        run.requests()
            .ends_with(&["POST /pets".to_owned(), "DELETE /pet/7".to_owned()])
    );
    let mut received = run.received.iter();
    let post = received.find(|request| request.method == Method::POST);
    let body: Value = post.unwrap().body_json().unwrap();
    assert_eq!(body, json!({"id": 9, "name": "Rex"}));
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
