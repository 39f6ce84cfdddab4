//! Limits the number of requests per time window.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

pub struct RateLimit {
    requests: u32,
    per: TimeDelta,
    /// The end of the window, and the number of requests in it.
    window: Option<(DateTime<Utc>, u32)>,
}

impl RateLimit {
    pub fn new(requests: u32, per: Duration) -> Self {
        RateLimit {
            requests,
            per: TimeDelta::from_std(per).unwrap_or(TimeDelta::MAX),
            window: None,
        }
    }

    /// Counts a request. Returns how long to wait if it exceeds the limit.
    pub fn count(&mut self, now: DateTime<Utc>) -> Option<TimeDelta> {
        let fresh = || {
            (
                now.checked_add_signed(self.per)
                    .unwrap_or(DateTime::<Utc>::MAX_UTC),
                0,
            )
        };
        let window = self.window.filter(|(end, _)| now < *end);
        let (end, count) = window.unwrap_or_else(fresh);
        self.window = Some((end, count.saturating_add(1)));
        (count >= self.requests).then(|| end - now)
    }

    /// Starts a new window with the next request.
    pub fn reset(&mut self) {
        self.window = None;
    }
}
