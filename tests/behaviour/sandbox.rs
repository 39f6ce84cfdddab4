//! The sandbox does what the contract and the documentation say.

use std::collections::HashSet;
use std::sync::LazyLock;
use std::time::Duration;

use http::{HeaderMap, Method};
use serde_json::{Value, json};
use watsi::conformance::{Contract, Route};
use watsi::sandbox::{DELIVERED_AFTER, READ_AFTER, Sandbox, SandboxError};
use watsi::types::{
    ConversationId, ErrorCode, MessageDirection, MessageId, MessageStatus, SendMessageRequest,
};
use watsi::{Error, Outcome, RetryPolicy};
use wiremock::matchers::path;
use wiremock::{Mock, ResponseTemplate};

const PHONE: &str = "+5491155551234";
const HOUR: Duration = Duration::from_secs(60 * 60);

/// One for all tests, since making it is slow; a connection belongs to the runtime of one test.
pub static HTTP: LazyLock<reqwest::Client> = LazyLock::new(|| {
    let builder = reqwest::Client::builder().no_proxy();
    builder.pool_max_idle_per_host(0).build().unwrap()
});

struct Answer {
    status: u16,
    headers: HeaderMap,
    body: Value,
}

impl Answer {
    fn error(&self) -> &Value {
        &self.body["error"]
    }

    /// Status and code.
    fn refusal(&self) -> (u16, &str) {
        (
            self.status,
            self.error()["code"].as_str().unwrap_or_default(),
        )
    }
}

/// Asks as a program without this crate would; the answer is held against the contract.
async fn ask_with(
    sandbox: &Sandbox,
    method: Method,
    path: &str,
    key: Option<&str>,
    body: Option<&str>,
) -> Answer {
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
    let answer = HTTP.execute(request).await.unwrap();
    let (status, headers) = (answer.status(), answer.headers().clone());
    let bytes = answer.bytes().await.unwrap();
    let contract = Contract::embedded();
    let operation = match contract.route(&method, path.split('?').next().unwrap()) {
        Route::Operation(operation) => operation,
        // Errors are the same everywhere.
        _ => contract.operations().next().unwrap(),
    };
    let mut response = http::Response::new(bytes.clone());
    *response.status_mut() = status;
    response.headers_mut().clone_from(&headers);
    if method != Method::HEAD {
        let mut findings = contract.validate(operation, &validated, &response);
        findings.retain(|it| it.pointer.starts_with("/response"));
        assert_eq!(findings, [], "{method} {path}");
    }
    Answer {
        status: status.as_u16(),
        headers,
        body: serde_json::from_slice(&bytes).unwrap_or_default(),
    }
}

async fn ask(sandbox: &Sandbox, method: Method, path: &str, body: Option<&str>) -> Answer {
    let key = format!("Bearer {}", sandbox.api_key());
    ask_with(sandbox, method, path, Some(&key), body).await
}

