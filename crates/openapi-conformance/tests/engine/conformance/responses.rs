//! Status codes, headers and bodies of responses are validated.

use http::header::{CONTENT_TYPE, HeaderValue};
use http::{Request, Response, StatusCode};
use openapi_conformance::Contract;
use serde_json::json;

use super::parameters::contract;
use super::{Shown, additive, breaking, shown};
use crate::contract::{CONTRACT, operation, response_examples};
use crate::exchange;

/// Returns the findings of each documented response after a change.
fn responses(change: impl Fn(&mut Response<Vec<u8>>)) -> Vec<Vec<Shown>> {
    let mut all = Vec::new();
    for example in response_examples() {
        let mut response = exchange::response(example.status, example.body);
        change(&mut response);
        let findings = CONTRACT.validate_response(example.operation, &response);
        all.push(shown(&findings));
    }
    assert!(!all.is_empty());
    all
}

#[test]
fn undocumented_status_code_is_breaking() {
    for status in [301, 402, 418, 422, 501, 504, 599] {
        for found in
            responses(|response| *response.status_mut() = StatusCode::from_u16(status).unwrap())
        {
            assert_eq!(
                found,
                breaking("response-status-undocumented", "status"),
                "{status}"
            );
        }
    }
}

#[test]
fn undocumented_content_type_is_breaking() {
    for media in [
        "text/html",
        "text/plain; charset=utf-8",
        "application/problem+json",
        "application/jsonp",
        "",
    ] {
        let value = HeaderValue::from_static(media);
        for found in
            responses(|response| drop(response.headers_mut().insert(CONTENT_TYPE, value.clone())))
        {
            assert_eq!(
                found,
                breaking("response-content-type-mismatch", "headers/content-type"),
                "{media}"
            );
        }
    }
}

#[test]
fn missing_content_type_is_breaking() {
    for found in responses(|response| drop(response.headers_mut().remove(CONTENT_TYPE))) {
        assert_eq!(
            found,
            breaking("response-content-type-missing", "headers/content-type")
        );
    }
}

#[test]
fn second_content_type_is_breaking() {
    for found in responses(|response| {
        let html = HeaderValue::from_static("text/html");
        response.headers_mut().append(CONTENT_TYPE, html);
    }) {
        assert_eq!(
            found,
            breaking("response-content-type-mismatch", "headers/content-type")
        );
    }
}

#[test]
fn missing_body_is_breaking() {
    for found in responses(|response| response.body_mut().clear()) {
        assert_eq!(found, breaking("response-body-missing", "body"));
    }
}

#[test]
fn invalid_json_is_breaking() {
    for body in ["<html>", "{\"a\":", "{}{}", "NaN", "\u{feff}{}"] {
        for found in responses(|response| *response.body_mut() = body.into()) {
            assert_eq!(found, breaking("response-body-not-json", "body"), "{body}");
        }
    }
}

#[test]
fn error_envelope_with_a_success_status_code_is_breaking() {
    let list = operation("list_conversations");
    let body = json!({"error": {"code": "NOT_FOUND", "message": "No such resource"}});
    let response = exchange::response(200, &body);
    let found = shown(&CONTRACT.validate_response(list, &response));
    let expected = [
        breaking("response-property-missing", "body/chats"),
        breaking("response-property-missing", "body/hasMore"),
        additive("response-property-unknown", "body/error"),
    ];
    assert_eq!(found, expected.concat());
}

#[test]
fn findings_contain_no_texts_or_phone_numbers() {
    let list = operation("list_conversations");
    for secret in [
        "+5491155551234",
        "5491155551234",
        "a text with words",
        "x5491155551234",
    ] {
        let item = json!({"id": [secret], "customer": secret, "status": secret, "last_message_at": secret});
        let response = exchange::response(200, &json!({"chats": [item], "hasMore": secret}));
        let findings = CONTRACT.validate_response(list, &response);
        assert_eq!(findings.len(), 5);
        assert!(!format!("{findings:?}").contains(secret), "{findings:?}");
    }
}

