//! `watsi listen`

use std::future::ready;
use std::io::Write;
use std::process::ExitCode;

use axum::Router;
use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use watsi::webhook::{DeadLetter, Event, EventData, MemorySeen, Receiver, Verifier};

use crate::args::{Format, Listen};
use crate::failure::Failure;
use crate::screen::shown_id;
use crate::serve::serve;
use crate::settings::secret;
use crate::terminal::{interrupt, json, plain, say};

pub async fn run(args: Listen) -> Result<ExitCode, Failure> {
    let secret = secret(
        "WATSI_WEBHOOK_SECRET",
        args.secret_file.as_deref(),
        "--secret-file",
    )?;
    let verifier = Verifier::new(secret).map_err(|error| Failure::Message(error.to_string()))?;
    let listener = TcpListener::bind(("127.0.0.1", args.port)).await;
    let listener = listener.map_err(|error| {
        Failure::Message(format!("cannot listen on port {}: {error}", args.port))
    })?;
    let address = listener.local_addr()?;
    let (lines, mut printed) = mpsc::unbounded_channel();
    let letters = lines.clone();
    let print = move |event: Event| ready(lines.send(line(&event, args.format)));
    let print_letter =
        move |letter: DeadLetter| ready(letters.send(dead_letter(&letter, args.format)));
    let receiver = Receiver::new(verifier, MemorySeen::new(), print)
        .on_dead_letter(print_letter)
        .on_error(|error| say!("rejected delivery: {error}"));
    let router = Router::new().fallback_service(receiver);
    let interrupt = interrupt()?;
    // Standard output is reserved for events.
    say!("waiting for events on http://{address}/");
    let print = async {
        while let Some(line) = printed.recv().await {
            writeln!(std::io::stdout(), "{line}")?;
        }
        Ok::<_, Failure>(())
    };
    tokio::select! {
        () = serve(listener, router) => {}
        ended = print => ended?,
        () = interrupt => {}
    }
    // Events that were acknowledged with 200 are not redelivered, so print the rest.
    while let Ok(line) = printed.try_recv() {
        writeln!(std::io::stdout(), "{line}")?;
    }
    Ok(ExitCode::SUCCESS)
}

fn line(event: &Event, format: Format) -> String {
    if format == Format::Json {
        // As it was received, unless it has line breaks or other control characters.
        let body = str::from_utf8(event.body()).unwrap_or_default();
        let received = body.trim_start_matches('\u{feff}');
        if received.is_empty() || received.contains(char::is_control) {
            // Parsed JSON can always be serialized.
            return json(event.raw()).unwrap_or_default();
        }
        return received.to_owned();
    }
    let details = match &event.data {
        EventData::MessageReceived(message) => {
            let conversation = message.conversation_id.as_ref();
            conversation
                .map(|id| format!(" in {}", shown_id(id.as_str())))
                .unwrap_or_default()
        }
        EventData::MessageStatus(status) => format!(
            " {} is {}",
            shown_id(status.message_id.as_str()),
            shown_id(status.status.as_str())
        ),
        EventData::ConversationCreated(created) => {
            format!(" {}", shown_id(created.conversation_id.as_str()))
        }
        _ => String::new(),
    };
    format!(
        "{} {}{details}",
        shown_id(event.id.as_str()),
        shown_id(event.event_type().as_str())
    )
}

/// A signed body that is not an event. As JSON, it has all bytes.
fn dead_letter(letter: &DeadLetter, format: Format) -> String {
    let reason = letter.reason.to_string();
    if format == Format::Human {
        return plain(&format!("dead letter of {} B: {reason}", letter.body.len()));
    }
    let letter = match str::from_utf8(&letter.body) {
        Ok(body) => serde_json::json!({"dead_letter": reason, "body": body}),
        Err(_) => {
            serde_json::json!({"dead_letter": reason, "body_base64": BASE64.encode(&letter.body)})
        }
    };
    // Parsed JSON can always be serialized.
    json(&letter).unwrap_or_default()
}
