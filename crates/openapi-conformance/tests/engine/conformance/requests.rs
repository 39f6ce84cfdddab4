//! Requests and webhook deliveries are validated.

use http::header::CONTENT_TYPE;
use http::{HeaderMap, Request};
use openapi_conformance::Severity;
use serde_json::{Value, json};

use super::parameters::contract;
use super::{Shown, in_request, shown};
use crate::contract::{CONTRACT, operation};
use crate::exchange;

/// Returns the findings of the operation's example request after a change.
fn requested(id: &str, change: impl FnOnce(&mut Request<Vec<u8>>)) -> Vec<Shown> {
    let mut request = exchange::request(operation(id));
    change(&mut request);
    shown(&CONTRACT.validate_request(operation(id), &request))
}

#[test]
fn invalid_body_is_found() {
    let invalid = [
        (
            "send_message",
            r#"{"conversation_id": "c"}"#,
            "request-property-missing",
            "body/body",
        ),
        (
            "send_message",
            r#"{"conversation_id": 7, "body": "b"}"#,
            "request-type-mismatch",
            "body/conversation_id",
        ),
        (
            "send_message",
            r#"{"conversation_id": "c", "body": "b", "to": 1}"#,
            "request-property-unknown",
            "body/to",
        ),
        (
            "send_message",
            r#"{"conversation_id": "c", "body": "a", "body": "b"}"#,
            "request-property-duplicate",
            "body/body",
        ),
        (
            "create_webhook",
            r#"{"url": "http://example.com", "events": []}"#,
            "request-pattern-mismatch",
            "body/url",
        ),
        ("send_message", "", "request-body-missing", "body"),
        ("send_message", "{", "request-body-not-json", "body"),
        (
            "list_conversations",
            "{}",
            "request-body-undocumented",
            "body",
        ),
    ];
    for (operation, body, id, place) in invalid {
        let found = requested(operation, |request| *request.body_mut() = body.into());
        assert_eq!(found, in_request(id, place), "{operation}: {body}");
    }
}

#[test]
fn invalid_header_is_found() {
    let found = requested("send_message", |request| {
        drop(request.headers_mut().remove(CONTENT_TYPE))
    });
    let expected = in_request("request-content-type-missing", "headers/content-type");
    assert_eq!(found, expected);
    let parameters = json!([{"name": "X-Trace", "in": "header", "schema": {"type": "string"}}]);
    let contract = contract("/a", json!({"parameters": parameters}));
    let operation = contract.operations().next().unwrap();
    let request = Request::get("/a").header("x-trace", &b"\xff"[..]);
    let found = contract.validate_request(operation, &request.body("").unwrap());
    let expected = in_request("request-header-not-ascii", "headers/x-trace");
    assert_eq!(shown(&found), expected);
}

#[test]
fn webhook_delivery_is_validated_as_sent_by_the_api() {
    let event = operation("message_status");
    let validate = |change: &dyn Fn(&mut Value, &mut HeaderMap)| {
        let mut delivery = exchange::request(event);
        let mut body = serde_json::from_slice(delivery.body()).unwrap();
        change(&mut body, delivery.headers_mut());
        *delivery.body_mut() = body.to_string().into_bytes();
        shown(&CONTRACT.validate_delivery(event, &delivery))
    };
    assert_eq!(validate(&|_, _| ()), []);
    type Edit = fn(&mut Value, &mut HeaderMap);
    let edits: [(Edit, Severity, &str, &str); 4] = [
        (
            |body, _| drop(body["data"].as_object_mut().unwrap().remove("messageId")),
            Severity::Breaking,
            "request-property-missing",
            "body/data/messageId",
        ),
        (
            |body, _| body["data"]["more"] = json!(1),
            Severity::Additive,
            "request-property-unknown",
            "body/data/more",
        ),
        (
            |body, _| body["more"] = json!(1),
            Severity::Additive,
            "request-property-unknown",
            "body/more",
        ),
        (
            |_, headers| drop(headers.remove("x-signature")),
            Severity::Breaking,
            "request-parameter-missing",
            "headers/x-signature",
        ),
    ];
    for (edit, severity, id, place) in edits {
        let expected = (id, severity, format!("/request/{place}"));
        assert_eq!(validate(&edit), [expected]);
    }
}
