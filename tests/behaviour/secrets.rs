//! No API key, phone number or message text in any `Debug`, `Display`, chain of sources or panic message.

use std::error::Error as _;
use std::fmt::Debug;
use std::panic::{AssertUnwindSafe, catch_unwind};

use watsi::types::{Conversation, SendMessageRequest};
use watsi::{Client, Error};

use crate::server::{Act, KEY, PHONE, Server, TEXT, builder, http, list, send};

/// Every output of an error.
fn shown(error: &Error) -> String {
    let mut text = format!("{error}\n{error:?}\n{error:#?}");
    let mut source = error.source();
    while let Some(cause) = source {
        text += &format!("\n{cause}\n{cause:?}");
        source = cause.source();
    }
    text
}

#[track_caller]
fn assert_clean(text: &str) {
    for secret in [KEY, PHONE, TEXT, "5491155551234"] {
        assert!(!text.contains(secret), "{secret} in {text}");
    }
}

/// A response that contains every secret in every possible place.
fn echo(status: u16) -> Act {
    let error = format!(
        r#"{{"error":{{"code":"{PHONE}","message":"{TEXT}","details":{{"to":"{PHONE}"}},"request_id":"{PHONE}"}}}}"#
    );
    let headers = [("x-echo", KEY), ("location", PHONE), ("retry-after", PHONE)];
    Act::Respond(http(status, &headers, &error))
}

#[tokio::test]
async fn no_error_contains_a_secret() {
    let undecodable = format!(r#"{{"chats":"{PHONE}","message":"{TEXT}","hasMore":"{KEY}"}}"#);
    let acts = [
        echo(400),
        echo(401),
        echo(500),
        echo(302),
        Act::Respond(http(200, &[], &undecodable)),
        Act::Respond(http(200, &[], &format!("{PHONE} {TEXT} {KEY}"))),
        Act::Respond(http(200, &[], &undecodable[..40])),
        Act::Respond(format!("HTTP/1.1 200 OK\r\ncontent-length: 900\r\n\r\n{undecodable}").into()),
        Act::Respond(format!("{PHONE} {TEXT}\r\n\r\n").into_bytes()),
        Act::Reset,
    ];
    for act in acts {
        let server = Server::start([act]).await;
        let client = server.builder().response_body_limit(200).build().unwrap();
        let personal = client.list_conversations().assigned_user_id(PHONE).send();
        assert_clean(&shown(&crate::server::in_time(personal).await.unwrap_err()));
        assert_clean(&shown(&send(&client).await.unwrap_err()));
    }
}

#[tokio::test]
async fn request_id_with_the_api_key_is_hidden() {
    let key = "SECRETKEY777";
    let body = format!(r#"{{"error":{{"code":"{key}","message":"m","request_id":"req_{key}"}}}}"#);
    let server = Server::start([Act::Close]).await;
    let client = server.builder().api_key(key).build().unwrap();
    // 200 with an error in the body.
    for status in [400, 200] {
        server.now(Act::Respond(http(status, &[], &body)));
        let error = send(&client).await.unwrap_err();
        assert!(!shown(&error).contains(key), "{error}");
        assert_eq!(error.request_id(), Some("req_SECRETKEY777"));
    }
}

#[tokio::test]
async fn failed_connection_hides_secrets() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let client = builder(&url).build().unwrap();
    assert_clean(&shown(&list(&client).await.unwrap_err()));
    let path = format!("/customers/{PHONE}");
    let call = client
        .request(reqwest::Method::GET, &path)
        .query(&[("q", TEXT)]);
    assert_clean(&format!("{call:?}"));
    assert_clean(&shown(&call.send::<serde_json::Value>().await.unwrap_err()));
}

#[test]
fn debug_output_of_clients_and_builders_hides_secrets() {
    fn check(value: &impl Debug) {
        assert_clean(&format!("{value:?} {value:#?}"));
    }
    check(&Client::builder().api_key(KEY));
    let client = Client::builder().api_key(KEY).build().unwrap();
    check(&client);
    let request = SendMessageRequest::new("chat_1", TEXT);
    check(&request);
    check(&client.send_message(request));
    check(&client.list_conversations().assigned_user_id(PHONE));
    check(&client.request(reqwest::Method::GET, PHONE));
    let url = format!("https://{KEY}@host");
    check(
        &Client::builder()
            .api_key(KEY)
            .base_url(url)
            .build()
            .unwrap_err(),
    );
    check(
        &Client::builder()
            .api_key(format!("{KEY}\n"))
            .build()
            .unwrap_err(),
    );
}

#[test]
fn debug_output_of_a_conversation_hides_the_customer() {
    let json = serde_json::json!({
        "id": "chat_1", "status": "open",
        "customer": {"name": TEXT, "phone": PHONE},
        "details": {"phone": PHONE},
    });
    let conversation: Conversation = serde_json::from_value(json).unwrap();
    assert_clean(&format!("{conversation:?}"));
    assert_eq!(conversation.customer.phone, Some(PHONE.into()));
}

#[tokio::test]
async fn panic_message_hides_secrets() {
    let server = Server::start([echo(400)]).await;
    let result = send(&server.client()).await;
    let panic = catch_unwind(AssertUnwindSafe(|| result.map(drop).unwrap())).unwrap_err();
    assert_clean(panic.downcast_ref::<String>().expect("a message"));
}
