//! Responses by status code and media type, and their headers.

use grown::ErrorKind;
use grown::operations::ImportCustomersResponse;
use serde_json::{Value, json};
use wiremock::ResponseTemplate;

use crate::server::Server;

fn customer() -> Value {
    let contact = json!({"phone": "+549"});
    json!({"id": "c", "created_at": "2025-03-15T10:30:00Z", "contact": contact, "object": "customer"})
}

#[tokio::test]
async fn body_depends_on_the_status_code() {
    let import = async |status, body| {
        let server = Server::json(status, body).await;
        server
            .client
            .import_customers("")
            .send()
            .await
            .unwrap()
            .into_inner()
    };
    let ok = import(200, json!({"imported": 2})).await;
    assert!(matches!(ok, ImportCustomersResponse::Ok(done) if done.imported == 2));
    let accepted = import(202, json!({"job_id": "j"})).await;
    assert!(matches!(accepted, ImportCustomersResponse::Accepted(job) if job.job_id == "j"));
    let other = import(203, json!({"any": [1]})).await;
    assert_eq!(other, ImportCustomersResponse::Unknown(json!({"any": [1]})));
    assert!(!format!("{other:?}").contains("any"));

    let server = Server::empty(204).await;
    let nothing = server.client.import_customers("").send().await.unwrap();
    assert_eq!(*nothing, ImportCustomersResponse::NoContent);
}

#[tokio::test]
async fn no_content_is_none() {
    let server = Server::empty(204).await;
    assert_eq!(*server.client.get_customer("c").send().await.unwrap(), None);
    let server = Server::json(200, customer()).await;
    let found = server
        .client
        .get_customer("c")
        .send()
        .await
        .unwrap()
        .into_inner();
    assert_eq!(found.unwrap().id, "c");
}

#[tokio::test]
async fn nullable_response_is_none() {
    let server = Server::json(200, Value::Null).await;
    let request = grown::types::UpdateCustomerRequest::new();
    let changed = server
        .client
        .update_customer("c", request)
        .send()
        .await
        .unwrap();
    assert_eq!(*changed, None);
}

#[tokio::test]
async fn not_modified_is_an_error_with_its_status_code() {
    let server = Server::empty(304).await;
    let error = server.client.get_customer("c").send().await.unwrap_err();
    assert_eq!(
        (error.kind(), error.status().unwrap().as_u16()),
        (ErrorKind::Status, 304)
    );
}

#[tokio::test]
async fn bytes_are_kept() {
    let image = ResponseTemplate::new(200).set_body_raw(vec![0, 255, 10], "image/png");
    let server = Server::responding(image).await;
    let media = server.client.download_media("m").send().await.unwrap();
    assert_eq!(media.as_ref(), [0, 255, 10]);
    assert_eq!(media.headers()["content-type"], "image/png");
    assert_eq!(server.header("accept").await.unwrap(), "image/*");
}

#[tokio::test]
async fn text_is_a_string() {
    let csv = ResponseTemplate::new(200).set_body_raw("name\nZoë\n", "text/csv");
    let server = Server::responding(csv).await;
    assert_eq!(
        *server.client.export_customers().send().await.unwrap(),
        "name\nZoë\n"
    );
    assert_eq!(server.header("accept").await.unwrap(), "text/csv");
}

#[tokio::test]
async fn each_media_type_of_a_response_has_a_method() {
    let server = Server::json(200, json!({"job_id": "j"})).await;
    let report = server.client.report_customers().send().await.unwrap();
    assert_eq!(report.job_id, "j");
    assert_eq!(server.header("accept").await.unwrap(), "application/json");

    let csv = ResponseTemplate::new(200).set_body_raw("a,b\n", "text/csv");
    let server = Server::responding(csv).await;
    let report = server.client.report_customers().send_csv().await.unwrap();
    let text: String = report.into_inner();
    assert_eq!(text, "a,b\n");
    assert_eq!(server.header("accept").await.unwrap(), "text/csv");

    let pdf = ResponseTemplate::new(200).set_body_raw("%PDF", "application/pdf");
    let server = Server::responding(pdf).await;
    let report = server.client.report_customers().send_pdf().await.unwrap();
    assert_eq!(report.as_ref(), b"%PDF");
    assert_eq!(server.header("accept").await.unwrap(), "application/pdf");
}

