//! Decides which failed attempts are retried, and when. The clock and the random numbers are passed in.

use std::time::{Duration, SystemTime};

use reqwest::header::HeaderValue;
use reqwest::{Method, StatusCode};

/// Decides how often and how soon a failed request is retried.
///
/// A `GET` is retried after 408, 429, 500, 502, 503 and 504, after a connect error, and after a connection that
/// was lost before the whole response was received. Other methods are retried only if the request was certainly
/// not processed: after a connect error, and after 429. No idempotency key is documented, so retrying any other
/// `POST /messages` could send a second message. An operation with an idempotency key, if the contract has one, is
/// retried like a `GET`: all attempts of a call have the same key.
///
/// The client waits for as long as `Retry-After` asks. Without that header it waits for a random time between zero
/// and the backoff, which doubles with each retry (full jitter). If the wait does not fit into the rest of the
/// deadline, the call returns the error at once.
///
/// See <https://docs.watsi.ai/error-handling>.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "a policy does nothing until it is set on a client"]
pub struct RetryPolicy {
    max_retries: u32,
    base: Duration,
    cap: Duration,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        RetryPolicy {
            max_retries: 2,
            base: Duration::from_millis(500),
            cap: Duration::from_secs(8),
        }
    }
}

impl RetryPolicy {
    /// Returns a policy without retries.
    pub fn never() -> Self {
        RetryPolicy::default().max_retries(0)
    }

    /// Sets the maximum number of retries. Default: 2, which makes three attempts.
    pub fn max_retries(mut self, retries: u32) -> Self {
        self.max_retries = retries;
        self
    }

    /// Sets the backoff before the first retry. Default: 0.5 s.
    pub fn base(mut self, base: Duration) -> Self {
        self.base = base;
        self
    }

    /// Sets the maximum backoff. Default: 8 s.
    pub fn cap(mut self, cap: Duration) -> Self {
        self.cap = cap;
        self
    }

    /// Returns true if another retry is allowed after this many.
    pub(crate) fn allows(&self, retries: u32) -> bool {
        retries < self.max_retries
    }

    /// The wait after this many attempts, or `None` if it does not fit into `remaining`. `random` is in 0..=1.
    pub(crate) fn wait(
        &self,
        attempts: u32,
        retry_after: Option<Duration>,
        remaining: Duration,
        random: f64,
    ) -> Option<Duration> {
        let wait = retry_after.unwrap_or_else(|| self.backoff(attempts).mul_f64(random));
        (wait < remaining).then_some(wait)
    }

    fn backoff(&self, attempts: u32) -> Duration {
        let doubled = attempts.saturating_sub(1);
        let factor = 2_u32.checked_pow(doubled).unwrap_or(u32::MAX);
        self.base.saturating_mul(factor).min(self.cap)
    }
}

/// Returns true if the same request may succeed a little later.
pub(crate) fn is_transient(status: StatusCode) -> bool {
    matches!(status.as_u16(), 408 | 429 | 500 | 502 | 503 | 504)
}

/// Returns true if a request cannot change anything, so that a retry cannot cause a duplicate.
pub(crate) fn is_safe(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD)
}

/// Reads a `Retry-After` header, which is a number of seconds or a date. `None` if it is neither.
pub(crate) fn retry_after(value: &HeaderValue, now: SystemTime) -> Option<Duration> {
    let text = value.to_str().ok()?.trim();
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        // A number that does not fit is still a very long wait.
        return Some(Duration::from_secs(text.parse().unwrap_or(u64::MAX)));
    }
    let date = httpdate::parse_http_date(text).ok()?;
    Some(date.duration_since(now).unwrap_or(Duration::ZERO))
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONG: Duration = Duration::from_secs(3600);

    /// Returns the wait after this many attempts, in milliseconds.
    fn wait(policy: &RetryPolicy, attempts: u32, random: f64) -> u128 {
        let wait = policy.wait(attempts, None, LONG, random);
        wait.unwrap().as_millis()
    }

    #[test]
    fn backoff_doubles_up_to_its_cap() {
        let policy = RetryPolicy::default();
        let attempts = [1, 2, 3, 4, 5, 6, u32::MAX];
        let waits = attempts.map(|attempts| wait(&policy, attempts, 1.0));
        assert_eq!(waits, [500, 1000, 2000, 4000, 8000, 8000, 8000]);
        assert_eq!(wait(&policy.cap(Duration::from_millis(700)), 9, 1.0), 700);
    }

    #[test]
    fn jitter_is_full() {
        let policy = RetryPolicy::default();
        assert_eq!((wait(&policy, 1, 0.0), wait(&policy, 1, 0.5)), (0, 250));
    }
}
