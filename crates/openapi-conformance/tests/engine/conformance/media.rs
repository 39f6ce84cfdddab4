//! Bodies of several media types.

use http::Response;
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
