//! What an observer sees.

use std::sync::{Arc, Mutex};

use http::Method;
use serde_json::json;
use watsi_sandbox::{Activity, Fault, Sandbox};

use crate::client::{HTTP, request, subscribe};

/// Starts a sandbox, and returns it with what its observer has seen.
async fn observed() -> (Sandbox, Arc<Mutex<Vec<String>>>) {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let lines = Arc::clone(&seen);
    let builder = Sandbox::builder().observer(move |activity| {
        let line = match activity {
            Activity::Request(request) => {
                let status = request.status.map(|status| status.as_u16());
                let (path, code) = (request.path, request.code);
                format!("{path:?} {status:?} {code:?} {}", request.is_faulty)
            }
            Activity::OtherHost(host) => format!("{host:?}"),
            Activity::Delivery(delivery) => delivery.outcome.name().to_owned(),
            _ => String::new(),
        };
        lines.lock().unwrap().push(line);
    });
    (builder.start().await.unwrap(), seen)
}

#[tokio::test]
async fn observer_sees_requests_deliveries_and_other_hosts() {
    let (sandbox, seen) = observed().await;
    let client = sandbox.client().with_retry(watsi::RetryPolicy::never());
    client.list_conversations().send().await.unwrap();
    sandbox.add_fault(Fault::status(503)).unwrap();
    client.list_conversations().send().await.unwrap_err();
    sandbox.add_fault(Fault::lose_response()).unwrap();
    client.list_conversations().send().await.unwrap_err();
    let message = json!({"conversation_id": "1", "body": 1});
    let request = request(&sandbox, Method::POST, "/messages");
    request.json(&message).send().await.unwrap();
    let request = HTTP.get(format!("{}/unknown", sandbox.uri()));
    request.header("host", "evil.example").send().await.unwrap();
    let events = ["message.received"];
    let subscribed = subscribe(&sandbox, "https://example.com/", &events);
    subscribed.await.unwrap();
    sandbox.customer_writes("+5491155551234", "Hi");
    sandbox.settled().await;
    let expected = [
        r#"Some("/conversations") Some(200) None false"#,
        r#"Some("/conversations") Some(503) Some("SERVICE_UNAVAILABLE") true"#,
        r#"Some("/conversations") None None true"#,
        r#"Some("/messages") Some(400) Some("VALIDATION_ERROR") false"#,
        r#"Some("evil.example")"#,
        r#"Some("/webhooks") Some(200) None false"#,
        "blocked",
    ];
    assert_eq!(*seen.lock().unwrap(), expected);
}

#[tokio::test]
async fn observer_may_use_the_sandbox() {
    let sandbox = Arc::new(Mutex::new(None::<Sandbox>));
    let used = Arc::clone(&sandbox);
    let builder = Sandbox::builder().observer(move |_| {
        if let Some(sandbox) = &*used.lock().unwrap() {
            sandbox.messages();
        }
    });
    *sandbox.lock().unwrap() = Some(builder.start().await.unwrap());
    let client = sandbox.lock().unwrap().as_ref().unwrap().client();
    client.list_conversations().send().await.unwrap();
    // The observer would otherwise keep the sandbox.
    let taken = sandbox.lock().unwrap().take();
    drop(taken);
}
