//! Paths, operations, request bodies and responses.

use serde_json::{Value, json};

use super::{BODY, LIST, SEND, assert_finding, assert_finding_at, assert_finding_without, put};
use crate::build::lint::finding::escape;
use crate::build::lint::findings;
use crate::contract::CONTRACT;

#[test]
fn paths_must_be_valid_templates() {
    for path in ["/c//d", "/c?x=1", "/c#f", "/c/{a", "/../a", "/c/", "c"] {
        let pointer = format!("/paths/{}", escape(path));
        assert_finding("path-invalid", &pointer, json!({}));
    }
}

#[test]
fn operation_ids_must_be_snake_case() {
    for (operation, id) in [(SEND, "sendMessage"), (LIST, "1a"), (LIST, "\u{e4}")] {
        let pointer = format!("{operation}/operationId");
        assert_finding_at(operation, "operation-id-case", &pointer, json!(id));
    }
}

#[test]
fn operation_ids_must_not_be_names_of_the_generated_code() {
    for id in ["from_env", "option", "new", "cursor_list"] {
        assert_finding_at(
            SEND,
            "name-reserved",
            &format!("{SEND}/operationId"),
            json!(id),
        );
    }
}

#[test]
fn operation_ids_must_be_unique() {
    let pointer = format!("{SEND}/operationId");
    let id = json!("list_conversations");
    assert_finding_at(SEND, "operation-id-duplicate", &pointer, id);
}

#[test]
fn operation_ids_with_the_same_builder_are_duplicates() {
    let mut contract = CONTRACT.clone();
    let webhooks = "/paths/~1webhooks/post";
    for (operation, id) in [(SEND, "get_c1"), (webhooks, "get_c_1")] {
        put(
            &mut contract,
            &format!("{operation}/operationId"),
            json!(id),
        );
    }
    let findings = findings(&contract);
    let ids: Vec<_> = findings.iter().map(|finding| finding.id).collect();
    assert_eq!(ids, ["operation-id-duplicate"], "{findings:#?}");
}

#[test]
fn tags_must_be_declared() {
    assert_finding_without("tags-missing", LIST, "tags");
    assert_finding("tag-undeclared", &format!("{LIST}/tags/0"), json!("Other"));
}

#[test]
fn a_request_body_must_be_required() {
    let body = format!("{SEND}/requestBody");
    assert_finding_without("request-body-optional", &body, "required");
}

#[test]
fn a_body_must_be_json_only() {
    let content = format!("{SEND}/requestBody/content");
    let media = json!({"schema": {"type": "string"}, "examples": {"a": {"value": "b"}}});
    let pointer = format!("{content}/text~1plain");
    assert_finding_at(&content, "media-type-unsupported", &pointer, media);
}

#[test]
fn a_body_must_have_a_named_example() {
    assert_finding_without("examples-missing", BODY, "examples");
}

#[test]
fn responses_must_be_for_supported_status_codes() {
    for status in ["default", "302"] {
        let pointer = format!("{LIST}/responses/{status}");
        assert_finding(
            "status-code-unsupported",
            &pointer,
            json!({"description": "d"}),
        );
    }
}

#[test]
fn an_operation_must_have_a_success_response() {
    let pointer = format!("{LIST}/responses/2XX");
    assert_finding_at(LIST, "success-response-missing", &pointer, Value::Null);
}

#[test]
fn a_success_response_must_be_inline() {
    let response = json!({"$ref": "#/components/responses/Conflict"});
    assert_finding(
        "success-response-shared",
        &format!("{LIST}/responses/2XX"),
        response,
    );
}

#[test]
fn success_responses_must_have_the_same_schema() {
    let media = json!({"schema": {"type": "string"}, "examples": {"a": {"value": "b"}}});
    let response = json!({"description": "d", "content": {"application/json": media}});
    assert_finding(
        "success-response-types",
        &format!("{LIST}/responses/200"),
        response,
    );
}

#[test]
fn a_204_response_must_not_have_content() {
    let page = CONTRACT.pointer(&format!("{LIST}/responses/2XX")).unwrap();
    assert_finding(
        "no-content-with-body",
        &format!("{LIST}/responses/204"),
        page.clone(),
    );
}
