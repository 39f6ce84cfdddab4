//! A line for each request, delivery and rejection, without personal data.

use serde_json::{Value, json};
use watsi::reqwest::{Client, Method};

use crate::command::watsi;
use crate::endless::{EVENT, deliver};
use crate::running::Running;
use crate::written::Directory;

const PHONE: &str = "5491155551234";

struct Sandbox {
    running: Running,
    url: String,
    http: Client,
}

impl Sandbox {
    fn start(more: &[&str]) -> Self {
        let mut command = watsi(&["sandbox", "--format", "json"]);
        command.args(more);
        let mut running = Running::start(command);
        let details: Value = serde_json::from_str(&running.line()).unwrap();
        Sandbox {
            running,
            url: details["url"].as_str().unwrap().to_owned(),
            http: Client::builder().no_proxy().build().unwrap(),
        }
    }

    async fn send(&self, method: Method, path: &str, key: &str, host: Option<&str>) {
        let mut request = self
            .http
            .request(method, format!("{}{path}", self.url))
            .bearer_auth(key);
        if let Some(host) = host {
            request = request.header("host", host);
        }
        request.send().await.unwrap();
    }

    async fn post(&self, path: &str, body: Value) {
        let request = self
            .http
            .post(format!("{}{path}", self.url))
            .bearer_auth("sandbox-key");
        request.json(&body).send().await.unwrap();
    }
}

/// Sends requests with personal data in every part.
async fn requests(sandbox: &Sandbox) {
    let key = "sandbox-key";
    sandbox
        .send(
            Method::GET,
            &format!("/conversations?status={PHONE}"),
            key,
            None,
        )
        .await;
    sandbox
        .send(Method::GET, "/conversations", PHONE, None)
        .await;
    sandbox
        .send(Method::GET, &format!("/{PHONE}"), key, None)
        .await;
    sandbox
        .send(Method::GET, "/conversations", key, Some("bot.internal"))
        .await;
    sandbox
        .send(Method::GET, "/conversations", key, Some(PHONE))
        .await;
    sandbox
        .send(Method::GET, "/_sandbox/clock", key, None)
        .await;
    sandbox
        .send(Method::GET, &format!("/_sandbox/{PHONE}"), key, None)
        .await;
    sandbox
        .send(Method::GET, "/_sandbox/advance", key, None)
        .await;
    sandbox
        .post("/messages", json!({"conversation_id": PHONE, PHONE: PHONE}))
        .await;
    sandbox.post("/webhooks", json!({"url": format!("https://{PHONE}.example/{PHONE}"), "events": ["message.received"]})).await;
    sandbox
        .post(
            "/_sandbox/customer-writes",
            json!({"phone": format!("+{PHONE}"), "text": "Where is it?"}),
        )
        .await;
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
    let request = sandbox
        .http
        .get(format!("{}/conversations", sandbox.url))
        .header("host", "evil.example");
    let response = request.send().await.unwrap();
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
        sandbox
            .send(Method::GET, "/conversations", "another", None)
            .await;
    }
}

#[tokio::test]
async fn recording_logs_each_exchange() {
    let sandbox = Sandbox::start(&[]);
    let directory = Directory::new("log");
    let har = directory.file("traffic.har");
    let mut running = Running::start(watsi(&["record", "--target", &sandbox.url, "--har", &har]));
    let line = running.error_line();
    let proxy = Sandbox {
        url: line.strip_prefix("WATSI_BASE_URL=").unwrap().to_owned(),
        running,
        http: sandbox.http.clone(),
    };
    let key = "sandbox-key";
    proxy
        .send(
            Method::GET,
            &format!("/conversations?status={PHONE}"),
            key,
            None,
        )
        .await;
    proxy
        .send(Method::GET, &format!("/{PHONE}"), key, None)
        .await;
    proxy
        .send(Method::GET, "/conversations", key, Some("evil.example"))
        .await;
    let mut running = proxy.running;
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
    let mut command = watsi(&["listen", "--port", "0", "--log", "json"]);
    command.env("WATSI_WEBHOOK_SECRET", "whsec");
    let mut running = Running::start(command);
    let line = running.error_line();
    let url = line.strip_prefix("waiting for events on ").unwrap();
    assert_eq!(deliver(url, EVENT, "whsec").await, 200);
    assert_eq!(deliver(url, EVENT, "another").await, 401);
    let mut line = || -> Value { serde_json::from_str(&running.error_line()).unwrap() };
    let delivery = line();
    assert_eq!(
        (&delivery["log"], &delivery["status"]),
        (&json!("delivery"), &json!(200))
    );
    let rejection = line();
    assert_eq!(
        (&rejection["log"], &rejection["status"]),
        (&json!("rejected"), &json!(401))
    );
    assert!(rejection["advice"].is_string());
}
