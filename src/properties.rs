//! Properties that hold for every input, shared by the unit tests below and the fuzz targets in `fuzz/`. Each function
//! takes an input and panics if its property does not hold.

use std::fmt::Debug;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use reqwest::StatusCode;
use reqwest::header::{HeaderMap, HeaderValue, RETRY_AFTER};
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::http::body::Call;
use crate::http::response::RawResponse;
use crate::http::{decode, retry};
use crate::types::{ConversationPage, ErrorCode, EventType, SendMessageResponse};
use crate::webhook::{Verifier, WebhookError, sign};
use crate::{Error, ErrorKind, RetryPolicy, json};

const CALL: Call = Call {
    operation: "an_operation",
    attempts: 1,
    safe: false,
};

/// The minimum number of consecutive digits in a phone number. Error messages contain no such run of their own.
const DIGITS: usize = 7;

/// Asserts that no phone number of `came` is in `shown`.
fn assert_hidden(came: &[u8], shown: &str) {
    for digits in came.split(|byte| !byte.is_ascii_digit()) {
        let digits = std::str::from_utf8(digits).expect("digits are UTF-8");
        let seen = digits.len() >= DIGITS && shown.contains(digits);
        assert!(!seen, "`{digits}` is shown: {shown}");
    }
}

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
pub fn answer(body: &[u8]) {
    read_as::<ConversationPage>(body);
    read_as::<SendMessageResponse>(body);
}

