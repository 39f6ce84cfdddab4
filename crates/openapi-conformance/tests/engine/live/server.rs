//! A server that conforms to the contract, except for what a test breaks.

use std::collections::HashMap;

use http::header::AUTHORIZATION;
use openapi_conformance::{Live, Route};
use serde_json::{Value, json};
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, Request, Respond, ResponseTemplate};

use crate::contract::CONTRACT;

/// The API key that the server accepts.
const KEY: &str = "sk-test-key";

const USER: &str = "6f1c3c52-7a3e-4d0b-9c56-0d8f5a2b7e11";

/// A request and the response to it.
pub struct Exchange {
    pub query: HashMap<String, String>,
    /// The value of the `Authorization` header.
    pub authorization: Option<String>,
    pub status: u16,
    pub content_type: &'static str,
    pub body: Value,
    /// A body that replaces the JSON.
    pub raw: Option<Vec<u8>>,
}

pub type Break = fn(&mut Exchange);

struct Api {
    conversations: Vec<Value>,
    break_it: Break,
}

/// Starts a server with this number of conversations that changes each response.
pub async fn start(count: usize, break_it: Break) -> MockServer {
    let server = MockServer::start().await;
    let api = Api {
        conversations: (1..=count).map(conversation).collect(),
        break_it,
    };
    Mock::given(any()).respond_with(api).mount(&server).await;
    server
}

/// Makes the server busy for this number of requests. It asks for an immediate retry.
pub async fn be_busy(server: &MockServer, status: u16, requests: u64) {
    let busy = ResponseTemplate::new(status)
        .set_body_json(error(status))
        .insert_header("retry-after", "0");
    let mock = Mock::given(any()).respond_with(busy).with_priority(1);
    mock.up_to_n_times(requests).mount(server).await;
}

pub fn live_on(server: &MockServer) -> Live<'static> {
    Live::new(&CONTRACT, &server.uri(), KEY).unwrap()
}

/// Returns a conversation. Each is older than the one before.
fn conversation(number: usize) -> Value {
    json!({
        "id": format!("chat_{number}"),
        "customer": {"name": format!("Customer {number}"), "phone": null},
        "last_message_at": format!("2025-03-15T10:{:02}:00.000Z", 60 - number),
        "status": if number.is_multiple_of(4) { "active" } else { "open" },
        "assigned_user_id": number.is_multiple_of(2).then_some(USER),
    })
}

/// Returns the body of a documented error.
fn error(status: u16) -> Value {
    let mut errors = CONTRACT.errors();
    let error = errors.find(|(documented, _)| *documented == status);
    error.expect("the status code is documented").1.clone()
}

impl Respond for Api {
    fn respond(&self, request: &Request) -> ResponseTemplate {
        let authorization = request.headers.get(AUTHORIZATION);
        let authorization = authorization.map(|value| value.to_str().unwrap().to_owned());
        let mut exchange = Exchange {
            query: request.url.query_pairs().into_owned().collect(),
            authorization,
            status: 200,
            content_type: "application/json",
            body: Value::Null,
            raw: None,
        };
        match self.success(request, &exchange) {
            Ok(body) => exchange.body = body,
            Err(status) => {
                exchange.status = status;
                exchange.body = error(status);
            }
        }
        (self.break_it)(&mut exchange);
        let json = || exchange.body.to_string().into_bytes();
        let body = exchange.raw.clone().unwrap_or_else(json);
        ResponseTemplate::new(exchange.status).set_body_raw(body, exchange.content_type)
    }
}

impl Api {
    /// Returns the body of a successful response, or the status code of an error.
    fn success(&self, request: &Request, exchange: &Exchange) -> Result<Value, u16> {
        if exchange.authorization != Some(format!("Bearer {KEY}")) {
            return Err(401);
        }
        let operation = match CONTRACT.route(&request.method, request.url.path()) {
            Route::Operation(operation) => operation,
            Route::NoMethod => return Err(405),
            Route::NoPath => return Err(404),
        };
        let mut received = http::Request::new(&request.body);
        *received.uri_mut() = request.url.as_str().parse().unwrap();
        *received.headers_mut() = request.headers.clone();
        if !CONTRACT.validate_request(operation, &received).is_empty() {
            return Err(400);
        }
        if operation.id() == "list_conversations" {
            return Ok(self.page(&exchange.query));
        }
        let example = CONTRACT.examples(operation)[0];
        Ok(example.body.unwrap().clone())
    }

    fn page(&self, query: &HashMap<String, String>) -> Value {
        let limit = query
            .get("limit")
            .map_or(20, |limit| limit.parse().unwrap());
        let mut matching = self.conversations.iter().filter(|conversation| {
            query.iter().all(|(name, value)| match name.as_str() {
                "limit" => true,
                // All timestamps have the same format.
                "before" => conversation["last_message_at"].as_str() < Some(value),
                filter => conversation[filter] == **value,
            })
        });
        let chats: Vec<_> = matching.by_ref().take(limit).collect();
        json!({"chats": chats, "hasMore": matching.next().is_some()})
    }
}
