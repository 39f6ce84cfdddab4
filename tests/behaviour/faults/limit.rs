//! Bodies beyond the limit.

use watsi::{ErrorKind, Outcome};

use super::{Expected, PAGE, assert_fault};
use crate::server::{Act, Server, http, list};

fn too_large() -> Expected {
    Expected {
        kind: ErrorKind::TooLarge,
        status: Some(200),
        body: None,
        gets: 1,
        post_outcome: Outcome::Unknown,
    }
}

#[tokio::test]
async fn body_is_truncated_at_the_limit() {
    let limited = |server: &Server| server.builder().response_body_limit(10).build().unwrap();
    let expected = Expected {
        body: Some("{\"chats\":["),
        ..too_large()
    };
    assert_fault(Act::Answer(http(200, &[], PAGE)), expected, limited).await;
}

#[tokio::test]
async fn body_as_long_as_the_limit_is_read() {
    let server = Server::start([Act::Answer(http(200, &[], PAGE))]).await;
    list(
        &server
            .builder()
            .response_body_limit(PAGE.len())
            .build()
            .unwrap(),
    )
    .await
    .unwrap();
}

#[tokio::test]
async fn endless_body_is_truncated_at_the_limit() {
    let head = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n".to_vec();
    let chunk = format!("1000\r\n{}\r\n", " ".repeat(4096)).into_bytes();
    let limited = |server: &Server| {
        server
            .builder()
            .response_body_limit(1 << 20)
            .build()
            .unwrap()
    };
    assert_fault(Act::AnswerWithoutEnd(head, chunk), too_large(), limited).await;
}

#[tokio::test]
async fn error_with_an_endless_body_keeps_its_status() {
    let head = b"HTTP/1.1 403 Forbidden\r\ntransfer-encoding: chunked\r\n\r\n".to_vec();
    let act = Act::AnswerWithoutEnd(head, b"1\r\nx\r\n".to_vec());
    let limited = |server: &Server| server.builder().response_body_limit(3).build().unwrap();
    let expected = Expected {
        kind: ErrorKind::Status,
        status: Some(403),
        body: Some("xxx"),
        gets: 1,
        post_outcome: Outcome::Rejected,
    };
    assert_fault(act, expected, limited).await;
}

#[tokio::test]
async fn decompressed_body_is_truncated_at_the_limit() {
    use std::io::Write;
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    for _ in 0..16 {
        packer.write_all(&[b' '; 1 << 20]).unwrap();
    }
    let packed = packer.finish().unwrap();
    let head = format!(
        "HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: {}\r\n\r\n",
        packed.len()
    );
    let act = Act::Answer([head.into_bytes(), packed].concat());
    let unpacking = |server: &Server| {
        let http_client = reqwest::Client::builder()
            .gzip(true)
            .no_proxy()
            .build()
            .unwrap();
        server
            .builder()
            .http_client(http_client)
            .response_body_limit(1 << 20)
            .build()
            .unwrap()
    };
    assert_fault(act, too_large(), unpacking).await;
}

#[tokio::test]
async fn compression_is_not_requested() {
    let server = Server::start([Act::Answer(http(200, &[], PAGE))]).await;
    list(&server.builder().build().unwrap()).await.unwrap();
    assert!(
        !server.requests()[0]
            .to_lowercase()
            .contains("accept-encoding")
    );
}
