//! The sandbox behaves as the contract and the documentation say.

mod clock; // the clock of the sandbox
mod control; // the control API
mod conversations; // opened, ordered, filtered, listed and changed
mod deliveries; // order, concurrency, redelivery and faults of deliveries
mod documents; // the contract and the interactive reference
mod events; // what is delivered, and when
mod failures; // rate limits and faults of requests
mod hostile; // clients that are slow, many, or do not speak HTTP
mod messages; // sent, delivered and read
mod requests; // authentication and validation
mod server; // settings of the server
mod state; // export, import and reset

use std::sync::LazyLock;
use std::time::Duration;

use http::{HeaderMap, Method};
use serde_json::Value;
use watsi::Error;
use watsi::conformance::{Contract, Route};
use watsi::sandbox::Sandbox;
use watsi::types::{ConversationId, MessageId, SendMessageRequest};

const PHONE: &str = "+5491155551234";
const HOUR: Duration = Duration::from_secs(60 * 60);

/// Shared, because creating a client is slow; without a pool, because a connection belongs to the runtime of one test.
pub static HTTP: LazyLock<reqwest::Client> = LazyLock::new(|| {
    let builder = reqwest::Client::builder().no_proxy();
    builder.pool_max_idle_per_host(0).build().unwrap()
});

struct Received {
    status: u16,
    headers: HeaderMap,
    body: Value,
}

impl Received {
    fn error(&self) -> &Value {
        &self.body["error"]
    }

    /// The status code and the error code.
    fn rejection(&self) -> (u16, &str) {
        (
            self.status,
            self.error()["code"].as_str().unwrap_or_default(),
        )
    }
}

/// Sends a request as a program without this crate would, and validates the response against the contract.
async fn call_with(
    sandbox: &Sandbox,
    method: Method,
    path: &str,
    key: Option<&str>,
    body: Option<&str>,
) -> Received {
    let mut request = HTTP.request(method.clone(), format!("{}{path}", sandbox.uri()));
    if let Some(key) = key {
        request = request.header("authorization", key);
    }
    if let Some(body) = body {
        request = request
            .header("content-type", "application/json")
            .body(body.to_owned());
    }
    let request = request.build().unwrap();
    let mut validated = http::Request::new("");
    *validated.uri_mut() = request.url().as_str().parse().unwrap();
    let response = HTTP.execute(request).await.unwrap();
    let (status, headers) = (response.status(), response.headers().clone());
    let bytes = response.bytes().await.unwrap();
    let contract = Contract::embedded();
    let operation = match contract.route(&method, path.split('?').next().unwrap()) {
        Route::Operation(operation) => operation,
        // Any operation documents the errors.
        _ => contract.operations().next().unwrap(),
    };
    let mut response = http::Response::new(bytes.clone());
    *response.status_mut() = status;
    response.headers_mut().clone_from(&headers);
    if method != Method::HEAD {
        let mut findings = contract.validate(operation, &validated, &response);
        findings.retain(|finding| finding.pointer.starts_with("/response"));
        assert_eq!(findings, [], "{method} {path}");
    }
    Received {
        status: status.as_u16(),
        headers,
        body: serde_json::from_slice(&bytes).unwrap_or_default(),
    }
}

async fn call(sandbox: &Sandbox, method: Method, path: &str, body: Option<&str>) -> Received {
    let key = format!("Bearer {}", sandbox.api_key());
    call_with(sandbox, method, path, Some(&key), body).await
}

async fn get(sandbox: &Sandbox, path: &str) -> Received {
    call(sandbox, Method::GET, path, None).await
}

async fn send(sandbox: &Sandbox, to: &ConversationId) -> Result<MessageId, Error> {
    let request = SendMessageRequest::new(to, "Hello!");
    let sent = sandbox.client().send_message().body(request).send().await?;
    Ok(sent.message.id.clone())
}

async fn ids(sandbox: &Sandbox, query: &str) -> Vec<String> {
    let page = get(sandbox, &format!("/conversations?{query}")).await;
    let chats = page.body["chats"].as_array().unwrap().iter();
    chats
        .map(|chat| chat["id"].as_str().unwrap().to_owned())
        .collect()
}
