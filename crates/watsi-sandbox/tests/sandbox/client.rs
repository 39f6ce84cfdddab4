//! Calls to a sandbox. Each response is validated against the contract.

use std::sync::LazyLock;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, Method, Request, Response};
use http_body_util::BodyExt;
use openapi_conformance::{Contract, Route};
use serde_json::Value;
use watsi::Error;
use watsi::types::{ConversationId, MessageId, SendMessageRequest};
use watsi_sandbox::Sandbox;

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

/// Sends a request as a program without this crate would, and validates the response against the contract.
pub async fn call_with(
    sandbox: &Sandbox,
    method: Method,
    path: &str,
    key: Option<&str>,
    body: Option<&str>,
) -> JsonResponse {
    let url = format!("{}{path}", sandbox.uri());
    let mut request = HTTP.request(method.clone(), &url);
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
        // The checks of a list depend on the query.
        let request = Request::builder().uri(url).body("").unwrap();
        let mut findings = CONTRACT.validate(operation, &request, &response);
        findings.retain(|finding| !finding.part().is_request());
        assert_eq!(findings, [], "{method} {path}");
    }
    JsonResponse {
        status: response.status().as_u16(),
        headers: response.headers().clone(),
        body: serde_json::from_slice(response.body()).unwrap_or_default(),
    }
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

/// Returns the ids of the conversations on a page.
pub async fn ids(sandbox: &Sandbox, query: &str) -> Vec<String> {
    let page = get(sandbox, &format!("/conversations?{query}")).await;
    let chats = page.body["chats"].as_array().unwrap().iter();
    chats
        .map(|chat| chat["id"].as_str().unwrap().to_owned())
        .collect()
}
