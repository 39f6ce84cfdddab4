//! A server that violates the contract in one way gets exactly that finding, and a conforming one gets none.

// Helpers.
mod lossy; // a server that loses connections
mod server; // a conforming server, whose responses can be broken

// Tests.
mod any_api; // servers of any API
mod contracts; // requests that depend on the contract
mod errors; // errors that end the checks
mod lists; // lists over several requests
mod send; // one request with a body
mod statuses; // status codes of valid requests
mod violations; // each violation alone

use openapi_conformance::{Check, Contract, Finding, Live, LiveBuilder, LiveError, Severity};
use serde_json::{Value, json};
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, Request, Respond};

use crate::contract::CONTRACT;
use server::{Break, Exchange, live_on, start};

/// Changes the settings of a run.
type Set = for<'c> fn(LiveBuilder<'c>) -> LiveBuilder<'c>;

/// The checks of a server of any API, their end, and the requests that the server received.
struct Run {
    checks: Vec<Check>,
    ended: Result<(), LiveError>,
    received: Vec<Request>,
}

impl Run {
    async fn on(server: &MockServer, document: &Value, set: Set) -> Self {
        let contract = Contract::parse(&document.to_string()).unwrap();
        let builder = Live::builder(&contract, &server.uri());
        let mut live = set(builder).build().unwrap();
        let mut checks = Vec::new();
        let ended = live.run(|check| checks.push(check)).await;
        Run {
            checks,
            ended,
            received: server.received_requests().await.unwrap(),
        }
    }

    fn findings(&self) -> impl Iterator<Item = &Finding> {
        self.checks.iter().flat_map(|check| &check.findings)
    }

    fn ids(&self) -> Vec<&str> {
        self.findings().map(|finding| finding.id).collect()
    }

    /// Returns the operations with a skipped check.
    fn skipped(&self) -> Vec<&str> {
        self.operations(|check| check.skipped.is_some())
    }

    /// Returns the operations with a failed check.
    fn failed(&self) -> Vec<&str> {
        self.operations(|check| check.failed.is_some())
    }

    fn operations(&self, has: impl Fn(&Check) -> bool) -> Vec<&str> {
        let checks = self.checks.iter().filter(|check| has(check));
        checks
            .map(|check| check.name.split(' ').next().unwrap())
            .collect()
    }

    /// Returns the method, path and query of each request.
    fn requests(&self) -> Vec<String> {
        let lines = self.received.iter().map(|request| {
            let query = request.url.query().map(|query| format!("?{query}"));
            let (path, query) = (request.url.path(), query.unwrap_or_default());
            format!("{} {path}{query}", request.method)
        });
        lines.collect()
    }

    /// Returns the value of a header in each request.
    fn header(&self, name: &str) -> Vec<Option<&str>> {
        let requests = self.received.iter();
        requests
            .map(|request| Some(request.headers.get(name)?.to_str().unwrap()))
            .collect()
    }
}

/// Returns a contract with one operation, `GET /a`, which has these keys.
fn reading(keys: Value) -> Value {
    let mut operation = json!({"operationId": "a", "responses": {"200": {"description": ""}}});
    for (key, value) in keys.as_object().unwrap() {
        operation[key] = value.clone();
    }
    json!({
        "openapi": "3.1.0",
        "paths": {"/a": {"get": operation}},
        "components": {"securitySchemes": {
            "key": {"type": "apiKey", "in": "header", "name": "X-Key"},
            "bearer": {"type": "http", "scheme": "bearer"},
            "basic": {"type": "http", "scheme": "Basic"},
            "dpop": {"type": "http", "scheme": "DPoP"},
            "cookie": {"type": "apiKey", "in": "cookie", "name": "sid"},
            "query": {"type": "apiKey", "in": "query", "name": "key"},
        }},
    })
}

/// Starts a server that responds to every request alike.
async fn responding(respond: impl Respond + 'static) -> MockServer {
    let server = MockServer::start().await;
    let mock = Mock::given(any()).respond_with(respond);
    mock.mount(&server).await;
    server
}

/// The id, severity and pointer of a finding. Indices in the pointer are replaced by `*`.
type Found = (&'static str, Severity, String);

fn breaking(id: &'static str, place: &str) -> Found {
    (id, Severity::Breaking, format!("/response/{place}"))
}

/// Returns the distinct findings about a server with 40 conversations.
async fn findings(break_it: Break) -> Vec<Found> {
    let server = start(40, break_it).await;
    let mut all = Vec::new();
    let mut live = live_on(&server);
    let done = live.run(|check| {
        assert_eq!(check.skipped, None, "{}", check.name);
        for finding in check.findings {
            let place = CONTRACT.json().pointer(&finding.contract_pointer);
            assert!(place.is_some(), "{finding}");
            let keys = finding.pointer.split('/');
            let keys = keys.map(|key| {
                if key.parse::<usize>().is_ok() {
                    "*"
                } else {
                    key
                }
            });
            let pointer = keys.collect::<Vec<_>>().join("/");
            let found = (finding.id, finding.severity, pointer);
            if !all.contains(&found) {
                all.push(found);
            }
        }
    });
    done.await.unwrap();
    all
}

fn items(exchange: &mut Exchange) -> &mut Vec<Value> {
    exchange.body["chats"].as_array_mut().unwrap()
}

fn has_limit(exchange: &Exchange, limit: &str) -> bool {
    let requested = exchange.query.get("limit");
    requested.is_some_and(|requested| requested == limit)
}

fn listed(exchange: &Exchange) -> bool {
    exchange.status == 200
}

#[tokio::test]
async fn conforming_server_has_no_findings() {
    assert_eq!(findings(|_| ()).await, []);
}
