//! Runs the bot.

use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::{Notify, watch};
use tracing::info;

use crate::sender::Sender;
use crate::{Database, Error, Settings, webhook};

/// How long a shutdown waits for deliveries in progress.
const SHUTDOWN_TIMEOUT: Duration = Duration::from_secs(5);

/// Receives events and sends replies until `stop` ends. Then finishes the requests in progress; the other replies stay
/// in the database.
///
/// # Errors
///
/// Returns an error if the address is in use, or if the database fails.
pub async fn run(settings: Settings, stop: impl Future<Output = ()>) -> Result<(), Error> {
    let database = Database::open(&settings.database).await?;
    let listener = TcpListener::bind(settings.listen)
        .await
        .map_err(Error::Listen)?;
    let address = listener.local_addr().map_err(Error::Listen)?;
    info!(%address, "waiting for events");
    let changed = Arc::new(Notify::new());
    let router = webhook::router(settings.verifier, database.clone(), Arc::clone(&changed));
    let sender = Sender {
        database,
        client: settings.client,
        clock: settings.clock,
        event_wait: settings.event_wait,
        changed,
    };
    let (stopping, mut stopped) = watch::channel(false);
    let mut sender = tokio::spawn(sender.run(stopped.clone()));
    let graceful = async move { drop(stopped.wait_for(|stop| *stop).await) };
    let server = axum::serve(listener, router).with_graceful_shutdown(graceful);
    let mut server = tokio::spawn(server.into_future());
    tokio::select! {
        () = stop => {}
        ended = &mut sender => return ended?,
        ended = &mut server => return ended?.map_err(Error::Listen),
    }
    info!("shutting down");
    stopping.send_replace(true);
    sender.await??;
    // A client that never ends its delivery must not prevent the shutdown.
    match tokio::time::timeout(SHUTDOWN_TIMEOUT, server).await {
        Ok(ended) => ended?.map_err(Error::Listen),
        Err(_) => Ok(()),
    }
}
