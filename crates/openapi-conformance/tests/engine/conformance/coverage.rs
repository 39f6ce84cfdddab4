//! Coverage counts the parts of the contract that exchanges contain.

use openapi_conformance::{Contract, Coverage};
use serde_json::json;

use crate::contract::{CONTRACT, operation, response_examples};
use crate::exchange;

#[test]
fn examples_cover_the_whole_contract() {
    let mut coverage = Coverage::new(&CONTRACT);
    assert_eq!(coverage.operations().covered, 0);
    assert_eq!(coverage.statuses().covered, 0);
    assert_eq!(coverage.properties().covered, 0);
    for example in response_examples() {
        let request = exchange::request(example.operation);
        let response = exchange::response(example.status, example.body);
        let mut findings = coverage.validate(example.operation, &request, &response);
        // The response examples do not match the query example.
        findings.retain(|finding| !finding.pointer.starts_with("/response/body/chats"));
        assert_eq!(findings, []);
    }
    let count = CONTRACT.operations().count();
    assert_eq!(coverage.operations().covered, count);
    assert_eq!(coverage.statuses().missing, Vec::<String>::new());
    let properties = coverage.properties();
    assert_eq!(properties.missing, Vec::<String>::new());
    assert!(properties.covered > count);
}

#[test]
fn missing_coverage_is_named() {
    let mut coverage = Coverage::new(&CONTRACT);
    let list = operation("list_conversations");
    let mut examples = response_examples().into_iter();
    let example = examples
        .find(|example| example.operation.id() == list.id() && example.name == "quickstart")
        .unwrap();
    let response = exchange::response(200, example.body);
    let _ = coverage.validate(list, &exchange::request(list), &response);
    assert_eq!(
        coverage.operations().missing,
        ["send_message", "create_webhook"]
    );
    assert_eq!(coverage.statuses().covered, 1);
    let missing = coverage.properties().missing;
    assert!(
        missing.contains(&"Conversation.details".to_owned()),
        "{missing:?}"
    );
    assert!(
        !missing.contains(&"Conversation.status".to_owned()),
        "{missing:?}"
    );
}

#[test]
fn coverage_of_a_recursive_component_terminates() {
    let mut contract = CONTRACT.json().clone();
    let schemas = &mut contract["components"]["schemas"];
    let items = json!({"$ref": "#/components/schemas/Tree"});
    schemas["Tree"] = json!({"type": "array", "description": "d", "items": items});
    let values = json!({"$ref": "#/components/schemas/Customer"});
    schemas["Named"] =
        json!({"type": "object", "description": "d", "additionalProperties": values});
    for name in ["Tree", "Named"] {
        let property = json!({"$ref": format!("#/components/schemas/{name}")});
        schemas["ConversationPage"]["properties"][name.to_lowercase()] = property;
    }
    schemas["Conversation"]["properties"]["customer"] =
        json!({"type": "string", "description": "d"});
    let contract = Contract::parse(&contract.to_string()).unwrap();
    let share = Coverage::new(&contract).properties();
    assert!(share.missing.contains(&"ConversationPage.tree".to_owned()));
    // Values of a map are included.
    assert!(share.missing.contains(&"Customer.name".to_owned()));
    assert_eq!(share.total(), share.missing.len());
    assert_eq!(share.covered, 0);
}
