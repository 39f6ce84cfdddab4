//! `watsi listen --forward` passes verified deliveries on to a bot.

use std::net::TcpListener;
use std::thread;

use watsi::webhook::{SIGNATURE_HEADER, Verifier, sign};
use wiremock::{MockServer, ResponseTemplate};

use crate::listen::{EVENT, SECRET, deliver, listen};
use crate::running::{Running, http};
use crate::servers::serving;

fn forward(bot: &str) -> (Running, String) {
    listen(&["--forward", bot])
}

async fn bot(status: u16) -> MockServer {
    let response = ResponseTemplate::new(status).insert_header("location", "http://192.0.2.1/");
    serving(response).await
}

#[tokio::test]
async fn bot_gets_the_bytes_and_headers_of_a_delivery() {
    let bot = bot(202).await;
    let (mut running, url) = forward(&format!("{}/hooks?a=1", bot.uri()));
    // White space that a parser would not keep.
    let body = EVENT.replace("\":", "\" :\t");
    let request = http()
        .post(&url)
        .header("content-type", "application/json; charset=utf-8")
        .header(SIGNATURE_HEADER, sign(SECRET, &body))
        .header("x-watsi-event", "message.received")
        .header("x-watsi-delivery-id", "dlv_1")
        .header("connection", "x-hop")
        .header("x-hop", "1")
        .body(body.clone());
    let response = request.send().await.unwrap();
    assert_eq!(response.status(), 202);
    assert_eq!(running.line(), "evt_1 message.received in chat_123");
    let [received] = bot.received_requests().await.unwrap().try_into().unwrap();
    assert_eq!(received.url.path(), "/hooks");
    assert_eq!(received.url.query(), Some("a=1"));
    assert_eq!(received.body, body.as_bytes());
    assert_eq!(
        received.headers["content-type"],
        "application/json; charset=utf-8"
    );
    assert_eq!(received.headers["x-watsi-delivery-id"], "dlv_1");
    assert!(!received.headers.contains_key("x-hop"));
    let verifier = Verifier::new(SECRET).unwrap();
    let event = verifier.verify_delivery(&received.body, &received.headers);
    assert_eq!(event.unwrap().id.as_str(), "evt_1");
    let line = running.error_line();
    assert_eq!(line, "delivery POST message.received 202");
}

#[tokio::test]
async fn status_of_the_bot_is_returned_also_for_duplicates() {
    for status in [200, 302, 404, 500] {
        let bot = bot(status).await;
        let (_running, url) = forward(&bot.uri());
        assert_eq!(deliver(&url, EVENT, SECRET).await, status);
        assert_eq!(deliver(&url, EVENT, SECRET).await, status);
        assert_eq!(bot.received_requests().await.unwrap().len(), 2);
    }
}

#[tokio::test]
async fn delivery_with_another_signature_does_not_reach_the_bot() {
    let bot = bot(200).await;
    let (mut running, url) = forward(&bot.uri());
    assert_eq!(deliver(&url, EVENT, "another").await, 401);
    assert_eq!(deliver(&url, &"x".repeat(2 << 20), SECRET).await, 413);
    assert_eq!(bot.received_requests().await.unwrap().len(), 0);
    assert!(running.error_line().starts_with("rejected 401: "));
}

#[tokio::test]
async fn bot_that_is_down_is_a_502_with_advice() {
    let (mut running, url) = forward("http://127.0.0.1:1/");
    assert_eq!(deliver(&url, EVENT, SECRET).await, 502);
    let line = running.error_line();
    assert!(
        line.starts_with("delivery 502: cannot connect to the bot; "),
        "{line}"
    );
}

#[tokio::test]
async fn bot_that_closes_the_connection_is_a_502_with_another_reason() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let bot = format!("http://{}/", listener.local_addr().unwrap());
    thread::spawn(move || listener.incoming().for_each(drop));
    let (mut running, url) = forward(&bot);
    assert_eq!(deliver(&url, EVENT, SECRET).await, 502);
    let line = running.error_line();
    assert!(line.starts_with("delivery 502: "), "{line}");
    assert!(!line.contains("cannot connect"), "{line}");
}

#[test]
fn messages_are_sent_unencrypted_if_it_is_allowed() {
    let (_running, url) = listen(&["--forward", "http://bot.example/", "--allow-insecure-http"]);
    assert!(url.starts_with("http://127.0.0.1:"));
}
