//! Limits the number of requests per time window.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

/// A number of requests per duration.
#[derive(Clone, Copy, Debug)]
pub struct RateLimit {
    pub requests: u32,
    pub per: Duration,
}

/// Counts requests against a limit.
pub struct RequestCount {
    limit: RateLimit,
    window: Option<Window>,
}

#[derive(Clone, Copy)]
struct Window {
    ends_at: DateTime<Utc>,
    requests: u32,
}

impl RequestCount {
    pub fn new(limit: RateLimit) -> Self {
        RequestCount {
            limit,
            window: None,
        }
    }

    /// Counts a request. Returns how long to wait if it exceeds the limit.
    pub fn count(&mut self, now: DateTime<Utc>) -> Option<TimeDelta> {
        let mut window = match self.window {
            Some(window) if now < window.ends_at => window,
            _ => self.window_from(now),
        };
        let exceeds = window.requests >= self.limit.requests;
        window.requests = window.requests.saturating_add(1);
        self.window = Some(window);
        exceeds.then(|| window.ends_at - now)
    }

    fn window_from(&self, now: DateTime<Utc>) -> Window {
        let per = TimeDelta::from_std(self.limit.per).unwrap_or(TimeDelta::MAX);
        Window {
            ends_at: now
                .checked_add_signed(per)
                .unwrap_or(DateTime::<Utc>::MAX_UTC),
            requests: 0,
        }
    }

    /// Starts a new window with the next request.
    pub fn reset(&mut self) {
        self.window = None;
    }
}
