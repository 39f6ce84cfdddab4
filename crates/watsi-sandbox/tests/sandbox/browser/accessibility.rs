//! The page can be used with a keyboard, a screen reader, and a narrow window.

use serde_json::json;
use watsi::types::SendMessageRequest;
use watsi_sandbox::{Fault, Sandbox};

use super::Page;
use crate::subscriber::Subscriber;

const TAB: &str = "\u{e004}";
const ENTER: &str = "\u{e007}";
const ARROW_DOWN: &str = "\u{e015}";

/// `scripts/lint/run` installs it.
const AXE: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../target/lint/node_modules/axe-core/axe.min.js"
);

/// Opens the page with something in each list.
async fn open_full(sandbox: &Sandbox) -> Page {
    let subscriber = Subscriber::subscribed(sandbox, &["message.received", "message.status"]).await;
    subscriber.respond([200, 500]);
    let id = sandbox.customer_writes("+5491155551234", "Hi");
    sandbox.seed(3);
    let request = SendMessageRequest::new(&id, "Hello!");
    let client = sandbox.client();
    client.send_message(request).send().await.unwrap();
    sandbox.settled().await;
    let message = sandbox.messages()[1].id.clone();
    sandbox.mark(&message, "failed").unwrap();
    sandbox.add_fault(Fault::lose_response()).unwrap();
    sandbox.settled().await;
    let page = Page::open(sandbox).await;
    page.counts("#delivery-list li", 3).await;
    page
}

#[tokio::test]
#[ignore = "needs Chromium and ChromeDriver"]
async fn conversation_is_started_and_continued_with_the_keyboard_only() {
    let sandbox = Sandbox::start().await;
    let page = Page::open(&sandbox).await;
    while page.script("return document.activeElement.tagName").await != "SUMMARY" {
        page.browser.press(TAB).await;
    }
    let typed = format!("{ENTER}{TAB}+5491155551234{TAB}Hi{TAB}{ENTER}");
    page.browser.press(&typed).await;
    page.wait("document.activeElement.closest('#write')").await;
    page.browser.press(&format!("Are you open?{ENTER}")).await;
    page.counts("#message-list .inbound", 2).await;
    assert_eq!(sandbox.messages()[1].body, "Are you open?");
}

#[tokio::test]
#[ignore = "needs Chromium and ChromeDriver"]
async fn focus_stays_at_its_conversation_when_the_list_is_reordered() {
    let sandbox = Sandbox::start().await;
    sandbox.customer_writes("+1", "first");
    sandbox.customer_writes("+2", "second");
    let page = Page::open(&sandbox).await;
    page.script("document.querySelector('#conversation-list button').focus()")
        .await;
    page.browser.press(&format!("{ARROW_DOWN}{ENTER}")).await;
    page.shows("#customer", "+1").await;
    sandbox.customer_writes("+1", "third");
    page.shows("#conversation-list li:first-child", "third")
        .await;
    let focused =
        page.script("return document.activeElement.closest('li')?.innerText.split('\\n')[0]");
    assert_eq!(focused.await, "+1");
}

#[tokio::test]
#[ignore = "needs Chromium and ChromeDriver"]
async fn page_needs_no_horizontal_scrolling_at_a_width_of_320_pixels() {
    let sandbox = Sandbox::start().await;
    let page = open_full(&sandbox).await;
    page.browser.resize(320, 640).await;
    page.script("document.querySelectorAll('details').forEach(details => details.open = true)")
        .await;
    page.wait("innerWidth === 320").await;
    let hidden = "const {scrollWidth, clientWidth} = document.documentElement;
        return scrollWidth - clientWidth";
    assert_eq!(page.script(hidden).await, 0);
}

#[tokio::test]
#[ignore = "needs Chromium, ChromeDriver and axe-core"]
async fn page_has_no_accessibility_violations() {
    let sandbox = Sandbox::start().await;
    let page = open_full(&sandbox).await;
    page.script("document.querySelectorAll('details').forEach(details => details.open = true)")
        .await;
    assert_accessible(&page).await;
}

#[tokio::test]
#[ignore = "needs Chromium, ChromeDriver and axe-core"]
async fn empty_page_has_no_accessibility_violations() {
    let sandbox = Sandbox::start().await;
    let page = Page::open(&sandbox).await;
    assert_accessible(&page).await;
}

/// Checks each view in wide and narrow windows, light and dark.
async fn assert_accessible(page: &Page) {
    let axe = std::fs::read_to_string(AXE).expect("scripts/lint/run has installed axe-core");
    page.script(&axe).await;
    for scheme in ["light", "dark"] {
        page.browser.prefer(scheme).await;
        for width in [1400, 800] {
            page.browser.resize(width, 760).await;
            let found = violations(page).await;
            assert_eq!(found, json!([]), "{scheme}, {width} pixels");
        }
        for view in ["conversations", "chat", "events"] {
            page.browser.resize(320, 760).await;
            page.click(&format!("#views [value={view}]")).await;
            let found = violations(page).await;
            assert_eq!(found, json!([]), "{scheme}, {view}");
        }
        page.click("#ask-reset").await;
        let found = violations(page).await;
        assert_eq!(found, json!([]), "{scheme}, dialog");
        page.click("#cancel-reset").await;
    }
}

async fn violations(page: &Page) -> serde_json::Value {
    let run = "const done = arguments[0];
        const report = ({id, nodes}) => [id, ...nodes.map(node => node.html + node.failureSummary)];
        axe.run().then(({violations}) => done(violations.map(report)), error => done(String(error)));";
    let parameters = json!({"script": run, "args": []});
    page.browser.command("/execute/async", parameters).await
}
