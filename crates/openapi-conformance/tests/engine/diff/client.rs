//! Changes that only programs with the generated client notice.

use openapi_conformance::Bump;
use serde_json::{Value, json};

use super::equivalent::contract;
use super::{changes, client_changes, edited, parsed};
use crate::contract::CONTRACT;

#[test]
fn renamed_component_matters_only_for_clients() {
    let renamed = CONTRACT
        .json()
        .to_string()
        .replace("schemas/Customer\"", "schemas/Person\"")
        .replace("\"Customer\":", "\"Person\":");
    let new = parsed(&serde_json::from_str(&renamed).unwrap());
    assert_eq!(changes(&CONTRACT, &new), [""; 0]);
    let change = "breaking component-renamed list_conversations /components/schemas/Conversation/properties/customer";
    assert_eq!(client_changes(&CONTRACT, &new), [change]);
}

#[test]
fn renamed_component_is_found_behind_wrappers() {
    let nothing = json!({"type": "null"});
    let components = json!({"A": {"type": "object"}, "B": {"type": "object"}});
    let renamed = |schema: &dyn Fn(Value) -> Value| {
        let of = |name: &str| {
            let reference = json!({"$ref": format!("#/components/schemas/{name}")});
            contract("3.1.0", &schema(reference), &components)
        };
        let changes = of("A").changes_for_generated_clients(&of("B")).into_iter();
        changes.map(|change| change.id).collect::<Vec<_>>()
    };
    // In the request and in the response.
    let expected = ["component-renamed"; 2];
    assert_eq!(renamed(&|a| json!({"allOf": [a]})), expected);
    assert_eq!(renamed(&|a| json!({"anyOf": [a, nothing]})), expected);
    assert_eq!(renamed(&|a| json!({"oneOf": [nothing, a]})), expected);
    assert_eq!(renamed(&|a| json!({"anyOf": [{"allOf": [a]}]})), expected);
    // With keywords beside the reference, it is an inline schema.
    let restricted = |a: Value| json!({"$ref": a["$ref"], "minProperties": 1});
    assert_eq!(renamed(&restricted), [""; 0]);
}

#[test]
fn alternatives_that_are_only_compared_are_not_reordered() {
    let contract = |components: Value| {
        let names = components.as_object().unwrap().keys();
        let references = names.map(|name| json!({"$ref": format!("#/components/schemas/{name}")}));
        let union = json!({"anyOf": references.collect::<Vec<_>>()});
        contract("3.1.0", &union, &components)
    };
    let kept = json!({"type": "object", "required": ["b", "c", "a"]});
    let added = json!({"type": "object", "required": ["b", "a", "c"], "properties": {"b": {"type": "string"}}});
    let old = contract(json!({"A": kept, "B": {"type": "string"}}));
    let new = contract(json!({"A": kept, "B": {"type": "integer"}, "C": added}));
    let changes = old.changes_for_generated_clients(&new);
    assert!(!changes.is_empty());
    let mut ids = changes.iter().map(|change| change.id);
    assert!(ids.all(|id| id != "required-reordered"));
}

#[test]
fn changes_are_serialized_in_snake_case() {
    let place = "/paths/~1conversations/get";
    let new = parsed(&edited(&[(format!("{place}/operationId"), json!("list"))]));
    let changes = CONTRACT.changes_for_generated_clients(&new);
    assert_eq!(
        serde_json::to_value(&changes).unwrap(),
        json!([{
            "id": "operation-id-changed",
            "impact": "breaking",
            "operation": "list",
            "pointer": place,
            "sentence": "the operation has the name `list` instead of `list_conversations`",
        }])
    );
    let bump = serde_json::to_value(Bump::of(&changes)).unwrap();
    assert_eq!(bump, json!("major"));
}
