//! Bodies of several media types.

use http::{Request, Response};
use openapi_conformance::Severity;
use serde::Deserialize;
use serde_json::{Value, json};

use super::parameters::contract;

/// Returns the ids of the findings in a response with this body. A request with it has the same.
#[track_caller]
fn responded(content: Value, content_type: &str, body: &[u8]) -> Vec<&'static str> {
    let keys =
        json!({"requestBody": {"content": content}, "responses": {"200": {"content": content}}});
    let contract = contract("/a", keys);
    let operation = contract.operations().next().unwrap();
    let response = Response::builder().header("content-type", content_type);
    let findings = contract.validate_response(operation, &response.body(body).unwrap());
    let request = Request::get("/a").header("content-type", content_type);
    let in_request = contract.validate_request(operation, &request.body(body).unwrap());
    let in_request = in_request
        .iter()
        .map(|finding| finding.id.replace("request", "response"));
    let ids: Vec<_> = findings.iter().map(|finding| finding.id).collect();
    assert_eq!(in_request.collect::<Vec<_>>(), ids);
    ids
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    content: Value,
    responses: Vec<Vec<String>>,
}

#[test]
fn responses_have_the_listed_findings() {
    let cases: Vec<Case> = serde_saphyr::from_str(include_str!("media.yaml")).unwrap();
    for case in cases {
        for row in &case.responses {
            let found = responded(case.content.clone(), &row[0], row[1].as_bytes());
            assert_eq!(found, row[2..], "{}: {row:?}", case.name);
        }
    }
}

#[test]
fn body_is_decoded_as_its_charset_says() {
    let content = json!({"*/*": {"schema": {"type": "string", "maxLength": 1}}});
    for (content_type, body) in [
        ("text/plain; charset=iso-8859-1", &b"\xe9"[..]),
        ("application/json; charset=\"ISO-8859-1\"", b"\"\xe9\""),
        ("text/plain; charset=utf-16le", b"a\0"),
        ("text/plain", "\u{e9}".as_bytes()),
        ("text/plain; charset=unknown", "\u{e9}".as_bytes()),
    ] {
        assert_eq!(
            responded(content.clone(), content_type, body),
            [""; 0],
            "{content_type}"
        );
    }
}

#[test]
fn compressed_body_is_not_validated() {
    let content = json!({"application/json": {"schema": {"type": "integer"}}});
    assert_eq!(
        responded(content, "application/json", b"\x1f\x8b\x08"),
        [""; 0]
    );
}

#[test]
fn json_that_the_parser_cannot_read_is_valid_json() {
    let content = json!({"application/json": {"schema": {"type": "string"}}});
    let responded = |body: &str| responded(content.clone(), "application/json", body.as_bytes());
    assert_eq!(responded(r#""\ud83d""#), [""; 0]);
    let deep = format!("{}{}", "[".repeat(1000), "]".repeat(1000));
    for body in ["1e400", &deep] {
        assert_eq!(responded(body), ["response-too-complex"]);
    }
}

#[test]
fn unspecified_body_is_additive() {
    let contract = contract("/a", json!({"responses": {"200": {"description": ""}}}));
    let operation = contract.operations().next().unwrap();
    let findings = contract.validate_response(operation, &Response::new("{}"));
    assert_eq!(findings[0].severity, Severity::Additive);
    assert_eq!(findings[0].id, "response-body-undocumented");
}

#[test]
fn response_to_a_conditional_request_needs_no_documentation() {
    let contract = contract(
        "/a",
        json!({"responses": {"200": {"content": {"application/json": {}}}}}),
    );
    let operation = contract.operations().next().unwrap();
    let response = Response::builder().status(304).body("").unwrap();
    assert_eq!(contract.validate_response(operation, &response), []);
}
