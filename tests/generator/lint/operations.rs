//! Paths, operations, request bodies and responses.

use serde_json::{Value, json};

use super::{LIST, SEND, assert_finding, assert_finding_at, assert_finding_without, put};
use crate::build::lint::findings;
use crate::build::lint::place::escape;
use crate::contract::CONTRACT;

#[test]
fn paths_must_be_valid_templates() {
    for path in ["/c//d", "/c?x=1", "/c#f", "/c/{a", "/../a", "/c/", "c"] {
        let pointer = format!("/paths/{}", escape(path));
        assert_finding("path-invalid", &pointer, json!({}));
    }
}

#[test]
fn operation_ids_must_become_names_of_methods() {
    for id in ["1a", "\u{e4}", "", "--"] {
        let pointer = format!("{SEND}/operationId");
        assert_finding_at(SEND, "operation-id-invalid", &pointer, json!(id));
    }
}

#[test]
fn an_operation_id_may_be_in_camel_case() {
    let mut contract = CONTRACT.clone();
    let pointer = format!("{SEND}/operationId");
    put(&mut contract, &pointer, json!("sendMessage"));
    assert_eq!(findings(&contract), []);
}

#[test]
fn operation_ids_must_not_be_names_of_the_generated_code() {
    for id in ["from_env", "fromEnv", "option", "new", "cursor_list"] {
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
