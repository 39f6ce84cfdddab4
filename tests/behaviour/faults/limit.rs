//! Bodies beyond the limit.

use std::io::Write;

use watsi::{ErrorKind, Outcome};

use super::{Expected, assert_fault, forbidden};
use crate::server::{Act, PAGE, Server, http, list};

fn too_large(body: Option<&'static str>) -> Expected {
    Expected {
        kind: ErrorKind::TooLarge,
        status: Some(200),
        body,
        gets: 1,
        post_outcome: Outcome::Unknown,
    }
}

fn endless(status: u16, chunk: &str) -> Act {
    let head = format!("HTTP/1.1 {status} Status\r\ntransfer-encoding: chunked\r\n\r\n");
    let chunk = format!("{:x}\r\n{chunk}\r\n", chunk.len());
    Act::RespondWithoutEnd(head.into(), chunk.into())
}

#[tokio::test]
async fn body_is_truncated_at_the_limit() {
    let page = Act::Respond(http(200, &[], PAGE));
    let cases = [
        ("long", page, 10, too_large(Some("{\"chats\":["))),
        (
            "endless",
            endless(200, &" ".repeat(4096)),
            1 << 20,
            too_large(None),
        ),
        ("endless error", endless(403, "x"), 3, forbidden("xxx")),
    ];
    for (name, act, limit, expected) in cases {
        assert_fault(name, act, expected, |builder| {
            builder.response_body_limit(limit)
        })
        .await;
    }
}

#[tokio::test]
async fn body_as_long_as_the_limit_is_read() {
    let server = Server::start([Act::Respond(http(200, &[], PAGE))]).await;
    let builder = server.builder().response_body_limit(PAGE.len());
    list(&builder.build().unwrap()).await.unwrap();
}

#[tokio::test]
async fn decompressed_body_is_truncated_at_the_limit() {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(&vec![b' '; 16 << 20]).unwrap();
    let body = encoder.finish().unwrap();
    let length = body.len();
    let head =
        format!("HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: {length}\r\n\r\n");
    let act = Act::Respond([head.into_bytes(), body].concat());
    assert_fault("gzip", act, too_large(None), |builder| {
        let http_client = reqwest::Client::builder().gzip(true).no_proxy();
        let builder = builder.http_client(http_client.build().unwrap());
        builder.response_body_limit(1 << 20)
    })
    .await;
}

#[tokio::test]
async fn compression_is_not_requested() {
    let server = Server::start([Act::Respond(http(200, &[], PAGE))]).await;
    list(&server.client()).await.unwrap();
    let request = server.requests()[0].to_lowercase();
    assert!(!request.contains("accept-encoding"), "{request}");
}
