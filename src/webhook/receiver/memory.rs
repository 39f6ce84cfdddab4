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

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;

    fn contained(seen: &MemorySeen, ids: [&str; 4]) -> [bool; 4] {
        ids.map(|id| seen.contains(&id.into()).now_or_never().unwrap().unwrap())
    }

    fn insert(seen: &MemorySeen, id: &str) {
        seen.insert(&id.into()).now_or_never().unwrap().unwrap();
    }

    #[test]
    fn a_full_store_forgets_the_oldest_id() {
        let seen = MemorySeen::with_capacity(2);
        for id in ["a", "b", "c"] {
            insert(&seen, id);
        }
        let expected = [false, true, true, false];
        assert_eq!(contained(&seen, ["a", "b", "c", "d"]), expected);
    }

    #[test]
    fn a_duplicate_takes_no_space() {
        let seen = MemorySeen::with_capacity(2);
        for id in ["a", "b", "b", "b"] {
            insert(&seen, id);
        }
        let expected = [true, true, false, false];
        assert_eq!(contained(&seen, ["a", "b", "c", "d"]), expected);
        assert_eq!(seen.ids().oldest_first.len(), 2);
    }

    #[test]
    fn a_store_without_capacity_remembers_nothing() {
        let seen = MemorySeen::with_capacity(0);
        insert(&seen, "a");
        assert_eq!(contained(&seen, ["a", "b", "c", "d"]), [false; 4]);
    }

    #[test]
    fn debug_output_shows_no_ids() {
        let seen = MemorySeen::new();
        insert(&seen, "evt_1");
        assert_eq!(
            format!("{seen:?}"),
            "MemorySeen { capacity: 100000, len: 1 }"
        );
    }
}
