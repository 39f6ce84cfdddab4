//! Request and response bodies of every kind.

use std::io;
use std::time::Duration;

use futures_util::{StreamExt, stream};
use reqwest::{Body, Method};
use watsi::{Client, ErrorKind, Outcome, Request};

use crate::server::{Act, Server, http, in_time};

const BYTES: &[u8] = b"\x89PNG\r\n";

fn post(client: &Client) -> Request {
    client.request(Method::POST, "/media")
}

fn streamed(chunks: &[&'static str]) -> Body {
    let chunks: Vec<_> = chunks
        .iter()
        .map(|chunk| Ok::<_, io::Error>(*chunk))
        .collect();
    Body::wrap_stream(stream::iter(chunks))
}

#[tokio::test]
async fn bytes_and_streams_are_sent() {
    let server = Server::start([Act::Respond(http(200, &[], ""))]).await;
    let client = server.client();
    let bytes = post(&client).header("content-type", "text/csv").body("a;b");
    in_time(bytes.send_bytes()).await.unwrap();
    let requests = server.requests();
    assert!(
        requests[0].contains("content-type: text/csv\r\n"),
        "{requests:?}"
    );
    assert!(
        requests[0].ends_with("content-length: 3\r\n\r\na;b"),
        "{requests:?}"
    );
    let stream = post(&client).body(streamed(&["a;", "b"]));
    let stream = stream.header("content-length", "3");
    in_time(stream.send_bytes()).await.unwrap();
    assert!(
        server.requests()[1].ends_with("\r\n\r\na;b"),
        "{requests:?}"
    );
}

#[tokio::test]
async fn form_is_sent() {
    let server = Server::start([Act::Respond(http(200, &[], "{}"))]).await;
    let file = reqwest::multipart::Part::bytes(b"a;b".to_vec()).file_name("a.csv");
    let form = reqwest::multipart::Form::new()
        .text("kind", "csv")
        .part("file", file);
    in_time(post(&server.client()).multipart(form).send_text())
        .await
        .unwrap();
    let sent = &server.requests()[0];
    assert!(
        sent.contains("content-type: multipart/form-data; boundary="),
        "{sent}"
    );
    assert!(sent.contains("filename=\"a.csv\"\r\n"), "{sent}");
    assert!(sent.contains("\r\n\r\na;b\r\n"), "{sent}");
}

#[tokio::test]
async fn streamed_request_is_not_retried() {
    let limited = Act::Respond(http(429, &[("retry-after", "0")], ""));
    let server = Server::start([limited]).await;
    let client = server.client();
    let stream = post(&client)
        .body(streamed(&["a"]))
        .header("content-length", "1");
    let error = in_time(stream.send_bytes()).await.unwrap_err();
    assert_eq!((error.attempts(), error.outcome()), (1, Outcome::Rejected));
    let error = in_time(post(&client).body("a").send_bytes())
        .await
        .unwrap_err();
    assert_eq!(error.attempts(), 3);
}

#[tokio::test]
async fn failed_request_stream_is_unknown() {
    let server = Server::start([Act::Respond(http(200, &[], ""))]).await;
    let failing = Body::wrap_stream(stream::iter([Ok("a"), Err(io::Error::other("disk"))]));
    let error = in_time(post(&server.client()).body(failing).send_bytes())
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Interrupted);
    assert_eq!(error.outcome(), Outcome::Unknown);
}

#[tokio::test]
async fn response_is_text_bytes_or_a_stream() {
    let head = "HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n";
    let server = Server::start([Act::Respond([head.as_bytes(), BYTES].concat())]).await;
    let client = server.client();
    let bytes = in_time(post(&client).send_bytes()).await.unwrap();
    assert_eq!(*bytes, BYTES);
    let mut stream = in_time(post(&client).send_stream())
        .await
        .unwrap()
        .into_inner();
    let mut received = Vec::new();
    while let Some(chunk) = in_time(stream.next()).await {
        received.extend_from_slice(&chunk.unwrap());
    }
    assert_eq!(received, BYTES);
    let error = in_time(post(&client).send_text()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode);
    assert_eq!(error.response_body().unwrap(), BYTES);
    server.now(Act::Respond(http(200, &[], "a;b")));
    assert_eq!(*in_time(post(&client).send_text()).await.unwrap(), "a;b");
    assert!(server.requests()[0].contains("accept: */*\r\n"));
}

#[tokio::test]
async fn stream_is_longer_than_the_body_limit() {
    let server = Server::start([Act::Respond(http(200, &[], &"a".repeat(100)))]).await;
    let client = server.builder().response_body_limit(10).build().unwrap();
    let mut stream = in_time(post(&client).send_stream())
        .await
        .unwrap()
        .into_inner();
    let mut length = 0;
    while let Some(chunk) = in_time(stream.next()).await {
        length += chunk.unwrap().len();
    }
    assert_eq!(length, 100);
}

#[tokio::test]
async fn error_before_a_stream_is_retried_and_has_its_body() {
    let server = Server::start([
        Act::Respond(http(503, &[], "")),
        Act::Respond(http(403, &[], "no")),
    ])
    .await;
    let client = server.client();
    let request = client.request(Method::GET, "/media");
    let error = in_time(request.send_stream()).await.unwrap_err();
    assert_eq!(error.response_body().unwrap(), "no");
    assert_eq!(error.attempts(), 2);
}

#[tokio::test]
async fn lost_connection_and_deadline_end_a_stream() {
    let unfinished = b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\na".to_vec();
    let cases = [
        (Act::Respond(unfinished.clone()), ErrorKind::Interrupted),
        (Act::RespondAndStay(unfinished), ErrorKind::Timeout),
    ];
    for (act, kind) in cases {
        let server = Server::start([act]).await;
        let client = server.client().with_timeout(Duration::from_millis(500));
        let request = post(&client).name("export");
        let mut stream = in_time(request.send_stream()).await.unwrap().into_inner();
        assert_eq!(in_time(stream.next()).await.unwrap().unwrap(), "a");
        let error = in_time(stream.next()).await.unwrap().unwrap_err();
        assert_eq!((error.kind(), error.operation()), (kind, "export"));
        assert_eq!(error.status().unwrap(), 200);
        assert_eq!(error.outcome(), Outcome::Unknown);
        assert!(stream.next().await.is_none());
    }
}
