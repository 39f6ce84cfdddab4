//! The text of a change. Other tests compare ids.

use openapi_conformance::Contract;
use serde_json::{Value, json};

use super::equivalent::contract;
use super::{
    CONVERSATION, Edit, LIMIT, LIST, RATE_LIMITED, SEND, STATUS, at, edited, parameter, parsed,
    schema, value_at,
};
use crate::contract::CONTRACT;

#[track_caller]
fn assert_text(old: &[Edit], new: &[Edit], expected: &[&str]) {
    let changes = parsed(&edited(old)).changes_to(&parsed(&edited(new)));
    let text: Vec<_> = changes.iter().map(ToString::to_string).collect();
    assert_eq!(text, expected);
}

#[test]
fn change_is_displayed_with_impact_operation_sentence_and_pointer() {
    assert_text(
        &[],
        &[("/servers/0/url", json!("https://b.example"))],
        &[
            "breaking: the base URL changes from https://api.example.com/api/v1 to https://b.example (#/servers/0/url)",
        ],
    );
    assert_text(
        &[],
        &[(&at(LIMIT, "/schema/maximum"), json!(50))],
        &[
            "breaking: list_conversations: the parameter `limit` has the maximum `50` instead of `100` (#/paths/~1conversations/get/parameters/0/schema)",
        ],
    );
    assert_text(
        &[],
        &[(&at(STATUS, "/x-extensible-enum"), json!(["open"]))],
        &[
            "breaking: list_conversations: the parameter `status` no longer has the known value `active` (#/components/schemas/ConversationStatus)",
            "additive: the response's `chats[].status` no longer has the known value `active`, in list_conversations and 1 more (#/components/schemas/ConversationStatus)",
        ],
    );
}

#[test]
fn operation_that_reaches_a_change_by_two_paths_is_counted_once() {
    let (pointer, header) = (
        at(LIST, "/responses/503"),
        at(RATE_LIMITED, "/headers/Retry-After"),
    );
    let shared = (
        &*pointer,
        json!({"$ref": "#/components/responses/RateLimited"}),
    );
    let with = [shared.clone()];
    let without = [shared, (&*header, Value::Null)];
    assert_text(
        &with,
        &without,
        &[
            "breaking: the response header `Retry-After` is removed, in list_conversations and 2 more (#/components/responses/RateLimited/headers/Retry-After)",
        ],
    );
    assert_text(
        &without,
        &with,
        &[
            "additive: the response header `Retry-After` is added, in list_conversations and 2 more (#/components/responses/RateLimited/headers/Retry-After)",
        ],
    );
}

#[test]
fn change_is_displayed_on_one_line() {
    let name = at(CONVERSATION, "/properties/a\nb");
    let (old, new) = (
        parsed(CONTRACT.json()),
        parsed(&edited(&[(&name, schema("string"))])),
    );
    let text = old.changes_to(&new)[0].to_string();
    assert_eq!(text.lines().count(), 1, "{text}");
}

#[test]
fn change_names_the_contract_that_its_pointer_refers_to() {
    let document = |parameters: Value| {
        json!({"openapi": "3.1.0", "paths": {"/x": {"get": {"parameters": parameters}}}})
            .to_string()
    };
    let parameter = |name: &str| json!({"name": name, "in": "query", "schema": {"type": "string"}});
    let both = document(json!([parameter("a"), parameter("b")]));
    let one = document(json!([parameter("b")]));
    let shown = |old: &str, new: &str| {
        let old = Contract::named("old.yaml", old).unwrap();
        let changes = old.changes_to(&Contract::named("new.yaml", new).unwrap());
        (changes[0].is_in_old(), changes[0].to_string())
    };
    let place = "yaml#/paths/~1x/get/parameters/0)";
    let (is_in_old, text) = shown(&both, &one);
    assert!(
        is_in_old && text.ends_with(&format!("(old.{place}")),
        "{text}"
    );
    let (is_in_old, text) = shown(&one, &both);
    assert!(
        !is_in_old && text.ends_with(&format!("(new.{place}")),
        "{text}"
    );
}

/// Asserts that each sentence contains a text.
#[track_caller]
fn assert_contains(old: &Contract, new: &Contract, text: &str) {
    let changes = old.changes_to(new);
    assert!(!changes.is_empty(), "no change");
    for change in changes {
        assert!(change.sentence.contains(text), "{change}");
    }
}

#[test]
fn schemas_are_described_by_their_keywords() {
    let text = json!({"type": "string"});
    let any = json!({"anyOf": [text, {"$ref": "#/components/schemas/A"}, {"type": "integer"}]});
    let object =
        |additional: Value| json!({"properties": {"a": {}}, "additionalProperties": additional});
    let cases = [
        (json!({}), text.clone(), "any value"),
        (text.clone(), json!(false), "no value"),
        (
            text.clone(),
            json!({"type": "integer"}),
            "an integer instead of a string",
        ),
        (
            any.clone(),
            json!({"anyOf": [text, {"type": "integer"}]}),
            "less: A",
        ),
        (
            any,
            json!({"anyOf": [text, {"$ref": "#/components/schemas/A"}]}),
            "less: an inline schema",
        ),
        (
            json!({"type": "integer"}),
            json!({"type": "integer", "multipleOf": 3}),
            "now has the factor `3`",
        ),
        (json!({"enum": ["a", "b"]}), json!({"enum": ["a"]}), " `b`"),
        (object(json!(true)), object(json!(false)), "more limited"),
        (object(json!(false)), object(json!(true)), "less limited"),
    ];
    let components = json!({"A": {"type": "object"}});
    for (old, new, text) in cases {
        let of = |schema: &Value| contract("3.1.0", schema, &components);
        assert_contains(&of(&old), &of(&new), text);
    }
}

#[test]
fn parameter_is_described_by_its_place() {
    let places = [
        ("query", "the parameter `q`"),
        ("header", "the header `q`"),
        ("cookie", "the cookie `q`"),
    ];
    for (place, text) in places {
        let parameters = (&*at(SEND, "/parameters"), json!([parameter("q", place)]));
        assert_contains(&CONTRACT, &parsed(&edited(&[parameters])), text);
    }
}

#[test]
fn moved_error_code_is_described_by_its_status_codes() {
    let media = "/components/responses/NotFound/content/application~1json";
    let conflict = "/components/responses/Conflict/content/application~1json/examples/CONFLICT";
    let copied = (&*at(media, "/examples/CONFLICT"), value_at(conflict));
    let new = parsed(&edited(&[copied]));
    assert_contains(&CONTRACT, &new, "404, 409 instead of 409");
}

#[test]
fn changed_event_is_described_by_its_method_or_type() {
    let webhook = |kind: &str, method: &str| {
        parsed(&json!({
            "openapi": "3.1.0",
            "info": {"title": "t", "version": "1"},
            "webhooks": {kind: {method: {
                "operationId": "x",
                "responses": {"200": {"description": "d"}},
            }}},
        }))
    };
    let old = webhook("a", "post");
    assert_contains(&old, &webhook("a", "put"), "PUT instead of POST");
    assert_contains(&old, &webhook("b", "post"), "`b` instead of `a`");
}
