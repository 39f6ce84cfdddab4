//! Changes that only programs with the generated client notice, and the version that changes require.

use openapi_conformance::{Bump, Change, Impact};
use serde_json::{Map, Value, json};

use super::equivalent::contract;
use super::{
    CONVERSATION, Edit, LIMIT, LIST, MESSAGE, STATUS, at, changes, client_changes, edited, parsed,
    path_with_parameter, schema, value_at,
};
use crate::contract::CONTRACT;

/// Asserts that `edits` change nothing on the wire, and what they change for the client.
#[track_caller]
fn assert_client_changes(base: &[Edit], edits: &[Edit], expected: &[&str]) {
    let old = parsed(&edited(base));
    let new = parsed(&edited(&[base, edits].concat()));
    assert_eq!(changes(&old, &new), [""; 0]);
    assert_eq!(client_changes(&old, &new), expected);
}

#[track_caller]
fn bump(edits: &[Edit]) -> Bump {
    Bump::of(&CONTRACT.changes_to(&parsed(&edited(edits))))
}

#[test]
fn renamed_operation_is_breaking() {
    let edit = (&*at(LIST, "/operationId"), json!("list_chats"));
    let change = "breaking operation-id-changed list_chats /paths/~1conversations/get";
    assert_client_changes(&[], &[edit], &[change]);
}

#[test]
fn renamed_component_is_breaking() {
    let renamed = CONTRACT
        .json()
        .to_string()
        .replace("schemas/Customer\"", "schemas/Person\"")
        .replace("\"Customer\":", "\"Person\":");
    let new = parsed(&serde_json::from_str(&renamed).unwrap());
    let pointer = at(CONVERSATION, "/properties/customer");
    assert_eq!(
        client_changes(&CONTRACT, &new),
        [format!(
            "breaking component-renamed list_conversations {pointer}"
        )]
    );
}

#[test]
fn inlined_and_extracted_components_are_breaking() {
    let id = at(CONVERSATION, "/properties/id");
    let inlined = [(&*id, schema("string"))];
    let change = |kind: &str| format!("breaking component-{kind} list_conversations {id}");
    assert_client_changes(&[], &inlined, &[&change("inlined")]);
    let extracted = [(&*id, value_at(&id))];
    assert_client_changes(&inlined, &extracted, &[&change("extracted")]);
}

#[test]
fn renamed_path_parameter_is_breaking() {
    assert_client_changes(
        &[
            ("/paths/~1messages", Value::Null),
            ("/paths/~1chats~1{id}", path_with_parameter("id")),
        ],
        &[
            ("/paths/~1chats~1{id}", Value::Null),
            ("/paths/~1chats~1{chat}", path_with_parameter("chat")),
        ],
        &["breaking path-parameter-renamed send_message /paths/~1chats~1{chat}/post/parameters/0"],
    );
}

#[test]
fn reordered_required_properties_are_breaking() {
    let required = (
        &*at(MESSAGE, "/required"),
        json!(["body", "conversation_id"]),
    );
    let change = format!("breaking required-reordered send_message {MESSAGE}");
    assert_client_changes(&[], &[required], &[&change]);
}

#[test]
fn alternatives_that_are_only_compared_are_not_reordered() {
    let of = |alternatives: &[Value]| {
        let names = ["A", "B", "C"].into_iter().zip(alternatives);
        let components: Map<_, _> = names
            .map(|(name, schema)| (name.to_owned(), schema.clone()))
            .collect();
        let references = components
            .keys()
            .map(|name| json!({"$ref": format!("#/components/schemas/{name}")}));
        let union = json!({"anyOf": references.collect::<Vec<_>>()});
        contract("3.1.0", &union, &components.into())
    };
    let kept = json!({"type": "object", "required": ["b", "c", "a"]});
    let added = json!({"type": "object", "required": ["b", "a", "c"], "properties": {"b": {"type": "string"}}});
    let old = of(&[kept.clone(), schema("string")]);
    let new = of(&[kept, schema("integer"), added]);
    let changes = old.changes_for_generated_clients(&new);
    assert!(
        changes
            .iter()
            .all(|change| change.id != "required-reordered")
    );
    assert!(!changes.is_empty());
}

#[test]
fn removed_maximum_of_a_parameter_is_breaking() {
    let new = parsed(&edited(&[(&at(LIMIT, "/schema/maximum"), Value::Null)]));
    let change = |impact: &str, id: &str| {
        format!("{impact} parameter-maximum-{id} list_conversations {LIMIT}")
    };
    assert_eq!(
        client_changes(&CONTRACT, &new),
        [change("breaking", "removed")]
    );
    assert_eq!(
        client_changes(&new, &CONTRACT),
        [change("additive", "added")]
    );
}

