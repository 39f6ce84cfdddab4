//! What the page does.

use std::time::Duration;

use serde_json::json;
use watsi::RetryPolicy;
use watsi::types::SendMessageRequest;
use watsi_sandbox::{ConversationUpdate, Fault, Sandbox};

use super::Page;
use crate::client::{PHONE, send};
use crate::subscriber::Subscriber;

#[tokio::test]
#[ignore = "needs Chromium and ChromeDriver"]
async fn customers_write_through_the_page() {
    let sandbox = Sandbox::start().await;
    let page = Page::open(&sandbox).await;
    page.start_conversation(PHONE, "Hi").await;
    page.shows("#message-list .inbound .text", "Hi").await;
    page.enter("#write textarea", "Are you open?").await;
    page.click("#write button").await;
    page.counts("#message-list .inbound", 2).await;
    let messages = sandbox.messages();
    let texts: Vec<_> = messages.iter().map(|message| &message.body).collect();
    assert_eq!(texts, ["Hi", "Are you open?"]);
    assert_eq!(page.browser.console().await, json!([]));
}

#[tokio::test]
#[ignore = "needs Chromium and ChromeDriver"]
async fn messages_are_marked_through_the_page() {
    let sandbox = Sandbox::start().await;
    let id = sandbox.customer_writes(PHONE, "Hi");
    let request = SendMessageRequest::new(&id, "Hello!");
    let client = sandbox.client();
    client.send_message(request).send().await.unwrap();
    let page = Page::open(&sandbox).await;
    page.click(".outbound [value=failed]").await;
    page.shows(".outbound .status", "failed").await;
    assert_eq!(sandbox.messages()[1].status, "failed");
}

#[tokio::test]
#[ignore = "needs Chromium and ChromeDriver"]
async fn window_closes_when_the_page_advances_the_clock_by_25_hours() {
    let sandbox = Sandbox::start().await;
    sandbox.customer_writes(PHONE, "Hi");
    let page = Page::open(&sandbox).await;
    page.shows("#window", "closes in 24 h 0 min").await;
    page.enter("#advance [name=amount]", "90").await;
    page.click("#advance button").await;
    page.shows("#window", "closes in 22 h 30 min").await;
    page.click("#steps [value='90000']").await;
    page.shows("#window", "closed").await;
}

#[tokio::test]
#[ignore = "needs Chromium and ChromeDriver"]
async fn fault_of_the_page_affects_the_next_request() {
    let sandbox = Sandbox::start().await;
    let page = Page::open(&sandbox).await;
    page.click("#faults summary").await;
    page.enter("#add-fault [name=status]", "429").await;
    page.enter("#add-fault [name=retry_after]", "7").await;
    page.choose("#add-fault [name=operation]", "list_conversations")
        .await;
    page.click("#add-fault button").await;
    page.counts("#fault-list li", 1).await;
    let client = sandbox.client().with_retry(RetryPolicy::never());
    let error = client.list_conversations().send().await.unwrap_err();
    assert_eq!(error.status().unwrap(), 429);
    assert_eq!(error.retry_after(), Some(Duration::from_secs(7)));
    page.counts("#fault-list li", 0).await;
}

#[tokio::test]
#[ignore = "needs Chromium and ChromeDriver"]
async fn fault_is_removed_through_the_page() {
    let sandbox = Sandbox::start().await;
    let fault = Fault::drop_delivery().every(2);
    sandbox.add_fault(fault).unwrap();
    let page = Page::open(&sandbox).await;
    page.shows("#fault-list", "Drop the attempt · every 2 · applied 0")
        .await;
    page.click("#fault-list button").await;
    page.counts("#fault-list li", 0).await;
    assert_eq!(
        page.script("return document.activeElement.id").await,
        "faults-title"
    );
}

#[tokio::test]
#[ignore = "needs Chromium and ChromeDriver"]
async fn only_the_fields_of_the_selected_fault_are_shown() {
    let sandbox = Sandbox::start().await;
    let page = Page::open(&sandbox).await;
    page.click("#faults summary").await;
    page.choose("#add-fault [name=fault]", "delay_delivery")
        .await;
    let visible = "return [...document.querySelectorAll('#add-fault [name]')]
        .filter(field => field.checkVisibility()).map(field => field.name)";
    let shown = page.script(visible).await;
    assert_eq!(
        shown,
        json!(["fault", "milliseconds", "event_type", "next"])
    );
}

