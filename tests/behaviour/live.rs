//! A server that violates the contract in one way gets exactly that finding, and a conforming one gets none.

mod contracts; // requests that depend on the contract
mod errors; // errors that end the checks
mod lists; // lists over several requests
mod messages; // the message that is sent if requested
mod statuses; // status codes of valid requests
mod violations; // each violation alone

use std::collections::HashMap;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, Request, Response, StatusCode};
use serde_json::Value;
use watsi::conformance::{Contract, Live, Severity};
use watsi::sandbox::Sandbox;

use crate::sandbox::HTTP;

/// A request and the sandbox's response to it.
struct Exchange {
    query: HashMap<String, String>,
    key: Option<String>,
    status: u16,
    headers: HeaderMap,
    body: Value,
    /// A body that replaces the JSON.
    raw: Option<Vec<u8>>,
}

type Break = fn(&mut Exchange);

/// The id, severity and pointer of a finding. Indices in the pointer are replaced by `*`.
type Found = (&'static str, Severity, String);

fn breaking(id: &'static str, place: &str) -> Found {
    (id, Severity::Breaking, format!("/response/{place}"))
}

struct Broken {
    sandbox: Sandbox,
    break_it: Break,
}

impl Broken {
    /// Starts a proxy for a sandbox with 40 conversations that changes every response.
    async fn start(break_it: Break) -> String {
        let sandbox = Sandbox::start().await;
        sandbox.seed(40);
        let broken = Arc::new(Broken { sandbox, break_it });
        let router = Router::new().fallback(pass_on).with_state(broken);
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, router).await });
        url
    }
}

async fn pass_on(State(broken): State<Arc<Broken>>, request: Request<Body>) -> Response<Body> {
    let (parts, body) = request.into_parts();
    let body: Bytes = axum::body::to_bytes(body, usize::MAX).await.unwrap();
    let url = format!("{}{}", broken.sandbox.uri(), parts.uri);
    let passed = HTTP.request(parts.method, url).body(body);
    let received = passed.headers(parts.headers.clone()).send().await.unwrap();
    let query = parts.uri.query().unwrap_or_default();
    let key = parts
        .headers
        .get("authorization")
        .map(|it| it.to_str().unwrap().to_owned());
    let mut exchange = Exchange {
        query: url::form_urlencoded::parse(query.as_bytes())
            .into_owned()
            .collect(),
        key,
        status: received.status().as_u16(),
        headers: received.headers().clone(),
        body: received.json().await.unwrap(),
        raw: None,
    };
    (broken.break_it)(&mut exchange);
    exchange.headers.remove("content-length");
    let body = exchange
        .raw
        .unwrap_or_else(|| exchange.body.to_string().into_bytes());
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = StatusCode::from_u16(exchange.status).unwrap();
    *response.headers_mut() = exchange.headers;
    response
}

fn live_on(sandbox: &Sandbox) -> Live<'static> {
    Live::new(Contract::embedded(), &sandbox.uri(), sandbox.api_key()).unwrap()
}

/// Returns the distinct findings of all checks.
async fn findings(break_it: Break) -> Vec<Found> {
    let url = Broken::start(break_it).await;
    let mut live = Live::new(Contract::embedded(), &url, "sandbox-key").unwrap();
    let mut all = Vec::new();
    let done = live.run(|check| {
        assert_eq!(check.skipped, None, "{}", check.name);
        for finding in check.findings {
            let place = Contract::embedded()
                .json()
                .pointer(&finding.contract_pointer);
            assert!(place.is_some(), "{finding}");
            let indices = finding
                .pointer
                .split('/')
                .map(|key| match key.parse::<usize>() {
                    Ok(_) => "*",
                    Err(_) => key,
                });
            let pointer = indices.collect::<Vec<_>>().join("/");
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