async fn get(sandbox: &Sandbox, path: &str) -> Answer {
    ask(sandbox, Method::GET, path, None).await
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

#[tokio::test]
async fn customer_message_opens_a_conversation() {
    let sandbox = Sandbox::start().await;
    let id = sandbox.customer_writes(PHONE, "Hi");
    let page = sandbox.client().list_conversations().send().await.unwrap();
    assert_eq!(page.chats.len(), 1);
    assert!(!page.has_more);
    assert_eq!(page.chats[0].id, id);
    assert_eq!(page.chats[0].customer.phone.as_deref(), Some(PHONE));
    assert_eq!(page.chats[0].status.as_str(), "open");
}

#[tokio::test]
async fn customer_message_moves_its_conversation_to_the_top() {
    let sandbox = Sandbox::start().await;
    let first = sandbox.customer_writes(PHONE, "Hi");
    let second = sandbox.customer_writes("+5491155550000", "Hi");
    assert_eq!(ids(&sandbox, "").await, [second.as_str(), first.as_str()]);
    assert_eq!(sandbox.customer_writes(PHONE, "Hello?"), first);
    assert_eq!(ids(&sandbox, "").await, [first.as_str(), second.as_str()]);
}

#[tokio::test]
async fn sent_message_is_stored_and_moves_its_conversation_to_the_top() {
    let sandbox = Sandbox::start().await;
    let first = sandbox.customer_writes(PHONE, "Hi");
    sandbox.customer_writes("+5491155550000", "Hi");
    let id = send(&sandbox, &first).await.unwrap();
    let messages = sandbox.messages();
    let sent = messages.last().unwrap();
    assert_eq!(
        (messages.len(), &sent.id, &sent.conversation_id),
        (3, &id, &first)
    );
    assert_eq!(
        (sent.body.as_str(), &sent.status),
        ("Hello!", &MessageStatus::Sent)
    );
    assert_eq!(sent.direction, MessageDirection::Outbound);
    assert_eq!(messages[0].direction, MessageDirection::Inbound);
    assert_eq!(ids(&sandbox, "limit=1").await, [first.as_str()]);
}

#[tokio::test]
async fn messaging_window_closes_24_hours_after_the_customers_last_message() {
    let sandbox = Sandbox::start().await;
    let id = sandbox.customer_writes(PHONE, "Hi");
    sandbox.advance(24 * HOUR - Duration::from_millis(2));
    send(&sandbox, &id).await.unwrap();
    sandbox.advance(Duration::from_millis(1));
    let error = send(&sandbox, &id).await.unwrap_err();
    assert_eq!(
        (error.status().unwrap().as_u16(), error.code()),
        (400, Some(&ErrorCode::BadRequest))
    );
    assert!(
        error
            .message()
            .unwrap()
            .contains("24-hour messaging window is closed")
    );
    assert_eq!(error.outcome(), Outcome::Rejected);
    assert_eq!(sandbox.messages().len(), 2);
    sandbox.customer_writes(PHONE, "Still here");
    send(&sandbox, &id).await.unwrap();
}

#[tokio::test]
async fn message_to_an_unknown_conversation_is_not_found() {
    let sandbox = Sandbox::start().await;
    let error = send(&sandbox, &"chat_123".into()).await.unwrap_err();
    assert_eq!(
        (error.status().unwrap().as_u16(), error.code()),
        (404, Some(&ErrorCode::NotFound))
    );
}

#[tokio::test]
async fn only_the_api_key_is_accepted() {
    let sandbox = Sandbox::builder()
        .api_key("sk-right")
        .start()
        .await
        .unwrap();
    let wrong = [
        None,
        Some(""),
        Some("Bearer"),
        Some("Bearer "),
        Some("Bearer sk-wrong"),
        Some("Bearer sk-righ"),
        Some("Bearer sk-right2"),
        Some("Basic sk-right"),
        Some("Digest sk-right"),
        Some("sk-right"),
    ];
    for key in wrong {
        for (method, path) in [
            (Method::GET, "/conversations"),
            (Method::POST, "/messages"),
            (Method::GET, "/no-path"),
        ] {
            let answer = ask_with(&sandbox, method, path, key, None).await;
            assert_eq!(answer.refusal(), (401, "UNAUTHORIZED"), "{key:?} {path}");
            assert_eq!(answer.error()["message"], "Unauthorized");
        }
    }
    for key in ["Bearer sk-right", "bearer sk-right"] {
        let answer = ask_with(&sandbox, Method::GET, "/conversations", Some(key), None).await;
        assert_eq!(answer.status, 200, "{key}");
    }
}

#[tokio::test]
async fn undocumented_path_is_not_found() {
    let sandbox = Sandbox::start().await;
    for path in [
        "/",
        "/conversations/",
        "/Conversations",
        "//conversations",
        "/no-such-path",
    ] {
        assert_eq!(
            get(&sandbox, path).await.refusal(),
            (404, "NOT_FOUND"),
            "{path}"
        );
    }
}

#[tokio::test]
async fn undocumented_method_is_answered_with_the_allowed_ones() {
    let sandbox = Sandbox::start().await;
    for (path, allowed) in [
        ("/conversations", "GET"),
        ("/messages", "POST"),
        ("/webhooks", "POST"),
    ] {
        for method in [
            "GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "HEAD", "QUERY",
        ] {
            if method == allowed {
                continue;
            }
            let answer = ask(&sandbox, method.parse().unwrap(), path, None).await;
            assert_eq!(
                (answer.status, &answer.headers["allow"]),
                (405, &allowed.parse().unwrap()),
                "{method} {path}"
            );
            if method != "HEAD" {
                assert_eq!(answer.refusal(), (405, "METHOD_NOT_ALLOWED"));
            }
        }
    }
}

#[tokio::test]
async fn invalid_query_is_rejected_with_details() {
    let sandbox = Sandbox::start().await;
    let cases = [
        (
            "limit=many",
            json!({"limit": "is a string, expected an integer"}),
        ),
        ("limit=0", json!({"limit": "is less than 1"})),
        ("limit=-1", json!({"limit": "is less than 1"})),
        ("limit=101", json!({"limit": "is greater than 100"})),
        (
            "limit=",
            json!({"limit": "is a string, expected an integer"}),
        ),
        ("limit=1&limit=2", json!({"limit": "is duplicated"})),
        (
            "before=yesterday",
            json!({"before": "is not a valid date-time (RFC 3339)"}),
        ),
        ("page=2", json!({"page": "is not documented"})),
        (
            "limit=0&before=",
            json!({"limit": "is less than 1", "before": "is not a valid date-time (RFC 3339)"}),
        ),
    ];
    for (query, details) in cases {
        let answer = get(&sandbox, &format!("/conversations?{query}")).await;
        assert_eq!(answer.refusal(), (400, "VALIDATION_ERROR"), "{query}");
        assert_eq!(answer.error()["details"], details, "{query}");
    }
}

#[tokio::test]
async fn invalid_body_is_rejected_with_details() {
    let sandbox = Sandbox::start().await;
    let cases = [
        ("/messages", "", json!({"body": "is missing"})),
        (
            "/messages",
            "{",
            json!({"body": "is not valid JSON (line 1, column 1)"}),
        ),
        (
            "/messages",
            "[]",
            json!({"body": "is an array, expected an object"}),
        ),
        (
            "/messages",
            "{}",
            json!({"conversation_id": "is missing", "body": "is missing"}),
        ),
        (
            "/messages",
            r#"{"conversation_id": 1, "body": null}"#,
            json!({
                "conversation_id": "is a number, expected a string", "body": "is null, expected a string",
            }),
        ),
        (
            "/messages",
            r#"{"conversation_id": "c", "body": "b", "to": "x"}"#,
            json!({"to": "is not documented"}),
        ),
        (
            "/webhooks",
            r#"{"url": "http://example.com", "events": []}"#,
            json!({"url": "does not match the pattern `^https://`"}),
        ),
        (
            "/webhooks",
            r#"{"url": "here", "events": [1]}"#,
            json!({
                "url": "is not a valid absolute URI", "events.0": "is a number, expected a string",
            }),
        ),
    ];
    for (path, body, details) in cases {
        let answer = ask(&sandbox, Method::POST, path, Some(body)).await;
        assert_eq!(answer.refusal(), (400, "VALIDATION_ERROR"), "{path} {body}");
        assert_eq!(answer.error()["details"], details, "{path} {body}");
    }
    assert_eq!(sandbox.messages().len(), 0);
}

#[tokio::test]
async fn body_without_a_content_type_is_rejected() {
    let sandbox = Sandbox::start().await;
    let request = HTTP
        .post(format!("{}/messages", sandbox.uri()))
        .bearer_auth(sandbox.api_key());
    let answer = request
        .body(r#"{"conversation_id": "c", "body": "b"}"#)
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 400);
    let body: Value = serde_json::from_str(&answer.text().await.unwrap()).unwrap();
    assert_eq!(
        body["error"]["details"],
        json!({"content-type": "is missing"})
    );
}

#[tokio::test]
async fn unknown_filter_value_matches_nothing() {
    let sandbox = Sandbox::start().await;
    sandbox.seed(3);
    assert_eq!(ids(&sandbox, "status=introduced_later").await, [""; 0]);
}

#[tokio::test]
async fn each_filter_selects_its_conversations() {
    let sandbox = Sandbox::start().await;
    sandbox.seed(24);
    let all = get(&sandbox, "/conversations?limit=100").await;
    let chats = all.body["chats"].as_array().unwrap();
    let user = chats[0]["assigned_user_id"].as_str().unwrap();
    for (query, name, value) in [
        ("status=active".to_owned(), "status", "active"),
        ("status=open".to_owned(), "status", "open"),
        (format!("assigned_user_id={user}"), "assigned_user_id", user),
    ] {
        let expected: Vec<_> = chats.iter().filter(|chat| chat[name] == value).collect();
        let expected: Vec<_> = expected
            .iter()
            .map(|chat| chat["id"].as_str().unwrap())
            .collect();
        assert!(!expected.is_empty() && expected.len() < 24, "{query}");
        assert_eq!(
            ids(&sandbox, &format!("{query}&limit=100")).await,
            expected,
            "{query}"
        );
    }
}

#[tokio::test]
async fn filters_are_combined() {
    let sandbox = Sandbox::start().await;
    sandbox.seed(24);
    let all = get(&sandbox, "/conversations?limit=100").await;
    let chats = all.body["chats"].as_array().unwrap();
    let user = chats[0]["assigned_user_id"].as_str().unwrap();
    let both = chats
        .iter()
        .filter(|chat| chat["status"] == "active" && chat["assigned_user_id"] == user);
    let both: Vec<_> = both.map(|chat| chat["id"].as_str().unwrap()).collect();
    assert!(!both.is_empty());
    assert_eq!(
        ids(&sandbox, &format!("status=active&assigned_user_id={user}")).await,
        both
    );
}

#[tokio::test]
async fn default_page_has_20_items_and_reports_whether_more_follow() {
    let sandbox = Sandbox::start().await;
    sandbox.seed(20);
    let page = get(&sandbox, "/conversations").await;
    assert_eq!(
        (
            page.body["chats"].as_array().unwrap().len(),
            &page.body["hasMore"]
        ),
        (20, &json!(false))
    );
    sandbox.seed(1);
    let page = get(&sandbox, "/conversations").await;
    assert_eq!(
        (
            page.body["chats"].as_array().unwrap().len(),
            &page.body["hasMore"]
        ),
        (20, &json!(true))
    );
}

#[tokio::test]
async fn documented_pagination_reads_every_conversation_once() {
    let sandbox = Sandbox::start().await;
    sandbox.seed(45);
    let (mut seen, mut query) = (Vec::new(), "limit=10".to_owned());
    loop {
        let page = get(&sandbox, &format!("/conversations?{query}")).await;
        let chats = page.body["chats"].as_array().unwrap();
        seen.extend(chats.iter().map(|chat| chat["id"].clone()));
        if page.body["hasMore"] == false {
            break;
        }
        let last = chats.last().unwrap()["last_message_at"].as_str().unwrap();
        query = format!("limit=10&before={last}");
    }
    assert_eq!(seen.len(), 45);
    assert_eq!(seen.iter().collect::<HashSet<_>>().len(), 45);
}

#[tokio::test]
async fn items_stream_reads_every_conversation_once() {
    let sandbox = Sandbox::start().await;
    sandbox.seed(250);
    let client = sandbox.client();
    let mut seen = HashSet::new();
    let mut all = client.list_conversations().limit(100).items();
    while let Some(conversation) = all.next().await {
        assert!(seen.insert(conversation.unwrap().id));
    }
    assert_eq!(seen.len(), 250);
}

#[tokio::test]
async fn rate_limit_responds_with_429_until_its_window_ends() {
    let builder = Sandbox::builder().rate_limit(2, Duration::from_secs(30));
    let sandbox = builder.start().await.unwrap();
    assert_eq!(get(&sandbox, "/conversations").await.status, 200);
    assert_eq!(get(&sandbox, "/conversations").await.status, 200);
    let answer = get(&sandbox, "/conversations").await;
    assert_eq!(answer.refusal(), (429, "RATE_LIMITED"));
    assert_eq!(answer.headers["retry-after"], "30");
    sandbox.advance(Duration::from_millis(29_001));
    assert_eq!(
        get(&sandbox, "/conversations").await.headers["retry-after"],
        "1"
    );
    sandbox.advance(Duration::from_millis(999));
    assert_eq!(get(&sandbox, "/conversations").await.status, 200);
}

#[tokio::test]
async fn requested_failures_occur_once_each() {
    let sandbox = Sandbox::start().await;
    sandbox.fail_next([429, 503, 400]).unwrap();
    let answer = get(&sandbox, "/conversations").await;
    assert_eq!(
        (answer.refusal(), &answer.headers["retry-after"]),
        ((429, "RATE_LIMITED"), &"0".parse().unwrap())
    );
    let answer = get(&sandbox, "/no-path").await;
    assert_eq!(
        (answer.refusal(), &answer.headers["retry-after"]),
        ((503, "SERVICE_UNAVAILABLE"), &"0".parse().unwrap())
    );
    assert_eq!(get(&sandbox, "/conversations").await.status, 400);
    assert_eq!(get(&sandbox, "/conversations").await.status, 200);
}

#[tokio::test]
async fn undocumented_failure_has_an_html_body() {
    let sandbox = Sandbox::start().await;
    sandbox.fail_next([504]).unwrap();
    let client = watsi::Client::builder()
        .api_key(sandbox.api_key())
        .base_url(sandbox.uri());
    let client = client.retry(RetryPolicy::never()).build().unwrap();
    let error = client.list_conversations().send().await.unwrap_err();
    assert_eq!(error.status().unwrap().as_u16(), 504);
    assert!(error.response_body().unwrap().starts_with(b"<html>"));
}

#[tokio::test]
async fn request_with_a_requested_failure_has_no_effect() {
    let sandbox = Sandbox::start().await;
    let id = sandbox.customer_writes(PHONE, "Hi");
    sandbox.fail_next([500]).unwrap();
    let error = send(&sandbox, &id).await.unwrap_err();
    assert_eq!(error.outcome(), Outcome::Unknown);
    assert_eq!(sandbox.messages().len(), 1);
    assert_eq!(sandbox.requests().await.len(), 1);
}

#[tokio::test]
async fn status_code_that_is_not_a_failure_is_rejected() {
    let sandbox = Sandbox::start().await;
    for status in [0, 200, 302, 399, 600] {
        let error = sandbox.fail_next([503, status]).unwrap_err();
        assert!(matches!(error, SandboxError::NotAFailure), "{status}");
    }
    assert_eq!(get(&sandbox, "/conversations").await.status, 200);
}

#[tokio::test]
async fn message_is_delivered_and_read_over_time() {
    let sandbox = Sandbox::start().await;
    let id = sandbox.customer_writes(PHONE, "Hi");
    send(&sandbox, &id).await.unwrap();
    let status = || sandbox.messages().last().unwrap().status.clone();
    sandbox.advance(DELIVERED_AFTER - Duration::from_millis(1));
    assert_eq!(status(), MessageStatus::Sent);
    sandbox.advance(Duration::from_millis(1));
    assert_eq!(status(), MessageStatus::Delivered);
    sandbox.advance(READ_AFTER - DELIVERED_AFTER);
    assert_eq!(status(), MessageStatus::Read);
}

#[tokio::test]
async fn marked_message_keeps_its_status() {
    let sandbox = Sandbox::start().await;
    let id = sandbox.customer_writes(PHONE, "Hi");
    let message = send(&sandbox, &id).await.unwrap();
    sandbox.mark(&message, MessageStatus::Failed).unwrap();
    sandbox.advance(HOUR);
    assert_eq!(
        sandbox.messages().last().unwrap().status,
        MessageStatus::Failed
    );
    let error = sandbox.mark(&"msg_other".into(), "read").unwrap_err();
    assert!(matches!(error, SandboxError::UnknownMessage));
}

#[tokio::test]
async fn every_error_has_a_unique_request_id() {
    let sandbox = Sandbox::start().await;
    let mut ids = HashSet::new();
    for path in [
        "/conversations?limit=0",
        "/no-path",
        "/messages",
        "/conversations?limit=0",
    ] {
        let answer = get(&sandbox, path).await;
        let id = answer.error()["request_id"].as_str().unwrap();
        assert!(id.starts_with("req_") && ids.insert(id.to_owned()), "{id}");
    }
    let answer = ask_with(&sandbox, Method::GET, "/conversations", None, None).await;
    assert!(ids.insert(answer.error()["request_id"].as_str().unwrap().to_owned()));
}

#[tokio::test]
async fn clock_stops_at_the_end_of_year_9999() {
    let sandbox = Sandbox::start().await;
    sandbox.advance(Duration::MAX);
    sandbox.customer_writes(PHONE, "Hi");
    let answer = get(&sandbox, "/conversations").await;
    assert_eq!(
        answer.body["chats"][0]["last_message_at"],
        "9999-12-31T23:59:59.999Z"
    );
}

#[tokio::test]
async fn clock_starts_at_the_given_time() {
    let start = "2025-03-15T10:29:59.999Z".parse().unwrap();
    let sandbox = Sandbox::builder().clock(start).start().await.unwrap();
    sandbox.customer_writes(PHONE, "Hi");
    let answer = get(&sandbox, "/conversations").await;
    assert_eq!(
        answer.body["chats"][0]["last_message_at"],
        "2025-03-15T10:30:00Z"
    );
}

#[tokio::test]
async fn sandboxes_share_nothing() {
    let (one, other) = (Sandbox::start().await, Sandbox::start().await);
    one.customer_writes(PHONE, "Hi");
    assert_ne!(one.uri(), other.uri());
    assert_eq!(ids(&one, "").await.len(), 1);
    assert_eq!(ids(&other, "").await.len(), 0);
}

#[tokio::test]
async fn used_port_is_an_error() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    let error = Sandbox::builder().port(port).start().await.unwrap_err();
    assert!(
        matches!(error, SandboxError::Port(taken, _) if taken == port),
        "{error}"
    );
    assert!(std::error::Error::source(&error).is_some());
    drop(taken);
    let sandbox = Sandbox::builder().port(port).start().await.unwrap();
    assert_eq!(sandbox.uri(), format!("http://127.0.0.1:{port}"));
}

