//! `watsi listen --forward` passes verified deliveries on to a bot.

use std::net::TcpListener;
use std::thread;

use watsi::webhook::{SIGNATURE_HEADER, Verifier, sign};
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::command::watsi;
use crate::endless::{EVENT, deliver};
use crate::running::Running;

const SECRET: &str = "whsec";

fn listen(forward: &str, more: &[&str]) -> (Running, String) {
    let mut command = watsi(&["listen", "--port", "0", "--forward", forward]);
    command.args(more).env("WATSI_WEBHOOK_SECRET", SECRET);
    let mut running = Running::start(command);
    let line = running.error_line();
    let url = line.strip_prefix("waiting for events on ").unwrap();
    (running, url.to_owned())
}

async fn bot(status: u16) -> MockServer {
    let bot = MockServer::start().await;
    let response = ResponseTemplate::new(status).insert_header("location", "http://192.0.2.1/");
    Mock::given(any()).respond_with(response).mount(&bot).await;
    bot
}

#[tokio::test]
async fn bot_gets_the_bytes_and_headers_of_a_delivery() {
    let bot = bot(202).await;
    let (mut running, url) = listen(&format!("{}/hooks?a=1", bot.uri()), &[]);
    // White space that a parser would not keep.
    let body = EVENT.replace("\":", "\" :\t");
    let http = watsi::reqwest::Client::builder()
        .no_proxy()
        .build()
        .unwrap();
    let request = http
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
        let (_running, url) = listen(&bot.uri(), &[]);
        assert_eq!(deliver(&url, EVENT, SECRET).await, status);
        assert_eq!(deliver(&url, EVENT, SECRET).await, status);
        assert_eq!(bot.received_requests().await.unwrap().len(), 2);
    }
}

#[tokio::test]
async fn delivery_with_another_signature_does_not_reach_the_bot() {
    let bot = bot(200).await;
    let (mut running, url) = listen(&bot.uri(), &[]);
    assert_eq!(deliver(&url, EVENT, "another").await, 401);
    assert_eq!(deliver(&url, &"x".repeat(2 << 20), SECRET).await, 413);
    assert_eq!(bot.received_requests().await.unwrap().len(), 0);
    assert!(running.error_line().starts_with("rejected 401: "));
}

#[tokio::test]
async fn bot_that_is_down_is_a_502_with_advice() {
    let (mut running, url) = listen("http://127.0.0.1:1/", &[]);
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
    let (mut running, url) = listen(&bot, &[]);
    assert_eq!(deliver(&url, EVENT, SECRET).await, 502);
    let line = running.error_line();
    assert!(line.starts_with("delivery 502: "), "{line}");
    assert!(!line.contains("cannot connect"), "{line}");
}

#[test]
fn messages_are_not_sent_unencrypted_unless_allowed() {
    for (url, reason) in [
        ("http://bot.example/", "unencrypted"),
        ("ftp://bot.example/", "its scheme is not http"),
        ("bot", "not an absolute URL"),
    ] {
        let mut command = watsi(&["listen", "--port", "0", "--forward", url]);
        let output = command
            .env("WATSI_WEBHOOK_SECRET", SECRET)
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(2), "{url}");
        let error = String::from_utf8(output.stderr).unwrap();
        assert!(error.contains(reason), "{error}");
    }
    let (_running, url) = listen("http://bot.example/", &["--allow-insecure-http"]);
    assert!(url.starts_with("http://127.0.0.1:"));
}
