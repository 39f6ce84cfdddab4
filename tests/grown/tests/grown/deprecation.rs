//! What is deprecated has an attribute, and still works.

use serde_json::json;

use crate::server::Server;

#[tokio::test]
#[expect(deprecated, reason = "the attribute is what this tests")]
async fn deprecated_parameter_is_sent() {
    let server = Server::json(200, json!({"data": [], "has_more": false})).await;
    server
        .client
        .list_customers()
        .order("name")
        .send()
        .await
        .unwrap();
    assert_eq!(server.target().await, "/customers?order=name");
}

#[test]
#[expect(deprecated, reason = "the attribute is what this tests")]
fn deprecated_property_is_written() {
    let request = grown::types::UpdateCustomerRequest::new().note("n");
    assert_eq!(
        serde_json::to_value(&request).unwrap(),
        json!({"note": "n"})
    );
    assert_eq!(request.note.into_option().as_deref(), Some("n"));
}