#[tokio::test]
#[ignore = "needs Chromium and ChromeDriver"]
async fn failed_delivery_is_shown_and_redelivered() {
    let sandbox = Sandbox::start().await;
    let subscriber = Subscriber::subscribed(&sandbox, &["message.received"]).await;
    subscriber.respond([500]);
    let page = Page::open(&sandbox).await;
    sandbox.customer_writes(PHONE, "Hi");
    page.shows("#delivery-list .outcome", "rejected: 500").await;
    page.click("#delivery-list summary").await;
    page.shows("#delivery-list pre", "\"body\": \"Hi\"").await;
    page.click("#delivery-list li > button").await;
    page.shows("#delivery-list .outcome", "accepted: 200").await;
    let [first, second] = &subscriber.deliveries()[..] else {
        panic!("expected two deliveries");
    };
    assert_eq!(first.event.id, second.event.id);
}

#[tokio::test]
#[ignore = "needs Chromium and ChromeDriver"]
async fn attempts_of_an_event_are_one_row_with_its_conversation_and_status() {
    let sandbox = Sandbox::start().await;
    let subscriber = Subscriber::subscribed(&sandbox, &["message.status"]).await;
    subscriber.respond([500, 200]);
    let id = sandbox.customer_writes(PHONE, "Hi");
    send(&sandbox, &id).await.unwrap();
    sandbox.settled().await;
    sandbox.advance(Duration::from_millis(1_500));
    sandbox.settled().await;
    let page = Page::open(&sandbox).await;
    // One for each status, of which the first needed two attempts.
    page.counts("#delivery-list li", 2).await;
    page.shows("#delivery-list .carried", "sent").await;
    page.shows("#delivery-list .carried", "delivered").await;
    page.shows("#delivery-list .conversation", PHONE).await;
    page.click("#delivery-list li:has(.count:not(:empty)) summary")
        .await;
    page.shows("#delivery-list .attempts", "rejected: 500")
        .await;
    page.shows("#delivery-list .attempts", "accepted: 200")
        .await;
    page.shows("#delivery-list .attempts", &subscriber.url)
        .await;
}

#[tokio::test]
#[ignore = "needs Chromium and ChromeDriver"]
async fn deliveries_are_filtered_by_type_and_outcome() {
    let sandbox = Sandbox::start().await;
    let events = ["message.received", "conversation.created"];
    let subscriber = Subscriber::subscribed(&sandbox, &events).await;
    subscriber.respond([500, 200]);
    sandbox.customer_writes(PHONE, "Hi");
    sandbox.settled().await;
    let page = Page::open(&sandbox).await;
    page.counts("#delivery-list li", 2).await;
    page.choose("#delivery-filter [name=event_type]", "message.received")
        .await;
    page.counts("#delivery-list li", 1).await;
    page.choose("#delivery-filter [name=outcome]", "other")
        .await;
    page.counts("#delivery-list li", 0).await;
    page.wait("!document.querySelector('#no-match').hidden")
        .await;
    page.click("#delivery-filter [name=event_type] option[value='']")
        .await;
    page.shows("#delivery-list .type", "conversation.created")
        .await;
    page.counts("#delivery-list li", 1).await;
}

#[tokio::test]
#[ignore = "needs Chromium and ChromeDriver"]
async fn subscription_is_added_tested_and_removed_through_the_page() {
    let sandbox = Sandbox::start().await;
    let subscriber = Subscriber::start(sandbox.webhook_secret()).await;
    let page = Page::open(&sandbox).await;
    page.shows("#subscribe-command", &sandbox.uri()).await;
    page.click("#subscriptions summary").await;
    page.enter("#add-subscription [name=url]", "http://example.com/")
        .await;
    page.click("#add-subscription button").await;
    page.shows("#add-subscription .error", "url is not https")
        .await;
    page.enter("#add-subscription [name=url]", &subscriber.url)
        .await;
    page.enter(
        "#add-subscription [name=events]",
        "contact.updated, message.status",
    )
    .await;
    page.click("#add-subscription button").await;
    page.shows(
        "#subscription-list .events",
        "contact.updated, message.status",
    )
    .await;
    page.click("#subscription-list [value=test]").await;
    subscriber.received(1).await;
    assert_eq!(subscriber.event_types(), ["contact.updated"]);
    page.click("#subscription-list [value=remove]").await;
    page.counts("#subscription-list li", 0).await;
    page.wait("!document.querySelector('#no-subscriptions').hidden")
        .await;
    assert_eq!(
        page.script("return document.activeElement.id").await,
        "subscriptions-title"
    );
}

