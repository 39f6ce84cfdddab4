//! Properties that are absent, null or set.

use grown::types::{
    Conversation, CustomerId, Nullable, Preview, UpdateCustomerRequest,
    UpdateCustomerRequestAddress,
};
use serde_json::{Value, json};

use crate::server::Server;

async fn sent(request: UpdateCustomerRequest) -> Value {
    let server = Server::json(200, Value::Null).await;
    let id = CustomerId::from("c");
    server
        .client
        .update_customer(&id, request)
        .send()
        .await
        .unwrap();
    server.body().await
}

#[tokio::test]
async fn absent_property_is_not_sent() {
    assert_eq!(sent(UpdateCustomerRequest::new()).await, json!({}));
}

#[tokio::test]
async fn null_is_sent() {
    let request = UpdateCustomerRequest::new()
        .assigned_user_id_null()
        .birthday_null()
        .labels_null()
        .priority_null()
        .address_null()
        .status_null()
        .type_null();
    let expected = json!({
        "assigned_user_id": null, "birthday": null, "labels": null, "priority": null, "address": null, "status": null,
        "type": null,
    });
    assert_eq!(sent(request).await, expected);
}

#[tokio::test]
async fn value_is_sent() {
    let request = UpdateCustomerRequest::new()
        .assigned_user_id("u1")
        .birthday(chrono::NaiveDate::from_ymd_opt(1990, 1, 31).unwrap())
        .labels(["ä", "b"])
        .priority(2)
        .status("blocked")
        .name("Zoë \"Z\" 🙂")
        .address(UpdateCustomerRequestAddress::new("Córdoba"));
    let expected = json!({
        "assigned_user_id": "u1", "birthday": "1990-01-31", "labels": ["ä", "b"], "priority": 2, "status": "blocked",
        "name": "Zoë \"Z\" 🙂",
        // Required and nullable: null, unless it is set.
        "address": {"city": "Córdoba", "zip": null},
    });
    assert_eq!(sent(request).await, expected);
}

#[tokio::test]
async fn empty_array_is_not_null() {
    let request = UpdateCustomerRequest::new().labels(Vec::<String>::new());
    assert_eq!(sent(request).await, json!({"labels": []}));
}

#[test]
fn debug_output_tells_absent_null_and_redacted() {
    let shown = format!("{:?}", UpdateCustomerRequest::new().assigned_user_id_null());
    assert!(shown.contains("assigned_user_id: Null"), "{shown}");
    assert!(shown.contains("birthday: Absent"), "{shown}");
    let birthday = chrono::NaiveDate::from_ymd_opt(1990, 1, 31).unwrap();
    let shown = format!("{:?}", UpdateCustomerRequest::new().birthday(birthday));
    assert!(!shown.contains("1990"), "{shown}");
}

#[test]
fn option_becomes_null_or_a_value() {
    let mut request = UpdateCustomerRequest::new();
    request.assigned_user_id = None.into();
    assert_eq!(request.assigned_user_id, Nullable::Null);
    request.assigned_user_id = Some("u".into()).into();
    assert_eq!(request.assigned_user_id, Nullable::Value("u".into()));
}

#[test]
fn responses_have_an_option() {
    let json = json!({"id": "c", "customer": {}, "status": "open", "assigned_user_id": null});
    let conversation: Conversation = serde_json::from_value(json).unwrap();
    let assigned: Option<_> = conversation.assigned_user_id;
    assert_eq!(assigned, None);
}

#[test]
fn required_and_nullable_property_is_always_written() {
    assert_eq!(
        serde_json::to_value(Preview::new("t")).unwrap(),
        json!({"text": "t", "footer": null})
    );
    assert_eq!(
        serde_json::to_value(Preview::new("t").footer("f")).unwrap(),
        json!({"text": "t", "footer": "f"})
    );
}
