//! Lists with cursor pagination.

use serde_json::{Value, json};

use super::{LIST, PAGE, assert_finding_at, assert_finding_without};

#[track_caller]
fn assert_list_finding(id: &str, pointer: &str, value: Value) {
    assert_finding_at(&format!("{LIST}/x-cursor-list"), id, pointer, value);
}

#[test]
fn a_cursor_list_must_name_suitable_properties() {
    let list = format!("{LIST}/x-cursor-list");
    for (key, value) in [
        ("items", "hasMore"),
        ("items", "absent"),
        ("id", "customer"),
        ("id", "company_id"),
        ("id", "last_message_at"),
        ("timestamp", "status"),
        ("more", "chats"),
        ("more", "absent"),
    ] {
        let id = format!("cursor-list-{key}");
        assert_list_finding(&id, &format!("{list}/{key}"), json!(value));
        assert_finding_without("key-missing", &list, key);
    }
}

#[test]
fn the_page_of_a_cursor_list_must_require_its_properties() {
    let required = format!("{PAGE}/required");
    assert_list_finding("cursor-list-more", &required, json!(["chats"]));
    assert_list_finding("cursor-list-items", &required, json!(["hasMore"]));
}

#[test]
fn a_cursor_list_must_have_a_limit() {
    let schema = format!("{LIST}/parameters/0/schema");
    for (key, value) in [
        ("maximum", Value::Null),
        ("type", json!("number")),
        ("format", json!("int32")),
    ] {
        assert_list_finding("cursor-list-limit", &format!("{schema}/{key}"), value);
    }
}

#[test]
fn a_cursor_list_must_have_a_cursor() {
    let before = format!("{LIST}/parameters/1");
    for (key, value) in [("name", json!("after")), ("schema/format", Value::Null)] {
        assert_list_finding("cursor-list-before", &format!("{before}/{key}"), value);
    }
}
