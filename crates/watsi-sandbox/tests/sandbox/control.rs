//! The control API: every response conforms to the document that the sandbox serves.

mod customers; // customers, their conversations and messages

use std::sync::LazyLock;

use http::Method;
use openapi_conformance::{Contract, Route};
use serde_json::{Value, json};
use watsi_sandbox::Sandbox;

use crate::client::{self, HTTP, PHONE, get};
use crate::subscriber::Subscriber;

static CONTRACT: LazyLock<Contract> =
    LazyLock::new(|| Contract::parse(include_str!("../../src/control/openapi.yaml")).unwrap());

/// Calls the control API, and validates the response.
async fn control(
    sandbox: &Sandbox,
    method: Method,
    path: &str,
    body: Option<Value>,
) -> (u16, Value) {
    let path = format!("/_sandbox/{path}");
    let mut request = client::request(sandbox, method.clone(), &path);
    if let Some(body) = body {
        request = request.json(&body);
    }
    let response = client::read(request.send().await.unwrap()).await;
    if let Route::Operation(operation) = CONTRACT.route(&method, path.split('?').next().unwrap()) {
        let findings = CONTRACT.validate_response(operation, &response);
        assert_eq!(findings, [], "{method} {path}");
    }
    let body = serde_json::from_slice(response.body()).unwrap_or_default();
    (response.status().as_u16(), body)
}

async fn assert_status(
    sandbox: &Sandbox,
    method: Method,
    path: &str,
    body: Option<Value>,
    expected: u16,
) {
    let (status, body) = control(sandbox, method.clone(), path, body).await;
    assert_eq!(status, expected, "{method} {path}: {body}");
}

async fn post(sandbox: &Sandbox, path: &str, body: Value) -> Value {
    let (status, body) = control(sandbox, Method::POST, path, Some(body)).await;
    assert!((200..300).contains(&status), "{status}: {body}");
    body
}

async fn read(sandbox: &Sandbox, path: &str) -> Value {
    let (status, body) = control(sandbox, Method::GET, path, None).await;
    assert_eq!(status, 200, "{body}");
    body
}

#[tokio::test]
async fn document_is_served_with_the_url_of_the_sandbox() {
    let sandbox = Sandbox::start().await;
    let url = format!("{}/_sandbox/openapi.yaml", sandbox.uri());
    let text = HTTP.get(url).send().await.unwrap().text().await.unwrap();
    let served = Contract::parse(&text).unwrap();
    assert_eq!(served.base_url(), sandbox.uri());
    assert_eq!(served.json()["paths"], CONTRACT.json()["paths"]);
    let notes: Vec<_> = served.notes().iter().map(|note| note.id).collect();
    // The stream of changes.
    assert_eq!(notes, ["media-type-unsupported"]);
}

#[tokio::test]
async fn every_operation_requires_the_api_key() {
    let sandbox = Sandbox::start().await;
    for operation in CONTRACT.operations() {
        let url = format!("{}{}", sandbox.uri(), operation.path().replace("{id}", "1"));
        let request = HTTP.request(operation.method().clone(), url);
        let status = request.send().await.unwrap().status();
        assert_eq!(status, 401, "{}", operation.id());
    }
}

#[tokio::test]
async fn responses_permit_no_page_of_another_site() {
    let sandbox = Sandbox::start().await;
    let url = format!("{}/_sandbox/reset", sandbox.uri());
    let preflight = HTTP
        .request(Method::OPTIONS, url)
        .header("origin", "https://evil.example")
        .header("access-control-request-headers", "authorization");
    let response = preflight.send().await.unwrap();
    assert!(!response.status().is_success());
    assert_eq!(response.headers().get("access-control-allow-origin"), None);
    let url = format!("{}/_sandbox/", sandbox.uri());
    let page = HTTP.get(url).send().await.unwrap();
    assert_eq!(page.headers()["x-frame-options"], "DENY");
    assert!(page.headers().contains_key("content-security-policy"));
}

#[tokio::test]
async fn clock_is_read_and_advanced() {
    let start = "2025-03-15T10:30:00Z".parse().unwrap();
    let sandbox = Sandbox::builder().clock(start).start().await.unwrap();
    assert_eq!(read(&sandbox, "clock").await["now"], "2025-03-15T10:30:00Z");
    let now = post(&sandbox, "advance", json!({"seconds": 90_000.5})).await;
    assert_eq!(now["now"], "2025-03-16T11:30:00.500Z");
    let now = post(&sandbox, "advance", json!({"seconds": 1e300})).await;
    assert_eq!(now["now"], "9999-12-31T23:59:59.999Z");
    sandbox.customer_writes(PHONE, "Hi");
    let listed = read(&sandbox, "conversations").await;
    let window = &listed["conversations"][0]["window_closes_at"];
    assert_eq!(window, "9999-12-31T23:59:59.999Z");
}

