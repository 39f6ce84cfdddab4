//! A line for each request, delivery and rejection, without personal data.

use serde_json::{Value, json};
use watsi::reqwest::Response;

use crate::command::watsi;
use crate::listen::{EVENT, SECRET, deliver, listen};
use crate::running::{Running, Sandbox, http};
use crate::written::Directory;

const KEY: &str = "sandbox-key";
const PHONE: &str = "5491155551234";

/// Requests a path of a server with an API key, and if it is not the empty string, a host.
async fn get(server: &str, path: &str, key: &str, host: &str) -> Response {
    let mut request = http().get(format!("{server}{path}")).bearer_auth(key);
    if !host.is_empty() {
        request = request.header("host", host);
    }
    request.send().await.unwrap()
}

/// Sends requests with personal data in every part.
async fn requests(sandbox: &Sandbox) {
    for (path, key, host) in [
        (&*format!("/conversations?status={PHONE}"), KEY, ""),
        ("/conversations", PHONE, ""),
        (&format!("/{PHONE}"), KEY, ""),
        ("/conversations", KEY, "bot.internal"),
        ("/conversations", KEY, PHONE),
        ("/_sandbox/clock", KEY, ""),
        (&format!("/_sandbox/{PHONE}"), KEY, ""),
        ("/_sandbox/advance", KEY, ""),
    ] {
        get(sandbox.url(), path, key, host).await;
    }
    let hook = format!("https://{PHONE}.example/{PHONE}");
    for (path, body) in [
        ("/messages", json!({"conversation_id": PHONE, PHONE: PHONE})),
        (
            "/webhooks",
            json!({"url": hook, "events": ["message.received"]}),
        ),
        (
            "/_sandbox/customer-writes",
            json!({"phone": format!("+{PHONE}"), "text": "Where is it?"}),
        ),
    ] {
        sandbox.post(path, body).await;
    }
}

#[tokio::test]
async fn sandbox_logs_requests_deliveries_and_rejections() {
    let mut sandbox = Sandbox::start(&[]);
    requests(&sandbox).await;
    let mut expected = [
        "request GET /conversations 200",
        "request GET /conversations 401: UNAUTHORIZED; ",
        "request GET (undocumented path) 404: NOT_FOUND; /docs lists the paths",
        "rejected 421: request for the host bot.internal; allow its name with --allow-host NAME",
        "rejected 421: request for the host (hidden id); ",
        "request GET (undocumented path) 404: NOT_FOUND; /_sandbox/openapi.yaml lists the paths",
        "request GET (undocumented path) 405: METHOD_NOT_ALLOWED; /_sandbox/openapi.yaml lists the methods",
        "request POST /messages 400: VALIDATION_ERROR; the response's `details` name the fields",
        "request POST /webhooks 200",
        "delivery POST to (hidden id) message.received: blocked; allow the host of the URL with --allow-webhook-host",
        "request POST /_sandbox/customer-writes 200",
    ]
    .into_iter();
    for line in expected.by_ref() {
        let written = sandbox.running.error_line();
        assert!(written.starts_with(line), "{written:?} {line:?}");
        assert!(
            !written.contains(PHONE) && !written.contains("Where"),
            "{written}"
        );
    }
}

#[tokio::test]
async fn log_in_json_has_the_same_parts() {
    let mut sandbox = Sandbox::start(&["--log", "json"]);
    requests(&sandbox).await;
    let mut line = || -> Value { serde_json::from_str(&sandbox.running.error_line()).unwrap() };
    let mut first = line();
    assert!(first.as_object_mut().unwrap().remove("at").is_some());
    let expected =
        json!({"log": "request", "method": "GET", "path": "/conversations", "status": 200});
    assert_eq!(first, expected);
    let second = line();
    assert_eq!(second["reason"], "UNAUTHORIZED");
    assert!(second["advice"].is_string());
}

#[tokio::test]
async fn quiet_sandbox_logs_nothing() {
    let mut sandbox = Sandbox::start(&["--quiet"]);
    requests(&sandbox).await;
    sandbox.running.input("invalid\n");
    assert!(sandbox.running.error_line().starts_with("invalid line"));
}

#[tokio::test]
async fn host_that_is_not_allowed_gets_help() {
    let sandbox = Sandbox::start(&[]);
    let response = get(sandbox.url(), "/conversations", KEY, "evil.example").await;
    assert_eq!(response.status(), 421);
    let text = response.text().await.unwrap();
    assert!(text.contains("--allow-host NAME"), "{text}");
    assert!(!text.contains("evil"), "{text}");
}

#[tokio::test]
async fn sandbox_goes_on_if_nobody_reads_its_log() {
    let sandbox = Sandbox::start(&[]);
    // More than fits into a pipe.
    for _ in 0..3_000 {
        get(sandbox.url(), "/conversations", "another", "").await;
    }
}

#[tokio::test]
async fn recording_logs_each_exchange() {
    let sandbox = Sandbox::start(&[]);
    let directory = Directory::new("log");
    let har = directory.file("traffic.har");
    let mut running = Running::start(watsi(&["record", "--target", sandbox.url(), "--har", &har]));
    let proxy = running.url("WATSI_BASE_URL=");
    let query = format!("/conversations?status={PHONE}");
    get(&proxy, &query, KEY, "").await;
    get(&proxy, &format!("/{PHONE}"), KEY, "").await;
    get(&proxy, "/conversations", KEY, "evil.example").await;
    for expected in [
        "request GET /conversations 200",
        "request GET (undocumented path) 404",
        "request GET /conversations 403: the proxy accepts only requests for this machine; ",
    ] {
        let line = running.error_line_with("request ");
        assert!(line.starts_with(expected), "{line}");
    }
}

#[tokio::test]
async fn listener_logs_deliveries_and_rejections() {
    let (mut running, url) = listen(&["--log", "json"]);
    for (secret, log, status) in [(SECRET, "delivery", 200), ("another", "rejected", 401)] {
        assert_eq!(deliver(&url, EVENT, secret).await, status);
        let line: Value = serde_json::from_str(&running.error_line()).unwrap();
        assert_eq!(
            (&line["log"], &line["status"]),
            (&json!(log), &json!(status))
        );
        assert_eq!(line["advice"].is_string(), status == 401);
    }
}
