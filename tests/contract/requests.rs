//! What the client sends.

use percent_encoding::percent_decode_str;
use serde_json::{Value, json};
use watsi::{Client, RetryPolicy};
use wiremock::matchers::method;
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

use crate::calls::{Input, call};
use crate::contract::{OPERATIONS, Operation, assert_same, is_json, separator, texts};
use crate::exchange;

pub fn client(server: &MockServer) -> Client {
    let builder = Client::builder().api_key("test-key").base_url(server.uri());
    builder.retry(RetryPolicy::never()).build().unwrap()
}

/// Matches requests to the path with the examples of its parameters, whose characters may be encoded.
pub fn at_example_path(operation: &Operation) -> impl Fn(&Request) -> bool + use<> {
    fn segments(path: &str) -> Vec<String> {
        path.split('/')
            .map(|segment| percent_decode_str(segment).decode_utf8_lossy().into())
            .collect()
    }
    let expected = segments(&operation.example_path());
    move |request| segments(request.url.path()) == expected
}

/// The request that `operation` sends for `input`.
async fn recorded(operation: &Operation, input: &Input) -> Request {
    let server = MockServer::start().await;
    Mock::given(method(operation.method.as_str()))
        .and(at_example_path(operation))
        .respond_with(ResponseTemplate::new(500))
        .mount(&server)
        .await;
    let error = call(&client(&server), operation.id, input).await.err();
    let status = error.expect("the server fails").status();
    assert_eq!(
        status.unwrap(),
        500,
        "another path than that of {}",
        operation.id
    );
    let mut requests = server.received_requests().await.unwrap();
    assert_eq!(requests.len(), 1);
    requests.remove(0)
}

/// The body: JSON, or a text without what differs between runs.
fn body(request: &Request) -> Value {
    let content_type = header(request, "content-type").unwrap_or_default();
    match request.body.as_slice() {
        [] => Value::Null,
        body if is_json(&content_type) => serde_json::from_slice(body).unwrap(),
        body => {
            let text = String::from_utf8_lossy(body);
            let boundary = content_type.split_once("boundary=");
            let shown = match boundary {
                Some((_, boundary)) => text.replace(boundary, "[boundary]"),
                None => text.into_owned(),
            };
            Value::from(shown)
        }
    }
}

fn header(request: &Request, name: &str) -> Option<String> {
    let value = request.headers.get(name)?;
    Some(value.to_str().unwrap().to_owned())
}

/// The request for review, without values that differ between machines.
fn rendered(operation: &Operation, request: &Request) -> Value {
    let keys = operation.parameters.iter().filter(|parameter| {
        let example = parameter["example"].as_str();
        let name = parameter["name"].as_str().unwrap();
        parameter["x-idempotency-key"] == true && header(request, name).as_deref() != example
    });
    let random: Vec<_> = keys
        .map(|parameter| parameter["name"].as_str().unwrap().to_lowercase())
        .collect();
    let mut headers: Vec<_> = request
        .headers
        .iter()
        .filter(|(name, _)| *name != "host")
        .map(|(name, value)| {
            let value = value.to_str().unwrap();
            match value.split_once("boundary=") {
                _ if random.contains(&name.to_string()) => format!("{name}: [random]"),
                Some((kind, _)) => format!("{name}: {kind}boundary=[boundary]"),
                // That of a form depends on its boundary.
                None if name == "content-length" && !is_json(&content_type(request)) => {
                    format!("{name}: [length]")
                }
                None => format!("{name}: {value}"),
            }
        })
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

fn content_type(request: &Request) -> String {
    header(request, "content-type").unwrap_or_default()
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
            let (all, required) = (rendered(operation, &all), rendered(operation, &required));
            if required != all {
                shown.insert(format!("{name}, required parameters"), required);
            }
            shown.insert(format!("{name}, all parameters"), all);
        }
        insta::assert_json_snapshot!(format!("{}_request", operation.id), shown);
    }
}

#[tokio::test]
async fn request_bodies_equal_their_examples() {
    for operation in OPERATIONS.iter() {
        for (name, example) in operation.request_examples() {
            let request = recorded(operation, &Input::all(operation, example)).await;
            let content = operation.request_content().unwrap();
            let what = format!("{} {name}", operation.id);
            if is_json(content.media_type) {
                assert_same(content.schema, &body(&request), example, &what);
            } else if !content.media_type.starts_with("multipart/") {
                let expected = exchange::written(content.media_type, example);
                assert_eq!(body(&request), expected, "{what}");
            }
        }
    }
}

#[tokio::test]
async fn parameters_are_sent_in_their_documented_places() {
    let mut missing = Vec::new();
    for operation in OPERATIONS.iter() {
        let (_, body) = bodies(operation).remove(0);
        let request = recorded(operation, &Input::all(operation, &body)).await;
        for parameter in &operation.parameters {
            let name = parameter["name"].as_str().unwrap();
            let example = texts(&parameter["example"]).join(separator(parameter).unwrap_or(","));
            let sent = match parameter["in"].as_str().unwrap() {
                // The server responds at this path only.
                "path" => continue,
                "query" => {
                    let pairs = request.url.query_pairs().filter(|(key, _)| key == name);
                    let values: Vec<_> = pairs.map(|(_, value)| value).collect();
                    (!values.is_empty()).then(|| values.join(","))
                }
                _ => header(&request, name),
            };
            let Some(sent) = sent.map(Value::from) else {
                missing.push(format!("`{name}` of `{}`", operation.id));
                continue;
            };
            let what = format!("{} {name}", operation.id);
            assert_same(&parameter["schema"], &sent, &Value::from(example), &what);
        }
    }
    assert_eq!(
        missing,
        Vec::<String>::new(),
        "tests/contract/calls.rs does not set these parameters: add them"
    );
}
