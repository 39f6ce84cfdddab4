//! Parameters: names, locations and schemas.

use serde_json::{Value, json};

use super::{LIST, SEND, assert_finding, assert_finding_at, findings, put};
use crate::contract::CONTRACT;

/// Asserts that the lint reports `id` at an additional parameter, at `tail` in it.
#[track_caller]
fn assert_parameter_finding(id: &str, tail: &str, name: &str, location: &str, schema: Value) {
    let parameter = json!({
        "name": name, "in": location, "required": true, "description": "d",
        "schema": schema, "example": "e",
    });
    let parameters = CONTRACT.pointer(&format!("{LIST}/parameters")).unwrap();
    let index = parameters.as_array().unwrap().len();
    let at = format!("{LIST}/parameters/{index}{tail}");
    assert_finding_at(&at, id, &format!("{LIST}/parameters/-"), parameter);
}

fn string() -> Value {
    json!({"type": "string"})
}

#[test]
fn a_parameter_must_be_in_a_path_a_query_or_a_header() {
    let id = "parameter-location-unsupported";
    assert_parameter_finding(id, "", "session", "cookie", string());
}

#[test]
fn parameters_must_have_distinct_methods() {
    assert_parameter_finding("name-collision", "", "Limit", "query", string());
}

#[test]
fn a_parameter_must_be_a_scalar() {
    let schema = format!("{LIST}/parameters/0/schema");
    for value in [
        json!({"type": "object", "additionalProperties": true}),
        json!({"type": "array", "items": {"type": "array", "items": {"type": "string"}}}),
        json!({}),
        json!({"$ref": "#/components/schemas/Customer"}),
    ] {
        assert_finding("parameter-not-scalar", &schema, value);
    }
}

#[test]
fn a_parameter_may_have_the_name_of_a_builder_method() {
    for name in ["send", "items_from", "client", "type"] {
        let mut contract = CONTRACT.clone();
        put(
            &mut contract,
            &format!("{LIST}/parameters/3/name"),
            json!(name),
        );
        assert_eq!(findings(&contract), [], "{name}");
    }
}

#[test]
fn a_style_must_be_one_that_the_client_writes() {
    let limit = format!("{LIST}/parameters/0");
    for style in ["deepObject", "matrix", "pipeDelimited"] {
        assert_finding(
            "parameter-style-unsupported",
            &format!("{limit}/style"),
            json!(style),
        );
    }
}

#[test]
fn path_parameters_must_match_the_template() {
    let chat = json!({
        "name": "chat", "in": "path", "required": true, "description": "d",
        "schema": {"type": "string"}, "example": "e",
    });
    let id = "path-parameter-mismatch";
    assert_finding_at(LIST, id, &format!("{LIST}/parameters/-"), chat);
    let operation = json!({"get": {}});
    let at = "/paths/~1chats~1{id}/get";
    assert_finding_at(at, id, "/paths/~1chats~1{id}", operation);
}

#[test]
fn path_parameters_must_be_required() {
    let parameter = format!("{LIST}/parameters/0");
    let pointer = format!("{parameter}/in");
    assert_finding_at(
        &parameter,
        "path-parameter-optional",
        &pointer,
        json!("path"),
    );
}

#[test]
fn header_names_must_be_valid() {
    for name in ["X P", "X:P", "\u{dc}n\u{ef}", ""] {
        assert_parameter_finding("header-name-invalid", "", name, "header", string());
    }
}

#[test]
fn headers_of_the_client_are_reserved() {
    for name in ["Host", "User-Agent", "api-version", "Authorization"] {
        assert_parameter_finding("header-name-reserved", "", name, "header", string());
    }
}

#[test]
fn required_path_parameters_have_no_finding() {
    let parameter = json!({
        "name": "id", "in": "path", "required": true, "description": "d",
        "schema": string(), "example": "e",
    });
    let mut contract = CONTRACT.clone();
    put(&mut contract, &format!("{LIST}/parameters/-"), parameter);
    let item = contract["paths"].as_object_mut().unwrap();
    let list = item.remove("/conversations").unwrap();
    item.insert("/conversations/{id}".to_owned(), list);
    assert_eq!(findings(&contract), []);
}

/// Returns the ids of the findings if `send_message` has this parameter.
fn ids_with(operation: &str, parameters: Value) -> Vec<&'static str> {
    let mut contract = CONTRACT.clone();
    put(
        &mut contract,
        &format!("{operation}/parameters"),
        parameters,
    );
    let findings = findings(&contract);
    findings.iter().map(|finding| finding.id).collect()
}

#[test]
fn idempotency_key_is_a_header_that_can_hold_a_uuid() {
    let key = |place: &str, schema: Value| json!({"name": "Key", "in": place, "x-idempotency-key": true, "schema": schema});
    let text = || json!({"type": "string"});
    let uuid = json!({"type": "string", "format": "uuid", "minLength": 36, "maxLength": 36});
    let other =
        json!({"name": "Other", "in": "header", "x-idempotency-key": true, "schema": text()});
    for (operation, parameters, is_valid) in [
        (SEND, json!([key("header", text())]), true),
        (SEND, json!([key("header", uuid)]), true),
        (SEND, json!([key("query", text())]), false),
        (
            SEND,
            json!([key("header", json!({"type": "integer"}))]),
            false,
        ),
        (
            SEND,
            json!([key("header", json!({"type": "string", "maxLength": 35}))]),
            false,
        ),
        (
            SEND,
            json!([key("header", json!({"type": "string", "enum": ["a"]}))]),
            false,
        ),
        (SEND, json!([key("header", text()), other]), false),
        (LIST, json!([key("header", text())]), false),
    ] {
        let found = ids_with(operation, parameters.clone()).contains(&"idempotency-key-invalid");
        assert_eq!(found, !is_valid, "{operation} {parameters}");
    }
}

#[test]
fn webhook_has_no_idempotency_key() {
    let key = json!({"name": "Key", "in": "header", "x-idempotency-key": true, "schema": {"type": "string"}});
    let webhook = "/webhooks/message.status/post";
    assert_eq!(ids_with(webhook, json!([key])), ["key-unsupported"]);
}