#[tokio::test]
async fn text_that_is_not_utf_8_is_an_error_with_the_body() {
    let latin1 = ResponseTemplate::new(200).set_body_raw(vec![b'Z', 0xeb], "text/csv");
    let server = Server::responding(latin1).await;
    let error = server.client.export_customers().send().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode);
    assert_eq!(error.response_body().unwrap().as_ref(), [b'Z', 0xeb]);
}

#[tokio::test]
async fn any_json_is_a_value() {
    let server = Server::json(200, json!([1, null])).await;
    assert_eq!(
        *server.client.request_().send().await.unwrap(),
        json!([1, null])
    );
}

#[tokio::test]
async fn documented_headers_have_methods() {
    let created = ResponseTemplate::new(201)
        .set_body_json(customer())
        .insert_header("Location", "/customers/c")
        .insert_header("X-Quota-Left", "7")
        .insert_header("Last-Modified", "Sat, 15 Mar 2025 10:30:00 GMT")
        .insert_header("X-Request-Id", "req_1");
    let server = Server::responding(created).await;
    let contact = grown::types::PhoneContact::new("+549");
    let request = grown::types::CreateCustomer::new("Zoë", contact);
    let created = server.client.create_customer(request).send().await.unwrap();
    assert_eq!(created.location(), Some("/customers/c"));
    assert_eq!(created.x_quota_left(), Some(7));
    assert_eq!(created.last_modified(), "2025-03-15T10:30:00Z".parse().ok());
    assert_eq!(created.request_id(), Some("req_1"));
    assert_eq!(
        server.header("accept").await.unwrap(),
        "application/vnd.example.v2+json"
    );
}

#[tokio::test]
async fn headers_that_are_absent_or_unexpected_are_none() {
    let created = ResponseTemplate::new(201)
        .set_body_json(customer())
        .insert_header("X-Quota-Left", "many");
    let server = Server::responding(created).await;
    let contact = grown::types::PhoneContact::new("+549");
    let request = grown::types::CreateCustomer::new("Zoë", contact);
    let created = server.client.create_customer(request).send().await.unwrap();
    assert_eq!((created.location(), created.x_quota_left()), (None, None));
}

#[tokio::test]
async fn problem_is_an_error_with_its_body() {
    let problem = ResponseTemplate::new(409)
        .set_body_raw(r#"{"existing_id":"c"}"#, "application/problem+json");
    let server = Server::responding(problem).await;
    let contact = grown::types::PhoneContact::new("+549");
    let request = grown::types::CreateCustomer::new("Zoë", contact);
    let error = server
        .client
        .create_customer(request)
        .send()
        .await
        .unwrap_err();
    assert_eq!(error.status().unwrap().as_u16(), 409);
    assert_eq!(error.response_body().unwrap(), r#"{"existing_id":"c"}"#);
}

#[tokio::test]
async fn head_has_headers_only() {
    let found = ResponseTemplate::new(200)
        .insert_header("ETag", "\"1\"")
        .insert_header("X-Scopes", "read, write")
        .insert_header("X-Ranks", "1,2")
        .insert_header("X-Owner", "+549");
    let server = Server::responding(found).await;
    let found = server.client.check_customer("c").send().await.unwrap();
    assert_eq!(found.etag(), Some("\"1\""));
    assert_eq!(found.x_scopes().unwrap(), ["read", "write"]);
    assert_eq!(*found.x_ranks().unwrap(), [1, 2]);
    assert_eq!(found.x_owner().unwrap(), "549");
    assert_eq!(server.request().await.method.as_str(), "HEAD");
}

#[tokio::test]
async fn public_operation_sends_no_api_key() {
    let server = Server::json(200, json!({})).await;
    server.client.request_().send().await.unwrap();
    assert_eq!(server.header("authorization").await, None);
    let server = Server::empty(204).await;
    server.client.delete_customer("c").send().await.unwrap();
    assert_eq!(
        server.header("authorization").await.unwrap(),
        "Bearer test-key"
    );
}
