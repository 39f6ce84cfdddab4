//! Times of the sandbox's clock.

use std::time::Duration;

use chrono::{DateTime, Datelike, TimeDelta, Utc};

/// The end of the year 9999, the last time that RFC 3339 can express.
pub const LAST_MILLISECOND: i64 = 253_402_300_799_999;

/// The key of a scheduled change: its time, and a number that makes it unique.
pub type Due = (DateTime<Utc>, u64);

/// Returns whether RFC 3339 can express the time.
pub fn is_supported(time: &DateTime<Utc>) -> bool {
    (0..10_000).contains(&time.year())
}

/// Returns the time after this duration, or the last supported one.
pub fn after(now: DateTime<Utc>, duration: Duration) -> DateTime<Utc> {
    let time = TimeDelta::from_std(duration)
        .ok()
        .and_then(|delta| now.checked_add_signed(delta))
        .filter(is_supported);
    let end = DateTime::from_timestamp_millis(LAST_MILLISECOND);
    time.or(end).unwrap_or(now)
}
