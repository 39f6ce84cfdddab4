//! Status codes, headers and bodies of responses are validated.

use http::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use http::{Request, Response, StatusCode};
use openapi_conformance::Contract;
use serde_json::json;

use super::parameters::contract;
use super::{additive, breaking, shown};
use crate::contract::{CONTRACT, operation, response_examples};
use crate::exchange;

const JSONP: HeaderValue = HeaderValue::from_static("application/jsonp");
const EMPTY: HeaderValue = HeaderValue::from_static("");

#[test]
fn changed_response_is_breaking() {
    type Edit = fn(&mut Response<Vec<u8>>);
    let media = ("response-content-type-mismatch", "headers/content-type");
    let not_json = ("response-body-not-json", "body");
    let status = ("response-status-undocumented", "status");
    let edits: [(&str, Edit, (&str, &str)); 11] = [
        (
            "undocumented redirect",
            |response| *response.status_mut() = StatusCode::MOVED_PERMANENTLY,
            status,
        ),
        (
            "undocumented client error",
            |response| *response.status_mut() = StatusCode::IM_A_TEAPOT,
            status,
        ),
        (
            "undocumented server error",
            |response| *response.status_mut() = StatusCode::NOT_IMPLEMENTED,
            status,
        ),
        (
            "undocumented content type",
            |response| drop(response.headers_mut().insert(CONTENT_TYPE, JSONP)),
            media,
        ),
        (
            "empty content type",
            |response| drop(response.headers_mut().insert(CONTENT_TYPE, EMPTY)),
            media,
        ),
        (
            "second content type",
            |response| _ = response.headers_mut().append(CONTENT_TYPE, JSONP),
            media,
        ),
        (
            "no content type",
            |response| drop(response.headers_mut().remove(CONTENT_TYPE)),
            ("response-content-type-missing", "headers/content-type"),
        ),
        (
            "no body",
            |response| response.body_mut().clear(),
            ("response-body-missing", "body"),
        ),
        (
            "incomplete body",
            |response| _ = response.body_mut().pop(),
            not_json,
        ),
        (
            "second body",
            |response| response.body_mut().extend(b"{}"),
            not_json,
        ),
        (
            "byte order mark",
            |response| *response.body_mut() = "\u{feff}{}".into(),
            not_json,
        ),
    ];
    for (name, edit, (id, place)) in edits {
        for example in response_examples() {
            let mut response = exchange::response(example.status, example.body);
            edit(&mut response);
            let findings = CONTRACT.validate_response(example.operation, &response);
            assert_eq!(shown(&findings), breaking(id, place), "{name}");
        }
    }
}

#[test]
fn header_is_validated() {
    let count = json!({"required": true, "schema": {"type": "integer", "minimum": 1}});
    let response = json!({"description": "", "headers": {"X-Count": count}});
    let contract = contract("/a", json!({"responses": {"204": response}}));
    let operation = contract.operations().next().unwrap();
    let cases: [(Option<&[u8]>, &[&str]); 4] = [
        (Some(b"1"), &[]),
        (Some(b"0"), &["response-below-minimum"]),
        (Some(b"\xff"), &["response-header-not-ascii"]),
        (None, &["response-header-missing"]),
    ];
    for (count, ids) in cases {
        let mut response = Response::builder().status(204).body("").unwrap();
        let count = count.map(|count| HeaderValue::from_bytes(count).unwrap());
        let name = HeaderName::from_static("x-count");
        response
            .headers_mut()
            .extend(count.map(|count| (name, count)));
        let found = shown(&contract.validate_response(operation, &response));
        let expected = ids.iter().flat_map(|id| breaking(id, "headers/x-count"));
        assert_eq!(found, expected.collect::<Vec<_>>());
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
    let responses = json!({"200": {"content": content}, "400": {"content": content}});
    let paths = json!({"/a": {"head": {"responses": responses}}});
    let document = json!({"openapi": "3.1.0", "paths": paths});
    let contract = Contract::parse(&document.to_string()).unwrap();
    let operation = contract.operations().next().unwrap();
    let request = Request::head("/a").body("").unwrap();
    for status in [200, 400] {
        let response = Response::builder().status(status).body("").unwrap();
        assert_eq!(contract.validate(operation, &request, &response), []);
        assert_eq!(contract.validate_response(operation, &response), []);
    }
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
