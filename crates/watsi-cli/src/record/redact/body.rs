//! Redacts JSON.

use std::collections::HashMap;
use std::iter;

use openapi_conformance::Described;
use serde_json::{Map, Number, Value, json};

use super::Redactor;
use super::described::{
    has_fixed_format, has_unique_items, is_map, is_sensitive, lists, literals, names_schema,
    numbers_at_bounds, samples, words,
};
use crate::record::exchange::Body;
use crate::screen::{is_credential, is_harmless, learn_token};

/// Where a value is, as far as it matters for its redaction.
#[derive(Clone, Copy, Default)]
pub(super) struct Place {
    /// Whether it is part of a sensitive or undocumented value.
    pub is_hidden: bool,
    /// The index among items that must differ.
    pub unique: u32,
}

impl Place {
    pub fn of(is_hidden: bool) -> Self {
        Place {
            is_hidden,
            ..Place::default()
        }
    }
}

/// The numbers of items that must differ. Duplicates have the same number, so they remain duplicates.
pub(super) struct Numbers(HashMap<String, u32>);

impl Numbers {
    /// Returns `None` if the items of an array may be equal.
    pub fn of(described: &Described<'_>) -> Option<Self> {
        has_unique_items(described).then(|| Numbers(HashMap::new()))
    }

    pub fn of_item(&mut self, item: String) -> u32 {
        let next = u32::try_from(self.0.len()).unwrap_or(u32::MAX);
        *self.0.entry(item).or_insert(next)
    }
}

impl Redactor {
    /// Redacts a body. One that is not valid JSON is left out. So is one that conforms and would not do so without what
    /// is hidden, e.g. because another value depends on it.
    pub(super) fn json(&mut self, body: &[u8], is_json: bool, described: &Described<'_>) -> Body {
        let redacted = serde_json::from_slice(body).ok().and_then(|value: Value| {
            // The text `123456` of another media type is not a number.
            if !is_json && !value.is_object() && !value.is_array() {
                return None;
            }
            let conforms = described.validate(&value).is_empty();
            let redacted = self.value(value, described, Place::default());
            let still_conforms = !conforms || described.validate(&redacted).is_empty();
            still_conforms.then(|| redacted.to_string())
        });
        redacted.map_or(Body::Omitted(body.len()), |text| {
            Body::Recorded(text.into())
        })
    }

    pub(super) fn value(&mut self, value: Value, described: &Described<'_>, place: Place) -> Value {
        let place = Place {
            is_hidden: place.is_hidden || is_sensitive(described),
            ..place
        };
        match value {
            Value::String(text) => self.string(text, described, place.is_hidden).into(),
            Value::Number(number) if !self.keeps_number(&number, described, place.is_hidden) => {
                placeholder_number(number, described, place.unique)
            }
            Value::Array(items) => self.array(items, described, place),
            Value::Object(object) => self.object(object, described, place),
            kept => kept,
        }
    }

    fn array(&mut self, items: Vec<Value>, described: &Described<'_>, place: Place) -> Value {
        let mut numbers = Numbers::of(described);
        let mut redacted = Vec::with_capacity(items.len());
        for (index, item) in items.into_iter().enumerate() {
            let mut place = place;
            if let Some(numbers) = &mut numbers {
                place.unique = numbers.of_item(item.to_string());
            }
            redacted.push(self.value(item, &described.item(index), place));
        }
        redacted.into()
    }

    fn object(
        &mut self,
        object: Map<String, Value>,
        described: &Described<'_>,
        place: Place,
    ) -> Value {
        let mut redacted = Map::new();
        for (name, value) in object {
            let documented = described.property(&name);
            let is_documented = documented.is_some();
            let property = documented.unwrap_or_else(|| described.other_property(&name));
            if let Value::String(text) = &value
                && is_credential(&name)
                && !lists(&property, &value)
            {
                learn_token(text);
            }
            let shown_value = if names_schema(self.contract, described, &name, &value) {
                value
            } else {
                let is_hidden = place.is_hidden || !is_documented;
                self.value(value, &property, Place { is_hidden, ..place })
            };
            let shown_name = if is_documented {
                name
            } else {
                self.name(name, is_map(described))
            };
            redacted.insert(shown_name, shown_value);
        }
        redacted.into()
    }

    /// Returns a name that the contract does not document, or its placeholder.
    pub(super) fn name(&mut self, name: String, is_data: bool) -> String {
        if !is_data && self.screen.is_name(&name) {
            return name;
        }
        self.placeholders.of(&name)
    }

    /// Returns a string if it may be shown. Otherwise, it returns a placeholder with the same findings.
    pub(super) fn string(
        &mut self,
        text: String,
        described: &Described<'_>,
        hidden: bool,
    ) -> String {
        if text.is_empty() || self.keeps_string(&text, described, hidden) {
            text
        } else {
            self.placeholder(&text, described)
        }
    }

    fn keeps_string(&self, text: &str, described: &Described<'_>, hidden: bool) -> bool {
        let value = Value::from(text);
        if lists(described, &value) {
            return true;
        }
        if self.is_kept(described) {
            return is_harmless(text);
        }
        if hidden || !described.has_type("string") {
            return false;
        }
        let is_trusted = self.trusts_unmarked
            || has_fixed_format(described) && described.validate(&value).is_empty();
        is_trusted && self.screen.is_plain(text)
    }

    pub(super) fn keeps_number(
        &self,
        number: &Number,
        described: &Described<'_>,
        hidden: bool,
    ) -> bool {
        if lists(described, &Value::Number(number.clone())) {
            return true;
        }
        if self.is_kept(described) {
            return is_harmless(&number.to_string());
        }
        let has_type = described.has_type("number") || described.has_type("integer");
        !hidden
            && has_type
            && self.trusts_unmarked
            && is_harmless(&number.to_string().replace('.', ""))
    }

    pub(super) fn placeholder(&mut self, text: &str, described: &Described<'_>) -> String {
        let value = Value::from(text);
        let fits = same_findings(&value, described);
        let patterns: Vec<_> = described
            .schemas()
            .filter_map(|schema| schema["pattern"].as_str())
            .map(literals)
            .collect();
        let words: Vec<_> = patterns.iter().flat_map(|text| words(text)).collect();
        let fitting = self
            .placeholders
            .fitting(text, &words, |text| fits(&Value::from(text)));
        if let Some(placeholder) = fitting {
            return placeholder;
        }
        let mut samples = samples(described).filter(|sample| fits(sample));
        match samples.find_map(Value::as_str) {
            Some(sample) => sample.to_owned(),
            None => self.placeholders.of(text),
        }
    }
}

/// Returns the placeholder of a number with the same findings. `nth` tells unique numbers apart.
pub(super) fn placeholder_number(number: Number, described: &Described<'_>, nth: u32) -> Value {
    let value = Value::Number(number);
    let fits = same_findings(&value, described);
    let mut candidates = iter::once(json!(nth))
        .chain(numbers_at_bounds(described, nth))
        .chain([json!(0), json!(1), json!(0.5)])
        .chain(samples(described).cloned());
    let fitting = candidates.find(|candidate| candidate.is_number() && fits(candidate));
    fitting.unwrap_or_else(|| json!(0))
}

/// Returns a check whether a value has the same findings as this one.
fn same_findings(value: &Value, described: &Described<'_>) -> impl Fn(&Value) -> bool {
    let findings = |value: &Value| -> Vec<&'static str> {
        let findings = described.validate(value);
        findings.iter().map(|finding| finding.id).collect()
    };
    let expected = findings(value);
    move |candidate| findings(candidate) == expected
}
