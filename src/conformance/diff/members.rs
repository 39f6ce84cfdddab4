//! Compares named parts: parameters, headers, properties.

use serde_json::Value;

use super::spot::{Spot, Turn};
use super::{Diff, Impact};
use crate::conformance::schema::Schema;
use crate::conformance::walk::Writer;

/// A parameter, a header or a property.
pub struct Member<'c> {
    /// Identifies the member in both contracts.
    pub key: String,
    pub spot: Spot,
    pub required: bool,
    pub pointer: &'c str,
    /// The schemas that apply together. Only a composition has more than one.
    pub schemas: Vec<&'c Schema>,
    pub default: Option<&'c Value>,
}

impl<'c> Diff<'c> {
    pub fn members(&mut self, old: &[Member<'c>], new: &[Member<'c>]) {
        for before in old {
            match new.iter().find(|it| it.key == before.key) {
                Some(now) => self.member(before, now),
                None => {
                    let what = "is removed".to_owned();
                    self.report(&before.spot, Impact::Breaking, before.pointer, what);
                }
            }
        }
        for now in new {
            if old.iter().any(|it| it.key == now.key) {
                continue;
            }
            let (impact, what) = match now.spot.writer {
                Writer::Caller if now.required => (Impact::Breaking, "is new and required"),
                _ => (Impact::Additive, "is new"),
            };
            self.report(&now.spot, impact, now.pointer, what.to_owned());
        }
    }

    fn member(&mut self, old: &Member<'c>, new: &Member<'c>) {
        let spot = &new.spot;
        let turned = match (old.required, new.required) {
            (true, false) => Some((Turn::Wider, "is optional now")),
            (false, true) => Some((Turn::Narrower, "is required now")),
            _ => None,
        };
        if let Some((turn, what)) = turned {
            self.turned(spot, turn, new.pointer, what.to_owned());
        }
        if spot.writer == Writer::Caller && !old.required && !new.required {
            self.default(old, new);
        }
        for (before, now) in old.schemas.iter().zip(&new.schemas) {
            self.schema(spot, before, now);
        }
        let (was, is) = (old.schemas.len(), new.schemas.len());
        if was != is {
            let turn = if was < is {
                Turn::Narrower
            } else {
                Turn::Wider
            };
            let what = format!("is made of {is} schemas, and was of {was}");
            self.turned(spot, turn, new.pointer, what);
        }
    }

    fn default(&mut self, old: &Member<'c>, new: &Member<'c>) {
        if old.default == new.default {
            return;
        }
        let impact = match old.default {
            None => Impact::Additive,
            Some(_) => Impact::Breaking,
        };
        let what = another("default", old.default, new.default);
        self.report(&new.spot, impact, new.pointer, what);
    }
}

/// Describes a constraint that changed.
pub fn another(
    name: &str,
    old: Option<impl std::fmt::Display>,
    new: Option<impl std::fmt::Display>,
) -> String {
    let shown = |it: Option<String>| it.map_or("none".to_owned(), |it| format!("`{it}`"));
    let was = shown(old.map(|it| it.to_string()));
    let is = shown(new.map(|it| it.to_string()));
    format!("has another {name}: {is}, and was {was}")
}
