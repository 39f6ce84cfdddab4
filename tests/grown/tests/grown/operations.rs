//! Every operation of the additions is called by a test.

use serde_json::Value;

/// The tests of this package, as text.
const TESTS: [&str; 10] = [
    include_str!("bodies.rs"),
    include_str!("deprecation.rs"),
    include_str!("idempotency.rs"),
    include_str!("lists.rs"),
    include_str!("null.rs"),
    include_str!("operations.rs"),
    include_str!("pages.rs"),
    include_str!("parameters.rs"),
    include_str!("responses.rs"),
    include_str!("unions.rs"),
];

#[test]
fn every_operation_is_called() {
    let contract: Value =
        serde_json::from_str(include_str!(concat!(env!("OUT_DIR"), "/contract.json"))).unwrap();
    let base: Vec<_> = grown::OPENAPI
        .lines()
        .filter_map(|line| line.trim().strip_prefix("operationId: "))
        .collect();
    for item in contract["paths"].as_object().unwrap().values() {
        for operation in item.as_object().unwrap().values() {
            let Some(id) = operation["operationId"]
                .as_str()
                .filter(|id| !base.contains(id))
            else {
                continue;
            };
            let name = match id {
                "createCustomer" => "create_customer",
                other => other,
            };
            let calls = [
                format!(".{name}("),
                format!(".{name}_("),
                format!("list!({name}"),
            ];
            let called = TESTS
                .iter()
                .any(|test| calls.iter().any(|call| test.contains(call)));
            assert!(called, "no test calls `{id}`");
        }
    }
}

#[tokio::test]
async fn settings_and_tree_are_called() {
    let server = crate::server::Server::json(200, serde_json::json!({"theme": "light"})).await;
    assert_eq!(
        server.client.get_settings().send().await.unwrap().theme,
        "light"
    );
    let server = crate::server::Server::empty(204).await;
    server
        .client
        .put_settings(grown::types::Settings::new("dark"))
        .send()
        .await
        .unwrap();
    assert_eq!(server.body().await, serde_json::json!({"theme": "dark"}));
    let server = crate::server::Server::json(200, serde_json::json!({"name": "root"})).await;
    assert_eq!(server.client.tag_tree().send().await.unwrap().name, "root");
}
