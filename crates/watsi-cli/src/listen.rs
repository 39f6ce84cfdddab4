//! `watsi listen`

mod forward;

use std::future::ready;
use std::io::Write;
use std::process::ExitCode;

use axum::Router;
use axum::extract::Request;
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::{Next, from_fn};
use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use tokio::net::TcpListener;
use tokio::sync::mpsc::{self, UnboundedSender};
use watsi::webhook::{
    DeadLetter, DeliveryError, EVENT_HEADER, Event, EventData, MemorySeen, Receiver, Verifier,
    WebhookError,
};

use crate::args::{Format, Listen};
use crate::failure::Failure;
use crate::log::{Line, Log};
use crate::screen::shown_id;
use crate::serve::serve;
use crate::settings::secret;
use crate::terminal::{interrupt, json, plain, say};
use forward::{Forward, Forwarding};

pub async fn run(args: Listen) -> Result<ExitCode, Failure> {
    let secret = secret(
        "WATSI_WEBHOOK_SECRET",
        args.secret_file.as_deref(),
        "--secret-file",
    )?;
    let verifier = Verifier::new(secret).map_err(|error| Failure::Message(error.to_string()))?;
    let forward = match &args.forward {
        Some(url) => Some(Forward::new(url, args.allow_insecure_http)?),
        None => None,
    };
    let listener = TcpListener::bind(("127.0.0.1", args.port))
        .await
        .map_err(|error| {
            Failure::Message(format!("cannot listen on port {}: {error}", args.port))
        })?;
    let address = listener.local_addr()?;
    let (lines, mut printed) = mpsc::unbounded_channel();
    let interrupt = interrupt()?;
    // Standard output is reserved for events.
    say!("waiting for events on http://{address}/");
    let (log, writer) = Log::start(args.logged);
    let router = match forward {
        Some(forward) => forward::router(Forwarding {
            forward,
            verifier,
            seen: MemorySeen::new(),
            lines,
            format: args.format,
            log,
        }),
        None => router(verifier, lines, args.format, log),
    };
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
    writer.finish();
    Ok(ExitCode::SUCCESS)
}

/// Returns a service that prints each event once.
fn router(verifier: Verifier, lines: UnboundedSender<String>, format: Format, log: Log) -> Router {
    let (letters, rejections) = (lines.clone(), log.clone());
    let print = move |event: Event| ready(lines.send(line(&event, format)));
    let print_letter = move |letter: DeadLetter| {
        let text = dead_letter(&letter.reason, &letter.body, format);
        ready(letters.send(text))
    };
    let receiver = Receiver::new(verifier, MemorySeen::new(), print)
        .on_dead_letter(print_letter)
        .on_error(move |error| {
            let signature =
                matches!(error, DeliveryError::Invalid(error) if error.is_invalid_signature());
            rejections.write(&rejected(error.status(), error.to_string(), signature));
        });
    let log_delivery = move |request: Request, next: Next| {
        let log = log.clone();
        async move {
            let event = shown_event(request.headers());
            let response = next.run(request).await;
            if response.status().is_success() {
                log.write(&delivered(event, response.status()));
            }
            response
        }
    };
    Router::new()
        .fallback_service(receiver)
        .layer(from_fn(log_delivery))
}

/// Returns the type of an event from its header.
fn shown_event(headers: &HeaderMap) -> Option<String> {
    let event = headers.get(EVENT_HEADER)?;
    event.to_str().ok().map(shown_id)
}

fn delivered(event: Option<String>, status: StatusCode) -> Line {
    Line {
        log: "delivery",
        method: Some("POST".to_owned()),
        event,
        status: Some(status.as_u16()),
        ..Line::default()
    }
}

fn rejected(status: StatusCode, reason: String, has_invalid_signature: bool) -> Line {
    let advice = "check that this is the subscription's secret";
    Line {
        log: "rejected",
        status: Some(status.as_u16()),
        reason: Some(reason),
        advice: has_invalid_signature.then(|| advice.to_owned()),
        ..Line::default()
    }
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
fn dead_letter(reason: &WebhookError, body: &[u8], format: Format) -> String {
    let reason = reason.to_string();
    if format == Format::Human {
        return plain(&format!("dead letter of {} B: {reason}", body.len()));
    }
    let letter = match str::from_utf8(body) {
        Ok(body) => serde_json::json!({"dead_letter": reason, "body": body}),
        Err(_) => serde_json::json!({"dead_letter": reason, "body_base64": BASE64.encode(body)}),
    };
    // Parsed JSON can always be serialized.
    json(&letter).unwrap_or_default()
}
