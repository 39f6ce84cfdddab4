//! Requests to endpoints that the contract does not have.

mod bodies; // request and response bodies of every kind
mod lists; // lists that the contract does not have

use reqwest::Method;
use serde_json::{Value, json};
use watsi::{ErrorKind, Outcome};

use crate::server::{Act, KEY, Server, builder, http, in_time};

#[tokio::test]
async fn request_sends_api_key_query_and_json_and_reads_json() {
    let server = Server::start([Act::Respond(http(201, &[], r#"{"id":"tag_1"}"#))]).await;
    let client = server.client();
    let request = client
        .request(Method::PUT, "/tags/vip")
        .query(&[("a", "b c")]);
    let response = in_time(request.json(&json!({"name": "VIP"})).send::<Value>())
        .await
        .unwrap();
    assert_eq!(*response, json!({"id": "tag_1"}));
    assert_eq!(response.status().as_u16(), 201);
    let sent = &server.requests()[0];
    assert!(
        sent.starts_with("PUT /tags/vip?a=b+c HTTP/1.1\r\n"),
        "{sent}"
    );
    assert!(
        sent.contains(&format!("authorization: Bearer {KEY}\r\n")),
        "{sent}"
    );
    assert!(sent.contains("user-agent: watsi-rust/"), "{sent}");
    assert!(sent.contains("accept: application/json\r\n"), "{sent}");
    assert!(sent.ends_with("\r\n\r\n{\"name\":\"VIP\"}"), "{sent}");
}

#[tokio::test]
async fn added_headers_are_sent_and_those_of_the_client_are_kept() {
    let server = Server::start([Act::Respond(http(200, &[], "{}"))]).await;
    let client = server.client();
    let request = client.request(Method::GET, "/x").header("x-trace", "7");
    let request = request.header("authorization", "Basic x");
    let request = request.header(reqwest::header::ACCEPT, "text/csv");
    in_time(request.send_text()).await.unwrap();
    let sent = &server.requests()[0];
    assert!(sent.contains("x-trace: 7\r\n"), "{sent}");
    assert!(sent.contains("accept: text/csv\r\n"), "{sent}");
    let authorizations: Vec<_> = sent
        .lines()
        .filter(|line| line.starts_with("authorization: "))
        .collect();
    assert_eq!(authorizations, [format!("authorization: Bearer {KEY}")]);
}

#[tokio::test]
async fn invalid_header_is_rejected() {
    let client = watsi::Client::builder().api_key("key").build().unwrap();
    for (name, value) in [("a b", "x"), ("x-a", "x\r\ny: z")] {
        let request = client.request(Method::GET, "/x").header(name, value);
        let error = request.send_bytes().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidRequest);
    }
}

#[tokio::test]
async fn name_of_a_request_is_that_of_its_error() {
    let server = Server::start([Act::Respond(http(404, &[], ""))]).await;
    let client = server.client();
    let request = client.request(Method::GET, "/x").name("list_customers");
    let error = in_time(request.send_bytes()).await.unwrap_err();
    assert_eq!(error.operation(), "list_customers");
}

#[tokio::test]
async fn empty_response_is_null() {
    let server = Server::start([Act::Respond(b"HTTP/1.1 204 No\r\n\r\n".to_vec())]).await;
    let client = server.client();
    let response = in_time(client.request(Method::DELETE, "/tags/vip").send::<Value>()).await;
    assert_eq!(*response.unwrap(), Value::Null);
}

#[tokio::test]
async fn path_is_appended_to_the_base_url() {
    let server = Server::start([Act::Respond(http(200, &[], "{}"))]).await;
    let client = builder(&format!("{}/v1", server.url)).build().unwrap();
    let paths = [
        ("/customers", "/v1/customers"),
        ("customers", "/v1/customers"),
        ("/chat:1/a%2Fb/x%20y", "/v1/chat:1/a%2Fb/x%20y"),
    ];
    for (path, expected) in paths {
        in_time(client.request(Method::GET, path).send_bytes())
            .await
            .unwrap();
        let sent = server.requests().pop().unwrap();
        assert!(sent.starts_with(&format!("GET {expected} HTTP")), "{sent}");
    }
}

#[tokio::test]
async fn path_that_leads_elsewhere_is_rejected() {
    let server = Server::start([Act::Respond(http(200, &[], "{}"))]).await;
    let client = server.client();
    let elsewhere = [
        "https://evil.example/customers",
        "http:evil",
        "/https://evil.example",
        "//evil.example/customers",
        "///evil.example",
        "/..",
        "/../admin",
        "/customers/../../admin",
        "/./customers",
        "/customers/%2e%2E/admin",
        "/customers/.%2e",
        "/..%2fadmin",
        "/..%5cadmin",
        "/a%5c..%5cb",
        "/customers\\..\\admin",
        "\\\\evil.example",
        "/customers?a=b",
        "/customers#a",
        "/a b",
        "/a\r\nHost: evil.example",
        "/a\0",
        "/a\tb",
        "/a\u{7f}",
    ];
    for path in elsewhere {
        let request = client.request(Method::GET, path);
        let error = request.send::<Value>().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidRequest, "{path:?}");
        assert_eq!(error.outcome(), Outcome::NotSent);
        assert_eq!(error.operation(), "request");
        assert!(!error.to_string().contains("evil"), "{error}");
    }
    assert_eq!(server.requests(), Vec::<String>::new());
}

#[tokio::test]
async fn unserializable_input_is_rejected() {
    let server = Server::start([Act::Respond(http(200, &[], "{}"))]).await;
    let client = server.client();
    let request = || client.request(Method::POST, "/x");
    let unwritable = std::collections::HashMap::from([((1, 2), 3)]);
    for request in [request().json(&unwritable), request().query(&7)] {
        let error = request.send::<Value>().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidRequest);
        assert_eq!(error.outcome(), Outcome::NotSent);
        assert_eq!(error.operation(), "request");
    }
    assert_eq!(server.requests(), Vec::<String>::new());
}

#[tokio::test]
async fn only_get_requests_are_retried() {
    for (method, requests) in [(Method::GET, 3), (Method::POST, 1), (Method::DELETE, 1)] {
        let server = Server::start([Act::Respond(http(503, &[], ""))]).await;
        let client = server.client();
        let error = in_time(client.request(method, "/x").send::<Value>())
            .await
            .unwrap_err();
        assert_eq!(error.operation(), "request");
        assert_eq!(server.requests().len(), requests);
    }
}

#[tokio::test]
async fn unexpected_type_reports_its_json_path() {
    let server = Server::start([Act::Respond(http(200, &[], r#"{"id":7}"#))]).await;
    #[derive(Debug, serde::Deserialize)]
    struct Tag {
        #[expect(dead_code, reason = "it cannot be read")]
        id: String,
    }
    let client = server.client();
    let error = in_time(client.request(Method::GET, "/x").send::<Tag>())
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode);
    assert_eq!(error.json_path(), Some("id"));
}
