//! The state as shared by the server, the deliveries and the user.

use std::panic;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread;
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::sync::{Semaphore, watch};
use tokio::task;

use super::SandboxError;
use super::activity::Activity;
use super::contract::{ApiContract, ApiError, Response, Validated};
use super::delivery::{self, Attempt, DeliveryOutcome};
use super::fault::Fault;
use super::state::{Settings, State};

pub struct Shared {
    pub settings: Settings,
    /// The contract of the API.
    pub api: Arc<ApiContract>,
    /// The base URL of this server.
    pub uri: String,
    pub validated: Validated,
    state: Mutex<State>,
    /// Notified of every change of the state.
    changes: watch::Sender<()>,
    http: OnceLock<reqwest::Client>,
    runtime: Handle,
    /// The number of request ids so far.
    request_ids: AtomicU64,
    /// Limits the work off the thread that serves all connections.
    workers: Arc<Semaphore>,
}

impl Shared {
    /// Creates the state of a server. Deliveries run on `runtime`.
    pub fn new(
        settings: Settings,
        api: Arc<ApiContract>,
        uri: String,
        runtime: Handle,
    ) -> Arc<Self> {
        let cores = thread::available_parallelism().map_or(1, usize::from);
        Arc::new(Shared {
            state: Mutex::new(State::new(&settings)),
            settings,
            api,
            validated: Validated::default(),
            uri,
            changes: watch::Sender::new(()),
            http: OnceLock::new(),
            runtime,
            request_ids: AtomicU64::new(0),
            workers: Arc::new(Semaphore::new(cores)),
        })
    }

    /// Returns a unique request id.
    pub fn request_id(&self) -> String {
        let number = self.request_ids.fetch_add(1, Ordering::Relaxed) + 1;
        format!("req_{number:012}")
    }

    /// Returns the response of an error.
    pub fn error(&self, error: ApiError) -> Response {
        error.response(&self.api, self.request_id())
    }

    /// Runs long work on another thread than the one that serves all connections.
    pub async fn off_thread<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> T {
        // The semaphore is never closed.
        let permit = Arc::clone(&self.workers).acquire_owned().await.ok();
        let working = task::spawn_blocking(move || {
            let result = work();
            drop(permit);
            result
        });
        match working.await.map_err(task::JoinError::try_into_panic) {
            Ok(result) => result,
            Err(Ok(payload)) => panic::resume_unwind(payload),
            // The runtime is shutting down, and drops this future, too.
            Err(Err(_)) => std::future::pending().await,
        }
    }

    /// Adds a fault.
    pub fn add_fault(self: &Arc<Self>, fault: Fault) -> Result<u64, SandboxError> {
        if let Some(id) = fault.operation_id()
            && self
                .api
                .contract
                .operations()
                .all(|operation| operation.id() != id)
        {
            return Err(SandboxError::InvalidFault("unknown operation".to_owned()));
        }
        self.change(|state| state.add_fault(fault))
    }

    /// Returns whether events may be delivered to this URL.
    pub fn delivers_to(&self, url: &str) -> bool {
        delivery::is_allowed(url, &self.settings.webhook_hosts)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn read<T>(&self, read: impl FnOnce(&State) -> T) -> T {
        read(&self.lock())
    }

    /// Changes the state, starts the deliveries that became due, and notifies those who wait for changes.
    pub fn change<T>(self: &Arc<Self>, change: impl FnOnce(&mut State) -> T) -> T {
        let (changed, attempts, ended) = {
            let state = &mut *self.lock();
            let (changed, attempts) = (change(state), state.start_deliveries());
            (changed, attempts, state.queue.take_unobserved())
        };
        // Without the lock, because an observer may use the sandbox.
        for delivery in &ended {
            self.observe(&Activity::Delivery(delivery));
        }
        for attempt in attempts {
            self.runtime.spawn(deliver(Arc::clone(self), attempt));
        }
        self.changes.send_replace(());
        changed
    }

    pub fn observe(&self, activity: &Activity<'_>) {
        if let Some(observer) = &self.settings.observer {
            observer.observe(activity);
        }
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

/// Makes an attempt to deliver an event, and records its outcome.
async fn deliver(shared: Arc<Shared>, attempt: Attempt) {
    let outcome = match shared.http() {
        Ok(http) => attempt.send(&http, &shared.settings.webhook_secret).await,
        Err(_) => DeliveryOutcome::Failed("no HTTP client"),
    };
    shared.change(|state| state.end_attempt(attempt, outcome));
}