#[tokio::test]
async fn user_mock_takes_precedence() {
    let sandbox = Sandbox::start().await;
    let mock = Mock::given(path("/customers")).respond_with(ResponseTemplate::new(204));
    mock.expect(1).mount(sandbox.server()).await;
    let answer = HTTP
        .get(format!("{}/customers", sandbox.uri()))
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 204);
    assert_eq!(get(&sandbox, "/conversations").await.status, 200);
}

#[tokio::test]
async fn requests_are_recorded_unless_disabled() {
    let sandbox = Sandbox::start().await;
    get(&sandbox, "/conversations?limit=7").await;
    let requests = sandbox.requests().await;
    assert_eq!(requests.len(), 1);
    assert_eq!(requests[0].url.query(), Some("limit=7"));
    let sandbox = Sandbox::builder()
        .record_requests(false)
        .start()
        .await
        .unwrap();
    get(&sandbox, "/conversations").await;
    assert_eq!(sandbox.requests().await.len(), 0);
}

#[tokio::test]
async fn debug_output_hides_api_key_and_secret() {
    let builder = Sandbox::builder()
        .api_key("sk-very-secret")
        .webhook_secret("whsec-very-secret");
    let shown = format!("{builder:?}");
    let sandbox = builder.start().await.unwrap();
    let shown = format!("{shown} {sandbox:?} {:?}", sandbox.client());
    assert!(!shown.contains("very-secret"), "{shown}");
}

