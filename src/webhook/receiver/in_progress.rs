//! Lets only one delivery of an event run the handler at a time.

use std::collections::HashSet;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use crate::types::EventId;

/// The events that are being handled in this process.
#[derive(Default)]
pub(super) struct InProgress {
    ids: Mutex<HashSet<EventId>>,
    ended: Notify,
}

/// The exclusive right to handle an event. It ends when it is dropped.
pub(super) struct Claim<'a> {
    in_progress: &'a InProgress,
    id: &'a EventId,
}

impl InProgress {
    /// Claims an event. Waits until no other claim of it exists.
    pub async fn claim<'a>(&'a self, id: &'a EventId) -> Claim<'a> {
        loop {
            // Created before the check, so that a claim that ends right after the check is not missed.
            let ended = self.ended.notified();
            if self.ids().insert(id.clone()) {
                return Claim {
                    in_progress: self,
                    id,
                };
            }
            ended.await;
        }
    }

    fn ids(&self) -> MutexGuard<'_, HashSet<EventId>> {
        self.ids.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Also runs if the handler panics or the request is cancelled.
impl Drop for Claim<'_> {
    fn drop(&mut self) {
        self.in_progress.ids().remove(self.id);
        self.in_progress.ended.notify_waiters();
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;

    #[test]
    fn nothing_remains_of_ended_and_cancelled_claims() {
        let (in_progress, id) = (InProgress::default(), EventId::from("evt_1"));
        let first = in_progress.claim(&id).now_or_never();
        assert!(in_progress.claim(&id).now_or_never().is_none());
        drop(first);
        assert!(in_progress.ids().is_empty());
    }
}
