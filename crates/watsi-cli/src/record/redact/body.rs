//! Redacts JSON.

use openapi_conformance::Described;
use serde_json::{Map, Number, Value, json};

use super::Redactor;
use super::described::{has_fixed_format, is_map, is_sensitive, lists, samples};
use crate::record::exchange::Body;
use crate::screen::{is_credential, is_harmless, learn_token};

/// The maximum length of a number that is read as one.
const LONGEST_NUMBER: usize = 64;

impl Redactor {
    /// Redacts a body. One that is not valid JSON is left out.
    pub(super) fn json(&mut self, body: &[u8], described: &Described<'_>) -> Body {
        let redacted = serde_json::from_slice(body).and_then(|value| {
            let value = self.value(value, described, false);
            serde_json::to_vec(&value)
        });
        redacted.map_or(Body::Omitted(body.len()), |body| {
            Body::Recorded(body.into())
        })
    }

    /// Redacts a value. If it is `hidden`, it is part of a sensitive or undocumented value.
    fn value(&mut self, value: Value, described: &Described<'_>, hidden: bool) -> Value {
        let is_hidden = hidden || is_sensitive(described);
        match value {
            Value::String(text) => self.string(text, described, is_hidden).into(),
            Value::Number(number) if !self.keeps_number(&number, described, is_hidden) => {
                placeholder_number(number, described)
            }
            Value::Array(items) => items
                .into_iter()
                .enumerate()
                .map(|(index, item)| self.value(item, &described.item(index), is_hidden))
                .collect(),
            Value::Object(object) => {
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
                    let shown_value = self.value(value, &property, is_hidden || !is_documented);
                    let shown_name = if is_documented {
                        name
                    } else {
                        self.name(name, is_map(described))
                    };
                    redacted.insert(shown_name, shown_value);
                }
                Value::Object(redacted)
            }
            kept => kept,
        }
    }

    /// Returns a name that the contract does not document, or its placeholder.
    pub(super) fn name(&mut self, name: String, is_data: bool) -> String {
        if !is_data && self.screen.is_name(&name) {
            return name;
        }
        self.placeholders.of(&name, |_| true)
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

    fn keeps_number(&self, number: &Number, described: &Described<'_>, hidden: bool) -> bool {
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

    /// Redacts a value that is written as text, e.g. in a query.
    pub(super) fn written(
        &mut self,
        text: String,
        described: &Described<'_>,
        hidden: bool,
    ) -> String {
        let is_hidden = hidden || is_sensitive(described);
        if described.has_type("string") {
            return self.string(text, described, is_hidden);
        }
        if described.has_type("array") {
            let items: Vec<_> = text
                .split(',')
                .enumerate()
                .map(|(index, item)| {
                    self.written(item.to_owned(), &described.item(index), is_hidden)
                })
                .collect();
            return items.join(",");
        }
        match serde_json::from_str(&text) {
            Ok(Value::Number(number)) if self.keeps_number(&number, described, is_hidden) => text,
            Ok(Value::Number(number)) if text.len() <= LONGEST_NUMBER => {
                placeholder_number(number, described).to_string()
            }
            Ok(Value::Bool(_)) => text,
            _ => self.placeholder(&text, described),
        }
    }

    fn placeholder(&mut self, text: &str, described: &Described<'_>) -> String {
        let value = Value::from(text);
        let fits = same_findings(&value, described);
        let placeholder = self.placeholders.of(text, |text| fits(&Value::from(text)));
        if fits(&Value::from(placeholder.as_str())) {
            return placeholder;
        }
        let mut fitting = samples(described).filter(|sample| fits(sample));
        let sample = fitting.find_map(Value::as_str);
        sample.map_or(placeholder, str::to_owned)
    }
}

fn placeholder_number(number: Number, described: &Described<'_>) -> Value {
    let value = Value::Number(number);
    let fits = same_findings(&value, described);
    let simple = [json!(0), json!(1), json!(0.5)].into_iter();
    let mut candidates = simple.chain(samples(described).cloned());
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
