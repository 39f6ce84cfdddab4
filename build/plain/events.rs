//! Events (`webhooks`, in 3.0 `x-webhooks`) in plain form.

use serde_json::Value;

use super::super::lint;
use super::super::lint::ids::Rule;
use super::super::lint::names;
use super::super::lint::place::escape;
use super::super::lint::variants::variant_name;
use super::schemas::{Kind, Schema};
use super::{Reader, nested_name};

/// An event in plain form.
pub struct Event {
    /// The type of the event.
    pub name: String,
    /// The name of its variant.
    pub variant: String,
    pub description: String,
    /// The schema of its data, if it is documented.
    pub data: Option<Schema>,
}

impl Reader<'_> {
    pub(super) fn events(&mut self) -> Vec<Event> {
        let key = lint::events_key(self.contract);
        let mut events: Vec<Event> = Vec::new();
        for (name, item) in self.contract[key].as_object().into_iter().flatten() {
            let pointer = format!("/{key}/{}", escape(name));
            let variant = match variant_name(name) {
                Ok(variant) => variant,
                Err((rule, reason)) => {
                    self.report(&pointer, rule, reason);
                    continue;
                }
            };
            if let Some(other) = events.iter().find(|other| other.variant == variant) {
                let reason = format!(
                    "`{}` and `{name}` become the same variant `{variant}`",
                    other.name
                );
                self.report(&pointer, Rule::NameCollision, reason);
            }
            let operation = &item["post"];
            let body = self.resolved(&operation["requestBody"]);
            let schema = &body["content"]["application/json"]["schema"];
            let data = self.data(schema, &format!("{pointer}/post/requestBody"), &variant);
            events.push(Event {
                name: name.clone(),
                variant,
                description: operation["description"]
                    .as_str()
                    .unwrap_or_default()
                    .trim_end()
                    .to_owned(),
                data,
            });
        }
        events
    }

    /// Returns the schema of an event's data, unless it is that of the envelope, which allows anything.
    fn data(&mut self, schema: &Value, pointer: &str, variant: &str) -> Option<Schema> {
        let envelope = match self.merged(schema, 0) {
            Ok(envelope) => envelope,
            Err(reason) => {
                self.report(pointer, Rule::AllOfUnsupported, reason);
                return None;
            }
        };
        let data = envelope.get("properties")?.get("data")?;
        let schema = self.schema(
            data,
            &format!("{pointer}/data"),
            &names::type_name(&nested_name(variant, "data")),
        );
        // Any object is a map.
        let is_map = schema.kind == Some(Kind::Object)
            || schema.kind.is_none() && schema.reference.is_none();
        (!is_map).then_some(schema)
    }
}
