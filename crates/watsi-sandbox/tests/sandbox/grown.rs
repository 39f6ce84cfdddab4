//! Operations that are new in the contract: lists have pages, and resources are found by their ids.

use std::collections::HashSet;

use http::Method;
use openapi_conformance::{Contract, Route};
use serde_json::{Value, json};
use watsi_sandbox::Sandbox;

use crate::client::{CONTRACT, HTTP, PHONE, assert_conforms, extended, read, request, serving};

/// A sandbox that serves the client's contract with other operations.
struct Grown {
    sandbox: Sandbox,
    contract: Contract,
}

impl Grown {
    async fn start() -> Self {
        let added = Contract::parse(include_str!("grown.yaml")).unwrap();
        let document = extended(added.json());
        let sandbox = serving(&document).await;
        sandbox.seed(3);
        let contract = Contract::parse(&document.to_string()).unwrap();
        Grown { sandbox, contract }
    }

    /// Sends a request, validates the response, and returns its status code and body.
    async fn call(&self, method: Method, path: &str) -> (u16, Value) {
        let request = request(&self.sandbox, method.clone(), path);
        let response = read(request.send().await.unwrap()).await;
        let route = self
            .contract
            .route(&method, path.split('?').next().unwrap());
        let Route::Operation(operation) = route else {
            panic!("{method} {path} is not documented");
        };
        if operation.documents(response.status()) {
            assert_conforms(&self.contract, operation, path, &response);
        }
        let body = serde_json::from_slice(response.body()).unwrap_or_default();
        (response.status().as_u16(), body)
    }

    async fn get(&self, path: &str) -> Value {
        let (status, body) = self.call(Method::GET, path).await;
        assert_eq!(status, 200, "{path}: {body}");
        body
    }

    async fn status(&self, method: Method, path: &str) -> u16 {
        self.call(method, path).await.0
    }
}

fn ids(page: &Value, items: &str, id: &str) -> Vec<String> {
    let items = page[items].as_array().unwrap().iter();
    items.map(|item| item[id].to_string()).collect()
}

#[tokio::test]
async fn new_list_is_the_same_each_time_with_the_default_limit() {
    let grown = Grown::start().await;
    let page = grown.get("/customers").await;
    assert_eq!(ids(&page, "customers", "id").len(), 10);
    assert_eq!(page["total"], 2);
    assert_eq!(grown.get("/customers").await, page);
    assert_eq!(Grown::start().await.get("/customers").await, page);
}

#[tokio::test]
async fn limit_of_a_list_can_have_an_exponent() {
    let grown = Grown::start().await;
    grown.sandbox.seed(30);
    for (path, items) in [("/customers", "customers"), ("/conversations", "chats")] {
        let page = grown.get(&format!("{path}?limit=2e1")).await;
        assert_eq!(ids(&page, items, "id").len(), 20, "{path}");
    }
}

#[tokio::test]
async fn filter_of_a_new_list_selects_items() {
    let grown = Grown::start().await;
    let page = grown.get("/customers?plan=paid&limit=100").await;
    let customers = page["customers"].as_array().unwrap();
    assert_eq!(customers.len(), 20);
    assert!(customers.iter().all(|customer| customer["plan"] == "paid"));
    // It is no property of the items.
    let page = grown.get("/customers?search=Maria&limit=100").await;
    assert_eq!(ids(&page, "customers", "id").len(), 40);
    let (status, body) = grown.call(Method::GET, "/customers?limit=101").await;
    assert_eq!(
        (status, &body["error"]["code"]),
        (400, &json!("VALIDATION_ERROR"))
    );
}

#[tokio::test]
async fn new_list_is_read_with_the_parameters_that_the_contract_names() {
    let grown = Grown::start().await;
    for (path, before, items, id, timestamp, more) in [
        (
            "/customers?limit=30",
            "before",
            "customers",
            "id",
            "created_at",
            "hasMore",
        ),
        (
            "/orders?count=30",
            "until",
            "orders",
            "number",
            "at",
            "more",
        ),
    ] {
        let first = grown.get(path).await;
        let last = &first[items][29][timestamp];
        let last = last
            .as_str()
            .map_or_else(|| last.to_string(), str::to_owned);
        let second = grown.get(&format!("{path}&{before}={last}")).await;
        assert_eq!((&first[more], &second[more]), (&json!(true), &json!(false)));
        let mut all = ids(&first, items, id);
        all.extend(ids(&second, items, id));
        assert_eq!(all.iter().collect::<HashSet<_>>().len(), 40, "{path}");
    }
}

