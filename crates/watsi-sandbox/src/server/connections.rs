//! Limits the number of connections. Above the limit, the one that has been idle for the longest is closed, so that
//! clients that send nothing, or send slowly, do not keep others out.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::task::AbortHandle;

/// The maximum number of connections.
const MOST: usize = 512;

#[derive(Default)]
pub struct Connections {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    open: usize,
    /// The idle connections by the order in which they became idle.
    idle: BTreeMap<u64, AbortHandle>,
    count: u64,
}

/// An open connection. It counts as idle while no request of it is processed.
pub struct Connection {
    all: Arc<Connections>,
    handle: Mutex<Option<(AbortHandle, Option<u64>)>>,
}

impl Connections {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes room for a connection. Returns `None` if there are too many, and none is idle.
    pub fn open(self: &Arc<Self>) -> Option<Arc<Connection>> {
        let mut state = self.lock();
        if state.open >= MOST {
            let (_, oldest) = state.idle.pop_first()?;
            oldest.abort();
        }
        state.open += 1;
        Some(Arc::new(Connection {
            all: Arc::clone(self),
            handle: Mutex::new(None),
        }))
    }
}

impl Connection {
    fn handle(&self) -> MutexGuard<'_, Option<(AbortHandle, Option<u64>)>> {
        self.handle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sets the task that serves the connection.
    pub fn served_by(&self, task: AbortHandle) {
        *self.handle() = Some((task, None));
        self.set_idle(true);
    }

    /// Keeps the connection from being idle until the returned value is dropped.
    pub fn busy(self: Arc<Self>) -> Busy {
        self.set_idle(false);
        Busy(self)
    }

    fn set_idle(&self, idle: bool) {
        let mut handle = self.handle();
        let Some((task, number)) = handle.as_mut() else {
            return;
        };
        let mut state = self.all.lock();
        if let Some(number) = number.take() {
            state.idle.remove(&number);
        }
        if idle {
            state.count += 1;
            *number = Some(state.count);
            let count = state.count;
            state.idle.insert(count, task.clone());
        }
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.set_idle(false);
        self.all.lock().open -= 1;
    }
}

pub struct Busy(Arc<Connection>);

impl Drop for Busy {
    fn drop(&mut self) {
        self.0.set_idle(true);
    }
}
