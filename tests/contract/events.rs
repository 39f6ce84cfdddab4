//! The events' examples fit the types that read them. (What verifies and dispatches them is another
//! module; here is only what the contract says.)

use std::fmt::Write;

use serde_json::Value;
use watsi::types::WebhookEvent;

use crate::calls::{event_data, read};
use crate::contract::{CONTRACT, EVENTS, assert_same, members};

/// The component that types the data of the event, if the contract has one.
fn data_schema(schema: &'static Value) -> Option<&'static str> {
    let data = schema.pointer("/allOf/1/properties/data/$ref")?.as_str()?;
    data.rsplit('/').next()
}

#[test]
fn every_event_example_is_read_and_written_back_whole() {
    let mut shown = String::new();
    for event in EVENTS.iter() {
        for (name, example) in event.request_examples() {
            let envelope: WebhookEvent = read(example);
            let what = format!("{} {name}", event.id);
            let written = serde_json::to_value(&envelope).unwrap();
            let schema = &CONTRACT["components"]["schemas"]["WebhookEvent"];
            assert_same(schema, &written, example, &what);
            writeln!(shown, "== {} {name}\n{envelope:#?}", event.path).unwrap();
            if let Some(schema) = data_schema(event.request_schema().unwrap()) {
                let (debug, written) = event_data(schema, &example["data"]);
                assert_eq!(written, example["data"], "{what}");
                writeln!(shown, "{debug}").unwrap();
            }
        }
    }
    insta::assert_snapshot!("events", shown);
}

#[test]
fn the_data_of_every_documented_event_is_typed() {
    let typed: Vec<_> = EVENTS
        .iter()
        .filter_map(|it| data_schema(it.request_schema()?))
        .collect();
    let components = members(&CONTRACT["components"]["schemas"]);
    let data: Vec<_> = components
        .map(|(name, _)| name)
        .filter(|it| it.ends_with("Data"))
        .collect();
    assert_eq!(typed, data);
}