/// What the sandbox serves beside the API.
async fn document(sandbox: &Sandbox, path: &str) -> (u16, String, String) {
    let answer = HTTP
        .get(format!("{}{path}", sandbox.uri()))
        .send()
        .await
        .unwrap();
    let media = answer.headers()["content-type"]
        .to_str()
        .unwrap()
        .to_owned();
    (
        answer.status().as_u16(),
        media,
        answer.text().await.unwrap(),
    )
}

#[tokio::test]
async fn contract_is_served_with_the_url_of_the_sandbox() {
    let sandbox = Sandbox::start().await;
    let (status, media, text) = document(&sandbox, "/openapi.yaml").await;
    assert_eq!((status, media.as_str()), (200, "application/yaml"));
    let served = Contract::parse(&text).unwrap();
    assert_eq!(served.base_url(), sandbox.uri());
    let mut json = served.json().clone();
    json["servers"][0]["url"] = Contract::embedded().base_url().into();
    assert_eq!(json, *Contract::embedded().json());
}

#[tokio::test]
async fn reference_loads_no_file_from_another_server() {
    let sandbox = Sandbox::start().await;
    let (status, media, page) = document(&sandbox, "/docs").await;
    assert_eq!((status, media.as_str()), (200, "text/html; charset=utf-8"));
    assert!(!page.contains("//"), "{page}");
    let files = page.split('"').filter(|text| text.starts_with("/docs/"));
    let mut count = 0;
    for file in files {
        let (status, _, content) = document(&sandbox, file).await;
        assert_eq!(status, 200, "{file}");
        assert!(content.len() > 50_000, "{file}");
        count += 1;
    }
    assert_eq!(count, 2);
}

