//! Receives the deliveries of events.

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use tokio::sync::Notify;
use tracing::{error, info, warn};
use watsi::webhook::{Verifier, WebhookError};

use crate::inbox::{self, Receipt};
use crate::{Database, Error};

struct Webhook {
    verifier: Verifier,
    database: Database,
    changed: Arc<Notify>,
}

/// Returns a server that stores each verified event before it responds, and notifies `changed`.
pub fn router(verifier: Verifier, database: Database, changed: Arc<Notify>) -> Router {
    let webhook = Webhook {
        verifier,
        database,
        changed,
    };
    Router::new()
        .route("/", post(receive))
        .with_state(Arc::new(webhook))
}

async fn receive(
    State(webhook): State<Arc<Webhook>>,
    headers: HeaderMap,
    raw_body: Bytes,
) -> StatusCode {
    let event = match webhook.verifier.verify_delivery(&raw_body, &headers) {
        Ok(event) => event,
        Err(error) => {
            warn!(%error, "delivery rejected");
            return match error {
                error if error.is_invalid_signature() => StatusCode::UNAUTHORIZED,
                WebhookError::TooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
                _ => StatusCode::BAD_REQUEST,
            };
        }
    };
    let event_id = event.id.clone();
    let stored: Result<Receipt, Error> = webhook
        .database
        .transaction(move |transaction| inbox::receive(transaction, &event))
        .await;
    match stored {
        Ok(receipt) => {
            match receipt {
                Receipt::NoRecipient => warn!(%event_id, "no recipient; a person must reply"),
                receipt => info!(%event_id, ?receipt, "event received"),
            }
            webhook.changed.notify_one();
            StatusCode::OK
        }
        // The event is delivered again.
        Err(error) => {
            error!(%event_id, %error, "event not stored");
            StatusCode::SERVICE_UNAVAILABLE
        }
    }
}
