//! How the two clients handle the same responses. `docs/performance.md` lists the results.

use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use axum::http::StatusCode;
use axum::http::header::{CONTENT_TYPE, LOCATION, RETRY_AFTER};
use axum::response::IntoResponse;
use generated::apis::Error;
use generated::apis::configuration::Configuration;
use generated::apis::conversations_api::{ListConversationsError, list_conversations};
use generated::apis::messages_api::send_message;
use generated::models::{ConversationPage, SendMessageRequest};
use tokio::net::TcpListener;
use watsi::{Client, ErrorKind, Outcome};
use watsi_sandbox::{Fault, Sandbox};

const KEY: &str = "sandbox-key";
const PHONE: &str = "+5491155551234";
const JSON: &str = "application/json";
const RATE_LIMITED: &str = r#"{"error":{"code":"RATE_LIMITED","message":"Too many requests"}}"#;
const PAGE: &str = r#"{"chats":[{"id":"c","customer":{"phone":"+5491155551234"},"last_message_at":null,
    "status":"archived","priority":1}],"hasMore":false}"#;

type Listed = Result<ConversationPage, Error<ListConversationsError>>;

fn generated(base_url: &str) -> Configuration {
    Configuration {
        base_path: base_url.to_owned(),
        bearer_access_token: Some(KEY.to_owned()),
        ..Configuration::default()
    }
}

fn watsi(base_url: &str) -> Client {
    let client = Client::builder().api_key(KEY).base_url(base_url);
    client.build().unwrap()
}

async fn list(base_url: &str) -> Listed {
    list_conversations(&generated(base_url), None, None, None, None).await
}

async fn list_by_watsi(base_url: &str) -> Result<watsi::types::ConversationPage, watsi::Error> {
    let listed = watsi(base_url).list_conversations().send().await;
    listed.map(watsi::Response::into_inner)
}

async fn serve(router: Router) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base_url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await });
    base_url
}

/// Responds the same to every request.
async fn respond(status: u16, content_type: &'static str, body: impl Into<String>) -> String {
    let body = body.into();
    let status = StatusCode::from_u16(status).unwrap();
    let response = (
        status,
        [(CONTENT_TYPE, content_type), (RETRY_AFTER, "3600")],
        body,
    );
    serve(Router::new().fallback(async || response)).await
}

#[tokio::test]
async fn both_keep_unknown_values_and_ignore_unknown_properties() {
    let url = respond(200, JSON, PAGE).await;
    assert_eq!(list(&url).await.unwrap().chats[0].status, "archived");
    let page = list_by_watsi(&url).await.unwrap();
    assert_eq!(page.chats[0].status.as_str(), "archived");
}

#[tokio::test]
async fn both_keep_an_error_that_is_not_json() {
    let url = respond(400, "text/html", "<h1>Bad</h1>").await;
    let Error::ResponseError(error) = list(&url).await.unwrap_err() else {
        panic!("another error")
    };
    assert_eq!(
        (error.status.as_u16(), &*error.content),
        (400, "<h1>Bad</h1>")
    );
    let error = list_by_watsi(&url).await.unwrap_err();
    assert_eq!(error.status(), Some(StatusCode::BAD_REQUEST));
    assert_eq!(error.response_body().unwrap(), "<h1>Bad</h1>");
}