#[tokio::test]
async fn invalid_api_key_or_secret_is_rejected() {
    for key in ["", "with space", "line\nbreak"] {
        let error = Sandbox::builder().api_key(key).start().await.unwrap_err();
        assert!(matches!(error, SandboxError::Key(_)), "{error}");
    }
    let error = Sandbox::builder()
        .webhook_secret("")
        .start()
        .await
        .unwrap_err();
    assert!(matches!(error, SandboxError::EmptySecret), "{error}");
}

#[tokio::test]
async fn every_change_has_its_own_timestamp() {
    let sandbox = Sandbox::start().await;
    let before = sandbox.now();
    let id = sandbox.customer_writes(PHONE, "Hi");
    let message = send(&sandbox, &id).await.unwrap();
    sandbox.mark(&message, "failed").unwrap();
    assert_eq!((sandbox.now() - before).num_milliseconds(), 3);
}

#[tokio::test]
async fn conversation_seeded_later_has_an_open_messaging_window() {
    let sandbox = Sandbox::start().await;
    sandbox.advance(48 * HOUR);
    sandbox.seed(1);
    let id = ids(&sandbox, "").await.remove(0);
    send(&sandbox, &id.as_str().into()).await.unwrap();
}

#[tokio::test]
async fn existing_customer_is_not_seeded_again() {
    let sandbox = Sandbox::start().await;
    let id = sandbox.customer_writes("+15550000002", "Hi");
    sandbox.seed(3);
    assert_eq!(ids(&sandbox, "").await.len(), 4);
    assert_eq!(sandbox.customer_writes("+15550000002", "Hi"), id);
}

