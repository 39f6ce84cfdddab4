//! Writes every conversation to standard output as JSON lines, most recent first, and its progress to standard error.
//!
//! ```text
//! $ WATSI_API_KEY=... cargo run -p watsi-examples --features rustls --bin export_conversations > conversations.jsonl
//! 100 conversations, back to 2025-03-15 10:30:00 UTC
//! 142 conversations, back to 2025-01-07 18:02:11 UTC
//! done: 142 conversations
//! $ head -n 1 conversations.jsonl
//! {"customer":{"name":"Maria Garcia","phone":"+5491155551234"},"id":"550e8400-e29b-41d4-a716-446655440000","last_message_at":"2025-03-15T10:30:00Z","status":"open"}
//! ```

use std::error::Error;
use std::io::{self, BufWriter, Write};
use std::process::ExitCode;

use watsi::Client;

#[tokio::main]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<(), Box<dyn Error>> {
    let client = Client::from_env()?;
    let mut lines = BufWriter::new(io::stdout().lock());
    export(&client, &mut lines, &mut io::stderr()).await
}

/// Writes every conversation that `client` lists.
pub async fn export(
    client: &Client,
    lines: &mut impl Write,
    progress: &mut impl Write,
) -> Result<(), Box<dyn Error>> {
    let mut pages = client.list_conversations().limit(100).pages();
    let mut count = 0;
    while let Some(page) = pages.next().await {
        let page = page?;
        for conversation in &page.chats {
            serde_json::to_writer(&mut *lines, conversation)?;
            writeln!(lines)?;
        }
        count += page.chats.len();
        if let Some(at) = page.chats.iter().rev().find_map(|it| it.last_message_at) {
            writeln!(
                progress,
                "{count} conversations, back to {}",
                at.format("%F %T UTC")
            )?;
        }
    }
    lines.flush()?;
    writeln!(progress, "done: {count} conversations")?;
    Ok(())
}
