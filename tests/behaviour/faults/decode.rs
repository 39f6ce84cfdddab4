//! Successes whose body is not the documented JSON.

use watsi::types::ErrorCode;

use super::{assert_default, undecodable};
use crate::server::{Act, PAGE, SENT, Server, http, list, send};

#[tokio::test]
async fn invalid_body_of_a_success_is_a_decode_error() {
    let mut invalid_utf_8 = http(200, &[], "{\"chats\":[],\"hasMore\":\"?\"}");
    let place = invalid_utf_8
        .iter()
        .rposition(|byte| *byte == b'?')
        .unwrap();
    invalid_utf_8[place] = 0xff;
    let short = b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{\"chats\":[]}".to_vec();
    let no_content = b"HTTP/1.1 204 No Content\r\n\r\n".to_vec();
    let replaced = "{\"chats\":[],\"hasMore\":\"\u{fffd}\"}";
    let cases = [
        ("short content length", short, 200, "{\"chats\":"),
        ("invalid UTF-8", invalid_utf_8, 200, replaced),
        ("HTML", http(200, &[], "<html>"), 200, "<html>"),
        ("empty", http(200, &[], ""), 200, ""),
        ("no content", no_content, 204, ""),
    ];
    for (name, response, status, body) in cases {
        assert_default(name, Act::Respond(response), undecodable(status, body)).await;
    }
}

#[tokio::test]
async fn unpaired_surrogate_does_not_fail_a_page() {
    let page = r#"{"chats":[{"id":"a","customer":{"name":"Ana \ud83d"},"status":"open"}],"hasMore":false}"#;
    let server = Server::start([Act::Respond(http(200, &[], page))]).await;
    let page = list(&server.client()).await.unwrap();
    assert_eq!(page.chats[0].customer.name.as_deref(), Some("Ana \u{fffd}"));
}

#[tokio::test]
async fn byte_order_mark_before_json_is_ignored() {
    let marked = |status, body| Act::Respond(http(status, &[], &format!("\u{feff}{body}")));
    let envelope = r#"{"error":{"code":"CONFLICT","message":"m"}}"#;
    let page = r#"{"chats":[{"id":7}],"hasMore":false}"#;
    let server = Server::start([marked(200, SENT), marked(409, envelope), marked(200, page)]).await;
    let client = server.client();
    send(&client).await.unwrap();
    let error = send(&client).await.unwrap_err();
    assert_eq!(error.code(), Some(&ErrorCode::Conflict));
    let error = list(&client).await.unwrap_err();
    assert_eq!(error.json_path(), Some("chats[0].id"));
}

#[tokio::test]
async fn content_type_of_valid_json_is_ignored() {
    let html = |body| Act::Respond(http(200, &[("content-type", "text/html")], body));
    let server = Server::start([html(PAGE), html(SENT)]).await;
    let client = server.client();
    list(&client).await.unwrap();
    send(&client).await.unwrap();
}
