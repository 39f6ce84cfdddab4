//! Keys of OpenAPI objects, and the JSON types of their values.

use serde_json::{Value, json};

use super::{
    BODY, CUSTOMER, LIST, PAGE, SEND, STATUS, assert_finding, assert_finding_without, findings, put,
};
use crate::contract::CONTRACT;

#[test]
fn misspelled_keys_are_unknown() {
    for pointer in [
        &format!("{PAGE}/requried"),
        &format!("{STATUS}/x-extensible-enums"),
        &format!("{LIST}/sumary"),
        &format!("{LIST}/parameters/0/reqired"),
        &format!("{BODY}/shcema"),
        &format!("{SEND}/requestBody/requierd"),
        &format!("{LIST}/responses/2XX/contnet"),
        &format!("{LIST}/x-pagination/itmes"),
        "/x-webhook",
        "/components/schema",
        "/paths/~1messages/psot",
    ] {
        assert_finding("key-unknown", pointer, json!("x"));
    }
}

#[test]
fn unsupported_keys_name_the_workaround() {
    let limit = &format!("{LIST}/parameters/0");
    for (parent, key, value) in [
        (limit.as_str(), "allowReserved", json!(true)),
        (limit, "content", json!({})),
        (LIST, "callbacks", json!({})),
        (LIST, "servers", json!([])),
        (BODY, "encoding", json!({})),
        (PAGE, "not", json!({"type": "string"})),
        (PAGE, "patternProperties", json!({})),
        ("/components", "links", json!({})),
    ] {
        let pointer = format!("{parent}/{key}");
        assert_finding("key-unsupported", &pointer, value.clone());
        let mut contract = CONTRACT.clone();
        put(&mut contract, &pointer, value);
        let findings = findings(&contract);
        assert!(
            findings.iter().all(|finding| finding.reason.contains(';')
                || finding.reason.contains("use ")
                || finding.reason.contains("write ")
                || finding.reason.contains("describe ")),
            "{findings:#?}"
        );
    }
}

#[test]
fn required_keys_must_be_present() {
    let limit = &format!("{LIST}/parameters/0");
    for (parent, key) in [
        (LIST, "operationId"),
        (limit, "name"),
        (limit, "in"),
        (limit, "schema"),
        (BODY, "schema"),
        (&format!("{SEND}/requestBody"), "content"),
        (&format!("{PAGE}/properties/chats"), "items"),
    ] {
        assert_finding_without("key-missing", parent, key);
    }
}

#[test]
fn descriptions_must_not_contain_code_blocks() {
    for description in ["```\nx\n```", "a\n\n    x"] {
        let pointer = format!("{PAGE}/description");
        assert_finding("description-code-block", &pointer, json!(description));
    }
}

#[test]
fn values_must_have_the_right_json_type() {
    let strings = [
        "/openapi",
        &format!("{LIST}/operationId"),
        &format!("{LIST}/summary"),
        &format!("{LIST}/x-pagination/more"),
        &format!("{CUSTOMER}/description"),
    ];
    let numbers = [&*format!("{LIST}/parameters/0/schema/maximum")];
    let booleans = [&*format!("{CUSTOMER}/properties/name/deprecated")];
    let arrays = [&*format!("{PAGE}/required"), &format!("{LIST}/parameters")];
    let objects = [
        "/info",
        &format!("{PAGE}/properties"),
        &format!("{BODY}/schema"),
        &format!("{LIST}/responses"),
    ];
    assert_type_mismatch(&strings, json!([]));
    assert_type_mismatch(&numbers, json!("1"));
    assert_type_mismatch(&booleans, json!("yes"));
    assert_type_mismatch(&arrays, json!({}));
    assert_type_mismatch(&objects, json!([]));
}

#[track_caller]
fn assert_type_mismatch(pointers: &[&str], value: Value) {
    for pointer in pointers {
        assert_finding("value-type-mismatch", pointer, value.clone());
    }
}
