//! Writes every conversation to a file as JSON lines, most recent first. If it is killed, it resumes where it was.
//!
//! ```text
//! $ WATSI_API_KEY=... cargo run -p watsi-examples --features rustls --bin export_conversations conversations.jsonl
//! 100 conversations, back to 2025-03-15 10:30:00 UTC
//! 142 conversations, back to 2025-01-07 18:02:11 UTC
//! done: 142 conversations
//! $ head -n 1 conversations.jsonl
//! {"customer":{"name":"Maria Garcia","phone":"+5491155551234"},"id":"550e8400-e29b-41d4-a716-446655440000","last_message_at":"2025-03-15T10:30:00Z","status":"open"}
//! ```
//!
//! While it runs, `conversations.jsonl.state` holds the checkpoint after the last page that was written.

use std::error::Error;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, ErrorKind, Seek, SeekFrom, Write};
use std::path::Path;
use std::process::ExitCode;

use serde::{Deserialize, Serialize};
use watsi::{Checkpoint, Client};

#[tokio::main]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            // E.g. why a connection failed.
            let mut source = error.source();
            while let Some(cause) = source {
                eprintln!("caused by: {cause}");
                source = cause.source();
            }
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<(), Box<dyn Error>> {
    let path = std::env::args_os()
        .nth(1)
        .ok_or("usage: export_conversations FILE")?;
    export(&Client::from_env()?, path.as_ref(), &mut io::stderr()).await
}

/// What the export has written so far.
#[derive(Serialize, Deserialize)]
struct State {
    checkpoint: Checkpoint,
    conversations: usize,
    /// The length of the file, in bytes.
    length: u64,
}

/// Writes every conversation that `client` lists to the file at `path`.
pub async fn export(
    client: &Client,
    path: &Path,
    progress: &mut impl Write,
) -> Result<(), Box<dyn Error>> {
    let list = client.list_conversations().limit(100);
    let mut state_name = path.as_os_str().to_owned();
    state_name.push(".state");
    let state_path = Path::new(&state_name);
    let mut file = OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(path)?;
    let mut state = match fs::read(state_path) {
        Ok(json) => serde_json::from_slice(&json)?,
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(error.into()),
        Err(_) if file.metadata()?.len() > 0 => return Err("the file already exists".into()),
        Err(_) => State {
            checkpoint: list.clone().pages().checkpoint(),
            conversations: 0,
            length: 0,
        },
    };
    if file.metadata()?.len() < state.length {
        let state = state_path.display();
        return Err(format!(
            "the file is shorter than when it was left; to start again, delete {state}"
        )
        .into());
    }
    // A killed export may have written a part of the next page.
    file.set_len(state.length)?;
    file.seek(SeekFrom::End(0))?;
    save(&state, state_path)?;

    let mut pages = list.pages_from(&state.checkpoint);
    while let Some(page) = pages.next().await {
        let page = page?;
        let mut lines = BufWriter::new(&mut file);
        for conversation in &page.chats {
            serde_json::to_writer(&mut lines, conversation)?;
            writeln!(lines)?;
        }
        lines.flush()?;
        drop(lines);
        file.sync_data()?;
        state.checkpoint = pages.checkpoint();
        state.conversations += page.chats.len();
        state.length = file.stream_position()?;
        save(&state, state_path)?;
        let oldest = page
            .chats
            .iter()
            .rev()
            .find_map(|chat| chat.last_message_at);
        if let Some(oldest) = oldest {
            let (count, oldest) = (state.conversations, oldest.format("%F %T UTC"));
            writeln!(progress, "{count} conversations, back to {oldest}")?;
        }
    }
    fs::remove_file(state_path)?;
    writeln!(progress, "done: {} conversations", state.conversations)?;
    Ok(())
}

/// Replaces the stored state at once, so that a kill leaves the old or the new one.
fn save(state: &State, path: &Path) -> Result<(), Box<dyn Error>> {
    let new = path.with_extension("new");
    let file = File::create(&new)?;
    serde_json::to_writer(&file, state)?;
    file.sync_data()?;
    Ok(fs::rename(new, path)?)
}