#[tokio::test]
async fn resource_is_found_by_the_id_in_its_path() {
    let grown = Grown::start().await;
    let page = grown.get("/customers?limit=100").await;
    let customer = &page["customers"][25];
    let id = customer["id"].as_str().unwrap();
    let found = grown.get(&format!("/customers/{id}")).await;
    // The example's other properties are kept.
    assert_eq!(found["name"], "Maria");
    assert_eq!(
        (&found["id"], &found["plan"]),
        (&customer["id"], &customer["plan"])
    );
    let (_, changed) = grown.call(Method::PATCH, &format!("/customers/{id}")).await;
    assert_eq!(changed, found);
    let notes = grown.get(&format!("/customers/{id}/notes")).await;
    assert_eq!(notes, json!({"notes": {"count": 1}}));
    assert_eq!(
        grown
            .status(Method::DELETE, &format!("/customers/{id}"))
            .await,
        204
    );
}

#[tokio::test]
async fn resource_in_a_property_is_found() {
    let grown = Grown::start().await;
    let page = grown.get("/orders?count=2").await;
    let order = &page["orders"][1];
    let found = grown.get(&format!("/orders/{}", order["number"])).await;
    assert_eq!(found["order"]["number"], order["number"]);
    assert_eq!(found["order"]["total"], 5);
}

#[tokio::test]
async fn resource_below_another_is_found_by_both_ids() {
    let grown = Grown::start().await;
    let page = grown.get("/customers?limit=1").await;
    let id = page["customers"][0]["id"].as_str().unwrap();
    let page = grown
        .get(&format!("/customers/{id}/invoices?count=2"))
        .await;
    let invoice = &page["orders"][1];
    let path = format!("invoices/{}", invoice["number"]);
    assert_eq!(
        grown.get(&format!("/customers/{id}/{path}")).await,
        *invoice
    );
    for path in [
        format!("/customers/1/{path}"),
        format!("/customers/{id}/invoices/0"),
        "/customers/1/invoices".to_owned(),
    ] {
        assert_eq!(grown.status(Method::GET, &path).await, 404, "{path}");
    }
}

#[tokio::test]
async fn unknown_id_is_not_found() {
    let grown = Grown::start().await;
    for (method, path) in [
        (Method::GET, "/customers/1"),
        (Method::DELETE, "/customers/1"),
        (Method::GET, "/customers/1/notes"),
        (Method::GET, "/orders/0"),
        (Method::GET, "/conversations/1"),
    ] {
        let (status, body) = grown.call(method, path).await;
        assert_eq!(
            (status, &body["error"]["code"]),
            (404, &json!("NOT_FOUND")),
            "{path}"
        );
    }
}

#[tokio::test]
async fn required_headers_are_in_every_response() {
    let headers = json!({
        "X-Left": {"required": true, "schema": {"type": "integer"}, "example": 7},
        "X-Total": {"required": true, "schema": {"type": "integer"}},
        "X-Sizes": {"required": true, "schema": {"type": "array", "items": {"type": "integer"}}},
        "X-Days": {"required": true, "schema": {"type": "array", "items": {"format": "date"}}},
        "X-Limits": {"required": true, "schema": {"type": "array"}, "example": [1, 2]},
        "X-Hint": {"schema": {"type": "string"}},
    });
    let mut contract = CONTRACT.json().clone();
    let list = &mut contract["paths"]["/conversations"]["get"];
    list["responses"]["2XX"]["headers"] = headers;
    let sandbox = serving(&contract).await;
    let response = read_from(&sandbox, "/conversations").await;
    assert_eq!(response.status(), 200);
    let headers = response.headers();
    assert_eq!(headers.get("x-left").unwrap(), "7");
    assert_eq!(headers.get("x-total").unwrap(), "1");
    assert_eq!(headers.get("x-sizes").unwrap(), "1");
    assert_eq!(headers.get("x-days").unwrap(), "2025-03-15");
    assert_eq!(headers.get("x-limits").unwrap(), "1,2");
    assert_eq!(headers.get("x-hint"), None);
}