fn read_as<T: DeserializeOwned + serde::Serialize + Debug>(body: &[u8]) {
    let response = RawResponse {
        status: StatusCode::CREATED,
        headers: HeaderMap::new(),
        body: Bytes::copy_from_slice(body),
    };
    match decode::json::<T>(response, CALL) {
        Ok(value) => {
            let written = serde_json::to_value(&*value).expect("what was read can be written");
            let again: T = serde_json::from_value(written.clone()).expect("and read");
            assert_eq!(serde_json::to_value(&again).ok(), Some(written));
        }
        Err(error) => {
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
        let error = Error::from_response(response, CALL);
        assert_eq!(error.kind(), ErrorKind::Status);
        assert_error(&error, status, body);
        if let Ok(said) = json::read::<Value>(body) {
            let said = said.get("error").filter(|it| it.is_object());
            let text = |key| said.and_then(|it| it[key].as_str());
            assert_eq!(error.code().map(ErrorCode::as_str), text("code"));
            assert_eq!(error.message(), text("message"));
            assert_eq!(error.request_id(), text("request_id"));
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
    let error = Error::from_response(response, CALL);
    assert_eq!(
        error.headers().and_then(|it| it.get(RETRY_AFTER)),
        Some(&value)
    );
}

/// A signed envelope becomes an event without loss. A modified body is rejected without being parsed.
pub fn delivery(body: &[u8]) {
    let verifier = Verifier::new("secret").expect("it is not empty");
    let signature = sign("secret", body);
    match verifier.verify(body, &signature) {
        Ok(event) => {
            let came: Value = json::read(body).expect("an event is JSON");
            assert_eq!(event.event_type().as_str(), came["type"]);
            assert_eq!(event.raw(), &came, "nothing of it is lost");
        }
        Err(WebhookError::NotAnEvent(why)) => assert_hidden(body, &why),
        Err(WebhookError::TooLarge { limit }) => assert!(body.len() > limit),
        Err(other) => panic!("{other}"),
    }
    let mut changed = body.to_vec();
    changed.push(b' ');
    assert!(
        verifier
            .verify(&changed, &signature)
            .is_err_and(|it| it.is_invalid_signature())
    );
    // The same bytes are also rejected as a signature, without a panic.
    assert!(
        verifier
            .verify(&changed, body)
            .is_err_and(|it| it.is_invalid_signature())
    );
}

/// An open enum keeps every string, and recognizes a known value however it is created.
pub fn vocabulary(text: &[u8]) {
    let Ok(text) = std::str::from_utf8(text) else {
        return;
    };
    let value = EventType::from(text);
    assert_eq!(value.as_str(), text);
    assert_eq!(value.to_string(), text);
    let written = serde_json::to_string(&value).expect("a text can be written");
    assert_eq!(
        serde_json::from_str::<EventType>(&written).ok(),
        Some(value.clone())
    );
    let listed = EventType::KNOWN.iter().any(|known| known.as_str() == text);
    assert_eq!(listed, !matches!(value, EventType::Unknown(_)));
}

/// Reading a recording either reaches its end or returns an error, and no finding shows a phone number.
#[cfg(feature = "conformance")]
pub fn recording(har: &[u8]) {
    use crate::conformance::Contract;
    use crate::conformance::har::Recording;

    let mut recording = Recording::new(Contract::embedded(), None).expect("it needs no URL");
    let mut shown = String::new();
    let read = recording.read(har, |found| {
        shown += &format!(
            "{} {} {found:?}\n",
            found.finding.sentence, found.finding.pointer
        );
    });
    shown += &read
        .err()
        .map(|error| error.to_string())
        .unwrap_or_default();
    shown += &format!("{recording:?}");
    assert_hidden(har, &shown);
}

/// A contract is either rejected with reasons, or everything can be validated against it.
#[cfg(feature = "conformance")]
pub fn contract(text: &[u8]) {
    use crate::conformance::Contract;

    let Ok(text) = std::str::from_utf8(text) else {
        return;
    };
    match Contract::parse(text) {
        Err(error) => assert!(!error.reasons().is_empty()),
        Ok(contract) => {
            assert!(contract.changes_to(&contract).is_empty());
            let empty = http::Response::new(Vec::new());
            for operation in contract.operations() {
                let _ = contract.validate_response(operation, &empty);
            }
            let _ = contract.changes_to(Contract::embedded());
        }
    }
}

#[cfg(all(test, feature = "generate"))]
mod tests {
    use proptest::prelude::*;
    use proptest::sample::{Index, select};
    use serde_json::json;

    /// Inputs that tend to break parsers: ends, nesting, numbers, lone surrogates.
    const PIECES: [&str; 14] = [
        "",
        "null",
        "{",
        "]",
        "\"",
        ",",
        "\\ud83d",
        "1e999",
        "-0",
        "+5491155551234",
        "2025-03-15T24:00:00Z",
        "\u{0}",
        "[[[[[[[[",
        "\"error\":",
    ];

    fn edit() -> impl Strategy<Value = (Index, Index, Vec<u8>)> {
        let piece = select(PIECES.to_vec()).prop_map(|piece| piece.as_bytes().to_vec());
        let bytes = proptest::collection::vec(any::<u8>(), 0..4);
        (
            any::<Index>(),
            any::<Index>(),
            prop_oneof![3 => piece, 1 => bytes],
        )
    }

    /// Generates the replacement for a value of a document.
    fn another() -> impl Strategy<Value = serde_json::Value> {
        select(vec![
            json!("+5491155551234"),
            json!(5_491_155_551_234_u64),
            json!(null),
            json!([]),
            json!({"5491155551234": {}}),
        ])
    }

    /// Collects the pointers to all values.
    fn pointers(value: &serde_json::Value, at: String, found: &mut Vec<String>) {
        match value {
            serde_json::Value::Object(object) => {
                for (key, child) in object {
                    let key = key.replace('~', "~0").replace('/', "~1");
                    pointers(child, format!("{at}/{key}"), found);
                }
            }
            serde_json::Value::Array(items) => {
                for (index, child) in items.iter().enumerate() {
                    pointers(child, format!("{at}/{index}"), found);
                }
            }
            _ => {}
        }
        found.push(at);
    }

    /// Generates one of `seeds`: unchanged, with one value replaced if it is JSON, or with up to three places of its
    /// text overwritten.
    fn edited(seeds: Vec<Vec<u8>>) -> impl Strategy<Value = Vec<u8>> {
        let edits = proptest::collection::vec(edit(), 0..4);
        let replaced = (select(seeds.clone()), any::<Index>(), another());
        let replaced = replaced.prop_map(|(seed, index, another)| {
            let Ok(mut value) = serde_json::from_slice(&seed) else {
                return seed;
            };
            let mut places = Vec::new();
            pointers(&value, String::new(), &mut places);
            *value
                .pointer_mut(&places[index.index(places.len())])
                .unwrap() = another;
            value.to_string().into_bytes()
        });
        let overwritten = (select(seeds), edits).prop_map(|(mut bytes, edits)| {
            for (from, length, piece) in edits {
                let from = from.index(bytes.len() + 1);
                let to = (from + length.index(12)).min(bytes.len());
                bytes.splice(from..to, piece);
            }
            bytes
        });
        prop_oneof![replaced, overwritten]
    }

    fn contract() -> serde_json::Value {
        let text = include_str!(concat!(env!("OUT_DIR"), "/contract.json"));
        serde_json::from_str(text).unwrap()
    }

    /// Returns the values of the examples below this part of the contract.
    fn examples(of: &str) -> Vec<Vec<u8>> {
        fn collect(value: &serde_json::Value, found: &mut Vec<Vec<u8>>) {
            let named = value.get("examples").and_then(|it| it.as_object());
            for example in named.into_iter().flat_map(|it| it.values()) {
                found.push(example["value"].to_string().into_bytes());
            }
            match value {
                serde_json::Value::Object(object) => {
                    object.values().for_each(|value| collect(value, found));
                }
                serde_json::Value::Array(items) => {
                    items.iter().for_each(|value| collect(value, found));
                }
                _ => {}
            }
        }
        let mut found = Vec::new();
        collect(contract().pointer(of).unwrap(), &mut found);
        assert!(!found.is_empty());
        found
    }

    proptest! {
        #[test]
        fn an_answer_is_read_or_kept(body in edited(examples("/paths"))) {
            super::answer(&body);
        }

        #[test]
        fn an_error_keeps_its_body(body in edited(examples("/components/responses"))) {
            super::envelope(&body);
        }

        #[test]
        fn a_wait_fits_into_the_deadline(value in edited(vec![
            b"120".to_vec(), b"Sat, 15 Mar 2025 10:30:00 GMT".to_vec(), b"99999999999999999999".to_vec(),
        ])) {
            super::retry_after(&value);
        }

        #[test]
        fn a_delivery_is_an_event_or_refused(body in edited(examples("/x-webhooks"))) {
            super::delivery(&body);
        }

        #[test]
        fn a_vocabulary_keeps_every_text(text in edited(vec![b"message.received".to_vec()])) {
            super::vocabulary(&text);
        }
    }

    #[cfg(feature = "conformance")]
    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn a_recording_is_read_to_its_end(har in edited(vec![
            include_bytes!("../tests/contract/har/playwright.har").to_vec(),
            json!({"log": {"entries": []}}).to_string().into_bytes(),
        ])) {
            super::recording(&har);
        }

        #[test]
        fn a_contract_is_one_or_refused(text in edited(vec![contract().to_string().into_bytes()])) {
            super::contract(&text);
        }
    }
}
