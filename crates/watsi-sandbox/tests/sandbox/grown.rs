//! Operations that are new in the contract: lists have pages, and resources are found by their ids.

use std::collections::HashSet;

use http::{Method, Request};
use openapi_conformance::{Contract, Route};
use serde_json::{Value, json};
use watsi_sandbox::Sandbox;

use crate::client::{CONTRACT, HTTP, PHONE, read};

/// A sandbox that serves the client's contract with customers, orders, notes and plans.
struct Grown {
    sandbox: Sandbox,
    contract: Contract,
}

impl Grown {
    async fn start() -> Self {
        let mut document = CONTRACT.json().clone();
        let paths = document["paths"].as_object_mut().unwrap();
        paths.extend(new_paths().as_object().unwrap().clone());
        let text = document.to_string();
        let sandbox = Sandbox::builder().contract(&text).start().await.unwrap();
        sandbox.seed(3);
        let contract = Contract::parse(&text).unwrap();
        Grown { sandbox, contract }
    }

    /// Sends a request, validates the response, and returns its status code and body.
    async fn call(&self, method: Method, path: &str) -> (u16, Value) {
        let url = format!("{}{path}", self.sandbox.uri());
        let request = HTTP
            .request(method.clone(), &url)
            .bearer_auth(self.sandbox.api_key());
        let response = read(request.send().await.unwrap()).await;
        let head = Request::builder().uri(url).body("").unwrap();
        let route = self.contract.route(&method, head.uri().path());
        let Route::Operation(operation) = route else {
            panic!("{method} {path} is not documented");
        };
        if operation.documents(response.status()) {
            let mut findings = self.contract.validate(operation, &head, &response);
            findings.retain(|finding| !finding.part().is_request());
            assert_eq!(findings, [], "{method} {path}");
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

/// Returns an operation with one example.
fn operation(id: &str, parameters: Value, schema: Value, example: Value) -> Value {
    let content = json!({"schema": schema, "examples": {"one": {"value": example}}});
    json!({
        "operationId": id,
        "parameters": parameters,
        "responses": {"200": {"description": "Done.", "content": {"application/json": content}}},
    })
}

fn query(name: &str, schema: Value) -> Value {
    json!({"name": name, "in": "query", "schema": schema})
}

fn new_paths() -> Value {
    let id = json!([{"name": "id", "in": "path", "required": true, "schema": {"type": "string"}}]);
    let text = json!({"type": "string"});
    let customer = json!({
        "type": "object",
        "required": ["id", "created_at"],
        "properties": {
            "id": {"type": "string", "format": "uuid"},
            "created_at": {"type": "string", "format": "date-time"},
            "plan": text,
            "tags": {"type": "array", "items": text},
        },
    });
    let page = json!({
        "type": "object",
        "required": ["customers", "hasMore"],
        "properties": {
            "customers": {"type": "array", "items": customer},
            "hasMore": {"type": "boolean"},
            "total": {"type": "integer"},
        },
    });
    let maria = json!({
        "id": "9a8b7c6d-5e4f-4a3b-8c1d-0e9f8a7b6c5d",
        "created_at": "2025-03-15T10:30:00.000Z",
        "plan": "free",
        "tags": ["new"],
    });
    let jose = json!({
        "id": "7d44a2c9-2f0d-4f53-9a6f-41c7a1b0c6de",
        "created_at": "2025-03-14T10:30:00.000Z",
        "plan": "paid",
        "tags": [],
    });
    let cursor = json!({"type": "string", "format": "date-time"});
    let parameters = json!([
        query(
            "limit",
            json!({"type": "integer", "minimum": 1, "maximum": 100, "default": 10})
        ),
        query("before", cursor),
        query("plan", text.clone()),
        query("search", text.clone()),
    ]);
    let example = json!({"customers": [maria, jose], "hasMore": false, "total": 2});
    let mut customers = operation("list_customers", parameters, page, example);
    customers["x-pagination"] = json!({
        "items": "customers", "id": "id", "timestamp": "created_at", "more": "hasMore",
    });
    // The parameters of the list have other names, ids and timestamps are integers.
    let order = json!({
        "type": "object",
        "properties": {"number": {"type": "integer"}, "at": {"type": "integer"}},
    });
    let page = json!({
        "type": "object",
        "properties": {
            "orders": {"type": "array", "items": order.clone()},
            "more": {"type": "boolean"},
        },
    });
    let parameters = json!([
        query("count", json!({"type": "integer"})),
        query("until", json!({"type": "integer"})),
    ]);
    let example = json!({"orders": [{"number": 7, "at": 1_742_034_904}], "more": false});
    let mut orders = operation("list_orders", parameters, page, example);
    orders["x-pagination"] = json!({
        "items": "orders", "id": "number", "timestamp": "at", "more": "more", "limit": "count", "before": "until",
    });
    let mut invoices = orders.clone();
    invoices["operationId"] = json!("list_invoices");
    let mut customer_id = path_id();
    customer_id["name"] = json!("customer_id");
    invoices["parameters"]
        .as_array_mut()
        .unwrap()
        .push(customer_id);
    let mut path_number = path_id();
    path_number["name"] = json!("number");
    let wrapped = json!({"type": "object", "properties": {"order": {"type": "object"}}});
    let notes = json!({"type": "object", "properties": {"notes": {"type": "object"}}});
    let note = json!({"notes": {"count": 1}});
    let mut delete = operation("delete_customer", id.clone(), json!({}), json!({}));
    delete["responses"] = json!({"204": {"description": "Done."}});
    let found = json!({"id": "1", "created_at": "2025-03-15T10:30:00.000Z", "name": "Maria"});
    let conversation = json!({"type": "object", "required": ["id", "status"]});
    let mut paths = json!({
        "/customers": {"get": customers},
        "/customers/{id}": {
            "get": operation("get_customer", id.clone(), json!({"type": "object"}), found.clone()),
            "patch": operation("update_customer", id, json!({"type": "object"}), found),
            "delete": delete,
        },
        "/customers/{id}/notes": {"get": operation("list_notes", json!([path_id()]), notes, note)},
        "/customers/{customer_id}/invoices": {"get": invoices},
        "/customers/{id}/invoices/{number}": {
            "get": operation("get_invoice", json!([path_id(), path_number]), order.clone(), json!({"number": 1})),
        },
        "/orders": {"get": orders},
        "/orders/{id}": {
            "get": operation("get_order", json!([path_id()]), wrapped, json!({"order": {"number": 1, "total": 5}})),
        },
        "/plans/{id}": {
            "get": operation("get_plan", json!([path_id()]), json!({"type": "object"}), json!({"id": "free"})),
        },
        "/conversations/{id}": {
            "get": operation(
                "get_conversation", json!([path_id()]), conversation, json!({"id": "1", "status": "open"}),
            ),
        },
    });
    for path in [
        "/customers/{customer_id}/invoices",
        "/customers/{id}/invoices/{number}",
    ] {
        let content = &mut paths[path]["get"]["responses"]["200"]["content"];
        *content = json!({"application/vnd.example+json": content["application/json"]});
    }
    paths
}

fn path_id() -> Value {
    json!({"name": "id", "in": "path", "required": true, "schema": {"type": "string"}})
}

fn ids(page: &Value, items: &str, id: &str) -> Vec<String> {
    let items = page[items].as_array().unwrap().iter();
    items.map(|item| item[id].to_string()).collect()
}

#[tokio::test]
async fn new_list_is_read_page_by_page() {
    let grown = Grown::start().await;
    let mut seen = Vec::new();
    let mut path = "/customers?limit=15".to_owned();
    loop {
        let page = grown.get(&path).await;
        assert_eq!(page["total"], 2);
        seen.extend(ids(&page, "customers", "id"));
        let customers = page["customers"].as_array().unwrap();
        if page["hasMore"] == false {
            break;
        }
        assert_eq!(customers.len(), 15);
        let last = customers.last().unwrap()["created_at"].as_str().unwrap();
        path = format!("/customers?limit=15&before={last}");
    }
    assert_eq!(seen.len(), 40);
    assert_eq!(seen.iter().collect::<HashSet<_>>().len(), 40);
}

#[tokio::test]
async fn new_list_is_the_same_each_time_with_the_default_limit() {
    let grown = Grown::start().await;
    let page = grown.get("/customers").await;
    assert_eq!(ids(&page, "customers", "id").len(), 10);
    assert_eq!(grown.get("/customers").await, page);
    assert_eq!(Grown::start().await.get("/customers").await, page);
}

#[tokio::test]
async fn limit_of_a_new_list_can_have_an_exponent() {
    let grown = Grown::start().await;
    let page = grown.get("/customers?limit=2e1").await;
    assert_eq!(ids(&page, "customers", "id").len(), 20);
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
async fn new_list_has_the_parameters_that_the_contract_names() {
    let grown = Grown::start().await;
    let first = grown.get("/orders?count=30").await;
    let last = &first["orders"][29]["at"];
    let second = grown.get(&format!("/orders?count=30&until={last}")).await;
    assert_eq!(
        (&first["more"], &second["more"]),
        (&json!(true), &json!(false))
    );
    let mut numbers = ids(&first, "orders", "number");
    numbers.extend(ids(&second, "orders", "number"));
    assert_eq!(numbers.iter().collect::<HashSet<_>>().len(), 40);
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
    let mut document = CONTRACT.json().clone();
    let response = &mut document["paths"]["/conversations"]["get"]["responses"]["2XX"];
    response["headers"] = json!({
        "X-Left": {"required": true, "schema": {"type": "integer"}, "example": 7},
        "X-Total": {"required": true, "schema": {"type": "integer"}},
        "X-Sizes": {"required": true, "schema": {"type": "array", "items": {"type": "integer"}}},
        "X-Days": {"required": true, "schema": {"type": "array", "items": {"format": "date"}}},
        "X-Limits": {"required": true, "schema": {"type": "array"}, "example": [1, 2]},
        "X-Hint": {"schema": {"type": "string"}},
    });
    let builder = Sandbox::builder().contract(&document.to_string());
    let sandbox = builder.start().await.unwrap();
    let request = HTTP.get(format!("{}/conversations", sandbox.uri()));
    let response = request.bearer_auth(sandbox.api_key()).send().await.unwrap();
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
    let mut document = CONTRACT.json().clone();
    let report = json!({
        "application/csv; charset=utf-8": {"schema": {"type": "string"}, "example": "id\nc1\n"},
        "application/vnd.example+json": {"example": {"id": "c1"}},
    });
    let file = json!({"image/*": {}});
    for (path, id, content) in [
        ("/report", "get_report", report),
        ("/file", "get_file", file),
    ] {
        let mut operation = operation(id, json!([]), json!({}), json!({}));
        operation["responses"]["200"]["content"] = content;
        document["paths"][path] = json!({"get": operation});
    }
    let builder = Sandbox::builder().contract(&document.to_string());
    let sandbox = builder.start().await.unwrap();
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
        let request = HTTP
            .get(format!("{}{path}", sandbox.uri()))
            .header("accept", accept)
            .bearer_auth(sandbox.api_key());
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

/// A sandbox that serves the client's contract with other operations.
async fn serving(paths: &Value) -> Sandbox {
    let mut document = CONTRACT.json().clone();
    let all = document["paths"].as_object_mut().unwrap();
    all.extend(paths.as_object().unwrap().clone());
    let builder = Sandbox::builder().contract(&document.to_string());
    builder.start().await.unwrap()
}

/// Returns a list of tasks, which are `open`, `done` or have no state.
fn tasks(extension: Value, parameters: Value, page: Value) -> Value {
    let schema = json!({
        "type": "object",
        "properties": {
            "tasks": {
                "type": "array",
                "items": {
                    "type": "object",
                    "properties": {
                        "id": {"type": "string"},
                        "state": {"type": "string"},
                        "labels": {"type": "array", "items": {"type": "string"}},
                    },
                },
            },
        },
    });
    let mut example = page;
    example["tasks"] = json!([
        {"id": "a", "state": "open", "labels": ["x"]}, {"id": "b", "state": "done", "labels": ["y"]}, {"id": "c"},
    ]);
    let mut list = operation("list_tasks", parameters, schema, example);
    list["x-pagination"] = extension;
    json!({"/tasks": {"get": list}})
}

async fn read_from(sandbox: &Sandbox, path: &str) -> http::Response<bytes::Bytes> {
    let request = HTTP.get(format!("{}{path}", sandbox.uri()));
    let request = request.bearer_auth(sandbox.api_key());
    read(request.send().await.unwrap()).await
}

#[tokio::test]
async fn list_continues_at_links_with_an_undocumented_parameter() {
    let limit = json!([query("limit", json!({"type": "integer"}))]);
    let extension =
        |link: &str| json!({"items": "tasks", "id": "id", "limit": "limit", "link": link});
    for (link, page) in [
        ("next", json!({})),
        ("/_links/next/href", json!({"_links": {"next": null}})),
    ] {
        let sandbox = serving(&tasks(extension(link), limit.clone(), page)).await;
        let mut seen = HashSet::new();
        let mut target = "?limit=30".to_owned();
        for count in [30, 10] {
            let response = read_from(&sandbox, &format!("/tasks{target}")).await;
            let page: Value = serde_json::from_slice(response.body()).unwrap();
            let page_ids = ids(&page, "tasks", "id");
            assert_eq!(page_ids.len(), count, "{link}");
            seen.extend(page_ids);
            let header = response.headers().get("link");
            let header = header.and_then(|header| header.to_str().unwrap().strip_prefix('<'));
            let in_header = header.and_then(|header| header.split_once('>'));
            let in_page = page["_links"]["next"]["href"].as_str();
            target = in_header
                .map(|(target, _)| target)
                .or(in_page)
                .unwrap_or_default()
                .to_owned();
        }
        assert_eq!((seen.len(), target.as_str()), (40, ""), "{link}");
    }
}

#[tokio::test]
async fn filter_selects_items_with_any_of_its_values() {
    let array = json!({"type": "array", "items": {"type": "string"}});
    let mut piped = query("state", array.clone());
    piped["style"] = json!("pipeDelimited");
    piped["explode"] = json!(false);
    let extension = json!({"items": "tasks", "id": "id", "offset": "offset", "limit": "limit"});
    for (parameter, text, count) in [
        (query("state", array.clone()), "state=open&state=done", 27),
        (piped, "state=open%7Cdone", 27),
        (query("state", json!({"type": "string"})), "state=done", 13),
        (query("labels[]", array.clone()), "labels[]=x", 14),
    ] {
        let integer = json!({"type": "integer"});
        let parameters = json!([
            parameter,
            query("limit", integer.clone()),
            query("offset", integer)
        ]);
        let sandbox = serving(&tasks(extension.clone(), parameters, json!({}))).await;
        let response = read_from(&sandbox, &format!("/tasks?limit=40&{text}")).await;
        let page: Value = serde_json::from_slice(response.body()).unwrap();
        assert_eq!(ids(&page, "tasks", "id").len(), count, "{text}");
    }
}

#[tokio::test]
async fn error_has_the_form_that_the_operation_documents() {
    let limit = json!([query("limit", json!({"type": "integer"}))]);
    let mut paths = tasks(
        json!({"items": "tasks", "id": "id", "offset": "limit"}),
        limit,
        json!({}),
    );
    let problem = json!({"application/problem+json": {
        "schema": {"type": "object", "required": ["title"]}, "example": {"title": "Wrong"},
    }});
    let responses = &mut paths["/tasks"]["get"]["responses"];
    responses["default"] = json!({"description": "An error.", "content": problem});
    paths["/tasks/{id}"] = paths["/tasks"].clone();
    let one = &mut paths["/tasks/{id}"]["get"];
    one["operationId"] = json!("get_task");
    one["parameters"] = json!([path_id()]);
    one.as_object_mut().unwrap().remove("x-pagination");
    let sandbox = serving(&paths).await;
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
    let mut public = operation("get_health", json!([]), json!({}), json!("up"));
    public["security"] = json!([]);
    let sandbox = serving(&json!({"/health": {"get": public}})).await;
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
    let extension = json!({"items": "tasks", "id": "id", "offset": "offset"});
    let mut paths = tasks(extension, json!([]), json!({}));
    let mut put = operation(
        "put_task",
        json!([path_id()]),
        json!({}),
        json!({"id": "a"}),
    );
    let created = put["responses"]["200"].clone();
    put["responses"]["201"] = created;
    paths["/tasks/{id}"] =
        json!({"put": put, "get": operation("get_task", json!([path_id()]), json!({}), json!({}))});
    let sandbox = serving(&paths).await;
    for (method, status) in [(Method::PUT, 200), (Method::GET, 404)] {
        let request = HTTP.request(method, format!("{}/tasks/unknown", sandbox.uri()));
        let response = request.bearer_auth(sandbox.api_key()).send().await.unwrap();
        assert_eq!(response.status(), status);
    }
}