#[tokio::test]
async fn response_has_the_media_type_that_is_accepted_and_documented() {
    let Grown { sandbox, .. } = Grown::start().await;
    let json = "application/vnd.example+json";
    let csv = "application/csv; charset=utf-8";
    for (path, accept, media_type, body) in [
        ("/report", "*/*", json, r#"{"id":"c1"}"#),
        ("/report", csv, csv, "id\nc1\n"),
        (
            "/report",
            "image/png, application/csv;q=0.9",
            csv,
            "id\nc1\n",
        ),
        ("/file", "*/*", "image/example", "content"),
    ] {
        let request = request(&sandbox, Method::GET, path).header("accept", accept);
        let response = read(request.send().await.unwrap()).await;
        assert_eq!(response.status(), 200, "{path} {accept}");
        assert_eq!(response.headers()["content-type"], media_type);
        assert_eq!(*response.body(), body);
    }
}

#[tokio::test]
async fn conversation_is_found_by_its_id() {
    let grown = Grown::start().await;
    let id = grown.sandbox.customer_writes(PHONE, "Hi");
    let found = grown.get(&format!("/conversations/{id}")).await;
    assert_eq!(found["customer"]["phone"], PHONE);
}

#[tokio::test]
async fn resource_without_a_list_is_the_example() {
    let grown = Grown::start().await;
    assert_eq!(grown.get("/plans/paid").await, json!({"id": "free"}));
}

async fn read_from(sandbox: &Sandbox, path: &str) -> http::Response<bytes::Bytes> {
    let request = request(sandbox, Method::GET, path);
    read(request.send().await.unwrap()).await
}

#[tokio::test]
async fn filter_selects_items_with_any_of_its_values() {
    let grown = Grown::start().await;
    for (query, count) in [
        ("tasks?state=open&state=done", 27),
        ("tasks?labels[]=x", 14),
        ("piped-tasks?state=open%7Cdone", 27),
        ("tasks-of-one-state?state=done", 13),
    ] {
        let page = grown.get(&format!("/{query}&limit=40")).await;
        assert_eq!(ids(&page, "tasks", "id").len(), count, "{query}");
    }
}

#[tokio::test]
async fn error_has_the_form_that_the_operation_documents() {
    let Grown { sandbox, .. } = Grown::start().await;
    let wrong_key = HTTP.get(format!("{}/tasks", sandbox.uri()));
    let wrong_key = read(wrong_key.bearer_auth("x").send().await.unwrap()).await;
    let invalid = read_from(&sandbox, "/tasks?limit=many").await;
    let unknown = read_from(&sandbox, "/tasks/unknown").await;
    for (response, status) in [(wrong_key, 401), (invalid, 400), (unknown, 404)] {
        assert_eq!(response.status(), status);
        assert_eq!(
            response.headers()["content-type"],
            "application/problem+json"
        );
        assert_eq!(*response.body(), r#"{"title":"Wrong"}"#);
    }
}

#[tokio::test]
async fn operation_without_security_needs_no_api_key() {
    let Grown { sandbox, .. } = Grown::start().await;
    let status = async |path: &str| {
        let request = HTTP.get(format!("{}{path}", sandbox.uri()));
        request.send().await.unwrap().status().as_u16()
    };
    assert_eq!(status("/health").await, 200);
    assert_eq!(status("/conversations").await, 401);
    assert_eq!(status("/_sandbox/requests").await, 401);
}

#[tokio::test]
async fn put_that_documents_201_accepts_an_unknown_id() {
    let grown = Grown::start().await;
    for (method, status) in [(Method::PUT, 200), (Method::GET, 404)] {
        assert_eq!(grown.status(method, "/tasks/unknown").await, status);
    }
}

#[tokio::test]
async fn new_operation_responds_with_its_example_and_with_errors_that_it_does_not_list() {
    let Grown { sandbox, .. } = Grown::start().await;
    let tag = || request(&sandbox, Method::POST, "/tags");
    for (name, sent, status, expected) in [
        (
            "valid",
            tag().json(&json!({"name": "vip"})),
            201,
            "{\"id\":\"tag_1\"}",
        ),
        ("invalid", tag().json(&json!({})), 400, "VALIDATION_ERROR"),
        (
            "no body",
            request(&sandbox, Method::DELETE, "/tags"),
            204,
            "",
        ),
        (
            "no method",
            request(&sandbox, Method::PUT, "/tags"),
            405,
            "METHOD_NOT_ALLOWED",
        ),
    ] {
        let response = sent.send().await.unwrap();
        assert_eq!(response.status(), status, "{name}");
        let text = response.text().await.unwrap();
        assert!(text.contains(expected), "{name}: {text}");
    }
}
