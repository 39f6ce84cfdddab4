//! Properties of the public API that hold for every input. Each function panics if its property does not hold.

use serde_json::Value;
use watsi::types::EventType;
use watsi::webhook::{Verifier, WebhookError, sign};

use super::hidden::assert_hidden;

/// A signed envelope becomes an event without loss. A modified body is rejected without being parsed.
pub fn delivery(body: &[u8]) {
    let verifier = Verifier::new("secret").expect("it is not empty");
    let signature = sign("secret", body);
    match verifier.verify(body, &signature) {
        Ok(event) => match serde_json::from_slice::<Value>(body) {
            Ok(sent) => {
                assert_eq!(event.event_type().as_str(), sent["type"]);
                assert_eq!(event.raw(), &sent, "the whole body is kept");
            }
            // Only lone surrogates are replaced.
            Err(error) => assert!(error.to_string().contains("hex escape"), "{error}"),
        },
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
pub fn open_enum(text: &[u8]) {
    let Ok(text) = std::str::from_utf8(text) else {
        return;
    };
    let value = EventType::from(text);
    assert_eq!(value.as_str(), text);
    assert_eq!(value.to_string(), text);
    let written = serde_json::to_string(&value).expect("a string can be serialized");
    assert_eq!(
        serde_json::from_str::<EventType>(&written).ok(),
        Some(value.clone())
    );
    let known = EventType::KNOWN.iter().any(|known| known.as_str() == text);
    assert_eq!(known, !matches!(value, EventType::Unknown(_)));
}
