//! Parameters in paths, queries and headers.

use chrono::{DateTime, NaiveDate, Utc};
use grown::ErrorKind;
use serde_json::json;

use crate::server::Server;

fn day() -> NaiveDate {
    NaiveDate::from_ymd_opt(2025, 3, 15).unwrap()
}

fn moment() -> DateTime<Utc> {
    "2025-03-15T10:30:00Z".parse().unwrap()
}

async fn page() -> Server {
    Server::json(200, json!({"data": [], "has_more": false})).await
}

#[tokio::test]
async fn absent_parameters_are_not_sent() {
    let server = page().await;
    server.client.list_customers().send().await.unwrap();
    assert_eq!(server.target().await, "/customers");
}

#[tokio::test]
async fn arrays_are_repeated_or_joined_as_their_style_says() {
    let server = page().await;
    server
        .client
        .list_customers()
        .tags(["a,b", "é&", "c d"])
        .languages(["en", "e|s"])
        .status(["active", "blocked"])
        .user(["u1", "u=2"])
        .send()
        .await
        .unwrap();
    assert_eq!(
        server.target().await,
        "/customers?status=active&status=blocked&user%5B%5D=u1&user%5B%5D=u%3D2&tags=a%2Cb,%C3%A9%26,c%20d\
         &languages=en%7Ce%7Cs"
    );
}

#[tokio::test]
async fn empty_arrays_are_not_sent() {
    let server = page().await;
    let none: [&str; 0] = [];
    let call = server.client.list_customers();
    call.tags(none)
        .status(none)
        .user(none)
        .send()
        .await
        .unwrap();
    assert_eq!(server.target().await, "/customers");
}

#[tokio::test]
async fn scalars_are_encoded() {
    let server = page().await;
    server
        .client
        .list_customers()
        .filter_city("Córdoba & más")
        .born_after(day())
        .phone("+549")
        .type_("person")
        .send_(true)
        .send()
        .await
        .unwrap();
    assert_eq!(
        server.target().await,
        "/customers?filter%5Bcity%5D=C%C3%B3rdoba+%26+m%C3%A1s&born_after=2025-03-15&phone=%2B549&type=person&send=true"
    );
}

#[tokio::test]
async fn headers_have_timestamps_and_arrays() {
    let server = Server::empty(204).await;
    let call = server.client.get_customer("c").x_known_at(moment());
    call.x_fields(["id", "email"]).send().await.unwrap();
    assert_eq!(
        server.header("x-known-at").await.unwrap(),
        "2025-03-15T10:30:00Z"
    );
    assert_eq!(server.header("x-fields").await.unwrap(), "id,email");
}

#[test]
fn header_of_a_request_is_not_listed_as_one_of_deliveries() {
    let events = include_str!(concat!(env!("OUT_DIR"), "/events.rs"));
    assert!(events.contains("X-Watsi-Signature"));
    assert!(!events.contains("X-Known-At"));
}

#[tokio::test]
async fn headers_that_are_absent_or_empty_are_not_sent() {
    let server = Server::empty(204).await;
    let none: [&str; 0] = [];
    server
        .client
        .get_customer("c")
        .x_fields(none)
        .send()
        .await
        .unwrap();
    assert_eq!(server.header("x-known-at").await, None);
    assert_eq!(server.header("x-fields").await, None);
}

#[tokio::test]
async fn required_parameters_are_arguments_before_the_body() {
    let content = json!({"type": "location_request"});
    let server = Server::json(200, content).await;
    let content = grown::types::LocationRequest::new();
    server
        .client
        .send_content("6f1c", true, content)
        .send()
        .await
        .unwrap();
    assert_eq!(server.target().await, "/messages/content?dry_run=true");
    assert_eq!(server.header("idempotency-key").await.unwrap(), "6f1c");
}

#[tokio::test]
async fn header_with_a_line_break_is_an_error() {
    let server = Server::empty(200).await;
    let content = grown::types::LocationRequest::new();
    let call = server.client.send_content("a\r\nX-Evil: b", true, content);
    assert_eq!(
        call.send().await.unwrap_err().kind(),
        ErrorKind::InvalidRequest
    );
}

#[tokio::test]
async fn array_in_a_path_is_one_segment() {
    let server = Server::empty(200).await;
    server
        .client
        .put_tags("c/1", ["a,b", "ü", ".."])
        .send()
        .await
        .unwrap();
    assert_eq!(
        server.target().await,
        "/customers/c%2F1/tags/a%2Cb,%C3%BC,.."
    );
}

#[tokio::test]
async fn empty_array_in_a_path_is_an_error() {
    let server = Server::empty(200).await;
    let none: [&str; 0] = [];
    let error = server.client.put_tags("c", none).send().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidRequest);
}

#[tokio::test]
async fn path_parameter_cannot_lead_to_another_endpoint() {
    let server = Server::empty(200).await;
    for customer in ["", ".", ".."] {
        let call = server.client.put_tags(customer, ["a"]);
        let error = call.send().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidRequest, "{customer:?}");
    }
}

#[tokio::test]
#[expect(deprecated, reason = "it still works")]
async fn dates_timestamps_and_enums_are_in_a_path() {
    let report = json!({"day": "2025-03-15", "rows": [], "total": 0});
    let server = Server::json(200, report).await;
    let call = server.client.match_(day(), moment(), "24h").limits([1, -2]);
    call.send().await.unwrap();
    let path = "/reports/2025-03-15/at/2025-03-15T10%3A30%3A00Z/24h?limits=1&limits=-2";
    assert_eq!(server.target().await, path);
}

#[tokio::test]
async fn phone_numbers_are_written_as_they_are() {
    let server = Server::empty(204).await;
    let call = server.client.put_caller("+54 9");
    call.others(["+1", "+2"])
        .x_owner("+3")
        .x_agents(["+4", "+5"])
        .send()
        .await
        .unwrap();
    let request = server.request().await;
    assert_eq!(request.url.path(), "/callers/%2B54%209");
    assert_eq!(request.url.query(), Some("others=%2B1,%2B2"));
    assert_eq!(request.headers["x-owner"], "+3");
    assert_eq!(request.headers["x-agents"], "+4,+5");
}
