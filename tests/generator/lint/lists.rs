//! Lists that are read page by page.

use serde_json::{Value, json};

use super::{LIST, PAGE, assert_finding_at, assert_finding_without, findings, put};
use crate::contract::CONTRACT;

#[track_caller]
fn assert_list_finding(id: &str, pointer: &str, value: Value) {
    assert_finding_at(&format!("{LIST}/x-pagination"), id, pointer, value);
}

#[test]
fn list_must_name_suitable_properties() {
    let list = format!("{LIST}/x-pagination");
    for (key, value) in [
        ("items", "hasMore"),
        ("items", "absent"),
        ("items", ""),
        ("items", "/chats/0"),
        ("id", "customer"),
        ("id", "company_id"),
        ("id", "last_message_at"),
        ("timestamp", "status"),
        ("more", "chats"),
        ("more", "absent"),
    ] {
        let id = format!("pagination-{key}");
        assert_list_finding(&id, &format!("{list}/{key}"), json!(value));
        assert_finding_without("key-missing", &list, key);
    }
}

#[test]
fn page_must_require_the_properties_of_a_list() {
    let required = format!("{PAGE}/required");
    assert_list_finding("pagination-more", &required, json!(["chats"]));
    assert_list_finding("pagination-items", &required, json!(["hasMore"]));
}

#[test]
fn list_with_timestamps_must_have_a_limit() {
    let schema = format!("{LIST}/parameters/0/schema");
    for (key, value) in [
        ("maximum", Value::Null),
        ("type", json!("number")),
        ("format", json!("int32")),
    ] {
        assert_list_finding("pagination-limit", &format!("{schema}/{key}"), value);
    }
}

#[test]
fn list_with_timestamps_must_have_a_parameter_for_them() {
    let before = format!("{LIST}/parameters/1");
    for (key, value) in [
        ("name", json!("after")),
        ("schema/format", Value::Null),
        ("schema", json!({"type": "integer"})),
    ] {
        assert_list_finding("pagination-next", &format!("{before}/{key}"), value);
    }
}

/// Returns the ids of the findings if the conversations are a list with this extension.
fn ids(extension: &Value) -> Vec<&'static str> {
    let mut contract = CONTRACT.clone();
    let position =
        json!({"name": "position", "in": "query", "schema": {"type": "integer", "default": 1}});
    put(&mut contract, &format!("{LIST}/parameters/-"), position);
    let cursor = json!({"name": "cursor", "in": "query", "schema": {"type": "string"}});
    put(&mut contract, &format!("{LIST}/parameters/-"), cursor);
    let next = json!({"type": ["string", "null"]});
    let meta = json!({"type": "object", "properties": {"next": next, "more": {"type": "boolean"}}});
    put(&mut contract, &format!("{PAGE}/properties/meta"), meta);
    put(
        &mut contract,
        &format!("{LIST}/x-pagination"),
        extension.clone(),
    );
    let findings = findings(&contract);
    findings.iter().map(|finding| finding.id).collect()
}

#[test]
fn list_continues_in_one_way_that_its_parameters_allow() {
    for (keys, expected) in [
        (json!({"cursor": "cursor", "next": "/meta/next"}), None),
        (json!({"cursor": "position", "next": "/meta/next"}), None),
        (json!({"cursor": "cursor"}), Some("key-missing")),
        (
            json!({"cursor": "cursor", "next": "/meta/absent"}),
            Some("pagination-next"),
        ),
        (
            json!({"cursor": "cursor", "next": "/meta"}),
            Some("pagination-next"),
        ),
        (
            json!({"cursor": "absent", "next": "/meta/next"}),
            Some("pagination-next"),
        ),
        (json!({"page": "position"}), None),
        (json!({"page": "position", "more": "hasMore"}), None),
        (
            json!({"page": "position", "more": "/meta/more"}),
            Some("pagination-more"),
        ),
        (json!({"page": "cursor"}), Some("pagination-next")),
        (json!({"page": "before"}), Some("pagination-next")),
        (json!({"offset": "position", "limit": "limit"}), None),
        (json!({"offset": "cursor"}), Some("pagination-next")),
        (
            json!({"offset": "position", "limit": "status"}),
            Some("pagination-limit"),
        ),
        (json!({"link": "next"}), None),
        (json!({"link": "/meta/next"}), None),
        (json!({"link": "/meta/more"}), Some("pagination-next")),
        (json!({}), Some("pagination-next")),
        (
            json!({"link": "next", "page": "position"}),
            Some("pagination-next"),
        ),
        (
            json!({"link": "next", "next": "/meta/next"}),
            Some("key-unsupported"),
        ),
        (
            json!({"page": "position", "timestamp": "last_message_at"}),
            Some("key-unsupported"),
        ),
    ] {
        let mut extension = json!({"items": "chats", "id": "id"});
        let members = extension.as_object_mut().unwrap();
        members.extend(keys.as_object().unwrap().clone());
        assert_eq!(ids(&extension), Vec::from_iter(expected), "{extension}");
    }
}

#[test]
fn list_has_one_successful_response() {
    let responses = format!("{LIST}/responses/204");
    let empty = json!({"description": "There are no conversations."});
    assert_list_finding("pagination-items", &responses, empty);
}
