//! What may be repeated, and when. Pure functions: the time and the dice come from outside.

use std::time::{Duration, SystemTime};

use reqwest::header::HeaderValue;
use reqwest::{Method, StatusCode};

/// How often and how soon a failed attempt is repeated.
///
/// A `GET` is repeated after 408, 429, 500, 502, 503, 504, and after a connection that was not made,
/// or that broke before the whole answer had come. Every other method is repeated only when the
/// request was certainly not processed: the connection was never made, or the answer was 429.
/// No idempotency key is documented, so a repeated `POST /messages` would be a second message.
///
/// The wait before a repeat is what `Retry-After` asks for; without it a random time between zero and
/// the backoff, which doubles with each repeat ("full jitter"). A wait that does not fit into what
/// is left of the call's deadline is not begun: the error comes back at once.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
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
    /// Repeats nothing.
    pub fn never() -> Self {
        RetryPolicy::default().max_retries(0)
    }

    /// How often a call is repeated at most. Default: 2, so three attempts.
    pub fn max_retries(mut self, retries: u32) -> Self {
        self.max_retries = retries;
        self
    }

    /// The upper bound of the wait before the first repeat. Default: 0.5 s.
    pub fn base(mut self, base: Duration) -> Self {
        self.base = base;
        self
    }

    /// What the doubled upper bound never exceeds. Default: 8 s.
    pub fn cap(mut self, cap: Duration) -> Self {
        self.cap = cap;
        self
    }

    /// Whether one more attempt is allowed after `retries` repeats.
    pub(crate) fn allows(&self, retries: u32) -> bool {
        retries < self.max_retries
    }

    /// The wait before the next of so many attempts; `random` is in 0..=1. `None` where it does not fit
    /// into `remaining`.
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

/// How an attempt failed, as far as it matters for a repeat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Failure {
    /// No connection was made, so nothing was sent.
    NotConnected,
    /// The connection broke while the request was sent or its answer came.
    Broken,
    /// The server answered so.
    Status(StatusCode),
}

/// Whether the same request may be answered otherwise a little later.
pub(crate) fn passes(status: StatusCode) -> bool {
    matches!(status.as_u16(), 408 | 429 | 500 | 502 | 503 | 504)
}

/// Whether a request of this method may be sent again after `failure`.
pub(crate) fn repeatable(method: &Method, failure: Failure) -> bool {
    match failure {
        Failure::NotConnected | Failure::Status(StatusCode::TOO_MANY_REQUESTS) => true,
        _ if method != Method::GET => false,
        Failure::Broken => true,
        Failure::Status(status) => passes(status),
    }
}

