//! Redacts JSON.

use std::collections::HashMap;
use std::ptr;

use openapi_conformance::Described;
use serde_json::{Map, Number, Value, json};

use super::Redactor;
use super::described::{
    has_fixed_format, has_free_names, is_sensitive, lists, literals, names_schema,
    numbers_at_bounds, requires_item, samples, words,
};
use crate::record::exchange::Body;
use crate::screen::{is_credential, is_harmless, learn_token};

/// The different numbers of an exchange, by the address of their schema.
#[derive(Default)]
pub struct Numbers(HashMap<usize, HashMap<String, u32>>);

impl Numbers {
    /// Returns the position of a number among those with its schema.
    fn index(&mut self, number: &Number, described: &Described<'_>) -> u32 {
        let is_whole = |value: &f64| value.fract() == 0.0 && value.abs() < 1e15;
        // The numbers 1 and 1.0 are equal.
        let text = match number.as_f64().filter(is_whole) {
            Some(value) => value.to_string(),
            None => number.to_string(),
        };
        let schema = described.schemas().next();
        let known = self
            .0
            .entry(schema.map_or(0, |schema| ptr::from_ref(schema).addr()))
            .or_default();
        let next = u32::try_from(known.len()).unwrap_or(u32::MAX);
        *known.entry(text).or_insert(next)
    }
}

impl Redactor {
    /// Redacts a body. One that is not valid JSON is left out. So is one that would have other findings without what is
    /// hidden, e.g. because another value depends on it.
    pub(super) fn json(&mut self, body: &[u8], is_json: bool, described: &Described<'_>) -> Body {
        let redacted = serde_json::from_slice(body).ok().and_then(|value: Value| {
            // The text `123456` of another media type is not a number.
            if !is_json && !value.is_object() && !value.is_array() {
                return None;
            }
            let known = finding_ids(&value, described);
            let redacted = self.value(value, described, false);
            let found = finding_ids(&redacted, described);
            let is_true = found.iter().all(|id| known.contains(id));
            is_true.then(|| redacted.to_string())
        });
        redacted.map_or(Body::Omitted(body.len()), |text| {
            Body::Recorded(text.into())
        })
    }

    /// Redacts a value. One that is part of a sensitive or undocumented value `is_hidden`.
    pub(super) fn value(
        &mut self,
        value: Value,
        described: &Described<'_>,
        is_hidden: bool,
    ) -> Value {
        let is_hidden = is_hidden || is_sensitive(described);
        match value {
            Value::String(text) => self.string(text, described, is_hidden).into(),
            Value::Number(number) if !self.keeps_number(&number, described, is_hidden) => {
                self.number(number, described)
            }
            Value::Array(items) => self.array(items, described, is_hidden),
            Value::Object(object) => self.object(object, described, is_hidden),
            kept => kept,
        }
    }

    fn array(&mut self, items: Vec<Value>, described: &Described<'_>, is_hidden: bool) -> Value {
        let items = items.into_iter().enumerate();
        items
            .map(|(index, item)| {
                if requires_item(described, &item) {
                    item
                } else {
                    self.value(item, &described.item(index), is_hidden)
                }
            })
            .collect()
    }

    fn object(
        &mut self,
        object: Map<String, Value>,
        described: &Described<'_>,
        is_hidden: bool,
    ) -> Value {
        let mut redacted = Map::new();
        for (name, value) in object {
            let documented = described.property(&name);
            let is_documented = documented.is_some();
            let property = documented.unwrap_or_else(|| described.other_property(&name));
            let mut is_hidden = is_hidden || !is_documented;
            if let Value::String(text) = &value
                && is_credential(&name)
                && !lists(&property, &value)
            {
                learn_token(text);
                is_hidden = true;
            }
            let shown_value = if names_schema(self.contract, described, &name, &value) {
                value
            } else {
                self.value(value, &property, is_hidden)
            };
            let shown_name = if is_documented {
                name
            } else {
                self.property_name(name, described)
            };
            redacted.insert(shown_name, shown_value);
        }
        redacted.into()
    }

    /// Returns the name of a property that the contract does not document, or its placeholder.
    pub(super) fn property_name(&mut self, name: String, object: &Described<'_>) -> String {
        if self.is_kept(object) && is_harmless(&name) {
            return name;
        }
        self.name(name, has_free_names(object))
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
        let has_same_findings = same_findings(&value, described);
        let screen = &self.screen;
        // A placeholder that the contract lists could be one of the items that an array must contain.
        let fits = |candidate: &Value| has_same_findings(candidate) && !screen.lists(candidate);
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
    /// Returns the placeholder of a number with the same findings.
    pub(super) fn number(&mut self, number: Number, described: &Described<'_>) -> Value {
        let nth = self.numbers.index(&number, described);
        let value = Value::Number(number);
        let fits = same_findings(&value, described);
        let mut candidates = numbers_at_bounds(described, nth)
            .into_iter()
            .chain([json!(nth), json!(0), json!(1), json!(0.5)])
            // Beyond int32, int64 and float.
            .chain([json!(1_u64 << 32), json!(u64::MAX), json!(1e39)])
            .chain(samples(described).cloned());
        let fitting = candidates.find(|candidate| candidate.is_number() && fits(candidate));
        fitting.unwrap_or_else(|| json!(0))
    }
}

/// Returns a check whether a value has the same findings as this one.
fn same_findings(value: &Value, described: &Described<'_>) -> impl Fn(&Value) -> bool {
    let expected = finding_ids(value, described);
    move |candidate| finding_ids(candidate, described) == expected
}

fn finding_ids(value: &Value, described: &Described<'_>) -> Vec<&'static str> {
    let findings = described.validate(value);
    findings.iter().map(|finding| finding.id).collect()
}