#[tokio::test]
async fn clock_beyond_the_supported_dates_is_clamped() {
    for clock in [
        chrono::DateTime::<chrono::Utc>::MAX_UTC,
        chrono::DateTime::<chrono::Utc>::MIN_UTC,
    ] {
        let sandbox = Sandbox::builder().clock(clock).start().await.unwrap();
        sandbox.seed(2);
        let id = sandbox.customer_writes(PHONE, "Hi");
        send(&sandbox, &id).await.unwrap();
        sandbox.advance(Duration::MAX);
        assert_eq!(get(&sandbox, "/conversations").await.status, 200);
    }
}

#[tokio::test]
async fn port_is_released_after_drop() {
    // Below the ports that other tests are given.
    let from = 20_000 + u16::try_from(std::process::id() % 10_000).unwrap();
    let free = |port: &u16| std::net::TcpListener::bind(("127.0.0.1", *port)).is_ok();
    let port = (from..32_000).find(free).unwrap();
    for _ in 0..20 {
        drop(Sandbox::builder().port(port).start().await.unwrap());
    }
}

#[tokio::test]
async fn error_details_name_fields_as_they_were_sent() {
    let sandbox = Sandbox::start().await;
    let answer = get(&sandbox, "/conversations?a%2Fb~c=1").await;
    assert_eq!(
        answer.error()["details"],
        json!({"a/b~c": "is not documented"})
    );
    let body = r#"{"conversation_id": "a", "conversation_id": "b", "body": "c"}"#;
    let answer = ask(&sandbox, Method::POST, "/messages", Some(body)).await;
    assert_eq!(
        answer.error()["details"],
        json!({"conversation_id": "is duplicated"})
    );
}

#[tokio::test]
async fn documents_allow_only_get_and_head() {
    let sandbox = Sandbox::start().await;
    for path in ["/docs", "/openapi.yaml"] {
        let answer = ask(&sandbox, Method::POST, path, None).await;
        assert_eq!(
            (answer.status, &answer.headers["allow"]),
            (405, &"GET, HEAD".parse().unwrap())
        );
    }
}
