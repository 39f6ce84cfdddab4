//! Differences that callers do not notice.

use serde_json::{Value, json};

use super::{
    CONVERSATION, CUSTOMER, LIMIT, LIST, RATE_LIMITED, RECEIVED, SEND, STATUS, assert_unchanged,
    at, changes, parsed, path_with_parameter, schema, value_at,
};
use crate::contract::CONTRACT;

#[test]
fn identical_contracts_have_no_changes() {
    assert_eq!(CONTRACT.changes_to(&CONTRACT), []);
}

#[test]
fn prose_and_metadata_are_ignored() {
    let cases = [
        ("/info/description".to_owned(), json!("Another.")),
        ("/info/version".to_owned(), json!("v2")),
        ("/servers/0/description".to_owned(), json!("Another.")),
        ("/externalDocs".to_owned(), Value::Null),
        (at(LIST, "/summary"), json!("Another.")),
        (at(LIST, "/description"), json!("Another.")),
        (at(LIST, "/externalDocs/url"), json!("https://b.example")),
        (at(LIST, "/tags"), json!(["messages"])),
        (at(LIMIT, "/example"), json!(7)),
        (at(STATUS, "/example"), json!("active")),
        (at(CUSTOMER, "/properties/name/x-sensitive"), Value::Null),
    ];
    for (pointer, value) in cases {
        println!("{pointer}");
        assert_unchanged(&[], &[(&pointer, value)]);
    }
}

#[test]
fn order_is_ignored() {
    let composition = at(
        RECEIVED,
        "/requestBody/content/application~1json/schema/allOf",
    );
    let cases = [
        at(LIST, "/parameters"),
        at(CONVERSATION, "/required"),
        at(STATUS, "/x-extensible-enum"),
        composition,
    ];
    for pointer in cases {
        println!("{pointer}");
        let mut value = value_at(&pointer);
        value.as_array_mut().expect("an array").reverse();
        assert_unchanged(&[], &[(&pointer, value)]);
    }
}

#[test]
fn operation_id_is_ignored() {
    assert_unchanged(&[], &[(&at(LIST, "/operationId"), json!("conversations"))]);
}

#[test]
fn inlined_schema_is_the_same() {
    assert_unchanged(
        &[],
        &[(&at(CONVERSATION, "/properties/id"), schema("string"))],
    );
}

#[test]
fn reference_to_an_equal_schema_is_the_same() {
    assert_unchanged(
        &[],
        &[(
            &at(CONVERSATION, "/properties/company_id/$ref"),
            json!("#/components/schemas/UserId"),
        )],
    );
}

#[test]
fn inlined_response_is_the_same() {
    let response = value_at("/components/responses/NotFound");
    assert_unchanged(&[], &[(&at(LIST, "/responses/404"), response)]);
}

#[test]
fn component_name_is_ignored() {
    let renamed = CONTRACT
        .json()
        .to_string()
        .replace("schemas/Customer\"", "schemas/Person\"");
    let renamed = renamed.replace("\"Customer\":", "\"Person\":");
    let new = parsed(&serde_json::from_str(&renamed).unwrap());
    assert_eq!(changes(&CONTRACT, &new), [""; 0]);
    assert_eq!(changes(&new, &CONTRACT), [""; 0]);
}

#[test]
fn path_parameter_name_is_ignored() {
    assert_unchanged(
        &[
            ("/paths/~1messages", Value::Null),
            ("/paths/~1chats~1{id}", path_with_parameter("id")),
        ],
        &[
            ("/paths/~1chats~1{id}", Value::Null),
            ("/paths/~1chats~1{chat}", path_with_parameter("chat")),
        ],
    );
}

#[test]
fn case_of_a_header_parameter_is_ignored() {
    let name = "/components/parameters/Signature/name";
    assert_unchanged(&[], &[(name, json!("x-signature"))]);
}

#[test]
fn case_of_a_response_header_is_ignored() {
    let headers = at(RATE_LIMITED, "/headers");
    let header = value_at(&at(&headers, "/Retry-After"));
    assert_unchanged(&[], &[(&headers, json!({"retry-after": header}))]);
}

#[test]
fn exclusive_and_inclusive_bounds_of_an_integer_are_equivalent() {
    let schema = json!({"type": "integer", "default": 20, "minimum": 0, "exclusiveMinimum": true,
        "maximum": 101, "exclusiveMaximum": true});
    assert_unchanged(&[], &[(&at(LIMIT, "/schema"), schema)]);
}

#[test]
fn status_code_within_a_documented_range_is_ignored() {
    let success = value_at(&at(SEND, "/responses/2XX"));
    assert_unchanged(&[], &[(&at(SEND, "/responses/200"), success)]);
}
