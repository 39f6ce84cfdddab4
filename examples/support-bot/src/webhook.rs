//! Receives the deliveries of events.

use std::sync::Arc;

use axum::Router;
use axum::routing::any_service;
use tokio::sync::Notify;
use tracing::{error, info, warn};
use watsi::webhook::{Event, MemorySeen, Receiver, Verifier};

use crate::inbox::{self, Receipt};
use crate::{Database, Error};

/// Returns a server that stores each verified event before it responds, and notifies `changed`.
pub fn router(verifier: Verifier, database: Database, changed: Arc<Notify>) -> Router {
    let handle = move |event| store(event, database.clone(), Arc::clone(&changed));
    // The inbox rules out duplicates. The receiver's own memory only saves work.
    let receiver = Receiver::new(verifier, MemorySeen::new(), handle)
        .on_error(|error| warn!(%error, "delivery rejected"));
    Router::new().route("/", any_service(receiver))
}

async fn store(event: Event, database: Database, changed: Arc<Notify>) -> Result<(), Error> {
    let event_id = event.id.clone();
    let stored = database
        .transaction(move |transaction| inbox::receive(transaction, &event))
        .await;
    match stored {
        Ok(Receipt::NoRecipient) => warn!(%event_id, "no recipient; a person must reply"),
        Ok(receipt) => info!(%event_id, ?receipt, "event received"),
        Err(error) => {
            error!(%event_id, "event not stored");
            return Err(error);
        }
    }
    changed.notify_one();
    Ok(())
}
