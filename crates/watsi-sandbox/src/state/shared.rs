//! The state as shared by the server, the deliveries and the user.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Utc};
use tokio::runtime::Handle;
use tokio::sync::watch;

use super::State;
use crate::api::Validated;

/// The settings of a sandbox, which do not change.
pub struct Settings {
    pub api_key: String,
    pub webhook_secret: String,
    pub rate_limit: Option<(u32, Duration)>,
    /// The start time of the clock.
    pub clock: DateTime<Utc>,
    pub distinct_event_ids: bool,
    /// Names of this server, besides those of loopback addresses.
    pub hosts: HashSet<String>,
    /// Hosts that events are delivered to, besides this machine.
    pub webhook_hosts: HashSet<String>,
}

pub struct Shared {
    pub settings: Settings,
    /// The base URL of this server.
    pub uri: String,
    pub validated: Validated,
    state: Mutex<State>,
    /// Notified of every change of the state.
    changes: watch::Sender<()>,
    http: OnceLock<reqwest::Client>,
    runtime: Handle,
}

impl Shared {
    /// Creates the state of a server. Deliveries run on `runtime`.
    pub fn new(settings: Settings, uri: String, runtime: Handle) -> Arc<Self> {
        Arc::new(Shared {
            state: Mutex::new(State::new(&settings)),
            settings,
            validated: Validated::default(),
            uri,
            changes: watch::Sender::new(()),
            http: OnceLock::new(),
            runtime,
        })
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn read<T>(&self, read: impl FnOnce(&State) -> T) -> T {
        read(&self.lock())
    }

    /// Changes the state, starts the deliveries that became due, and notifies those who wait for changes.
    pub fn change<T>(self: &Arc<Self>, change: impl FnOnce(&mut State) -> T) -> T {
        let (changed, attempts) = {
            let state = &mut *self.lock();
            (change(state), state.start_deliveries())
        };
        for attempt in attempts {
            self.runtime.spawn(attempt.run(Arc::clone(self)));
        }
        self.changes.send_replace(());
        changed
    }

    /// Waits until `look` finds something in the state, or until the deadline.
    pub async fn wait<T>(
        self: &Arc<Self>,
        deadline: Duration,
        mut look: impl FnMut(&mut State) -> Option<T>,
    ) -> Option<T> {
        let mut changes = self.changes.subscribe();
        let found = async {
            loop {
                if let Some(found) = look(&mut self.lock()) {
                    return found;
                }
                // This value owns the sender, so waiting cannot fail.
                let _ = changes.changed().await;
            }
        };
        tokio::time::timeout(deadline, found).await.ok()
    }

    /// Waits like [`wait`](Self::wait), also outside of a Tokio runtime.
    pub async fn wait_anywhere<T: Send + 'static>(
        self: &Arc<Self>,
        deadline: Duration,
        look: impl FnMut(&mut State) -> Option<T> + Send + 'static,
    ) -> Option<T> {
        let shared = Arc::clone(self);
        let waiting = self
            .runtime
            .spawn(async move { shared.wait(deadline, look).await });
        waiting.await.ok().flatten()
    }

    pub fn changes(&self) -> watch::Receiver<()> {
        self.changes.subscribe()
    }

    /// Returns the HTTP client that delivers events.
    pub fn http(&self) -> Result<reqwest::Client, reqwest::Error> {
        if let Some(http) = self.http.get() {
            return Ok(http.clone());
        }
        let http = reqwest::Client::builder()
            .connect_timeout(Duration::from_secs(5))
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .no_proxy()
            .build()?;
        Ok(self.http.get_or_init(|| http).clone())
    }
}