/// The wait that a `Retry-After` asks for, in seconds or as a date. `None` for what is neither.
pub(crate) fn retry_after(value: &HeaderValue, now: SystemTime) -> Option<Duration> {
    let text = value.to_str().ok()?.trim();
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        // More digits than fit are still "very long".
        return Some(Duration::from_secs(text.parse().unwrap_or(u64::MAX)));
    }
    let date = httpdate::parse_http_date(text).ok()?;
    Some(date.duration_since(now).unwrap_or(Duration::ZERO))
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONG: Duration = Duration::from_secs(3600);

    fn seconds(value: &str) -> Option<Duration> {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(784_111_770);
        retry_after(&HeaderValue::from_str(value).unwrap(), now)
    }

    #[test]
    fn the_backoff_doubles_up_to_its_cap() {
        let policy = RetryPolicy::default();
        let waits: Vec<_> = (1..7)
            .map(|n| policy.wait(n, None, LONG, 1.0).unwrap().as_millis())
            .collect();
        assert_eq!(waits, [500, 1000, 2000, 4000, 8000, 8000]);
    }

    #[test]
    fn the_jitter_is_full() {
        let policy = RetryPolicy::default();
        assert_eq!(policy.wait(1, None, LONG, 0.0), Some(Duration::ZERO));
        assert_eq!(
            policy.wait(1, None, LONG, 0.5),
            Some(Duration::from_millis(250))
        );
    }

    #[test]
    fn the_backoff_of_a_huge_count_is_the_cap() {
        let policy = RetryPolicy::default();
        assert_eq!(
            policy.wait(u32::MAX, None, LONG, 1.0),
            Some(Duration::from_secs(8))
        );
    }

    #[test]
    fn retry_after_goes_before_the_backoff() {
        let asked = Some(Duration::from_secs(7));
        assert_eq!(RetryPolicy::default().wait(1, asked, LONG, 1.0), asked);
    }

    #[test]
    fn a_wait_that_does_not_fit_into_the_deadline_is_not_begun() {
        let asked = Some(Duration::from_secs(7));
        let policy = RetryPolicy::default();
        assert_eq!(policy.wait(1, asked, Duration::from_secs(7), 1.0), None);
        assert_eq!(policy.wait(1, None, Duration::from_millis(500), 1.0), None);
    }

    #[test]
    fn retries_are_counted() {
        assert!(RetryPolicy::default().allows(1));
        assert!(!RetryPolicy::default().allows(2));
        assert!(!RetryPolicy::never().allows(0));
    }

    #[test]
    fn a_get_is_repeated_after_failures_that_pass() {
        let passing = [408, 429, 500, 502, 503, 504];
        for status in 100..600 {
            let failure = Failure::Status(StatusCode::from_u16(status).unwrap());
            let expected = passing.contains(&status);
            assert_eq!(repeatable(&Method::GET, failure), expected, "{status}");
        }
        assert!(repeatable(&Method::GET, Failure::NotConnected));
        assert!(repeatable(&Method::GET, Failure::Broken));
    }

    #[test]
    fn any_other_method_is_repeated_only_when_it_was_not_processed() {
        for method in [Method::POST, Method::PUT, Method::PATCH, Method::DELETE] {
            for status in 100..600 {
                let failure = Failure::Status(StatusCode::from_u16(status).unwrap());
                assert_eq!(
                    repeatable(&method, failure),
                    status == 429,
                    "{method} {status}"
                );
            }
            assert!(repeatable(&method, Failure::NotConnected));
            assert!(!repeatable(&method, Failure::Broken));
        }
    }

    #[test]
    fn retry_after_is_read_as_seconds() {
        assert_eq!(seconds("0"), Some(Duration::ZERO));
        assert_eq!(seconds(" 120 "), Some(Duration::from_secs(120)));
    }

    #[test]
    fn retry_after_is_read_as_a_date() {
        let in_seven = "Sun, 06 Nov 1994 08:49:37 GMT";
        assert_eq!(seconds(in_seven), Some(Duration::from_secs(7)));
        assert_eq!(
            seconds("Sunday, 06-Nov-94 08:49:37 GMT"),
            Some(Duration::from_secs(7))
        );
        assert_eq!(
            seconds("Sun Nov  6 08:49:37 1994"),
            Some(Duration::from_secs(7))
        );
    }

    #[test]
    fn a_date_that_has_passed_asks_for_no_wait() {
        assert_eq!(
            seconds("Sat, 05 Nov 1994 08:49:37 GMT"),
            Some(Duration::ZERO)
        );
    }

    #[test]
    fn an_absurd_retry_after_is_a_very_long_wait() {
        let absurd = seconds("99999999999999999999999999").unwrap();
        assert_eq!(
            RetryPolicy::default().wait(1, Some(absurd), LONG, 0.0),
            None
        );
    }

    #[test]
    fn a_retry_after_that_says_nothing_is_ignored() {
        for value in [
            "",
            "-1",
            "1.5",
            "soon",
            "1e3",
            "+5",
            "Sun, 99 Foo 1994 08:49:37 GMT",
        ] {
            assert_eq!(seconds(value), None, "{value}");
        }
    }
}