#[tokio::test]
async fn faults_are_added_listed_and_removed() {
    let sandbox = Sandbox::start().await;
    let fault = json!({"fault": "status", "status": 429, "retry_after": "2", "next": 2});
    let id = post(&sandbox, "faults", fault).await["id"].clone();
    assert_eq!(
        get(&sandbox, "/conversations").await.headers["retry-after"],
        "2"
    );
    let listed = read(&sandbox, "faults").await;
    let expected = json!({"id": id, "fault": "status", "status": 429, "retry_after": "2", "next": 2, "applied": 1});
    assert_eq!(listed["faults"], json!([expected]));
    let path = format!("faults/{id}");
    assert_status(&sandbox, Method::DELETE, &path, None, 204).await;
    assert_status(&sandbox, Method::DELETE, &path, None, 404).await;
    // A fault does not affect the control API.
    let every = json!({"fault": "lose_response", "every": 1});
    post(&sandbox, "faults", every).await;
    assert_status(&sandbox, Method::DELETE, "faults", None, 204).await;
    assert_eq!(read(&sandbox, "faults").await["faults"], json!([]));
}

#[tokio::test]
async fn deliveries_are_listed_and_repeated() {
    let (sandbox, subscriber) = Subscriber::start_with(&["message.received", "test"]).await;
    subscriber.respond([500]);
    sandbox.customer_writes(PHONE, "Hi");
    let settled = read(&sandbox, "settled?wait=10").await;
    assert_eq!(settled, json!({"settled": true, "waiting": 1}));
    post(&sandbox, "advance", json!({"seconds": 1})).await;
    read(&sandbox, "settled?wait=10").await;
    let listed = read(&sandbox, "deliveries?event_type=message.received").await;
    let attempts = listed["deliveries"].as_array().unwrap();
    let [failed, accepted] = &attempts[..] else {
        panic!("{listed}")
    };
    assert_eq!(
        (&failed["outcome"], &failed["status"]),
        (&json!("rejected"), &json!(500))
    );
    assert_eq!(
        (&accepted["outcome"], &accepted["attempt"]),
        (&json!("accepted"), &json!(2))
    );
    let event = accepted["event"]["id"].clone();
    let redelivered = post(&sandbox, "redeliver", json!({"event_id": event})).await;
    assert_eq!(redelivered, json!({"subscriptions": 1}));
    post(&sandbox, "post-event", json!({"type": "test", "data": {}})).await;
    read(&sandbox, "settled?wait=10").await;
    let path = format!("deliveries?event_id={}", event.as_str().unwrap());
    let listed = read(&sandbox, &path).await;
    assert_eq!(listed["deliveries"].as_array().unwrap().len(), 3);
    let latest = read(&sandbox, "deliveries?limit=1").await;
    assert_eq!(latest["deliveries"][0]["event"]["type"], "test");
    let unknown = Some(json!({"event_id": "evt_0"}));
    assert_status(&sandbox, Method::POST, "redeliver", unknown, 404).await;
}

#[tokio::test]
async fn waiting_for_deliveries_ends_at_the_deadline() {
    let (sandbox, subscriber) = Subscriber::start_with(&["message.received"]).await;
    let held = subscriber.hold_next();
    sandbox.customer_writes(PHONE, "Hi");
    held.reached().await;
    let settled = read(&sandbox, "settled").await;
    assert_eq!(settled, json!({"settled": false, "waiting": 0}));
}

#[tokio::test]
async fn state_is_exported_imported_and_reset() {
    let (sandbox, subscriber) = Subscriber::start_with(&["message.received"]).await;
    sandbox.customer_writes(PHONE, "Hi");
    sandbox.settled().await;
    let state = read(&sandbox, "state").await;
    let reset = json!({"keep_subscriptions": true});
    post(&sandbox, "reset", reset).await;
    assert_eq!(sandbox.messages().len(), 0);
    sandbox.customer_writes(PHONE, "Hi again");
    sandbox.settled().await;
    assert_eq!(subscriber.deliveries().len(), 2);
    assert_status(&sandbox, Method::PUT, "state", Some(state), 200).await;
    assert_eq!(sandbox.messages().len(), 1);
    assert_status(&sandbox, Method::POST, "reset", None, 200).await;
    sandbox.customer_writes(PHONE, "Hi");
    sandbox.settled().await;
    assert_eq!(subscriber.deliveries().len(), 2);
    let invalid = Some(json!({"version": 1}));
    assert_status(&sandbox, Method::PUT, "state", invalid, 400).await;
}

