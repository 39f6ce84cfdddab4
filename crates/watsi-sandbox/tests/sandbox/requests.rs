//! Requests are authenticated and validated.

use std::collections::HashSet;

use http::Method;
use serde_json::{Value, json};
use watsi_sandbox::Sandbox;

use crate::client::{JsonResponse, call, call_with, get, request};

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
async fn undocumented_method_lists_the_allowed_methods() {
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

#[track_caller]
fn assert_invalid(response: &JsonResponse, details: &str, what: &str) {
    assert_eq!(response.rejection(), (400, "VALIDATION_ERROR"), "{what}");
    let details: Value = serde_json::from_str(details).unwrap();
    assert_eq!(response.error()["details"], details, "{what}");
}

#[tokio::test]
async fn invalid_query_is_rejected_with_details() {
    let sandbox = Sandbox::start().await;
    let cases = r#"
        limit=many -> {"limit": "is a string, expected an integer"}
        limit=0 -> {"limit": "is less than 1"}
        limit=-1 -> {"limit": "is less than 1"}
        limit=101 -> {"limit": "is greater than 100"}
        limit= -> {"limit": "is a string, expected an integer"}
        limit=1&limit=2 -> {"limit": "is duplicated"}
        before=yesterday -> {"before": "is not a valid date-time (RFC 3339)"}
        page=2 -> {"page": "is not documented"}
        a%2Fb~c=1 -> {"a/b~c": "is not documented"}
        limit=0&before= -> {"limit": "is less than 1", "before": "is not a valid date-time (RFC 3339)"}"#;
    for case in cases.trim().lines() {
        let (query, details) = case.trim().split_once(" -> ").unwrap();
        let response = get(&sandbox, &format!("/conversations?{query}")).await;
        assert_invalid(&response, details, query);
    }
}

#[tokio::test]
async fn invalid_body_is_rejected_with_details() {
    let sandbox = Sandbox::start().await;
    let cases = r#"
        /messages  -> {"body": "is missing"}
        /messages { -> {"body": "is not valid JSON (line 1, column 1)"}
        /messages [] -> {"body": "is an array, expected an object"}
        /messages {} -> {"conversation_id": "is missing", "body": "is missing"}
        /messages {"conversation_id": 1, "body": null} -> {"conversation_id": "is an integer, expected a string", "body": "is null, expected a string"}
        /messages {"conversation_id": "c", "body": "b", "to": "x"} -> {"to": "is not documented"}
        /messages {"conversation_id": "a", "conversation_id": "b", "body": "c"} -> {"conversation_id": "is duplicated"}
        /messages {"conversation_id": "c", "body": "\ud83d"} -> {"body": "cannot be read: unexpected end of hex escape at line 1 column 41"}
        /webhooks {"url": "http://example.com", "events": []} -> {"url": "is not https://, and its host is neither this machine nor an allowed webhook host"}
        /webhooks {"url": "ftp://127.0.0.1", "events": []} -> {"url": "does not match the pattern `^https://`"}
        /webhooks {"url": "here", "events": [1]} -> {"url": "is not a valid absolute URI", "events.0": "is an integer, expected a string"}"#;
    for case in cases.trim().lines() {
        let (request, details) = case.trim().split_once(" -> ").unwrap();
        let (path, body) = request.split_once(' ').unwrap();
        let response = call(&sandbox, Method::POST, path, Some(body)).await;
        assert_invalid(&response, details, request);
    }
    assert_eq!(sandbox.messages().len(), 0);
}

#[tokio::test]
async fn body_without_a_content_type_is_rejected() {
    let sandbox = Sandbox::start().await;
    let request = request(&sandbox, Method::POST, "/messages");
    let request = request.body(r#"{"conversation_id": "c", "body": "b"}"#);
    let response = request.send().await.unwrap();
    assert_eq!(response.status(), 400);
    let body: Value = response.json().await.unwrap();
    let details = json!({"content-type": "is missing"});
    assert_eq!(body["error"]["details"], details);
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
