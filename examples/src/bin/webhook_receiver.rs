//! Receives webhook events: verifies the signature over the raw body of each delivery, responds with 401 or 200, and
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

use std::collections::HashSet;
use std::error::Error;
use std::process::ExitCode;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use watsi::types::EventId;
use watsi::webhook::{Event, EventData, Verifier};

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
    let receiver = Receiver {
        verifier,
        seen: Mutex::default(),
        print: Box::new(print),
    };
    Router::new()
        .route("/", post(receive))
        .with_state(Arc::new(receiver))
}

struct Receiver {
    verifier: Verifier,
    /// Events are delivered at least once. A real receiver stores their ids in its database.
    seen: Mutex<HashSet<EventId>>,
    print: Box<dyn Fn(String) + Send + Sync>,
}

async fn receive(
    State(receiver): State<Arc<Receiver>>,
    headers: HeaderMap,
    raw_body: Bytes,
) -> StatusCode {
    match receiver.verifier.verify_delivery(&raw_body, &headers) {
        Ok(event) => {
            let new = receiver
                .seen
                .lock()
                .is_ok_and(|mut seen| seen.insert(event.id.clone()));
            if new {
                (receiver.print)(line(&event));
            }
            StatusCode::OK
        }
        Err(error) if error.is_invalid_signature() => StatusCode::UNAUTHORIZED,
        Err(error) => {
            eprintln!("invalid delivery: {error}");
            StatusCode::BAD_REQUEST
        }
    }
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