#[tokio::test]
#[ignore = "needs Chromium and ChromeDriver"]
async fn actions_that_no_longer_apply_are_hidden() {
    let sandbox = Sandbox::start().await;
    let id = sandbox.customer_writes(PHONE, "Hi");
    let message = send(&sandbox, &id).await.unwrap();
    let page = Page::open(&sandbox).await;
    let visible = "return [...document.querySelectorAll('.outbound button')]
        .filter(button => button.checkVisibility()).map(button => button.value)";
    page.shows(".outbound .status", "sent").await;
    assert_eq!(page.script(visible).await, json!(["read", "failed"]));
    sandbox.mark(&message, "read").unwrap();
    page.shows(".outbound .status", "read").await;
    assert_eq!(page.script(visible).await, json!(["failed"]));
    sandbox.mark(&message, "failed").unwrap();
    page.shows(".outbound .status", "failed").await;
    assert_eq!(page.script(visible).await, json!([]));
}

#[tokio::test]
#[ignore = "needs Chromium and ChromeDriver"]
async fn narrow_window_shows_one_view_at_a_time() {
    let sandbox = Sandbox::start().await;
    sandbox.customer_writes(PHONE, "Hi");
    let page = Page::open(&sandbox).await;
    page.browser.resize(400, 800).await;
    let visible = "return [...document.querySelectorAll('#conversations, #chat, aside')]
        .filter(view => view.checkVisibility()).map(view => view.id || view.tagName)";
    assert_eq!(page.script(visible).await, json!(["conversations"]));
    page.click("#conversation-list button").await;
    assert_eq!(page.script(visible).await, json!(["chat"]));
    page.click("#views [value=events]").await;
    assert_eq!(page.script(visible).await, json!(["ASIDE"]));
    let pressed = "return document.querySelector('#views [aria-pressed=true]').value";
    assert_eq!(page.script(pressed).await, "events");
}

#[tokio::test]
#[ignore = "needs Chromium and ChromeDriver"]
async fn reset_keeps_only_the_subscriptions_if_asked() {
    let sandbox = Sandbox::start().await;
    let subscriber = Subscriber::subscribed(&sandbox, &["message.received"]).await;
    sandbox.customer_writes(PHONE, "before");
    sandbox.settled().await;
    let page = Page::open(&sandbox).await;
    page.click("#ask-reset").await;
    page.click("#reset [name=keep_subscriptions]").await;
    page.click("#reset form .danger").await;
    page.counts(
        "#conversation-list li, #message-list li, #delivery-list li",
        0,
    )
    .await;
    page.wait("!document.querySelector('#reset').open").await;
    assert_eq!(sandbox.messages(), []);
    sandbox.customer_writes(PHONE, "after");
    sandbox.settled().await;
    assert_eq!(subscriber.deliveries().len(), 2);
}

#[tokio::test]
#[ignore = "needs Chromium and ChromeDriver"]
async fn html_in_texts_is_shown_as_text() {
    let sandbox = Sandbox::start().await;
    let text = "<img src=x onerror=\"document.title='run'\"><script>document.title='run'</script>";
    Subscriber::subscribed(&sandbox, &["message.received"]).await;
    let id = sandbox.customer_writes(PHONE, text);
    let update = ConversationUpdate::new().name(Some(text));
    sandbox.update_conversation(&id, update).unwrap();
    sandbox.settled().await;
    let page = Page::open(&sandbox).await;
    for place in ["#message-list .text", "#customer", ".name", ".preview"] {
        page.shows(place, text).await;
    }
    page.click("#delivery-list summary").await;
    page.shows("#delivery-list pre", "onerror").await;
    assert_eq!(page.script("return document.title").await, "Watsi sandbox");
    assert_eq!(page.browser.console().await, json!([]));
}

#[tokio::test]
#[ignore = "needs Chromium and ChromeDriver"]
async fn errors_are_shown_at_their_form_with_details() {
    let sandbox = Sandbox::start().await;
    let page = Page::open(&sandbox).await;
    page.start_conversation("12345", "Hi").await;
    page.shows("#start .error", "phone does not match the pattern")
        .await;
    let invalid = page.script("return document.querySelector('[aria-invalid=true]').name");
    assert_eq!(invalid.await, "phone");
}
