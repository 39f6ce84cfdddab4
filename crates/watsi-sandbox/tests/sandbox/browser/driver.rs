//! A browser without a window, driven by a few commands of WebDriver (<https://www.w3.org/TR/webdriver2/>).

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};

use serde_json::{Value, json};

use crate::client::HTTP;

pub struct Browser {
    driver: Child,
    session: String,
}

impl Drop for Browser {
    fn drop(&mut self) {
        // Ends the session first: Chromium would outlive a ChromeDriver that is killed.
        let _ = self.end_session();
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

impl Browser {
    pub async fn start() -> Self {
        // The port that ChromeDriver picks may be taken for one of its two addresses. It ends then.
        let (driver, port) = (0..5)
            .find_map(|_| start_driver())
            .expect("ChromeDriver starts");
        let mut browser = Browser {
            driver,
            session: format!("http://127.0.0.1:{port}/session"),
        };
        let arguments = [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--window-size=1200,760",
        ];
        let capabilities = json!({
            "goog:chromeOptions": {"args": arguments},
            "goog:loggingPrefs": {"browser": "ALL"},
            "timeouts": {"script": 60_000},
        });
        let parameters = json!({"capabilities": {"alwaysMatch": capabilities}});
        let session = browser.command("", parameters).await;
        let id = session["sessionId"].as_str().unwrap();
        browser.session = format!("{}/{id}", browser.session);
        browser
    }

    fn end_session(&self) -> std::io::Result<()> {
        let url = self.session.strip_prefix("http://").unwrap_or_default();
        let (address, path) = url.split_once('/').unwrap_or_default();
        let mut stream = TcpStream::connect(address)?;
        write!(
            stream,
            "DELETE /{path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n"
        )?;
        stream.read(&mut [0]).map(drop)
    }

    pub async fn command(&self, command: &str, parameters: Value) -> Value {
        let request = HTTP.post(format!("{}{command}", self.session));
        let response = request.json(&parameters).send().await.unwrap();
        let mut received: Value = response.json().await.unwrap();
        assert!(
            received["value"].get("error").is_none(),
            "{command}: {received}"
        );
        received["value"].take()
    }

    /// Waits until the expression is true in the page, and returns it.
    pub async fn wait(&self, expression: &str) -> Value {
        // Not `requestAnimationFrame`: a window that is not painted has no frames.
        let script = format!(
            "const done = arguments[0];
             const look = () => {{ const found = {expression}; found ? done(found) : setTimeout(look, 50) }};
             look();"
        );
        self.command("/execute/async", json!({"script": script, "args": []}))
            .await
    }

    /// Returns the path of the first element that matches the selector.
    pub async fn element(&self, selector: &str) -> String {
        let query = json!({"using": "css selector", "value": selector});
        let found = self.command("/element", query).await;
        let id = found.as_object().and_then(|found| found.values().next());
        format!("/element/{}", id.unwrap().as_str().unwrap())
    }

    /// Presses and releases each key. <https://www.w3.org/TR/webdriver2/#keyboard-actions> lists the special ones.
    pub async fn press(&self, keys: &str) {
        let actions = keys.chars().flat_map(|key| {
            ["keyDown", "keyUp"].map(|action| json!({"type": action, "value": key}))
        });
        let keyboard =
            json!({"type": "key", "id": "keyboard", "actions": actions.collect::<Vec<_>>()});
        self.command("/actions", json!({"actions": [keyboard]}))
            .await;
    }

    /// Emulates a dark or light preferred color scheme.
    pub async fn prefer(&self, scheme: &str) {
        let feature = json!({"name": "prefers-color-scheme", "value": scheme});
        self.devtools("Emulation.setEmulatedMedia", json!({"features": [feature]}))
            .await;
    }

    pub async fn resize(&self, width: u32, height: u32) {
        let size =
            json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false});
        self.devtools("Emulation.setDeviceMetricsOverride", size)
            .await;
    }

    async fn devtools(&self, command: &str, parameters: Value) {
        let command = json!({"cmd": command, "params": parameters});
        self.command("/goog/cdp/execute", command).await;
    }

    /// Returns what the console shows since the last call.
    pub async fn console(&self) -> Value {
        self.command("/se/log", json!({"type": "browser"})).await
    }
}

/// Starts ChromeDriver, and returns its port.
fn start_driver() -> Option<(Child, u16)> {
    let mut driver = Command::new("chromedriver")
        .arg("--port=0")
        .stdout(Stdio::piped())
        .spawn()
        .expect("ChromeDriver is installed");
    let output = driver.stdout.take().expect("its output is piped");
    let mut lines = BufReader::new(output).lines().map_while(Result::ok);
    let port = lines.find_map(|line| {
        let (_, port) = line.split_once("successfully on port ")?;
        port.trim_end_matches('.').parse().ok()
    });
    if let Some(port) = port {
        return Some((driver, port));
    }
    driver.wait().expect("it has ended");
    None
}