#[test]
fn smaller_type_of_an_integer_is_breaking() {
    let number = at(CONVERSATION, "/properties/n");
    let old = parsed(&edited(&[(&number, schema("integer"))]));
    let small = json!({"type": "integer", "format": "int32", "description": "d"});
    let new = parsed(&edited(&[(&number, small)]));
    let change = format!("breaking number-type-changed list_conversations {number}");
    assert_eq!(client_changes(&old, &new), [change]);
}

#[test]
fn version_bump_is_the_worst_of_all_impacts() {
    assert_eq!(
        bump(&[(&at(LIMIT, "/schema/maximum"), json!(50))]),
        Bump::Major
    );
    assert_eq!(
        bump(&[(&at(LIST, "/operationId"), json!("list"))]),
        Bump::Patch
    );
    let tone = at(MESSAGE, "/properties/tone");
    assert_eq!(bump(&[(&tone, schema("string"))]), Bump::Minor);
    let known = json!(["open", "active", "closed"]);
    assert_eq!(
        bump(&[(&at(STATUS, "/x-extensible-enum"), known)]),
        Bump::Minor
    );
    assert_eq!(
        bump(&[(&at(LIST, "/summary"), json!("Another."))]),
        Bump::Patch
    );
}

#[test]
fn changes_are_serialized_in_snake_case() {
    let new = parsed(&edited(&[(&at(LIST, "/operationId"), json!("list"))]));
    let changes = CONTRACT.changes_for_generated_clients(&new);
    assert_eq!(
        serde_json::to_value(&changes).unwrap(),
        json!([{
            "id": "operation-id-changed",
            "impact": "breaking",
            "operation": "list",
            "pointer": LIST,
            "sentence": "the operation has the name `list` instead of `list_conversations`",
        }])
    );
    let bump = serde_json::to_value(Bump::of(&changes)).unwrap();
    assert_eq!(bump, json!("major"));
}

#[test]
fn names_are_not_changes_on_the_wire() {
    let new = parsed(&edited(&[(&at(LIST, "/operationId"), json!("list"))]));
    assert_eq!(CONTRACT.changes_to(&new), []);
}

#[test]
fn changes_on_the_wire_have_an_impact_of_their_own_on_generated_clients() {
    let required = json!(["conversation_id"]);
    let new = parsed(&edited(&[(&at(MESSAGE, "/required"), required)]));
    let impact = |changes: Vec<Change>| changes[0].impact;
    assert_eq!(impact(CONTRACT.changes_to(&new)), Impact::Additive);
    let for_clients = CONTRACT.changes_for_generated_clients(&new);
    assert_eq!(impact(for_clients), Impact::Breaking);
}

#[test]
fn bump_is_displayed_as_the_part_of_the_version() {
    let bumps = [Bump::Patch, Bump::Minor, Bump::Major];
    let texts = bumps.map(|bump| bump.to_string());
    assert_eq!(texts, ["patch", "minor", "major"]);
}

/// Returns the ids of client changes if a schema refers to the component `B` instead of the equal component `A`.
fn renamed(schema: impl Fn(Value) -> Value) -> Vec<String> {
    let components = json!({"A": {"type": "object"}, "B": {"type": "object"}});
    let of = |name: &str| {
        let reference = json!({"$ref": format!("#/components/schemas/{name}")});
        contract("3.1.0", &schema(reference), &components)
    };
    let (old, new) = (of("A"), of("B"));
    assert_eq!(changes(&old, &new), [""; 0]);
    let changes = old.changes_for_generated_clients(&new).into_iter();
    changes.map(|change| change.id.to_owned()).collect()
}

#[test]
fn renamed_component_is_found_behind_wrappers() {
    // In the request and in the response.
    let expected = ["component-renamed"; 2];
    let nothing = json!({"type": "null"});
    assert_eq!(renamed(|a| json!({"allOf": [a]})), expected);
    assert_eq!(renamed(|a| json!({"anyOf": [a, nothing]})), expected);
    assert_eq!(renamed(|a| json!({"oneOf": [nothing, a]})), expected);
    assert_eq!(renamed(|a| json!({"anyOf": [{"allOf": [a]}]})), expected);
}

#[test]
fn component_with_keywords_beside_the_reference_is_an_inline_schema() {
    let restricted = |mut a: Value| {
        a["minProperties"] = json!(1);
        a
    };
    assert_eq!(renamed(restricted), [""; 0]);
}

#[test]
fn kept_path_parameter_is_not_renamed() {
    assert_client_changes(
        &[
            ("/paths/~1messages", Value::Null),
            ("/paths/~1chats~1{id}", path_with_parameter("id")),
        ],
        &[("/info/title", json!("Another."))],
        &[],
    );
}
