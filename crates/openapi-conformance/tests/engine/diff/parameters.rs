//! Changes of parameters and their defaults.

use serde_json::{Value, json};

use super::{
    LIMIT, LIST, SEND, assert_changes, at, parameter, path_with_parameter, required_parameter,
};

#[test]
fn removed_parameter_is_breaking_and_added_one_additive() {
    assert_changes(
        &[],
        &[(&at(LIST, "/parameters/-"), parameter("q", "query"))],
        &["additive parameter-added list_conversations /paths/~1conversations/get/parameters/4"],
        &["breaking parameter-removed list_conversations /paths/~1conversations/get/parameters/4"],
    );
}

#[test]
fn added_required_header_is_breaking() {
    let header = required_parameter("X-Tenant", "header");
    assert_changes(
        &[],
        &[(&at(SEND, "/parameters"), json!([header]))],
        &["breaking required-parameter-added send_message /paths/~1messages/post/parameters/0"],
        &["breaking parameter-removed send_message /paths/~1messages/post/parameters/0"],
    );
}

#[test]
fn parameter_that_becomes_required_is_breaking_and_optional_additive() {
    assert_changes(
        &[(&at(SEND, "/parameters"), json!([parameter("q", "query")]))],
        &[(&at(SEND, "/parameters/0/required"), json!(true))],
        &["breaking parameter-required send_message /paths/~1messages/post/parameters/0"],
        &["additive parameter-optional send_message /paths/~1messages/post/parameters/0"],
    );
}

#[test]
fn parameter_that_becomes_a_header_is_removed_and_added() {
    let expected = [
        "breaking parameter-removed send_message /paths/~1messages/post/parameters/0",
        "additive parameter-added send_message /paths/~1messages/post/parameters/0",
    ];
    assert_changes(
        &[(&at(SEND, "/parameters"), json!([parameter("q", "query")]))],
        &[(&at(SEND, "/parameters/0/in"), json!("header"))],
        &expected,
        &expected,
    );
}

#[test]
fn path_parameter_that_becomes_an_integer_is_narrower() {
    let pointer = "/paths/~1chats~1{id}/post/parameters/0/schema";
    assert_changes(
        &[
            ("/paths/~1messages", Value::Null),
            ("/paths/~1chats~1{id}", path_with_parameter("id")),
        ],
        &[(pointer, json!({"type": "integer"}))],
        &[&format!(
            "breaking request-type-narrowed send_message {pointer}"
        )],
        &[&format!(
            "additive request-type-widened send_message {pointer}"
        )],
    );
}

#[test]
fn changed_default_is_breaking() {
    let change = format!("breaking parameter-default-changed list_conversations {LIMIT}");
    assert_changes(
        &[],
        &[(&at(LIMIT, "/schema/default"), json!(50))],
        &[&change],
        &[&change],
    );
}

#[test]
fn removed_default_is_breaking_and_added_one_additive() {
    assert_changes(
        &[],
        &[(&at(LIMIT, "/schema/default"), Value::Null)],
        &[
            "breaking parameter-default-removed list_conversations /paths/~1conversations/get/parameters/0",
        ],
        &[
            "additive parameter-default-added list_conversations /paths/~1conversations/get/parameters/0",
        ],
    );
}

#[test]
fn default_of_a_parameter_that_becomes_required_is_ignored() {
    let q = at(SEND, "/parameters/0");
    let mut optional = parameter("q", "query");
    optional["schema"]["default"] = json!("a");
    assert_changes(
        &[(&at(SEND, "/parameters"), json!([optional]))],
        &[(&q, required_parameter("q", "query"))],
        &["breaking parameter-required send_message /paths/~1messages/post/parameters/0"],
        &["additive parameter-optional send_message /paths/~1messages/post/parameters/0"],
    );
}
