//! The examples of events are read as their types without loss.

use serde_json::{Map, Value, json};
use watsi::types::WebhookEvent;
use watsi::webhook::{
    DELIVERY_ID_HEADER, EVENT_HEADER, EventData, SIGNATURE_HEADER, Verifier, sign,
};

use crate::calls::{event_data, read};
use crate::contract::{CONTRACT, EVENTS, assert_same};

/// The component for the data of the event, if the contract has one.
fn data_schema(schema: &'static Value) -> Option<&'static str> {
    let data = schema.pointer("/allOf/1/properties/data/$ref")?.as_str()?;
    data.rsplit('/').next()
}

#[test]
fn event_examples_survive_a_round_trip() {
    let mut shown = Map::new();
    for event in EVENTS.iter() {
        for (name, example) in event.request_examples() {
            let envelope: WebhookEvent = read(example);
            let what = format!("{} {name}", event.id);
            let written = serde_json::to_value(&envelope).unwrap();
            let schema = &CONTRACT["components"]["schemas"]["WebhookEvent"];
            assert_same(schema, &written, example, &what);
            let mut read = json!({"event": written});
            if let Some(schema) = data_schema(event.request_schema().unwrap()) {
                let data = event_data(schema, &example["data"]);
                assert_eq!(data, example["data"], "{what}");
                read["type_of_data"] = schema.into();
            }
            shown.insert(format!("{} {name}", event.path), read);
        }
    }
    insta::assert_json_snapshot!("events", shown);
}

#[test]
fn verified_event_examples_have_their_type() {
    let verifier = Verifier::new("secret").unwrap();
    for documented in EVENTS.iter() {
        for (name, example) in documented.request_examples() {
            let body = example.to_string();
            let event = verifier.verify(&body, sign("secret", &body)).unwrap();
            let what = format!("{} {name}: {event:?}", documented.id);
            assert_eq!(event.event_type().as_str(), documented.path, "{what}");
            assert_eq!(event.raw(), example, "{what}");
            assert!(!matches!(event.data, EventData::Unknown { .. }), "{what}");
        }
    }
}

#[test]
fn delivery_headers_match_the_contract() {
    for event in EVENTS.iter() {
        let names: Vec<_> = event
            .parameters
            .iter()
            .map(|it| it["name"].as_str())
            .collect();
        let expected = [SIGNATURE_HEADER, EVENT_HEADER, DELIVERY_ID_HEADER].map(Some);
        assert_eq!(names, expected, "{}", event.id);
    }
}
