//! The connection is lost before the response is complete.

use super::{Expected, assert_default, lost};
use crate::server::Act;

#[tokio::test]
async fn lost_connection_before_the_response() {
    let cases = [
        ("closed without a response", Act::Close),
        ("reset after the request was read", Act::Reset),
        ("closed in the head", respond("HTTP/1.1 200 OK\r\ncontent-")),
        ("not HTTP", respond("SSH-2.0-OpenSSH_9.9\r\n")),
    ];
    for (name, act) in cases {
        assert_default(name, act, lost(None, None)).await;
    }
    let unread = Expected {
        gets: 0,
        ..lost(None, None)
    };
    assert_default(
        "reset before the request was read",
        Act::ResetUnread,
        unread,
    )
    .await;
}

#[tokio::test]
async fn truncated_body_keeps_status_and_partial_body() {
    for (name, rest) in [
        ("length", "content-length: 100\r\n\r\n{\"chats\":"),
        (
            "chunks",
            "transfer-encoding: chunked\r\n\r\n9\r\n{\"chats\":\r\n",
        ),
    ] {
        let act = respond(&format!("HTTP/1.1 200 OK\r\n{rest}"));
        assert_default(name, act, lost(Some(200), Some("{\"chats\":"))).await;
    }
}

fn respond(text: &str) -> Act {
    Act::Respond(text.as_bytes().to_vec())
}
