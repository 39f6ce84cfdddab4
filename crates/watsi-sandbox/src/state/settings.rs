//! The settings of a sandbox, which do not change while it runs.

use std::collections::HashSet;

use chrono::{DateTime, SubsecRound, Utc};

use crate::activity::Observer;
use crate::clock::LAST_MILLISECOND;
use crate::rate_limit::RateLimit;

/// The beginning of the year 1. RFC 3339 begins a year earlier, which leaves room for older conversations.
const FIRST_MILLISECOND: i64 = -62_135_596_800_000;

#[derive(Clone)]
pub struct Settings {
    pub api_key: String,
    pub webhook_secret: String,
    pub rate_limit: Option<RateLimit>,
    /// The start time of the clock. Default: now.
    pub clock: Option<DateTime<Utc>>,
    pub distinct_event_ids: bool,
    /// Names of this server, besides those of loopback addresses.
    pub hosts: HashSet<String>,
    /// Hosts that events are delivered to, besides this machine.
    pub webhook_hosts: HashSet<String>,
    pub observer: Option<Observer>,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            api_key: "sandbox-key".to_owned(),
            webhook_secret: "sandbox-webhook-secret".to_owned(),
            rate_limit: None,
            clock: None,
            distinct_event_ids: false,
            hosts: HashSet::new(),
            webhook_hosts: HashSet::new(),
            observer: None,
        }
    }
}

impl Settings {
    /// Returns the start time of the clock, within the range of RFC 3339.
    pub fn start_time(&self) -> DateTime<Utc> {
        let earliest = DateTime::from_timestamp_millis(FIRST_MILLISECOND).unwrap_or_default();
        let latest = DateTime::from_timestamp_millis(LAST_MILLISECOND).unwrap_or_default();
        let clock = self.clock.unwrap_or_else(Utc::now).trunc_subsecs(3);
        clock.clamp(earliest, latest)
    }
}
