//! Calls to a sandbox. Each response is validated against the contract.

use std::sync::LazyLock;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, Method, Request, Response};
use http_body_util::BodyExt;
use openapi_conformance::{Contract, Operation, Route};
use serde_json::Value;
use watsi::Error;
use watsi::types::{ConversationId, CreateWebhookRequest, MessageId, SendMessageRequest};
use watsi_sandbox::{DeliveryOutcome, Sandbox};

pub const PHONE: &str = "+5491155551234";
pub const HOUR: Duration = Duration::from_secs(60 * 60);

pub static CONTRACT: LazyLock<Contract> =
    LazyLock::new(|| Contract::parse(watsi::OPENAPI).unwrap());

/// Shared, because creating a client is slow; without a pool, because a connection belongs to the runtime of one test.
pub static HTTP: LazyLock<reqwest::Client> = LazyLock::new(|| {
    let builder = reqwest::Client::builder().no_proxy();
    builder.pool_max_idle_per_host(0).build().unwrap()
});

pub struct JsonResponse {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Value,
}

impl JsonResponse {
    pub fn error(&self) -> &Value {
        &self.body["error"]
    }

    /// The status code and the error code.
    pub fn rejection(&self) -> (u16, &str) {
        (
            self.status,
            self.error()["code"].as_str().unwrap_or_default(),
        )
    }
}

/// Reads a response, so that it can be validated.
pub async fn read(response: reqwest::Response) -> Response<Bytes> {
    let (parts, body) = Response::<reqwest::Body>::from(response).into_parts();
    let bytes = body.collect().await.unwrap().to_bytes();
    Response::from_parts(parts, bytes)
}

/// A request with the API key.
pub fn request(sandbox: &Sandbox, method: Method, path: &str) -> reqwest::RequestBuilder {
    let url = format!("{}{path}", sandbox.uri());
    HTTP.request(method, url).bearer_auth(sandbox.api_key())
}

/// Returns the client's contract with the paths of another one, too.
pub fn extended(other: &Value) -> Value {
    let mut contract = CONTRACT.json().clone();
    let added = other["paths"].as_object().unwrap().clone();
    contract["paths"].as_object_mut().unwrap().extend(added);
    contract
}

/// Starts a sandbox that serves a contract.
pub async fn serving(contract: &Value) -> Sandbox {
    let builder = Sandbox::builder().contract(&contract.to_string());
    builder.start().await.unwrap()
}

/// Sends a request as a program without this crate would, and validates the response against the contract.
pub async fn call_with(
    sandbox: &Sandbox,
    method: Method,
    path: &str,
    key: Option<&str>,
    body: Option<&str>,
) -> JsonResponse {
    let mut request = HTTP.request(method.clone(), format!("{}{path}", sandbox.uri()));
    if let Some(key) = key {
        request = request.header("authorization", key);
    }
    if let Some(body) = body {
        request = request
            .header("content-type", "application/json")
            .body(body.to_owned());
    }
    let response = read(request.send().await.unwrap()).await;
    if method != Method::HEAD {
        let operation = match CONTRACT.route(&method, path.split('?').next().unwrap()) {
            Route::Operation(operation) => operation,
            // Any operation that documents the error.
            _ => CONTRACT
                .operations()
                .find(|operation| operation.documents(response.status()))
                .unwrap(),
        };
        assert_conforms(&CONTRACT, operation, path, &response);
    }
    JsonResponse {
        status: response.status().as_u16(),
        headers: response.headers().clone(),
        body: serde_json::from_slice(response.body()).unwrap_or_default(),
    }
}

/// Asserts that the response to a request for this path conforms to a contract.
#[track_caller]
pub fn assert_conforms(
    contract: &Contract,
    operation: &Operation,
    path: &str,
    response: &Response<Bytes>,
) {
    // The checks of a list depend on the query.
    let request = Request::builder().uri(path).body("").unwrap();
    let mut findings = contract.validate(operation, &request, response);
    findings.retain(|finding| !finding.part().is_request());
    assert_eq!(findings, [], "{path}");
}

pub async fn call(
    sandbox: &Sandbox,
    method: Method,
    path: &str,
    body: Option<&str>,
) -> JsonResponse {
    let key = format!("Bearer {}", sandbox.api_key());
    call_with(sandbox, method, path, Some(&key), body).await
}

pub async fn get(sandbox: &Sandbox, path: &str) -> JsonResponse {
    call(sandbox, Method::GET, path, None).await
}

/// Sends a message with the client.
pub async fn send(sandbox: &Sandbox, to: &ConversationId) -> Result<MessageId, Error> {
    let request = SendMessageRequest::new(to, "Hello!");
    let sent = sandbox.client().send_message(request).send().await?;
    Ok(sent.message.id.clone())
}

/// Subscribes a URL to events.
pub async fn subscribe(sandbox: &Sandbox, url: &str, events: &[&str]) -> Result<(), Error> {
    let body = CreateWebhookRequest::new(url, events.iter().copied());
    let created = sandbox.client().create_webhook(body).send().await?;
    assert_eq!(created.0["secret"], sandbox.webhook_secret());
    Ok(())
}

/// Returns the outcomes of all delivery attempts.
pub fn outcomes(sandbox: &Sandbox) -> Vec<DeliveryOutcome> {
    let deliveries = sandbox.deliveries().into_iter();
    deliveries.map(|delivery| delivery.outcome).collect()
}

/// Lets time pass until every event was accepted or given up.
pub async fn retry(sandbox: &Sandbox) {
    while sandbox.settled().await > 0 {
        sandbox.advance(3 * HOUR);
    }
}

/// Returns the ids of the conversations on a page.
pub async fn ids(sandbox: &Sandbox, query: &str) -> Vec<String> {
    let page = get(sandbox, &format!("/conversations?{query}")).await;
    let chats = page.body["chats"].as_array().unwrap().iter();
    chats
        .map(|chat| chat["id"].as_str().unwrap().to_owned())
        .collect()
}
