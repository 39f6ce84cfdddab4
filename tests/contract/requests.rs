//! What the client sends.

use serde_json::{Value, json};
use watsi::{Client, RetryPolicy};
use wiremock::matchers::{method, path};
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

use crate::calls::{Input, call};
use crate::contract::{OPERATIONS, Operation, assert_same};

pub fn client(server: &MockServer) -> Client {
    let builder = Client::builder().api_key("test-key").base_url(server.uri());
    builder.retry(RetryPolicy::never()).build().unwrap()
}

/// The request that `operation` sends for `input`.
async fn recorded(operation: &Operation, input: &Input) -> Request {
    let server = MockServer::start().await;
    Mock::given(method(operation.method.as_str()))
        .and(path(operation.example_path()))
        .respond_with(ResponseTemplate::new(500))
        .mount(&server)
        .await;
    call(&client(&server), operation.id, input)
        .await
        .err()
        .expect("the server fails");
    let mut requests = server.received_requests().await.unwrap();
    assert_eq!(requests.len(), 1);
    requests.remove(0)
}

fn body(request: &Request) -> Value {
    match request.body.as_slice() {
        [] => Value::Null,
        body => serde_json::from_slice(body).unwrap(),
    }
}

/// The request for review, without values that differ between machines.
fn rendered(request: &Request) -> Value {
    let mut headers: Vec<_> = request
        .headers
        .iter()
        .filter(|(name, _)| *name != "host")
        .map(|(name, value)| format!("{name}: {}", value.to_str().unwrap()))
        .map(|line| line.replace(env!("CARGO_PKG_VERSION"), "[version]"))
        .collect();
    headers.sort();
    let query: Vec<_> = request
        .url
        .query_pairs()
        .map(|(k, v)| format!("{k}={v}"))
        .collect();
    json!({
        "line": format!("{} {}", request.method, request.url.path()),
        "query": query,
        "headers": headers,
        "body": body(request),
    })
}

fn bodies(operation: &Operation) -> Vec<(&'static str, Value)> {
    let examples = operation.request_examples().into_iter();
    let examples: Vec<_> = examples.map(|(name, body)| (name, body.clone())).collect();
    if examples.is_empty() {
        vec![("no body", Value::Null)]
    } else {
        examples
    }
}

#[tokio::test]
async fn requests_match_their_snapshots() {
    for operation in OPERATIONS.iter() {
        let mut shown = serde_json::Map::new();
        for (name, body) in bodies(operation) {
            let all = recorded(operation, &Input::all(operation, &body)).await;
            let required = recorded(operation, &Input::required(operation, &body)).await;
            shown.insert(format!("{name}, all parameters"), rendered(&all));
            if rendered(&required) != rendered(&all) {
                shown.insert(format!("{name}, required parameters"), rendered(&required));
            }
        }
        insta::assert_json_snapshot!(format!("{}_request", operation.id), shown);
    }
}

#[tokio::test]
async fn request_bodies_equal_their_examples() {
    for operation in OPERATIONS.iter() {
        for (name, example) in operation.request_examples() {
            let request = recorded(operation, &Input::all(operation, example)).await;
            let schema = operation.request_schema().unwrap();
            assert_same(
                schema,
                &body(&request),
                example,
                &format!("{} {name}", operation.id),
            );
        }
    }
}

#[tokio::test]
async fn parameters_are_sent_in_their_documented_places() {
    for operation in OPERATIONS.iter() {
        let (_, body) = bodies(operation).remove(0);
        let request = recorded(operation, &Input::all(operation, &body)).await;
        for parameter in &operation.parameters {
            let name = parameter["name"].as_str().unwrap();
            let example = match &parameter["example"] {
                Value::String(text) => text.clone(),
                other => other.to_string(),
            };
            let sent = match parameter["in"].as_str().unwrap() {
                // The server responds at this path only.
                "path" => continue,
                "query" => {
                    let mut pairs = request.url.query_pairs().filter(|(key, _)| key == name);
                    pairs.next().map(|(_, value)| value.into_owned())
                }
                _ => request
                    .headers
                    .get(name)
                    .map(|it| it.to_str().unwrap().to_owned()),
            };
            let sent = Value::from(sent.unwrap_or_else(|| {
                panic!(
                    "tests/contract/calls.rs does not set `{name}` of `{}`: add it",
                    operation.id
                )
            }));
            let what = format!("{} {name}", operation.id);
            assert_same(&parameter["schema"], &sent, &Value::from(example), &what);
        }
    }
}
