//! Coverage counts the parts of the contract that exchanges contain.

use serde_json::{Value, json};
use watsi::conformance::{Contract, Coverage};

use crate::contract::{CONTRACT, FIRST_CONTRACT, OPERATIONS};
use crate::exchange;

#[test]
fn examples_cover_the_whole_contract() {
    let contract = Contract::embedded();
    let mut coverage = Coverage::new(contract);
    assert_eq!(
        (
            coverage.operations().covered,
            coverage.statuses().covered,
            coverage.properties().covered
        ),
        (0, 0, 0)
    );
    for documented in OPERATIONS
        .iter()
        .flat_map(|operation| operation.documented_responses())
    {
        let operation = contract.operation(documented.operation.id).unwrap();
        let examples = documented.operation.request_examples();
        let body = examples.first().map_or(&Value::Null, |it| it.1);
        let request = exchange::request(documented.operation, body);
        let response = exchange::response(documented.status(), documented.body);
        let mut findings = coverage.validate(operation, &request, &response);
        // The response examples do not match the query example.
        findings.retain(|it| !it.pointer.starts_with("/response/body/chats"));
        assert_eq!(findings, []);
    }
    let operations: Vec<_> = OPERATIONS.iter().map(|it| it.id).collect();
    assert_eq!(coverage.operations().covered, operations.len());
    assert_eq!(coverage.statuses().missing, Vec::<String>::new());
    let properties = coverage.properties();
    assert_eq!(properties.missing, Vec::<String>::new());
    assert!(properties.covered > operations.len());
}

#[test]
fn missing_coverage_is_named() {
    let contract = &*FIRST_CONTRACT;
    let mut coverage = Coverage::new(contract);
    let operation = contract.operation("list_conversations").unwrap();
    let mut all = OPERATIONS[0].documented_responses().into_iter();
    let documented = all.find(|it| it.example == "quickstart").unwrap();
    let request = exchange::request(&OPERATIONS[0], &Value::Null);
    let _ = coverage.validate(
        operation,
        &request,
        &exchange::response(200, documented.body),
    );
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
    let mut contract = CONTRACT.clone();
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
