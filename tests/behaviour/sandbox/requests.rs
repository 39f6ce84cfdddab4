//! Requests are authenticated and validated.

use std::collections::HashSet;

use http::Method;
use serde_json::{Value, json};
use watsi::sandbox::Sandbox;

use super::{HTTP, call, call_with, get};

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
            let response = call_with(&sandbox, method, path, key, None).await;
            assert_eq!(
                response.rejection(),
                (401, "UNAUTHORIZED"),
                "{key:?} {path}"
            );
            assert_eq!(response.error()["message"], "Unauthorized");
        }
    }
    for key in ["Bearer sk-right", "bearer sk-right"] {
        let response = call_with(&sandbox, Method::GET, "/conversations", Some(key), None).await;
        assert_eq!(response.status, 200, "{key}");
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
            get(&sandbox, path).await.rejection(),
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
            let response = call(&sandbox, method.parse().unwrap(), path, None).await;
            assert_eq!(
                (response.status, &response.headers["allow"]),
                (405, &allowed.parse().unwrap()),
                "{method} {path}"
            );
            if method != "HEAD" {
                assert_eq!(response.rejection(), (405, "METHOD_NOT_ALLOWED"));
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
        let response = get(&sandbox, &format!("/conversations?{query}")).await;
        assert_eq!(response.rejection(), (400, "VALIDATION_ERROR"), "{query}");
        assert_eq!(response.error()["details"], details, "{query}");
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
        let response = call(&sandbox, Method::POST, path, Some(body)).await;
        assert_eq!(
            response.rejection(),
            (400, "VALIDATION_ERROR"),
            "{path} {body}"
        );
        assert_eq!(response.error()["details"], details, "{path} {body}");
    }
    assert_eq!(sandbox.messages().len(), 0);
}

#[tokio::test]
async fn body_without_a_content_type_is_rejected() {
    let sandbox = Sandbox::start().await;
    let request = HTTP
        .post(format!("{}/messages", sandbox.uri()))
        .bearer_auth(sandbox.api_key());
    let response = request
        .body(r#"{"conversation_id": "c", "body": "b"}"#)
        .send()
        .await
        .unwrap();
    assert_eq!(response.status(), 400);
    let body: Value = serde_json::from_str(&response.text().await.unwrap()).unwrap();
    assert_eq!(
        body["error"]["details"],
        json!({"content-type": "is missing"})
    );
}

#[tokio::test]
async fn error_details_name_fields_as_they_were_sent() {
    let sandbox = Sandbox::start().await;
    let response = get(&sandbox, "/conversations?a%2Fb~c=1").await;
    assert_eq!(
        response.error()["details"],
        json!({"a/b~c": "is not documented"})
    );
    let body = r#"{"conversation_id": "a", "conversation_id": "b", "body": "c"}"#;
    let response = call(&sandbox, Method::POST, "/messages", Some(body)).await;
    assert_eq!(
        response.error()["details"],
        json!({"conversation_id": "is duplicated"})
    );
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
        let response = get(&sandbox, path).await;
        let id = response.error()["request_id"].as_str().unwrap();
        assert!(id.starts_with("req_") && ids.insert(id.to_owned()), "{id}");
    }
    let response = call_with(&sandbox, Method::GET, "/conversations", None, None).await;
    assert!(ids.insert(response.error()["request_id"].as_str().unwrap().to_owned()));
}
