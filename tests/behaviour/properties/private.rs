//! Tests of private code, and its properties that hold for every input, which the fuzz targets in `fuzz/` share. Each
//! function panics if its property does not hold. `src/lib.rs` includes this file; `public.rs` has the properties of the
//! public API.

use std::fmt::Debug;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use reqwest::StatusCode;
use reqwest::header::{HeaderMap, HeaderValue, RETRY_AFTER};
use serde::de::DeserializeOwned;
use serde_json::Value;

#[cfg(test)]
use crate::error::Repeat;
use crate::error::{Call, Report};
use crate::http::response::RawResponse;
use crate::http::{decode, retry};
use crate::types::{ConversationPage, ErrorCode, SendMessageResponse};
use crate::{Error, ErrorKind, RetryPolicy, json};

#[cfg(all(test, feature = "generate"))]
#[path = "edits.rs"]
mod edits;
#[path = "hidden.rs"]
mod hidden;

use hidden::assert_hidden;

const CALL: Call = Call {
    attempts: 1,
    ..Call::unsent("an_operation")
};

fn assert_error(error: &Error, status: StatusCode, body: &[u8]) {
    assert_eq!(error.status(), Some(status));
    assert_eq!(
        error.response_body().map(Bytes::as_ref),
        Some(body),
        "the body is kept"
    );
    let shown = format!("{error} {error:?} {error:#?}");
    // A request id is meant to be shown.
    let shown = shown.replace(error.request_id().unwrap_or("\0"), "");
    assert_hidden(body, &shown);
}

/// A success response is either decoded and can be serialized again unchanged, or is an error that keeps everything.
pub fn success(body: &[u8]) {
    assert_decoded_as::<ConversationPage>(body);
    assert_decoded_as::<SendMessageResponse>(body);
}

fn assert_decoded_as<T: DeserializeOwned + serde::Serialize + Debug>(body: &[u8]) {
    let response = RawResponse {
        status: StatusCode::CREATED,
        headers: HeaderMap::new(),
        body: Bytes::copy_from_slice(body),
    };
    match decode::json::<T>(response, CALL) {
        Ok(value) => {
            let written = serde_json::to_value(&*value).expect("a decoded value can be serialized");
            let again: T = serde_json::from_value(written.clone())
                .expect("a serialized value can be deserialized");
            assert_eq!(serde_json::to_value(&again).ok(), Some(written));
        }
        Err(report) => {
            let error = Error::new(report);
            assert_eq!(error.kind(), ErrorKind::Decode);
            assert_error(&error, StatusCode::CREATED, body);
        }
    }
}

/// An error keeps the status code and the body, whatever the body is, and shows no phone number from it.
pub fn envelope(body: &[u8]) {
    for status in [StatusCode::BAD_REQUEST, StatusCode::BAD_GATEWAY] {
        let response = RawResponse {
            status,
            headers: HeaderMap::new(),
            body: Bytes::copy_from_slice(body),
        };
        let error = Error::new(Report::of_status(response, CALL));
        assert_eq!(error.kind(), ErrorKind::Status);
        assert_error(&error, status, body);
        if let Ok(parsed) = json::read::<Value>(body) {
            let error_object = parsed.get("error").filter(|value| value.is_object());
            let text = |key| error_object.and_then(|object| object[key].as_str());
            assert_eq!(error.code().map(ErrorCode::as_str), text("code"));
            assert_eq!(error.message(), text("message"));
            assert_eq!(error.request_id(), text("request_id"));
            let details = error_object.map(|object| &object["details"]);
            assert_eq!(error.details(), details.filter(|value| !value.is_null()));
        }
    }
}

/// Whatever `Retry-After` contains, a wait fits into the remaining time before the deadline, and the header is kept.
pub fn retry_after(value: &[u8]) {
    let Ok(value) = HeaderValue::from_bytes(value) else {
        return;
    };
    let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_742_000_000);
    let asked = retry::retry_after(&value, now);
    let text = value.to_str().unwrap_or_default().trim();
    if let Ok(seconds) = text.parse::<u64>()
        && !text.starts_with('+')
    {
        assert_eq!(asked, Some(Duration::from_secs(seconds)));
    }
    for remaining in [Duration::ZERO, Duration::from_secs(30), Duration::MAX] {
        if let Some(wait) = RetryPolicy::default().wait(1, asked, remaining, 1.0) {
            assert!(wait < remaining, "{wait:?}");
            assert!(asked.is_none_or(|asked| wait == asked), "{wait:?}");
        }
    }
    let response = RawResponse {
        status: StatusCode::TOO_MANY_REQUESTS,
        headers: HeaderMap::from_iter([(RETRY_AFTER, value.clone())]),
        body: Bytes::new(),
    };
    let error = Error::new(Report::of_status(response, CALL));
    assert_eq!(
        error.headers().and_then(|it| it.get(RETRY_AFTER)),
        Some(&value)
    );
}

#[cfg(all(test, feature = "generate"))]
mod tests {
    use proptest::prelude::*;

    use super::edits::{edited, examples};
    use super::*;

    /// Returns the wait after this many attempts, in milliseconds.
    fn wait(policy: &RetryPolicy, attempts: u32, random: f64) -> u128 {
        let wait = policy.wait(attempts, None, Duration::MAX, random);
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

    #[test]
    fn wait_is_shown_rounded_up() {
        for (wait, shown) in [(6_001, "retry after 7 s"), (6_000, "retry after 6 s")] {
            let mut report = Report::new(ErrorKind::Connect, CALL);
            report.call.repeat = Repeat::Always;
            report.retry_after = Some(Duration::from_millis(wait));
            let error = Error::new(report);
            assert!(error.to_string().contains(shown), "{error}");
        }
    }

    proptest! {
        #[test]
        fn success_is_decoded_or_kept(body in edited(examples("/paths"))) {
            super::success(&body);
        }

        #[test]
        fn error_keeps_its_body(body in edited(examples("/components/responses"))) {
            super::envelope(&body);
        }

        #[test]
        fn wait_fits_into_the_deadline(value in edited(vec![
            b"120".to_vec(), b"Sat, 15 Mar 2025 10:30:00 GMT".to_vec(), b"99999999999999999999".to_vec(),
        ])) {
            super::retry_after(&value);
        }
    }
}
