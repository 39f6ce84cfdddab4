//! Successes whose body is not the documented JSON.

use super::{Expected, PAGE, SENT, assert_default, undecodable};
use crate::server::{Act, Server, http, list, send};

#[tokio::test]
async fn short_content_length_truncates_the_json() {
    let act = Act::Answer(b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{\"chats\":[]}".to_vec());
    assert_default(act, undecodable("{\"chats\":")).await;
}

#[tokio::test]
async fn invalid_utf_8_is_a_decode_error() {
    let mut answer = http(200, &[], "{\"chats\":[],\"hasMore\":\"?\"}");
    let place = answer.iter().rposition(|byte| *byte == b'?').unwrap();
    answer[place] = 0xff;
    assert_default(
        Act::Answer(answer),
        undecodable("{\"chats\":[],\"hasMore\":\"\u{fffd}\"}"),
    )
    .await;
}

#[tokio::test]
async fn unpaired_surrogate_does_not_fail_a_page() {
    let page = r#"{"chats":[{"id":"a","customer":{"name":"Ana \ud83d"},"status":"open"}],"hasMore":false}"#;
    let server = Server::start([Act::Answer(http(200, &[], page))]).await;
    let page = list(&server.builder().build().unwrap()).await.unwrap();
    assert_eq!(page.chats[0].customer.name.as_deref(), Some("Ana \u{fffd}"));
}

#[tokio::test]
async fn html_success_is_a_decode_error() {
    assert_default(Act::Answer(http(200, &[], "<html>")), undecodable("<html>")).await;
}

#[tokio::test]
async fn empty_success_is_a_decode_error() {
    assert_default(Act::Answer(http(200, &[], "")), undecodable("")).await;
}

#[tokio::test]
async fn no_content_is_a_decode_error() {
    let act = Act::Answer(b"HTTP/1.1 204 No Content\r\n\r\n".to_vec());
    assert_default(
        act,
        Expected {
            status: Some(204),
            ..undecodable("")
        },
    )
    .await;
}

#[tokio::test]
async fn content_type_of_valid_json_is_ignored() {
    let answer = |body| Act::Answer(http(200, &[("content-type", "text/html")], body));
    let server = Server::start([answer(PAGE), answer(SENT)]).await;
    let client = server.builder().build().unwrap();
    list(&client).await.unwrap();
    send(&client).await.unwrap();
}
