//! `watsi sandbox`

use std::io::{BufRead, Write};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use serde_json::json;
use tokio::sync::mpsc;

use crate::args::{Format, Sandbox};
use crate::failure::Failure;

const TICK: Duration = Duration::from_millis(200);

pub async fn run(args: Sandbox) -> Result<ExitCode, Failure> {
    let builder = watsi::sandbox::Sandbox::builder().port(args.port);
    let sandbox = builder.record_requests(false).start().await;
    let sandbox = sandbox.map_err(|error| Failure::Said(error.to_string()))?;
    sandbox.seed(args.seed);
    let (url, key) = (sandbox.uri(), sandbox.api_key());
    let secret = sandbox.webhook_secret();
    let shown = match args.format {
        Format::Human => format!(
            "URL             {url}\nkey             {key}\nwebhook secret  {secret}\nreference       {url}/docs\n\n\
             export WATSI_BASE_URL={url} WATSI_API_KEY={key}"
        ),
        Format::Json => json!({"url": url, "api_key": key, "webhook_secret": secret, "docs": format!("{url}/docs")}).to_string(),
    };
    let mut lines = standard_input();
    let mut tick = tokio::time::interval(TICK);
    let mut last = Instant::now();
    // One for all turns, and before anyone knows that there is something to interrupt.
    let interrupt = interrupt()?;
    let mut interrupt = std::pin::pin!(interrupt);
    writeln!(anstream::stdout(), "{shown}")?;
    loop {
        tokio::select! {
            _ = tick.tick() => {
                let now = Instant::now();
                sandbox.advance(now - last);
                last = now;
            }
            Some(line) = lines.recv() => match line.split_once(' ') {
                Some((phone, text)) if !phone.is_empty() && !text.trim().is_empty() => {
                    let id = sandbox.receive(phone, text);
                    anstream::eprintln!("a customer wrote in {}", id.as_str());
                }
                _ => anstream::eprintln!("a line is a phone number, a space, and a text"),
            },
            () = &mut interrupt => return Ok(ExitCode::SUCCESS),
        }
    }
}

/// Waits for an interrupt that comes after this call, and not only after it is first polled.
#[cfg(unix)]
pub fn interrupt() -> std::io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};

    let mut interrupted = signal(SignalKind::interrupt())?;
    Ok(async move {
        interrupted.recv().await;
    })
}

#[cfg(windows)]
pub fn interrupt() -> std::io::Result<impl Future<Output = ()>> {
    let mut interrupted = tokio::signal::windows::ctrl_c()?;
    Ok(async move {
        interrupted.recv().await;
    })
}

/// The lines of the standard input; a thread waits for them, and ends with the process.
fn standard_input() -> mpsc::UnboundedReceiver<String> {
    let (sender, lines) = mpsc::unbounded_channel();
    std::thread::spawn(move || {
        for line in std::io::stdin().lock().lines().map_while(Result::ok) {
            if sender.send(line).is_err() {
                break;
            }
        }
    });
    lines
}
