//! A verified event is never discarded because of an unexpected payload; an unverified one is rejected.

use proptest::prelude::*;
use serde_json::{Value, json};
use watsi::types::{EventType, SendMessageRequest};
use watsi::webhook::{EventData, SIGNATURE_HEADER, Verifier, WebhookError, sign};

const SECRET: &str = "whsec_0123456789";

fn verifier() -> Verifier {
    Verifier::new(SECRET).unwrap()
}

fn event(kind: &str, data: Value) -> Value {
    json!({
        "id": "evt_1", "type": kind, "created_at": "2025-03-15T10:30:00.000Z",
        "workspace_id": "2c5ea4c0-4067-4fe9-8bad-9bdddad1b2c3", "data": data,
    })
}

#[track_caller]
fn read(body: &Value) -> watsi::webhook::Event {
    let body = body.to_string();
    verifier().verify(&body, sign(SECRET, &body)).unwrap()
}

/// Computed with `printf %s BODY | openssl dgst -sha256 -hmac SECRET`, and the same with Python's hmac.
#[test]
fn signatures_match_known_vectors() {
    let long = "x".repeat(100);
    let vectors = [
        ("secret", "", VECTORS[0]),
        ("secret", r#"{"id":"evt_1"}"#, VECTORS[1]),
        ("whsec_0123456789", "H\u{e9}llo \u{1f44b}\n", VECTORS[2]),
        (long.as_str(), "longer than a block of the hash", VECTORS[3]),
    ];
    for (secret, body, signature) in vectors {
        assert_eq!(sign(secret, body), signature);
        Verifier::new(secret)
            .unwrap()
            .verify_signature(body, signature)
            .unwrap();
    }
}

const VECTORS: [&str; 4] = [
    "f9e66e179b6747ae54108f82f8ade8b3c25d76fd30afde6c395822c530196169",
    "16abb10adb33ff9cff34f6a57fc2c0b902c11ea19fe73dae86f2940c235e7ed5",
    "bf344dd632bb94e6b4d1c8d34730728016f262719eadcf74795b7261bf1bda8f",
    "5d5ca730241a5674883dd4d63883cf58b0d85327da2684519c174f82ebe1f563",
];

#[test]
fn every_flipped_bit_of_body_or_signature_is_rejected() {
    let body = event("contact.created", json!({})).to_string().into_bytes();
    let signature = sign(SECRET, &body).into_bytes();
    for bit in 0..body.len() * 8 {
        let mut flipped = body.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        let rejected = verifier().verify(&flipped, &signature).unwrap_err();
        assert_eq!(
            rejected,
            WebhookError::WrongSignature,
            "bit {bit} of the body"
        );
    }
    for bit in 0..signature.len() * 8 {
        let mut flipped = signature.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        let rejected = verifier().verify(&body, &flipped).unwrap_err();
        assert!(
            rejected.is_invalid_signature(),
            "bit {bit} of the signature"
        );
    }
}

#[test]
fn malformed_signature_is_rejected() {
    let body = event("contact.created", json!({})).to_string();
    let right = sign(SECRET, &body);
    let others = [
        right.to_uppercase(),
        format!(" {right}"),
        format!("{right} "),
        format!("{right}\n"),
        format!("sha256={right}"),
        right[..63].to_owned(),
        right[..62].to_owned(),
        format!("{right}00"),
        format!("{}g", &right[..63]),
        String::new(),
        "\u{e9}".repeat(32),
    ];
    for other in others {
        let rejected = verifier().verify(&body, &other).unwrap_err();
        assert_eq!(rejected, WebhookError::MalformedSignature, "{other:?}");
    }
}

#[test]
fn only_signature_errors_report_an_invalid_signature() {
    assert!(WebhookError::MissingSignature.is_invalid_signature());
    assert!(WebhookError::MalformedSignature.is_invalid_signature());
    assert!(WebhookError::WrongSignature.is_invalid_signature());
    assert!(!WebhookError::EmptySecret.is_invalid_signature());
    assert!(!WebhookError::TooLarge { limit: 1 }.is_invalid_signature());
    assert!(!WebhookError::NotAnEvent(String::new()).is_invalid_signature());
}

#[test]
fn signature_with_another_secret_is_rejected() {
    let body = event("contact.created", json!({})).to_string();
    let rejected = verifier()
        .verify(&body, sign("another", &body))
        .unwrap_err();
    assert_eq!(rejected, WebhookError::WrongSignature);
}

#[test]
fn both_secrets_of_a_rotation_are_accepted() {
    let both = Verifier::new("new").unwrap().or_secret("old").unwrap();
    let body = event("contact.created", json!({})).to_string();
    both.verify(&body, sign("new", &body)).unwrap();
    both.verify(&body, sign("old", &body)).unwrap();
    both.verify(&body, sign("other", &body)).unwrap_err();
}

#[test]
fn empty_secret_is_rejected() {
    assert_eq!(Verifier::new("").unwrap_err(), WebhookError::EmptySecret);
    assert_eq!(
        verifier().or_secret("").unwrap_err(),
        WebhookError::EmptySecret
    );
}

#[test]
fn signature_is_read_from_the_headers() {
    let body = event("contact.created", json!({})).to_string();
    let mut headers = http::HeaderMap::new();
    let missing = verifier().verify_delivery(&body, &headers).unwrap_err();
    assert_eq!(missing, WebhookError::MissingSignature);
    assert!(missing.is_invalid_signature());
    headers.insert(SIGNATURE_HEADER, sign(SECRET, &body).parse().unwrap());
    verifier().verify_delivery(&body, &headers).unwrap();
    headers.append(SIGNATURE_HEADER, sign(SECRET, &body).parse().unwrap());
    let twice = verifier().verify_delivery(&body, &headers).unwrap_err();
    assert_eq!(twice, WebhookError::MalformedSignature);
}

#[test]
fn oversized_body_is_rejected_before_it_is_hashed() {
    let body = vec![b' '; 10 << 20];
    let rejected = verifier().verify(&body, "").unwrap_err();
    assert_eq!(rejected, WebhookError::TooLarge { limit: 1 << 20 });
    assert!(!rejected.is_invalid_signature());
    let patient = verifier().body_limit(10 << 20);
    patient
        .verify_signature(&body, sign(SECRET, &body))
        .unwrap();
}

#[test]
fn signed_body_that_is_not_an_event_reports_the_reason() {
    let cases = [
        ("", "unexpected end"),
        ("<html>", "not valid JSON"),
        ("1e999", "number out of range"),
        (&"[".repeat(200), "nested too deeply"),
        ("[]", "expected an object"),
        ("null", "expected an object"),
        (r#"{"id":"evt_1"}"#, "missing property"),
        (r#"{"type":"contact.created"}"#, "missing property"),
        (r#"{"id":"","type":"contact.created"}"#, "is empty"),
        (r#"{"id":"+5491155551234","type":7}"#, "expected a string"),
    ];
    for (body, why) in cases {
        let error = verifier().verify(body, sign(SECRET, body)).unwrap_err();
        assert!(matches!(error, WebhookError::NotAnEvent(_)), "{error}");
        assert!(!error.is_invalid_signature());
        let text = error.to_string();
        assert!(
            text.contains(why) && !text.contains("549"),
            "{body}: {text}"
        );
    }
}

#[test]
fn both_forms_of_a_received_message_are_read() {
    let flat = json!({"from": "549", "body": "Hi", "messageId": "wamid.1", "conversationId": "chat_123", "channel": "whatsapp"});
    let nested = json!({"message": {"id": "wamid.1", "body": "Hi"}});
    for data in [flat, nested] {
        let event = read(&event("message.received", data.clone()));
        let EventData::MessageReceived(message) = &event.data else {
            panic!("{event:?}")
        };
        assert_eq!(message.id().unwrap().as_str(), "wamid.1");
        assert_eq!(message.text(), Some("Hi"));
        assert_eq!(serde_json::to_value(message).unwrap(), data);
    }
}

#[test]
fn flat_form_of_a_received_message_takes_precedence() {
    let data = json!({"body": "a", "messageId": "m1", "message": {"id": "m2", "body": "b"}});
    let EventData::MessageReceived(message) = read(&event("message.received", data)).data else {
        panic!("it is a received message");
    };
    assert_eq!(
        (message.text(), message.id().unwrap().as_str()),
        (Some("a"), "m1")
    );
}

#[test]
fn unpaired_surrogate_does_not_discard_an_event() {
    let cases = [
        (r"Ana \ud83d", "Ana \u{fffd}"),
        (r"\udc4b Ana", "\u{fffd} Ana"),
        (r"\ud83d\ud83d\udc4b", "\u{fffd}\u{1f44b}"),
        (
            r"\ud83d\udc4b \u00e9 \n \\ud83d \ud83d",
            "\u{1f44b} \u{e9} \n \\ud83d \u{fffd}",
        ),
    ];
    for (written, name) in cases {
        let body = event("contact.created", json!({"name": "@"})).to_string();
        let body = body.replace('@', written);
        let event = verifier().verify(&body, sign(SECRET, &body)).unwrap();
        assert_eq!(event.raw()["data"]["name"], name, "{written}");
    }
}

#[test]
fn error_of_invalid_json_is_that_of_the_body_as_it_was_received() {
    for body in [r#"{"a":"\ud83"}"#, r#"{"a":"\ud83d"} x"#, r#"{"a":"\"#] {
        let error = serde_json::from_str::<Value>(body).unwrap_err();
        let place = format!("line {} column {}", error.line(), error.column());
        let found = verifier().verify(body, sign(SECRET, body)).unwrap_err();
        assert!(matches!(&found, WebhookError::NotAnEvent(reason) if reason.contains(&place)));
    }
}

#[test]
fn conversation_id_of_an_event_fits_a_reply() {
    let data = json!({"from": "549", "body": "Hi", "messageId": "m", "conversationId": "chat_123", "channel": "whatsapp"});
    let EventData::MessageReceived(message) = read(&event("message.received", data)).data else {
        panic!("it is a received message");
    };
    let conversation_id = message.conversation_id.unwrap();
    let request = SendMessageRequest::new(conversation_id, "Hello");
    assert_eq!(request.conversation_id.as_str(), "chat_123");
}

#[test]
fn timestamp_of_a_status_is_parsed() {
    let data = |timestamp: &str| json!({"messageId": "m", "status": "read", "recipientId": "549", "timestamp": timestamp});
    let at = |timestamp: &str| match read(&event("message.status", data(timestamp))).data {
        EventData::MessageStatus(status) => status.at(),
        other => panic!("{other:?}"),
    };
    assert_eq!(
        at("1742034904").unwrap().to_rfc3339(),
        "2025-03-15T10:35:04+00:00"
    );
    assert_eq!(at("soon"), None);
    assert_eq!(at("99999999999999999"), None);
}

#[test]
fn unknown_event_type_keeps_its_data() {
    let event = read(&event("template.approved", json!(["any", {"shape": 1}])));
    let EventData::Unknown { event_type, data } = &event.data else {
        panic!("{event:?}")
    };
    assert_eq!(*event_type, "template.approved");
    assert_eq!(*data, json!(["any", {"shape": 1}]));
    assert_eq!(event.event_type().as_str(), "template.approved");
}

#[test]
fn data_of_an_unexpected_type_is_kept() {
    let kinds = EventType::KNOWN.iter().map(EventType::as_str);
    for kind in kinds {
        for data in [
            json!(null),
            json!("text"),
            json!([]),
            json!(["a", "b", "c", "d"]),
            json!(7),
        ] {
            let event = read(&event(kind, data.clone()));
            assert!(
                matches!(&event.data, EventData::Unknown { event_type, data: raw } if *event_type == kind && *raw == data),
                "{event:?}"
            );
        }
    }
    let event = read(&event("message.status", json!({"messageId": 7})));
    assert!(matches!(&event.data, EventData::Unknown { data, .. } if data["messageId"] == 7));
}

#[test]
fn missing_data_does_not_discard_the_event() {
    let mut body = event("conversation.updated", json!({}));
    body.as_object_mut().unwrap().remove("data");
    let event = read(&body);
    assert!(
        matches!(
            &event.data,
            EventData::Unknown {
                data: Value::Null,
                ..
            }
        ),
        "{event:?}"
    );
}

#[test]
fn unexpected_workspace_does_not_discard_the_event() {
    for workspace in [json!(null), json!(7), json!({"id": "w"})] {
        let mut body = event("contact.created", json!({}));
        body["workspace_id"] = workspace;
        let event = read(&body);
        assert_eq!(event.workspace_id, None);
        assert_eq!(*event.raw(), body);
    }
}

#[test]
fn envelope_of_an_id_and_a_type_is_an_event() {
    let event = read(&json!({"id": "evt_1", "type": "contact.created"}));
    assert_eq!((event.created_at, event.workspace_id), (None, None));
}

#[test]
fn unix_timestamp_of_an_event_is_read() {
    let timestamps = [
        json!("2025-03-15T10:35:04Z"),
        json!("2025-03-15T12:35:04+02:00"),
        json!(1_742_034_904),
        json!(1_742_034_904.0),
        json!("1742034904"),
        json!(1_742_034_904_000_u64),
        json!("1742034904000"),
    ];
    for timestamp in timestamps {
        let mut body = event("contact.created", json!({}));
        body["created_at"] = timestamp.clone();
        let created_at = read(&body).created_at.map(|read| read.timestamp());
        assert_eq!(created_at, Some(1_742_034_904), "{timestamp}");
    }
}

#[test]
fn unreadable_timestamp_does_not_discard_the_event() {
    let timestamps = [
        json!(null),
        json!(""),
        json!("yesterday"),
        json!("NaN"),
        json!([1]),
        json!(1e300),
        json!("99999999999999999999999"),
    ];
    for timestamp in timestamps {
        let mut body = event("contact.created", json!({}));
        body["created_at"] = timestamp.clone();
        let event = read(&body);
        assert_eq!(event.created_at, None, "{timestamp}");
        assert_eq!(event.raw()["created_at"], timestamp);
    }
}

#[test]
fn body_of_an_event_is_as_it_was_received() {
    let event = " {\"type\":\"x\", \"id\":\"evt_1\",\n\"data\":{\"n\":1.50,\"n\":123456789012345678901} }\n";
    for body in [event.to_owned(), format!("\u{feff}{event}")] {
        let event = verifier().verify(&body, sign(SECRET, &body)).unwrap();
        assert_eq!(event.id, "evt_1");
        assert_eq!(*event.body(), body);
    }
}

#[test]
fn undocumented_properties_are_in_the_raw_event() {
    let mut body = event(
        "message.received",
        json!({"body": "Hi", "media": {"url": "x"}}),
    );
    body["introduced_later"] = json!(1);
    assert_eq!(*read(&body).raw(), body);
}

#[test]
fn debug_output_hides_secrets_and_customers() {
    let phone = "5491155551234";
    for kind in EventType::KNOWN
        .iter()
        .map(EventType::as_str)
        .chain(["other"])
    {
        let text = format!(
            "{:?}",
            read(&event(
                kind,
                json!({"from": phone, "body": phone, "phone": phone})
            ))
        );
        assert!(!text.contains(phone), "{text}");
    }
    assert!(!format!("{:?}", verifier()).contains(SECRET));
    let body = event("contact.created", json!({})).to_string();
    let rejected = verifier().verify(&body, sign("x", &body)).unwrap_err();
    assert!(!format!("{rejected} {rejected:?}").contains(&sign(SECRET, &body)));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..Default::default() })]

    #[test]
    fn arbitrary_bytes_are_rejected_without_a_panic(body: Vec<u8>, signature: Vec<u8>) {
        prop_assert!(verifier().verify(&body, &signature).is_err());
    }

    #[test]
    fn arbitrary_signed_bytes_do_not_panic(body: Vec<u8>) {
        let _ = verifier().verify(&body, sign(SECRET, &body));
    }

    #[test]
    fn arbitrary_signed_string_in_an_event_is_kept(kind: String, text: String) {
        let body = event(&kind, json!({"any": text}));
        let event = read(&body);
        prop_assert_eq!(event.raw(), &body);
    }
}
