//! Keys of OpenAPI objects, and the JSON types of their values.

use serde_json::{Value, json};

use super::{BODY, CUSTOMER, LIST, PAGE, SEND, STATUS, assert_finding, assert_finding_without};

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
        &format!("{LIST}/x-cursor-list/itmes"),
        "/x-webhook",
        "/components/schema",
        "/paths/~1messages/psot",
    ] {
        assert_finding("key-unknown", pointer, json!("x"));
    }
}

#[test]
fn keys_that_the_generator_ignores_or_misreads_are_unsupported() {
    let limit = &format!("{LIST}/parameters/0");
    for (parent, key, value) in [
        (limit.as_str(), "explode", json!(false)),
        (limit, "style", json!("pipeDelimited")),
        (limit, "deprecated", json!(true)),
        (LIST, "deprecated", json!(true)),
        (LIST, "security", json!([])),
        (LIST, "callbacks", json!({})),
        (STATUS, "enum", json!(["open"])),
        (STATUS, "minLength", json!(1)),
        (PAGE, "oneOf", json!([{"type": "object"}])),
        (PAGE, "title", json!("Page")),
        (PAGE, "discriminator", json!({"propertyName": "a"})),
        (
            &format!("{PAGE}/properties/chats"),
            "uniqueItems",
            json!(true),
        ),
    ] {
        assert_finding("key-unsupported", &format!("{parent}/{key}"), value);
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
        &format!("{LIST}/x-cursor-list/more"),
        &format!("{CUSTOMER}/description"),
        &format!("{CUSTOMER}/properties/phone/type"),
    ];
    let numbers = [&*format!("{LIST}/parameters/0/schema/maximum")];
    let booleans = [&*format!("{CUSTOMER}/properties/name/nullable")];
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
