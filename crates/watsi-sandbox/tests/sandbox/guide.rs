//! The guide for bots, `docs/sandbox.md`, is true.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use http::Request;
use serde_json::Value;
use watsi::webhook::{DELIVERY_ID_HEADER, EVENT_HEADER, SIGNATURE_HEADER, Verifier};
use watsi_sandbox::Sandbox;

use crate::client::CONTRACT;

const GUIDE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/sandbox.md");

fn guide() -> String {
    std::fs::read_to_string(GUIDE).unwrap()
}

/// Returns the code blocks in a language.
fn blocks(language: &str) -> Vec<String> {
    let guide = guide();
    let mut blocks = Vec::new();
    for part in guide.split(&format!("```{language}\n")).skip(1) {
        let (block, _) = part.split_once("\n```").unwrap();
        blocks.push(format!("{block}\n"));
    }
    blocks
}

#[tokio::test]
async fn shown_delivery_is_signed_and_conforms_to_the_contract() {
    let sandbox = Sandbox::start().await;
    let shown = blocks("http").remove(0);
    let (head, body) = shown.trim_end().split_once("\n\n").unwrap();
    let mut lines = head.lines();
    assert_eq!(lines.next(), Some("POST /webhook HTTP/1.1"));
    let mut builder = Request::builder();
    for line in lines {
        let (name, value) = line.split_once(": ").unwrap();
        builder = builder.header(name, value);
    }
    let delivery = builder.body(body).unwrap();
    let headers = delivery.headers();
    assert_eq!(headers["content-length"], body.len().to_string());
    let verifier = Verifier::new(sandbox.webhook_secret()).unwrap();
    let event = verifier.verify_delivery(body.as_bytes(), headers).unwrap();
    assert_eq!(headers[EVENT_HEADER], event.event_type().as_str());
    let mut events = CONTRACT.events();
    let documented = events.find(|documented| headers[EVENT_HEADER] == documented.path());
    assert_eq!(
        CONTRACT.validate_delivery(documented.unwrap(), &delivery),
        []
    );
    for name in [EVENT_HEADER, SIGNATURE_HEADER, DELIVERY_ID_HEADER] {
        assert!(guide().contains(&name.to_lowercase()), "{name}");
    }
}

#[test]
fn every_event_is_shown_with_the_data_of_the_contract() {
    let guide = guide();
    for event in CONTRACT.events() {
        let kind = event.path();
        let start = format!("| `{kind}` | `");
        let row = guide.lines().find_map(|line| line.strip_prefix(&start));
        let shown = row.and_then(|row| row.strip_suffix("` |"));
        let shown =
            shown.unwrap_or_else(|| panic!("docs/sandbox.md has no row for `{kind}`: add it"));
        let data: Value = serde_json::from_str(shown).unwrap();
        let example = CONTRACT.request_example(event).unwrap();
        assert_eq!(data, example["data"], "{kind}");
    }
}

/// The bot of the guide, which ends with the test.
struct Bot {
    process: Child,
    directory: PathBuf,
    port: u16,
}

impl Drop for Bot {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
        let _ = std::fs::remove_dir_all(&self.directory);
    }
}

impl Bot {
    /// Writes the bot and its test to files, and starts the bot.
    async fn start(sandbox: &Sandbox, language: &str, program: &str, files: [&str; 2]) -> Self {
        let name = format!("watsi-guide-{language}-{}", std::process::id());
        let directory = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&directory).unwrap();
        let code = blocks(language);
        assert_eq!(code.len(), files.len());
        for (file, code) in files.iter().zip(code) {
            std::fs::write(directory.join(file), code).unwrap();
        }
        let free = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = free.local_addr().unwrap().port();
        drop(free);
        let mut command = command(sandbox, program, &directory, port);
        let process = command.arg(files[0]).spawn().unwrap();
        let bot = Bot {
            process,
            directory,
            port,
        };
        while tokio::net::TcpStream::connect(("127.0.0.1", port))
            .await
            .is_err()
        {
            tokio::task::yield_now().await;
        }
        bot
    }

    /// Runs the test of the guide.
    async fn test(&self, sandbox: &Sandbox, program: &str, arguments: &[&str]) {
        let mut command = command(sandbox, program, &self.directory, self.port);
        let output = command.args(arguments).output().unwrap();
        let shown = [output.stdout, output.stderr].concat();
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&shown)
        );
        let sent = sandbox.messages();
        assert_eq!(sent.last().unwrap().body, "You wrote: Hi");
    }

    /// Returns the status code of the response to a delivery with this signature.
    async fn receive(&self, body: &str, signature: Option<&str>) -> u16 {
        let url = format!("http://127.0.0.1:{}/webhook", self.port);
        let mut request = crate::client::HTTP.post(url).body(body.to_owned());
        if let Some(signature) = signature {
            request = request.header(SIGNATURE_HEADER, signature);
        }
        request.send().await.unwrap().status().as_u16()
    }

    async fn assert_that_signatures_are_verified(&self, sandbox: &Sandbox) {
        let body = r#"{"id":"evt_1","type":"contact.created","data":{}}"#;
        let signature = watsi::webhook::sign(sandbox.webhook_secret(), body.as_bytes());
        assert_eq!(self.receive(body, Some(&signature)).await, 200);
        for wrong in ["", "0", &"0".repeat(64), &signature.to_uppercase()] {
            assert_eq!(self.receive(body, Some(wrong)).await, 401, "{wrong}");
        }
        assert_eq!(self.receive(body, None).await, 401);
        assert_eq!(self.receive("{}", Some(&signature)).await, 401);
    }
}

fn command(sandbox: &Sandbox, program: &str, directory: &Path, port: u16) -> Command {
    let mut command = Command::new(program);
    command
        .current_dir(directory)
        .env("WATSI_BASE_URL", sandbox.uri())
        .env("WATSI_API_KEY", sandbox.api_key())
        .env("WATSI_WEBHOOK_SECRET", sandbox.webhook_secret())
        .env("PORT", port.to_string())
        .stderr(Stdio::null());
    command
}

#[tokio::test]
#[ignore = "needs Python"]
async fn python_bot_passes_its_test() {
    let sandbox = Sandbox::start().await;
    let files = ["bot.py", "test_bot.py"];
    let bot = Bot::start(&sandbox, "python", "python3", files).await;
    bot.assert_that_signatures_are_verified(&sandbox).await;
    let arguments = ["-m", "unittest", "test_bot.py"];
    bot.test(&sandbox, "python3", &arguments).await;
}

#[tokio::test]
#[ignore = "needs Node.js"]
async fn javascript_bot_passes_its_test() {
    let sandbox = Sandbox::start().await;
    let files = ["bot.mjs", "bot.test.mjs"];
    let bot = Bot::start(&sandbox, "javascript", "node", files).await;
    bot.assert_that_signatures_are_verified(&sandbox).await;
    bot.test(&sandbox, "node", &["--test"]).await;
}