#[tokio::test]
async fn state_larger_than_other_requests_is_imported() {
    let sandbox = Sandbox::start().await;
    let text = "x".repeat(512 << 10);
    for _ in 0..3 {
        sandbox.customer_writes(PHONE, &text);
    }
    let state = read(&sandbox, "state").await;
    sandbox.reset();
    assert_status(&sandbox, Method::PUT, "state", Some(state), 200).await;
    assert_eq!(sandbox.messages().len(), 3);
}

#[tokio::test]
async fn invalid_request_is_rejected_with_the_problem_of_each_field() {
    let sandbox = Sandbox::start().await;
    let invalid = Some(json!({"phone": "549", "txt": "Hi"}));
    let (status, body) = control(&sandbox, Method::POST, "customer-writes", invalid).await;
    assert_eq!(status, 400);
    let details = body["error"]["details"].as_object().unwrap();
    assert_eq!(details.keys().collect::<Vec<_>>(), ["phone", "text", "txt"]);
    let fault = Some(json!({"fault": "delay"}));
    let (status, body) = control(&sandbox, Method::POST, "faults", fault).await;
    assert_eq!(
        (status, &body["error"]["code"]),
        (400, &json!("VALIDATION_ERROR"))
    );
    assert_status(&sandbox, Method::GET, "nothing", None, 404).await;
    assert_status(&sandbox, Method::PUT, "reset", None, 405).await;
}

#[tokio::test]
async fn changes_are_streamed() {
    let sandbox = Sandbox::start().await;
    let request = client::request(&sandbox, Method::GET, "/_sandbox/changes");
    let mut response = request.send().await.unwrap();
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    let mut next = async || -> Value {
        let chunk = response.chunk().await.unwrap().unwrap();
        let text = String::from_utf8(chunk.to_vec()).unwrap();
        let data = text
            .strip_prefix("data: ")
            .and_then(|text| text.strip_suffix("\n\n"));
        serde_json::from_str(data.unwrap()).unwrap()
    };
    let start = next().await;
    sandbox.customer_writes(PHONE, "Hi");
    let changed = next().await;
    assert_eq!(start["messages"].as_u64().unwrap() + 1, changed["messages"]);
    assert_eq!(start["faults"], changed["faults"]);
}

#[tokio::test]
async fn subscriptions_are_listed_and_removed() {
    let (sandbox, subscriber) = Subscriber::start_with(&["message.received", "test"]).await;
    let other = Subscriber::subscribed(&sandbox, &["message.received"]).await;
    let listed = read(&sandbox, "subscriptions").await;
    let subscriptions = listed["subscriptions"].as_array().unwrap();
    assert_eq!(subscriptions.len(), 2);
    assert_eq!(subscriptions[0]["url"], subscriber.url);
    assert_eq!(
        subscriptions[0]["events"],
        json!(["message.received", "test"])
    );
    subscriber.respond([500]);
    sandbox.customer_writes(PHONE, "Hi");
    assert_eq!(sandbox.settled().await, 1);
    let path = format!("subscriptions/{}", subscriptions[0]["id"].as_str().unwrap());
    for expected in [204, 404] {
        assert_status(&sandbox, Method::DELETE, &path, None, expected).await;
    }
    assert_eq!(sandbox.settled().await, 0);
    sandbox.customer_writes(PHONE, "Hi again");
    sandbox.settled().await;
    assert_eq!(subscriber.deliveries().len(), 1);
    assert_eq!(other.deliveries().len(), 2);
}

#[tokio::test]
async fn delivery_names_its_conversation() {
    let events = ["message.received", "message.status", "test"];
    let (sandbox, _subscriber) = Subscriber::start_with(&events).await;
    let id = sandbox.customer_writes(PHONE, "Hi");
    client::send(&sandbox, &id).await.unwrap();
    post(&sandbox, "post-event", json!({"type": "test", "data": {}})).await;
    read(&sandbox, "settled?wait=10").await;
    let listed = read(&sandbox, "deliveries").await;
    for delivery in listed["deliveries"].as_array().unwrap() {
        let expected = if delivery["event"]["type"] == "test" {
            Value::Null
        } else {
            json!(id)
        };
        assert_eq!(delivery["conversation_id"], expected, "{delivery}");
    }
}
