//! Whatever the control API is asked, its responses conform to its document, and its state can be exported and imported.
//!
//! An input is a list of requests, each on a line: `METHOD PATH BODY`.

#![no_main]

use std::sync::LazyLock;
use std::time::Duration;

use http::{Method, Response};
use libfuzzer_sys::fuzz_target;
use openapi_conformance::{Contract, Route, Severity};
use tokio::runtime::Runtime;
use watsi::reqwest::Client;
use watsi_sandbox::Sandbox;

const MOST_REQUESTS: usize = 12;

/// A fault can delay responses of the API.
const PATIENCE: Duration = Duration::from_millis(100);

struct Fixture {
    runtime: Runtime,
    sandbox: Sandbox,
    another: Sandbox,
    http: Client,
    document: Contract,
}

static FIXTURE: LazyLock<Fixture> = LazyLock::new(|| {
    let runtime = Runtime::new().expect("there are threads");
    let sandbox = runtime.block_on(Sandbox::start());
    let another = runtime.block_on(Sandbox::start());
    let http = Client::builder()
        .no_proxy()
        .build()
        .expect("it can be built");
    let document = include_str!("../../crates/watsi-sandbox/src/control/openapi.yaml");
    let document = Contract::parse(document).expect("it is valid");
    Fixture {
        runtime,
        sandbox,
        another,
        http,
        document,
    }
});

/// Sends a request, and validates the response of the control API.
async fn send(fixture: &Fixture, line: &str) {
    let mut parts = line.splitn(3, ' ');
    let (Some(method), Some(path)) = (parts.next(), parts.next()) else {
        return;
    };
    let body = parts.next().unwrap_or_default();
    let is_control = path.starts_with("/_sandbox/");
    // Nothing is delivered to other programs of this machine, and no request waits.
    let is_delivered = body.contains("http:") || body.contains("\\u");
    if !path.starts_with('/')
        || is_delivered
        || path.contains("changes")
        || path.contains("wait")
        || path.contains('%')
    {
        return;
    }
    let Ok(method) = Method::from_bytes(method.as_bytes()) else {
        return;
    };
    let request = fixture
        .http
        .request(method.clone(), format!("{}{path}", fixture.sandbox.uri()))
        .bearer_auth(fixture.sandbox.api_key())
        .header("content-type", "application/json")
        .timeout(if is_control {
            Duration::from_secs(5)
        } else {
            PATIENCE
        })
        .body(body.to_owned());
    let response = match request.send().await {
        Ok(response) => response,
        Err(error) if error.is_builder() || !is_control => return,
        Err(error) => panic!("{line}: {error:?}"),
    };
    if !is_control {
        return;
    }
    let path = response.url().path().to_owned();
    let (status, headers) = (response.status(), response.headers().clone());
    assert!(!status.is_server_error(), "{line}: {status}");
    let body = response.bytes().await.expect("the response is whole");
    if method == Method::HEAD {
        return;
    }
    let mut received = Response::new(body);
    *received.status_mut() = status;
    *received.headers_mut() = headers;
    // An invalid request gets 400 also where the document does not list it, e.g. a body where there is none.
    if let Route::Operation(operation) = fixture.document.route(&method, &path)
        && operation.documents(status)
    {
        let findings = fixture.document.validate_response(operation, &received);
        let breaking = findings
            .iter()
            .find(|finding| finding.severity == Severity::Breaking);
        assert!(breaking.is_none(), "{line}: {breaking:?}");
    }
}

fuzz_target!(|input: &str| {
    let fixture = &*FIXTURE;
    fixture.sandbox.reset();
    fixture.runtime.block_on(async {
        for line in input.lines().take(MOST_REQUESTS) {
            send(fixture, line).await;
        }
    });
    let state = fixture.sandbox.export();
    fixture
        .another
        .import(state)
        .expect("what was exported can be imported");
});
