//! Recognizes webhook deliveries among the requests to other servers.

use http::Method;
use serde_json::{Map, Value};

use super::exchange::Message;
use crate::schema::{Schemas, View};
use crate::{Contract, Operation};

/// Returns the event that a request delivers, if the request says which: its name is the value of a header or of a
/// property of the body, or the body has the constants of its schema.
pub(super) fn event<'c>(
    contract: &'c Contract,
    method: &Method,
    request: &Message,
) -> Option<&'c Operation> {
    let mut events = contract
        .events
        .iter()
        .filter(|event| event.method == *method);
    let first = events.next()?;
    let body: Map<String, Value> = serde_json::from_slice(request.payload()?.bytes).ok()?;
    let mut events = std::iter::once(first).chain(events);
    events.find(|event| {
        let name = &event.path;
        request.headers.values().any(|value| value == name.as_str())
            || body.values().any(|value| value == name)
            || has_constants(event, &body, &contract.schemas)
    })
}

/// Returns whether the schema of an event has constants, and the body has all of them.
fn has_constants(event: &Operation, body: &Map<String, Value>, schemas: &Schemas) -> bool {
    let mut count = 0;
    let content = event.body.iter().flat_map(|body| &body.content);
    for schema in content.filter_map(|media| media.schema) {
        let view = View::new(schemas, vec![schema]);
        for name in view.properties() {
            let property = view.property(name);
            let parts = property.iter().flat_map(|property| &property.all);
            for constant in parts.filter_map(|schema| schema.constant.as_ref()) {
                if body.get(name) != Some(constant) {
                    return false;
                }
                count += 1;
            }
        }
    }
    count > 0
}
