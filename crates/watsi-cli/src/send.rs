//! `watsi send`

use std::io::{Read, Write};
use std::process::ExitCode;

use watsi::types::SendMessageRequest;

use crate::args::{Format, Send};
use crate::failure::Failure;
use crate::screen::{learn_text, shown_id};
use crate::terminal::json;

/// The maximum length of a text, in bytes: more than WhatsApp accepts.
const LONGEST: u64 = 1024 * 1024;

pub async fn run(args: Send) -> Result<ExitCode, Failure> {
    let client = args.server.client()?;
    let body = match args.text.as_str() {
        "-" => standard_input()?,
        text => text.to_owned(),
    };
    if body.trim().is_empty() {
        return Err(Failure::Message(
            "the text is empty; nothing was sent".to_owned(),
        ));
    }
    learn_text(&body);
    let request = SendMessageRequest::new(args.conversation_id, body);
    let sent = client.send_message(request).send().await?;
    let message = &sent.message;
    let line = match args.format {
        Format::Human => format!(
            "{} is {}",
            shown_id(message.id.as_str()),
            shown_id(message.status.as_str())
        ),
        Format::Json => json(message)?,
    };
    writeln!(std::io::stdout(), "{line}")?;
    Ok(ExitCode::SUCCESS)
}

fn standard_input() -> Result<String, Failure> {
    let mut text = String::new();
    let mut input = std::io::stdin().take(LONGEST + 1);
    let read = input.read_to_string(&mut text);
    read.map_err(|error| Failure::Message(format!("cannot read standard input: {error}")))?;
    if text.len() as u64 > LONGEST {
        return Err(Failure::Message(
            "the text exceeds 1 MiB; nothing was sent".to_owned(),
        ));
    }
    // Remove the newline that a shell appends.
    let line = text.strip_suffix('\n').unwrap_or(&text);
    Ok(line.strip_suffix('\r').unwrap_or(line).to_owned())
}
