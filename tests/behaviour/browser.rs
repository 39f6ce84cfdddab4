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
        let received = request.json(&parameters).send().await.unwrap();
        let mut received: Value = received.json().await.unwrap();
        assert!(
            received["value"].get("error").is_none(),
            "{command}: {received}"
        );
        received["value"].take()
    }

    /// Waits until the expression is true in the page, and returns it.
    async fn wait(&self, expression: &str) -> Value {
        // Not `requestAnimationFrame`: a window that is not painted has no frames.
        let script = format!(
            "const done = arguments[0];
             const look = () => {{ const found = {expression}; found ? done(found) : setTimeout(look, 250) }};
             look();"
        );
        self.command("/execute/async", json!({"script": script, "args": []}))
            .await
    }
}

/// Opens the operation, executes it, and returns the text of the response. A click before the page is ready has no
/// effect, so each step is repeated until the next one is possible.
const TRY_OPERATION: &str = "(() => {
    const list = document.querySelector('#operations-conversations-list_conversations');
    const response = list?.querySelector('.live-responses-table .response');
    if (response) return response.innerText;
    const execute = list?.querySelector('button.execute');
    if (execute) { execute.click(); return null; }
    if (!list?.classList.contains('is-open')) list?.querySelector('button.opblock-summary-control')?.click();
    return null;
})()";

#[tokio::test]
#[ignore = "needs Chromium and ChromeDriver"]
async fn reference_executes_an_operation_and_shows_the_response() {
    let sandbox = Sandbox::start().await;
    let id = sandbox.customer_writes("+5491155551234", "Hi");
    let browser = Browser::start().await;
    browser
        .command("/timeouts", json!({"script": 60_000}))
        .await;
    browser
        .command("/url", json!({"url": format!("{}/docs", sandbox.uri())}))
        .await;

    let response = browser.wait(TRY_OPERATION).await;
    let response = response.as_str().unwrap();
    assert!(response.starts_with("200"), "{response}");
    assert!(!response.contains("Undocumented"), "{response}");
    assert!(response.contains(id.as_str()), "{response}");

    let requests = sandbox.requests();
    let asked = requests
        .iter()
        .find(|it| it.uri().path() == "/conversations")
        .unwrap();
    assert_eq!(
        asked.headers()["authorization"],
        format!("Bearer {}", sandbox.api_key())
    );
}