#[test]
fn response_to_head_has_no_body() {
    let content = json!({"application/json": {"schema": {"type": "object"}}});
    let operation = json!({"responses": {"200": {"content": content}}});
    let paths = json!({"/a": {"head": operation}});
    let document = json!({"openapi": "3.1.0", "paths": paths});
    let contract = Contract::parse(&document.to_string()).unwrap();
    let operation = contract.operations().next().unwrap();
    let request = Request::head("/a").body("").unwrap();
    let findings = contract.validate(operation, &request, &Response::new(""));
    assert_eq!(findings, []);
}

#[test]
fn default_response_documents_the_other_status_codes() {
    let response =
        |value: &str| json!({"content": {"application/json": {"schema": {"const": value}}}});
    let contract = contract(
        "/a",
        json!({"responses": {
            "404": response("exact"),
            "4XX": response("range"),
            "default": response("default"),
        }}),
    );
    let operation = contract.operations().next().unwrap();
    for (status, value) in [
        (404, "exact"),
        (409, "range"),
        (200, "default"),
        (500, "default"),
    ] {
        let response = exchange::response(status, &json!(value));
        let findings = contract.validate_response(operation, &response);
        assert_eq!(findings, [], "{status}");
    }
}

#[test]
fn body_without_a_content_type_is_validated_as_json() {
    let schema = json!({"type": "object", "required": ["a"]});
    let content = json!({"application/json": {"schema": schema}, "text/html": {}});
    let contract = contract("/a", json!({"responses": {"200": {"content": content}}}));
    let operation = contract.operations().next().unwrap();
    let findings = contract.validate_response(operation, &Response::new("{}"));
    let expected = [
        breaking("response-content-type-missing", "headers/content-type"),
        breaking("response-property-missing", "body/a"),
    ];
    assert_eq!(shown(&findings), expected.concat());
}

#[test]
fn error_code_is_the_property_that_names_the_examples() {
    let example = |code: &str| json!({"value": {"problem": {"kind": code, "severity": "low"}}});
    let response = |codes: &[&str]| {
        let examples: serde_json::Map<_, _> = codes
            .iter()
            .map(|code| ((*code).to_owned(), example(code)))
            .collect();
        json!({"content": {"application/json": {
            "schema": {"$ref": "#/components/schemas/Problem"}, "examples": examples,
        }}})
    };
    let known = json!({"x-extensible-enum": ["LOST", "BUSY"]});
    let severity = json!({"enum": ["low", "high"]});
    let problem = json!({"properties": {"kind": known, "severity": severity}});
    let document = json!({
        "openapi": "3.1.0",
        "paths": {"/a": {"get": {"operationId": "get", "responses": {
            "404": response(&["LOST"]), "503": response(&["BUSY"]),
        }}}},
        "components": {"schemas": {"Problem": {"properties": {"problem": problem}}}},
    });
    let contract = Contract::parse(&document.to_string()).unwrap();
    let operation = contract.operation("get").unwrap();
    let respond = |code: &str| {
        let body = json!({"problem": {"kind": code, "severity": "high"}});
        shown(&contract.validate_response(operation, &exchange::response(404, &body)))
    };
    assert_eq!(respond("LOST"), []);
    let place = "body/problem/kind";
    assert_eq!(
        respond("BUSY"),
        breaking("response-error-code-mismatch", place)
    );
    assert_eq!(
        respond("OTHER"),
        additive("response-enum-value-unknown", place)
    );
}

#[test]
fn response_of_an_operation_with_head_has_no_body() {
    let content = json!({"application/json": {"schema": {"type": "object"}}});
    let document = json!({"openapi": "3.1.0", "paths": {"/a": {"head": {
        "operationId": "a", "responses": {"400": {"description": "d", "content": content}},
    }}}});
    let contract = Contract::parse(&document.to_string()).unwrap();
    let operation = contract.operation("a").unwrap();
    let response = Response::builder().status(400).body("").unwrap();
    assert_eq!(contract.validate_response(operation, &response), []);
}
