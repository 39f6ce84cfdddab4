//! The pages of the sandbox in a real browser.

mod accessibility; // keyboard, focus, screen readers
mod driver; // a WebDriver client
mod live; // the page follows the sandbox
mod page; // what the page does
mod reference; // the interactive reference

use serde_json::{Value, json};
use watsi_sandbox::Sandbox;

use driver::Browser;

/// The page of a sandbox.
struct Page {
    browser: Browser,
}

impl Page {
    /// Opens the page and waits until it shows the state.
    async fn open(sandbox: &Sandbox) -> Self {
        let page = Page {
            browser: Browser::start().await,
        };
        page.visit(sandbox).await;
        page
    }

    async fn visit(&self, sandbox: &Sandbox) {
        let url = format!("{}/_sandbox/", sandbox.uri());
        self.browser.command("/url", json!({"url": url})).await;
        self.shows("#connection", "Connected").await;
    }

    /// Waits until an element that matches the selector contains the text.
    async fn shows(&self, selector: &str, text: &str) {
        let (selector, text) = (json!(selector), json!(text));
        let matching = format!(
            "[...document.querySelectorAll({selector})].some(found => found.textContent.includes({text}))"
        );
        self.browser.wait(&matching).await;
    }

    /// Waits until this many elements match the selector.
    async fn counts(&self, selector: &str, count: usize) {
        let selector = json!(selector);
        self.browser
            .wait(&format!(
                "document.querySelectorAll({selector}).length === {count}"
            ))
            .await;
    }

    /// Waits until the expression is true.
    async fn wait(&self, expression: &str) {
        self.browser.wait(expression).await;
    }

    async fn script(&self, script: &str) -> Value {
        let parameters = json!({"script": script, "args": []});
        self.browser.command("/execute/sync", parameters).await
    }

    async fn click(&self, selector: &str) {
        let element = self.browser.element(selector).await;
        self.browser
            .command(&format!("{element}/click"), json!({}))
            .await;
    }

    async fn enter(&self, selector: &str, text: &str) {
        let element = self.browser.element(selector).await;
        let clear = format!("{element}/clear");
        self.browser.command(&clear, json!({})).await;
        let parameters = json!({"text": text});
        self.browser
            .command(&format!("{element}/value"), parameters)
            .await;
    }

    /// Chooses an option, once it is there.
    async fn choose(&self, select: &str, value: &str) {
        let option = format!("{select} option[value='{value}']");
        self.counts(&option, 1).await;
        self.click(&option).await;
    }

    /// Writes as a new customer.
    async fn start_conversation(&self, phone: &str, text: &str) {
        self.click("#new-conversation:not([open]) summary").await;
        self.enter("#start [name=phone]", phone).await;
        self.enter("#start [name=text]", text).await;
        self.click("#start button").await;
    }
}
