//! Bodies of several media types.

use http::Response;
use openapi_conformance::Severity;
use serde_json::json;

use super::parameters::contract;

#[test]
fn bodies_are_read_by_their_media_type() {
    let object =
        json!({"type": "object", "required": ["a"], "properties": {"a": {"type": "integer"}}});
    let cases = [
        (
            "application/json",
            "application/json; charset=utf-8",
            r#"{"a": 1}"#,
            None,
        ),
        (
            "application/json",
            "APPLICATION/JSON",
            r#"{"a": "1"}"#,
            Some("response-type-mismatch"),
        ),
        (
            "application/*",
            "application/problem+json",
            "{}",
            Some("response-property-missing"),
        ),
        (
            "*/*",
            "application/json",
            "{}",
            Some("response-property-missing"),
        ),
        (
            "application/x-www-form-urlencoded",
            "application/x-www-form-urlencoded",
            "a=1",
            None,
        ),
        (
            "application/x-www-form-urlencoded",
            "application/x-www-form-urlencoded",
            "a=b",
            Some("response-type-mismatch"),
        ),
        (
            "text/plain",
            "text/plain",
            "a",
            Some("response-type-mismatch"),
        ),
        ("text/event-stream", "text/event-stream", "data: {}", None),
        ("image/png", "image/png", "a", None),
        (
            "application/json",
            "text/plain",
            "a",
            Some("response-content-type-mismatch"),
        ),
    ];
    for (documented, actual, body, expected) in cases {
        let response = json!({"content": {documented: {"schema": object}}});
        let contract = contract("/a", json!({"responses": {"2XX": response}}));
        let operation = contract.operations().next().unwrap();
        let response = Response::builder().header("content-type", actual);
        let response = response.body(body).unwrap();
        let found = contract.validate_response(operation, &response);
        let ids: Vec<_> = found.iter().map(|finding| finding.id).collect();
        assert_eq!(
            ids,
            Vec::from_iter(expected),
            "{documented} {actual} {body}"
        );
    }
}

#[test]
fn specific_media_type_takes_precedence_over_a_range() {
    let content = json!({
        "*/*": {"schema": {"const": "any"}},
        "application/*": {"schema": {"const": "application"}},
        "application/json": {"schema": {"const": "json"}},
    });
    let contract = contract("/a", json!({"responses": {"200": {"content": content}}}));
    let operation = contract.operations().next().unwrap();
    for (actual, value) in [
        ("application/json", "json"),
        ("application/problem+json", "application"),
        ("model/gltf+json", "any"),
    ] {
        let response = Response::builder().header("content-type", actual);
        let response = response.body(json!(value).to_string()).unwrap();
        let found = contract.validate_response(operation, &response);
        assert_eq!(found, [], "{actual}");
    }
}

#[test]
fn single_value_of_a_list_in_a_form_is_a_list() {
    let property = json!({"type": "array", "items": {"type": "integer"}});
    let schema = json!({"type": "object", "properties": {"ids": property}});
    let media_type = "application/x-www-form-urlencoded";
    let content = json!({media_type: {"schema": schema}});
    let contract = contract("/a", json!({"responses": {"200": {"content": content}}}));
    let operation = contract.operations().next().unwrap();
    for body in ["ids=1", "ids=1&ids=2", "ids=1&ids=2&ids=3"] {
        let response = Response::builder().header("content-type", media_type);
        let response = response.body(body).unwrap();
        let found = contract.validate_response(operation, &response);
        assert_eq!(found, [], "{body}");
    }
}

/// Returns the ids of the findings in a response with this body.
#[track_caller]
fn responded(content: serde_json::Value, content_type: &str, body: &[u8]) -> Vec<&'static str> {
    let contract = contract("/a", json!({"responses": {"200": {"content": content}}}));
    let operation = contract.operations().next().unwrap();
    let response = Response::builder().header("content-type", content_type);
    let response = response.body(body).unwrap();
    let findings = contract.validate_response(operation, &response);
    findings.iter().map(|finding| finding.id).collect()
}

#[test]
fn parameters_of_media_types_distinguish_them() {
    let content = json!({
        "application/json": {"schema": {"type": "string"}},
        "application/json; version=1": {"schema": {"type": "integer"}},
        "application/json;version=\"2\"": {"schema": {"type": "boolean"}},
    });
    let responded =
        |content_type, body: &str| responded(content.clone(), content_type, body.as_bytes());
    for (content_type, body) in [
        ("application/json; version=1", "1"),
        ("application/json;charset=utf-8;Version=1", "1"),
        ("application/json; version=2", "true"),
        ("application/json", "\"a\""),
        ("application/json; version=3", "\"a\""),
    ] {
        assert_eq!(responded(content_type, body), [""; 0], "{content_type}");
        assert_eq!(responded(content_type, "null"), ["response-type-mismatch"]);
    }
}

#[test]
fn undocumented_parameter_of_a_media_type_is_a_mismatch() {
    let content = json!({"application/json; version=1": {"schema": {"type": "integer"}}});
    let found = responded(content, "application/json; version=2", b"1");
    assert_eq!(found, ["response-content-type-mismatch"]);
}

#[test]
fn charset_of_a_documented_media_type_excludes_no_other() {
    let content = json!({"application/json; charset=utf-8": {"schema": {"type": "integer"}}});
    for content_type in ["application/json", "application/json; charset=UTF-8"] {
        assert_eq!(responded(content.clone(), content_type, b"1"), [""; 0]);
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
fn plain_text_is_read_as_the_scalar_of_its_schema() {
    let cases = [
        ("integer", "12", None),
        ("integer", "x", Some("response-type-mismatch")),
        ("boolean", "true", None),
        ("string", "12", None),
        ("array", "12", Some("response-type-mismatch")),
    ];
    for (kind, body, expected) in cases {
        let content = json!({"text/plain": {"schema": {"type": kind}}});
        let found = responded(content, "text/plain", body.as_bytes());
        assert_eq!(found, Vec::from_iter(expected), "{kind}: {body}");
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
