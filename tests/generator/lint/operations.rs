//! Paths, operations, request bodies and responses.

use serde_json::{Value, json};

use super::{LIST, SEND, assert_finding, assert_finding_at, findings, put};
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
fn operation_ids_may_be_names_of_the_generated_code() {
    for id in [
        "from_env",
        "request",
        "option",
        "new",
        "cursor_list",
        "match",
    ] {
        let mut contract = CONTRACT.clone();
        put(&mut contract, &format!("{SEND}/operationId"), json!(id));
        assert_eq!(findings(&contract), [], "{id}");
    }
}

#[test]
fn a_body_must_have_one_supported_media_type() {
    let content = format!("{SEND}/requestBody/content");
    let media = json!({"schema": {"type": "string"}});
    let pointer = format!("{content}/text~1plain");
    assert_finding_at(&content, "media-type-count", &pointer, media.clone());
    let events = json!({"text/event-stream": media});
    let at = format!("{content}/text~1event-stream");
    assert_finding_at(&at, "media-type-unsupported", &content, events);
}

#[test]
fn fields_of_a_form_must_be_scalars() {
    let content = format!("{SEND}/requestBody/content");
    let schema = json!({"type": "object", "properties": {"a": {"type": "object"}}});
    let form = |media_type: &str, schema: &Value| json!({media_type: {"schema": schema}});
    let urlencoded = "application/x-www-form-urlencoded";
    let at = format!("{content}/application~1x-www-form-urlencoded");
    assert_finding_at(
        &format!("{at}/schema/properties/a"),
        "form-invalid",
        &content,
        form(urlencoded, &schema),
    );
    assert_finding_at(
        &at,
        "form-invalid",
        &content,
        form(urlencoded, &json!({"type": "string"})),
    );
}

#[test]
fn security_of_an_operation_must_be_that_of_the_contract_or_none() {
    let pointer = format!("{SEND}/security");
    assert_finding("security-unsupported", &pointer, json!([{"other": []}]));
    for security in [json!([]), CONTRACT["security"].clone()] {
        let mut contract = CONTRACT.clone();
        put(&mut contract, &pointer, security);
        assert_eq!(findings(&contract), []);
    }
}

#[test]
fn success_responses_must_be_all_json_text_or_bytes() {
    let response = json!({"description": "d", "content": {"text/csv": {}}});
    let at = format!("{LIST}/responses/2XX");
    assert_finding_at(
        &at,
        "success-response-types",
        &format!("{LIST}/responses/200"),
        response,
    );
}

#[test]
fn response_can_have_media_types_that_become_distinct_methods() {
    let at = format!("{SEND}/responses/2XX/content");
    let with = |media_types: &[&str]| {
        let mut contract = CONTRACT.clone();
        for media_type in media_types {
            let pointer = format!("{at}/{}", media_type.replace('/', "~1"));
            put(
                &mut contract,
                &pointer,
                json!({"schema": {"type": "string"}}),
            );
        }
        contract
    };
    for media_types in [vec!["text/csv"], vec!["text/csv", "application/pdf"]] {
        assert_eq!(findings(&with(&media_types)), [], "{media_types:?}");
    }
    for media_types in [
        vec!["text/csv", "application/csv"],
        vec!["application/vnd.b+json"],
    ] {
        let findings = findings(&with(&media_types));
        let found: Vec<_> = findings.iter().map(|finding| finding.id).collect();
        assert_eq!(found, ["media-type-count"], "{media_types:?}");
    }
    let mut contract = with(&["text/csv"]);
    let parameter = json!([{"name": "send_csv", "in": "query", "schema": {"type": "string"}}]);
    put(&mut contract, &format!("{SEND}/parameters"), parameter);
    assert_eq!(findings(&contract)[0].id, "name-collision");
}

#[test]
fn an_operation_must_have_a_success_response() {
    let pointer = format!("{LIST}/responses/2XX");
    assert_finding_at(LIST, "success-response-missing", &pointer, Value::Null);
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
