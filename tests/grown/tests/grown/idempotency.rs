//! A header that makes an operation repeatable: all attempts of a call have one key.

use std::collections::HashSet;
use std::time::Duration;

use grown::types::CreatePaymentRequest;
use grown::{Client, ErrorKind, Outcome, RetryPolicy};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, ResponseTemplate};

/// Starts a server that fails this often with 503, and then succeeds.
async fn failing(times: u64) -> MockServer {
    let server = MockServer::start().await;
    if times > 0 {
        Mock::given(any())
            .respond_with(ResponseTemplate::new(503))
            .up_to_n_times(times)
            .mount(&server)
            .await;
    }
    let payment = ResponseTemplate::new(201).set_body_json(json!({"job_id": "p"}));
    Mock::given(any())
        .respond_with(payment)
        .mount(&server)
        .await;
    server
}

fn client(uri: &str) -> Client {
    let retry = RetryPolicy::default().base(Duration::ZERO);
    let builder = Client::builder().api_key("test-key").base_url(uri);
    builder.retry(retry).build().unwrap()
}

/// The keys of all requests.
async fn keys(server: &MockServer) -> Vec<String> {
    let requests = server.received_requests().await.unwrap();
    let keys = requests.iter().map(|request| {
        let key = request.headers.get("idempotency-key").unwrap();
        key.to_str().unwrap().to_owned()
    });
    keys.collect()
}

fn is_uuid_of_version_4(key: &str) -> bool {
    let lengths: Vec<_> = key.split('-').map(str::len).collect();
    let digits = key.bytes().filter(u8::is_ascii_hexdigit).count();
    let variant = key.as_bytes()[19];
    lengths == [8, 4, 4, 4, 12]
        && digits == 32
        && key.as_bytes()[14] == b'4'
        && matches!(variant, b'8' | b'9' | b'a' | b'b')
}

#[tokio::test]
async fn all_attempts_of_a_call_have_the_same_key() {
    let server = failing(2).await;
    let call = client(&server.uri()).create_payment(CreatePaymentRequest::new(5));
    let payment = call.send().await.unwrap();
    assert_eq!(payment.job_id, "p");
    let keys = keys(&server).await;
    assert_eq!(keys.len(), 3);
    assert_eq!(keys.iter().collect::<HashSet<_>>().len(), 1);
    assert!(is_uuid_of_version_4(&keys[0]), "{}", keys[0]);
}

#[tokio::test]
async fn each_call_has_another_key() {
    let server = failing(0).await;
    let call = client(&server.uri()).create_payment(CreatePaymentRequest::new(5));
    for _ in 0..50 {
        call.clone().send().await.unwrap();
    }
    let keys = keys(&server).await;
    assert_eq!(keys.iter().collect::<HashSet<_>>().len(), 50);
    assert!(keys.iter().all(|key| is_uuid_of_version_4(key)));
}

#[tokio::test]
async fn key_of_the_caller_is_used() {
    let server = failing(1).await;
    let call = client(&server.uri()).create_payment(CreatePaymentRequest::new(5));
    call.idempotency_key("order-7").send().await.unwrap();
    assert_eq!(keys(&server).await, ["order-7", "order-7"]);
}

#[tokio::test]
async fn call_can_be_sent_again_only_with_the_key_of_the_caller() {
    let server = failing(6).await;
    let call = client(&server.uri()).create_payment(CreatePaymentRequest::new(5));
    let error = call.clone().send().await.unwrap_err();
    assert_eq!((error.attempts(), error.outcome()), (3, Outcome::Unknown));
    assert!(!error.is_retryable());
    let error = call.idempotency_key("order-7").send().await.unwrap_err();
    assert_eq!((error.attempts(), error.outcome()), (3, Outcome::Unknown));
    assert!(error.is_retryable());
}

#[tokio::test]
async fn rejected_retry_does_not_hide_that_an_attempt_may_have_been_processed() {
    let server = MockServer::start().await;
    for (status, times) in [(503, 1), (429, 2)] {
        Mock::given(any())
            .respond_with(ResponseTemplate::new(status))
            .up_to_n_times(times)
            .mount(&server)
            .await;
    }
    let call = client(&server.uri()).create_payment(CreatePaymentRequest::new(5));
    let error = call.send().await.unwrap_err();
    assert_eq!(
        (error.attempts(), error.status().unwrap().as_u16()),
        (3, 429)
    );
    assert_eq!(
        (error.outcome(), error.is_retryable()),
        (Outcome::Unknown, false)
    );
}

#[tokio::test]
async fn refused_retry_does_not_hide_that_an_attempt_may_have_been_processed() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let uri = format!("http://{}", listener.local_addr().unwrap());
    let serve = async {
        let (mut stream, _) = listener.accept().await.unwrap();
        key_of(&mut stream).await;
        // Closed before the stream, so that the retry is refused.
        drop(listener);
    };
    let call = client(&uri).create_payment(CreatePaymentRequest::new(5));
    let (sent, ()) = tokio::join!(call.send(), serve);
    let error = sent.unwrap_err();
    assert_eq!((error.attempts(), error.kind()), (3, ErrorKind::Connect));
    assert_eq!(
        (error.outcome(), error.is_retryable()),
        (Outcome::Unknown, false)
    );
    assert!(!error.to_string().contains("nothing was sent"), "{error}");
}

#[tokio::test]
async fn post_without_a_key_is_not_retried() {
    let server = failing(1).await;
    let client = client(&server.uri());
    let content = grown::types::LocationRequest::new();
    // The contract does not say that this header makes the operation repeatable.
    let call = client.send_content("6f1c", true, content);
    let error = call.send().await.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Status, 1));
}

/// Reads a request, and returns its idempotency key.
async fn key_of(stream: &mut tokio::net::TcpStream) -> String {
    let mut received = Vec::new();
    while !String::from_utf8_lossy(&received).ends_with("}") {
        let read = stream.read_buf(&mut received).await.unwrap();
        assert_ne!(read, 0);
    }
    let text = String::from_utf8(received).unwrap();
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix("idempotency-key: "));
    line.unwrap().to_owned()
}

#[tokio::test]
async fn key_is_sent_again_after_a_lost_connection() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let uri = format!("http://{}", listener.local_addr().unwrap());
    let serve = async {
        let (mut stream, _) = listener.accept().await.unwrap();
        let first = key_of(&mut stream).await;
        drop(stream);
        let (mut stream, _) = listener.accept().await.unwrap();
        let second = key_of(&mut stream).await;
        let body = r#"{"job_id":"p"}"#;
        let response = format!(
            "HTTP/1.1 201 Created\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        );
        stream.write_all(response.as_bytes()).await.unwrap();
        assert_eq!(first, second);
    };
    let call = client(&uri).create_payment(CreatePaymentRequest::new(5));
    let (sent, ()) = tokio::join!(call.send(), serve);
    assert_eq!(sent.unwrap().job_id, "p");
}
