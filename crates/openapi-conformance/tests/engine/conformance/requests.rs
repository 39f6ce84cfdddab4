//! Requests and webhook deliveries are validated.

use http::header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use http::{HeaderMap, Request};
use openapi_conformance::Severity;
use serde_json::{Value, json};

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
fn invalid_query_is_found() {
    let cases = [
        ("limit=many", "request-type-mismatch", "query/limit"),
        ("limit=", "request-type-mismatch", "query/limit"),
        ("limit=20.5", "request-type-mismatch", "query/limit"),
        ("limit=%2B5", "request-type-mismatch", "query/limit"),
        ("limit=05", "request-type-mismatch", "query/limit"),
        ("limit=101", "request-above-maximum", "query/limit"),
        ("limit=0", "request-below-minimum", "query/limit"),
        (
            "limit=5&limit=5",
            "request-parameter-duplicate",
            "query/limit",
        ),
        (
            "before=yesterday",
            "request-date-time-invalid",
            "query/before",
        ),
        ("page=2", "request-parameter-unknown", "query/page"),
        ("a/b~c=2", "request-parameter-unknown", "query/a~1b~0c"),
    ];
    for (query, id, place) in cases {
        let found = requested("list_conversations", |request| {
            *request.uri_mut() = format!("/conversations?{query}").parse().unwrap();
        });
        assert_eq!(found, in_request(id, place), "{query}");
    }
}

#[test]
fn invalid_body_is_found() {
    let cases = [
        (
            json!({"conversation_id": "c"}),
            "request-property-missing",
            "body/body",
        ),
        (
            json!({"conversation_id": 7, "body": "b"}),
            "request-type-mismatch",
            "body/conversation_id",
        ),
        (
            json!({"conversation_id": "c", "body": "b", "to": 1}),
            "request-property-unknown",
            "body/to",
        ),
        (json!([]), "request-type-mismatch", "body"),
    ];
    for (body, id, place) in cases {
        let found = requested("send_message", |request| {
            *request.body_mut() = body.to_string().into()
        });
        assert_eq!(found, in_request(id, place), "{body}");
    }
}

#[test]
fn invalid_webhook_url_is_found() {
    let found = requested("create_webhook", |request| {
        *request.body_mut() = json!({"url": "http://example.com", "events": []})
            .to_string()
            .into();
    });
    assert_eq!(found, in_request("request-pattern-mismatch", "body/url"));
    let found = requested("create_webhook", |request| {
        *request.body_mut() = json!({"url": "https://exa mple.com", "events": []})
            .to_string()
            .into();
    });
    assert_eq!(found, in_request("request-uri-invalid", "body/url"));
}

#[test]
fn missing_body_is_found() {
    let found = requested("send_message", |request| request.body_mut().clear());
    assert_eq!(found, in_request("request-body-missing", "body"));
}

#[test]
fn invalid_json_is_found() {
    let found = requested("send_message", |request| {
        *request.body_mut() = b"{".to_vec()
    });
    assert_eq!(found, in_request("request-body-not-json", "body"));
}

#[test]
fn duplicate_property_is_found() {
    let body = br#"{"conversation_id": "c", "body": "a", "body": "b"}"#;
    let found = requested("send_message", |request| {
        *request.body_mut() = body.to_vec()
    });
    assert_eq!(found, in_request("request-property-duplicate", "body/body"));
}

#[test]
fn missing_content_type_is_found() {
    let found = requested("send_message", |request| {
        drop(request.headers_mut().remove(CONTENT_TYPE))
    });
    let expected = in_request("request-content-type-missing", "headers/content-type");
    assert_eq!(found, expected);
}

#[test]
fn undocumented_body_is_found() {
    let found = requested("list_conversations", |request| {
        *request.body_mut() = b"{}".to_vec()
    });
    assert_eq!(found, in_request("request-body-undocumented", "body"));
}

#[test]
fn missing_or_invalid_api_key_is_found() {
    let found = requested("send_message", |request| {
        drop(request.headers_mut().remove(AUTHORIZATION))
    });
    assert_eq!(
        found,
        in_request("request-authorization-missing", "headers/authorization")
    );
    for value in ["Basic a2V5", "Digest key", "Bearer ", "Bearer", "key"] {
        let value = HeaderValue::from_static(value);
        let found = requested("send_message", |request| {
            drop(request.headers_mut().insert(AUTHORIZATION, value))
        });
        assert_eq!(
            found,
            in_request("request-authorization-invalid", "headers/authorization")
        );
    }
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
    let at = |id, severity, pointer: &str| vec![(id, severity, pointer.to_owned())];
    assert_eq!(validate(&|_, _| ()), []);
    let found =
        validate(&|body, _| drop(body["data"].as_object_mut().unwrap().remove("messageId")));
    assert_eq!(
        found,
        at(
            "request-property-missing",
            Severity::Breaking,
            "/request/body/data/messageId"
        )
    );
    let found = validate(&|body, _| body["data"]["more"] = json!(1));
    assert_eq!(
        found,
        at(
            "request-property-unknown",
            Severity::Additive,
            "/request/body/data/more"
        )
    );
    let found = validate(&|body, _| body["more"] = json!(1));
    assert_eq!(
        found,
        at(
            "request-property-unknown",
            Severity::Additive,
            "/request/body/more"
        )
    );
    let found = validate(&|_, headers| drop(headers.remove("x-signature")));
    assert_eq!(
        found,
        at(
            "request-parameter-missing",
            Severity::Breaking,
            "/request/headers/x-signature"
        )
    );
}
