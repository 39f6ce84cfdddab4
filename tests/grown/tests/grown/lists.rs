//! A list whose parameters and properties have names of their own.

use chrono::DateTime;
use serde_json::json;

use crate::server::Server;

#[tokio::test]
async fn list_is_read_with_its_own_names() {
    let row = json!({
        "id": "c", "created_at": "2025-03-15T10:30:00Z", "contact": {"phone": "+549"}, "object": "customer"
    });
    let server = Server::json(200, json!({"data": [row], "has_more": false})).await;
    let mut items = server.client.list_customers().page_size(2).items();
    assert_eq!(items.next().await.unwrap().unwrap().id, "c");
    assert!(items.next().await.is_none());
    assert_eq!(server.target().await, "/customers?page_size=2");
}

#[tokio::test]
async fn page_size_beyond_the_maximum_is_an_error() {
    let server = Server::json(200, json!({"data": [], "has_more": false})).await;
    let maximum = grown::operations::ListCustomers::PAGE_SIZE_MAXIMUM;
    let mut pages = server
        .client
        .list_customers()
        .page_size(maximum + 1)
        .pages();
    pages.next().await.unwrap().unwrap_err();
}

#[tokio::test]
async fn checkpoint_depends_on_filters_but_not_on_size_and_start() {
    let server = Server::json(200, json!({"data": [], "has_more": false})).await;
    let checkpoint = server
        .client
        .list_customers()
        .page_size(1)
        .items()
        .checkpoint();
    let start = DateTime::from_timestamp_millis(0).unwrap();
    let mut same = server
        .client
        .list_customers()
        .page_size(2)
        .created_before(start)
        .items_from(&checkpoint);
    assert!(same.next().await.is_none());
    let mut other = server
        .client
        .list_customers()
        .filter_city("x")
        .items_from(&checkpoint);
    other.next().await.unwrap().unwrap_err();
}
