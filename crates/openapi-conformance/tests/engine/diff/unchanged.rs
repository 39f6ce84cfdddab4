//! Differences that callers do not notice.

use serde_json::Value;

use super::{
    CONVERSATION, LIST, RECEIVED, SEND, STATUS, assert_unchanged, at, changes, parsed,
    path_with_parameter, value_at,
};
use crate::contract::CONTRACT;

#[test]
fn identical_contracts_have_no_changes() {
    assert_eq!(CONTRACT.changes_to(&CONTRACT), []);
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
fn status_code_within_a_documented_range_is_ignored() {
    let success = value_at(&at(SEND, "/responses/2XX"));
    assert_unchanged(&[], &[(&at(SEND, "/responses/200"), success)]);
}
