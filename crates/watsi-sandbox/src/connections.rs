//! Limits the number of connections, so that clients that send nothing, send slowly or wait do not keep others out.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;
use tokio::task::AbortHandle;

/// The maximum number of connections, without those that wait. Above it, the one that has been idle for the longest is
/// closed, first of those that have sent no request with the API key.
const MOST: usize = 256;

/// The maximum number of connections with a request that waits for a change, or for a delayed response.
const MOST_WAITING: usize = 512;

#[derive(Default)]
pub struct Connections {
    state: Mutex<State>,
    /// Notified when a connection no longer counts.
    freed: Notify,
}

#[derive(Default)]
struct State {
    /// The number of connections that do not wait.
    open: usize,
    waiting: usize,
    /// The idle connections, in the order in which they are closed.
    idle: BTreeMap<IdleKey, AbortHandle>,
    /// How often a connection has become idle.
    became_idle: u64,
}

/// The position of an idle connection.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct IdleKey {
    has_api_key: bool,
    number: u64,
}

/// An open connection. It is idle while no request of it is processed.
pub struct Connection {
    all: Arc<Connections>,
    handle: Mutex<Handle>,
}

#[derive(Default)]
struct Handle {
    /// The task that serves the connection.
    task: Option<AbortHandle>,
    /// True if a request of the connection had the API key.
    has_api_key: bool,
    /// The key in `State::idle` while the connection is idle.
    idle: Option<IdleKey>,
}

impl Connections {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes room for a connection. If no connection is idle, waits until a request was processed.
    pub async fn open(self: &Arc<Self>) -> Arc<Connection> {
        loop {
            let freed = self.freed.notified();
            if self.make_room() {
                return Arc::new(Connection {
                    all: Arc::clone(self),
                    handle: Mutex::default(),
                });
            }
            freed.await;
        }
    }

    fn make_room(&self) -> bool {
        let mut state = self.lock();
        if state.open >= MOST {
            let Some((_, oldest)) = state.idle.pop_first() else {
                return false;
            };
            oldest.abort();
        }
        state.open += 1;
        true
    }
}

impl Connection {
    fn handle(&self) -> MutexGuard<'_, Handle> {
        self.handle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sets the task that serves the connection.
    pub fn served_by(&self, task: AbortHandle) {
        self.handle().task = Some(task);
        self.set_idle(true);
    }

    /// Keeps the connection from being idle while a request with the API key is processed, until the returned value is
    /// dropped.
    pub fn busy(self: Arc<Self>) -> Busy {
        self.handle().has_api_key = true;
        self.set_idle(false);
        Busy {
            connection: self,
            waits: false,
        }
    }

    fn set_idle(&self, idle: bool) {
        let mut handle = self.handle();
        let mut state = self.all.lock();
        if let Some(key) = handle.idle.take() {
            state.idle.remove(&key);
        }
        if idle && let Some(task) = &handle.task {
            state.became_idle += 1;
            let key = IdleKey {
                has_api_key: handle.has_api_key,
                number: state.became_idle,
            };
            state.idle.insert(key, task.clone());
            handle.idle = Some(key);
        }
        drop(state);
        self.all.freed.notify_one();
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.set_idle(false);
        self.all.lock().open -= 1;
        self.all.freed.notify_one();
    }
}

/// A connection whose request is processed.
pub struct Busy {
    connection: Arc<Connection>,
    waits: bool,
}

impl Busy {
    /// Declares that the request waits, so that the connection does not keep others out. Returns `false` if too many
    /// requests wait already.
    pub fn wait(&mut self) -> bool {
        let mut state = self.connection.all.lock();
        if !self.waits {
            if state.waiting >= MOST_WAITING {
                return false;
            }
            state.waiting += 1;
            state.open -= 1;
            self.waits = true;
        }
        drop(state);
        self.connection.all.freed.notify_one();
        true
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        if self.waits {
            let mut state = self.connection.all.lock();
            state.waiting -= 1;
            state.open += 1;
        }
        self.connection.set_idle(true);
    }
}
