//! An in-memory store of seen events.

use std::collections::{HashSet, VecDeque};
use std::convert::Infallible;
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::Seen;
use crate::types::EventId;

/// An in-memory store of the most recently seen events.
///
/// Its ids are lost on a restart, and not shared with other processes. If your handler must not run again for an event
/// in these cases, implement [`Seen`] for a durable store.
pub struct MemorySeen {
    capacity: usize,
    ids: Mutex<Ids>,
}

#[derive(Default)]
struct Ids {
    all: HashSet<EventId>,
    oldest_first: VecDeque<EventId>,
}

impl MemorySeen {
    /// Creates a store of up to 100,000 ids.
    #[must_use]
    pub fn new() -> Self {
        MemorySeen::with_capacity(100_000)
    }

    /// Creates a store of up to `capacity` ids. When it is full, each new id replaces the oldest one.
    #[must_use]
    pub fn with_capacity(capacity: usize) -> Self {
        MemorySeen {
            capacity,
            ids: Mutex::default(),
        }
    }

    fn ids(&self) -> MutexGuard<'_, Ids> {
        self.ids.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for MemorySeen {
    fn default() -> Self {
        MemorySeen::new()
    }
}

impl fmt::Debug for MemorySeen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemorySeen")
            .field("capacity", &self.capacity)
            .field("len", &self.ids().all.len())
            .finish()
    }
}

impl Seen for MemorySeen {
    type Error = Infallible;

    async fn contains(&self, id: &EventId) -> Result<bool, Infallible> {
        Ok(self.ids().all.contains(id))
    }

    async fn insert(&self, id: &EventId) -> Result<(), Infallible> {
        let mut ids = self.ids();
        if ids.all.insert(id.clone()) {
            ids.oldest_first.push_back(id.clone());
        }
        if ids.all.len() > self.capacity
            && let Some(oldest) = ids.oldest_first.pop_front()
        {
            ids.all.remove(&oldest);
        }
        Ok(())
    }
}
