//! The interactive reference in a real browser.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use serde_json::{Value, json};
use watsi::sandbox::Sandbox;

use crate::sandbox::HTTP;

/// A browser without a window, driven by three commands of WebDriver
/// (<https://www.w3.org/TR/webdriver2/>).
struct Browser {
    driver: Child,
    session: String,
}

impl Drop for Browser {
    fn drop(&mut self) {
        // One that has ended already needs no end.
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

impl Browser {
    async fn start() -> Self {
        let mut command = Command::new("chromedriver");
        let command = command.arg("--port=0").stdout(Stdio::piped());
        let mut driver = command.spawn().expect("ChromeDriver is installed");
        let lines = BufReader::new(driver.stdout.take().unwrap()).lines();
        let port = lines.map_while(Result::ok).find_map(|line| {
            let port = line.split_once("successfully on port ")?.1;
            port.trim_end_matches('.').parse::<u16>().ok()
        });
        let url = format!(
            "http://127.0.0.1:{}/session",
            port.expect("it says its port")
        );
        let mut browser = Browser {
            driver,
            session: url,
        };
        let arguments = [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
        ];
        let session =
            json!({"capabilities": {"alwaysMatch": {"goog:chromeOptions": {"args": arguments}}}});
        let session = browser.command("", session).await;
        let id = session["sessionId"].as_str().unwrap();
        browser.session = format!("{}/{id}", browser.session);
        browser
    }

    async fn command(&self, command: &str, parameters: Value) -> Value {
        let request = HTTP.post(format!("{}{command}", self.session));
        let answer = request.json(&parameters).send().await.unwrap();
        let mut answer: Value = answer.json().await.unwrap();
        assert!(
            answer["value"].get("error").is_none(),
            "{command}: {answer}"
        );
        answer["value"].take()
    }

    /// Waits until the expression is true in the page, and returns it.
    async fn wait(&self, expression: &str) -> Value {
        let script = format!(
            "const done = arguments[0];
             const look = () => {{ const it = {expression}; it ? done(it) : requestAnimationFrame(look) }};
             look();"
        );
        self.command("/execute/async", json!({"script": script, "args": []}))
            .await
    }

    async fn click(&self, selector: &str) {
        let element = format!("document.querySelector('{selector}')");
        self.wait(&format!("(it => it && (it.click(), true))({element})"))
            .await;
    }
}

#[tokio::test]
#[ignore = "needs Chromium and ChromeDriver"]
async fn an_operation_is_tried_in_the_reference_and_its_answer_shows() {
    let sandbox = Sandbox::start().await;
    let id = sandbox.customer_writes("+5491155551234", "Hi");
    let browser = Browser::start().await;
    browser
        .command("/timeouts", json!({"script": 60_000}))
        .await;
    browser
        .command("/url", json!({"url": format!("{}/docs", sandbox.uri())}))
        .await;

    let list = "#operations-conversations-list_conversations";
    browser
        .click(&format!("{list} button.opblock-summary-control"))
        .await;
    browser.click(&format!("{list} button.execute")).await;
    let answer = browser
        .wait(&format!(
            "document.querySelector('{list} .live-responses-table .response')?.innerText"
        ))
        .await;
    let answer = answer.as_str().unwrap();
    assert!(answer.starts_with("200"), "{answer}");
    assert!(!answer.contains("Undocumented"), "{answer}");
    assert!(answer.contains(id.as_str()), "{answer}");

    let requests = sandbox.requests().await;
    let asked = requests
        .iter()
        .find(|it| it.url.path() == "/conversations")
        .unwrap();
    assert_eq!(
        asked.headers["authorization"],
        format!("Bearer {}", sandbox.api_key())
    );
}
