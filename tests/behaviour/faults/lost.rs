//! The connection is lost before the response is complete.

use super::{Expected, assert_default, lost};
use crate::server::Act;

#[tokio::test]
async fn reset_before_the_request_was_read() {
    let expected = Expected {
        gets: 0,
        ..lost(None, None)
    };
    assert_default(Act::ResetUnread, expected).await;
}

#[tokio::test]
async fn reset_after_the_request_was_read() {
    assert_default(Act::Reset, lost(None, None)).await;
}

#[tokio::test]
async fn connection_closed_without_a_response() {
    assert_default(Act::Close, lost(None, None)).await;
}

#[tokio::test]
async fn connection_closed_in_the_head() {
    let act = Act::Answer(b"HTTP/1.1 200 OK\r\ncontent-".to_vec());
    assert_default(act, lost(None, None)).await;
}

#[tokio::test]
async fn response_that_is_not_http() {
    assert_default(
        Act::Answer(b"SSH-2.0-OpenSSH_9.9\r\n".to_vec()),
        lost(None, None),
    )
    .await;
}

#[tokio::test]
async fn truncated_body_keeps_status_and_partial_body() {
    let act = Act::Answer(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"chats\":".to_vec());
    assert_default(act, lost(Some(200), Some("{\"chats\":"))).await;
}

#[tokio::test]
async fn truncated_chunked_body_keeps_status_and_partial_body() {
    let head = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";
    let act = Act::Answer(format!("{head}9\r\n{{\"chats\":\r\n").into_bytes());
    assert_default(act, lost(Some(200), Some("{\"chats\":"))).await;
}
