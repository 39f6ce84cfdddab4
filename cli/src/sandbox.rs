//! `watsi sandbox`

use std::io::{BufRead, Write};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use serde_json::json;
use tokio::sync::mpsc;

use crate::args::{Format, Sandbox};
use crate::failure::Failure;
use crate::terminal::{interrupt, say};

const TICK: Duration = Duration::from_millis(200);

pub async fn run(args: Sandbox) -> Result<ExitCode, Failure> {
    let builder = watsi::sandbox::Sandbox::builder().port(args.port);
    let sandbox = builder.record_requests(false).start().await;
    let sandbox = sandbox.map_err(|error| Failure::chain(&error))?;
    sandbox.seed(args.seed);
    let (url, key) = (sandbox.uri(), sandbox.api_key());
    let secret = sandbox.webhook_secret();
    let details = match args.format {
        Format::Human => format!(
            "URL             {url}\nAPI key         {key}\nwebhook secret  {secret}\nreference       {url}/docs\n\n\
             export WATSI_BASE_URL={url} WATSI_API_KEY={key} WATSI_WEBHOOK_SECRET={secret}"
        ),
        Format::Json => json!({"url": url, "api_key": key, "webhook_secret": secret, "docs": format!("{url}/docs")}).to_string(),
    };
    let mut lines = standard_input();
    let mut tick = tokio::time::interval(TICK);
    let mut last = Instant::now();
    // Created once for all iterations, and before the output invites anyone to interrupt.
    let interrupt = interrupt()?;
    let mut interrupt = std::pin::pin!(interrupt);
    writeln!(anstream::stdout(), "{details}")?;
    loop {
        tokio::select! {
            _ = tick.tick() => {
                // The sandbox's clock counts milliseconds. The remainder carries over to the next tick.
                let past = u64::try_from(last.elapsed().as_millis()).unwrap_or(u64::MAX);
                let past = Duration::from_millis(past);
                sandbox.advance(past);
                last += past;
            }
            Some(line) = lines.recv() => match line.split_once(' ') {
                Some((phone, text)) if is_phone(phone) && !text.trim().is_empty() => {
                    let id = sandbox.customer_writes(phone, text);
                    say!("customer message in {}", id.as_str());
                }
                _ => say!("invalid line; expected a phone number with a plus sign, a space, and the text"),
            },
            () = &mut interrupt => return Ok(ExitCode::SUCCESS),
        }
    }
}

fn is_phone(text: &str) -> bool {
    let digits = text.strip_prefix('+').unwrap_or_default();
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// Returns the lines of standard input. A thread reads them and ends with the process.
fn standard_input() -> mpsc::UnboundedReceiver<String> {
    let (sender, lines) = mpsc::unbounded_channel();
    std::thread::spawn(move || {
        for line in std::io::stdin().lock().split(b'\n').map_while(Result::ok) {
            // Text in another encoding is still accepted.
            let line = String::from_utf8_lossy(line.strip_suffix(b"\r").unwrap_or(&line));
            if sender.send(line.into_owned()).is_err() {
                break;
            }
        }
    });
    lines
}
