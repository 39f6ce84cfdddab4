//! The page follows the sandbox.

use std::time::Duration;

use serde_json::json;
use watsi::types::{CreateWebhookRequest, SendMessageRequest};
use watsi_sandbox::Sandbox;

use super::Page;
use crate::client::PHONE;

#[tokio::test]
#[ignore = "needs Chromium and ChromeDriver"]
async fn reply_appears_and_its_status_follows_the_clock() {
    let sandbox = Sandbox::start().await;
    let id = sandbox.customer_writes(PHONE, "Hi");
    let page = Page::open(&sandbox).await;
    let request = SendMessageRequest::new(&id, "Hello!");
    let client = sandbox.client();
    client.send_message(request).send().await.unwrap();
    page.shows(".outbound .text", "Hello!").await;
    page.shows(".outbound .status", "sent").await;
    page.shows("#news", "Bot: Hello!").await;
    sandbox.advance(Duration::from_secs(1));
    page.shows(".outbound .status", "delivered").await;
    sandbox.advance(Duration::from_secs(10));
    page.shows(".outbound .status", "read").await;
}

#[tokio::test]
#[ignore = "needs Chromium and ChromeDriver"]
async fn blocked_delivery_appears() {
    let sandbox = Sandbox::start().await;
    let request = CreateWebhookRequest::new("https://bot.example/hook", ["message.received"]);
    let client = sandbox.client();
    client.create_webhook(request).send().await.unwrap();
    let page = Page::open(&sandbox).await;
    sandbox.customer_writes(PHONE, "Hi");
    page.shows("#delivery-list .outcome", "blocked").await;
}

#[tokio::test]
#[ignore = "needs Chromium and ChromeDriver"]
async fn page_reconnects_to_a_restarted_sandbox() {
    let sandbox = Sandbox::start().await;
    sandbox.customer_writes(PHONE, "Hi");
    let page = Page::open(&sandbox).await;
    let port = sandbox.uri().rsplit(':').next().unwrap().parse().unwrap();
    let address = std::net::SocketAddr::from(([127, 0, 0, 1], port));
    drop(sandbox);
    page.shows("#connection", "Disconnected").await;
    let restarted = Sandbox::builder().listen(address).start().await.unwrap();
    page.shows("#connection", "Connected").await;
    page.counts("#conversation-list li", 0).await;
    restarted.customer_writes(PHONE, "Back again");
    page.shows("#message-list .text", "Back again").await;
}

#[tokio::test]
#[ignore = "needs Chromium and ChromeDriver"]
async fn pages_of_two_sandboxes_are_independent() {
    let (first, second) = (Sandbox::start().await, Sandbox::start().await);
    let page = Page::open(&first).await;
    let window = page
        .browser
        .command("/window/new", json!({"type": "tab"}))
        .await;
    let handle = json!({"handle": window["handle"]});
    page.browser.command("/window", handle).await;
    page.visit(&second).await;
    page.start_conversation(PHONE, "Hi").await;
    page.shows("#message-list .text", "Hi").await;
    assert_eq!(first.messages(), []);
    assert_eq!(second.messages().len(), 1);
}

#[tokio::test]
#[ignore = "needs Chromium and ChromeDriver"]
async fn api_key_may_contain_markup_and_quotes() {
    let key = r#"</script><!--"'\u0041"#;
    let sandbox = Sandbox::builder().api_key(key).start().await.unwrap();
    let page = Page::open(&sandbox).await;
    assert_eq!(page.browser.console().await, json!([]));
}

#[tokio::test]
#[ignore = "needs Chromium and ChromeDriver"]
async fn page_shows_the_latest_of_10000_messages() {
    let sandbox = Sandbox::start().await;
    for number in 1..=10_000 {
        sandbox.customer_writes(PHONE, &format!("message {number}"));
    }
    let page = Page::open(&sandbox).await;
    page.counts("#message-list li", 100).await;
    page.shows("#message-list li:last-child", "message 10000")
        .await;
    sandbox.customer_writes(PHONE, "one more");
    page.shows("#message-list li:last-child", "one more").await;
    page.counts("#message-list li", 100).await;
}
