//! Receives webhook events: verifies the signature over the raw body of each delivery, handles each event once, and
//! prints one line per event.
//!
//! ```text
//! $ WATSI_WEBHOOK_SECRET=... cargo run -p watsi-examples --bin webhook_receiver
//! waiting for events on http://127.0.0.1:3000/
//! evt_01HXYZ0000000001 message.received in chat_123
//! evt_01HXYZ0000000003 message.status wamid.HBgNNTQ5MTE1NTU1MTIzNB is delivered
//! ```
//!
//! Try it with a delivery of your own:
//!
//! ```text
//! body='{"id":"evt_1","type":"contact.created","created_at":"2025-03-15T10:30:00Z","workspace_id":"w","data":{}}'
//! signature=$(printf %s "$body" | openssl dgst -sha256 -hmac "$WATSI_WEBHOOK_SECRET" -r | cut -d' ' -f1)
//! curl -i http://127.0.0.1:3000/ -H "X-Watsi-Signature: $signature" -d "$body"
//! ```

use std::convert::Infallible;
use std::error::Error;
use std::process::ExitCode;
use std::sync::Arc;

use axum::Router;
use axum::routing::any_service;
use watsi::webhook::{Event, EventData, MemorySeen, Receiver, Verifier};

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
    let secret = std::env::var("WATSI_WEBHOOK_SECRET")
        .map_err(|_| "set WATSI_WEBHOOK_SECRET to the subscription's signing secret")?;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:3000").await?;
    println!("waiting for events on http://{}/", listener.local_addr()?);
    let router = receiver(Verifier::new(secret)?, |line| println!("{line}"));
    axum::serve(listener, router).await?;
    Ok(())
}

/// Returns a server that passes a line for each new event to `print`.
pub fn receiver(verifier: Verifier, print: impl Fn(String) + Send + Sync + 'static) -> Router {
    let print = Arc::new(print);
    let handle = move |event: Event| {
        let print = Arc::clone(&print);
        async move {
            print(line(&event));
            Ok::<_, Infallible>(())
        }
    };
    // A real receiver stores the ids of seen events in its database.
    let receiver = Receiver::new(verifier, MemorySeen::new(), handle)
        .on_error(|error| eprintln!("rejected delivery: {error}"));
    Router::new().route("/", any_service(receiver))
}

fn line(event: &Event) -> String {
    let told = match &event.data {
        EventData::MessageReceived(message) => {
            let conversation = message
                .conversation_id
                .as_ref()
                .map(|id| format!("in {id}"));
            conversation.unwrap_or_default()
        }
        EventData::MessageStatus(it) => format!("{} is {}", it.message_id, it.status),
        EventData::ConversationCreated(it) => it.conversation_id.to_string(),
        _ => String::new(),
    };
    format!("{} {} {told}", event.id, event.event_type())
        .trim_end()
        .to_owned()
}