#[tokio::test]
async fn generated_client_loses_a_response_that_it_cannot_decode() {
    let url = respond(200, JSON, r#"{"chats":[{"id":1}]}"#).await;
    let error = list(&url).await.unwrap_err();
    assert!(matches!(error, Error::Serde(_)));
    assert!(!format!("{error:?}").contains("chats"));
    let error = list_by_watsi(&url).await.unwrap_err();
    assert_eq!(error.json_path(), Some("chats[0].id"));
    assert!(error.response_body().is_some());
}

#[tokio::test]
async fn generated_client_types_every_error_as_400_and_loses_headers() {
    let url = respond(429, JSON, RATE_LIMITED).await;
    let Error::ResponseError(error) = list(&url).await.unwrap_err() else {
        panic!("another error")
    };
    assert_eq!(error.status, 429);
    let Some(ListConversationsError::Status400(envelope)) = error.entity else {
        panic!("another type")
    };
    assert_eq!(envelope.error.code, "RATE_LIMITED");
    let error = list_by_watsi(&url).await.unwrap_err();
    assert!(error.is_rate_limited());
    assert_eq!(error.retry_after(), Some(Duration::from_secs(3600)));
}

#[tokio::test]
async fn generated_client_sends_a_cursor_that_is_not_rfc_3339() {
    let sandbox = Sandbox::start().await;
    sandbox.seed(30);
    let configuration = generated(&sandbox.uri());
    let first = list_conversations(&configuration, Some(20), None, None, None)
        .await
        .unwrap();
    let before = first.chats[19].last_message_at.unwrap();
    let second = list_conversations(&configuration, Some(20), before, None, None).await;
    let Error::ResponseError(error) = second.unwrap_err() else {
        panic!("another error")
    };
    let requests = sandbox.requests();
    let query = requests.last().unwrap().uri().query().unwrap();
    println!("{query}\n{}", error.content);
    assert_eq!(error.status, 400);

    let pages = watsi(&sandbox.uri());
    let mut items = pages.list_conversations().limit(20).items();
    let mut count = 0;
    while let Some(item) = items.next().await {
        item.unwrap();
        count += 1;
    }
    assert_eq!(count, 30);
}

#[tokio::test]
async fn generated_client_does_not_retry() {
    let sandbox = Sandbox::start().await;
    sandbox.add_fault(Fault::status(503).next(1)).unwrap();
    assert!(list(&sandbox.uri()).await.is_err());
    sandbox.add_fault(Fault::status(503).next(1)).unwrap();
    assert!(list_by_watsi(&sandbox.uri()).await.is_ok());
}

#[tokio::test]
async fn both_send_once_if_the_response_is_lost() {
    let sandbox = Sandbox::start().await;
    sandbox.add_fault(Fault::lose_response().next(2)).unwrap();
    let id = sandbox.customer_writes(PHONE, "Hi");
    let sent = |sandbox: &Sandbox| sandbox.requests().len();

    let body = SendMessageRequest::new(id.to_string(), "Hello".to_owned());
    let error = send_message(&generated(&sandbox.uri()), body)
        .await
        .unwrap_err();
    assert!(matches!(error, Error::Reqwest(_)));
    assert_eq!(sent(&sandbox), 1);

    let body = watsi::types::SendMessageRequest::new(id, "Hello");
    let call = watsi(&sandbox.uri()).send_message(body);
    assert_eq!(call.send().await.unwrap_err().outcome(), Outcome::Unknown);
    assert_eq!(sent(&sandbox), 2);
}

#[tokio::test(start_paused = true)]
async fn generated_client_has_no_deadline() {
    let url = serve(Router::new().fallback(std::future::pending::<()>)).await;
    let hour = Duration::from_secs(3600);
    assert!(tokio::time::timeout(hour, list(&url)).await.is_err());
    let error = tokio::time::timeout(hour, list_by_watsi(&url))
        .await
        .unwrap()
        .unwrap_err();
    assert!(error.is_timeout());
}

#[tokio::test]
async fn generated_client_reads_a_body_of_any_size() {
    let padding = " ".repeat(17 * 1024 * 1024);
    let url = respond(200, JSON, format!("{padding}{PAGE}")).await;
    assert!(list(&url).await.is_ok());
    let error = list_by_watsi(&url).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TooLarge);
}

#[tokio::test]
async fn generated_client_repeats_a_redirected_message_as_a_get() {
    async fn redirect(request: Request) -> axum::response::Response {
        if request.uri().path() == "/messages" {
            return (StatusCode::FOUND, [(LOCATION, "/elsewhere")]).into_response();
        }
        assert_eq!(request.method(), "GET");
        ([(CONTENT_TYPE, JSON)], RATE_LIMITED).into_response()
    }
    let url = serve(Router::new().fallback(redirect)).await;
    let body = SendMessageRequest::new("c".to_owned(), "Hello".to_owned());
    let error = send_message(&generated(&url), body).await.unwrap_err();
    assert!(matches!(error, Error::Serde(_)));
    let body = watsi::types::SendMessageRequest::new("c", "Hello");
    let error = watsi(&url)
        .send_message(body)
        .send()
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Redirect);
}

#[tokio::test]
async fn both_hide_the_api_key_and_only_watsi_hides_personal_data() {
    let url = respond(200, JSON, PAGE).await;
    assert!(!format!("{:?}", generated(&url)).contains(KEY));
    assert!(!format!("{:?}", watsi(&url)).contains(KEY));
    assert!(format!("{:?}", list(&url).await).contains(PHONE));
    assert!(!format!("{:?}", list_by_watsi(&url).await).contains(PHONE));
}
