//! Redacts JSON.

use openapi_conformance::Described;
use serde_json::{Map, Number, Value, json};

use super::Redactor;
use super::described::{is_sensitive, lists, samples};
use crate::record::exchange::Body;

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
        let hidden = hidden || is_sensitive(described);
        let is_kept = |name| !hidden && described.has_type(name);
        match value {
            Value::String(text) if !is_kept("string") => self.string(text, described).into(),
            Value::Number(number) if !is_kept("number") && !is_kept("integer") => {
                Self::number(number, described)
            }
            Value::Array(items) => {
                let items = items.into_iter().enumerate();
                items
                    .map(|(index, item)| self.value(item, &described.item(index), hidden))
                    .collect()
            }
            Value::Object(object) => {
                let mut redacted = Map::new();
                for (name, value) in object {
                    let documented = described.property(&name);
                    let is_documented = documented.is_some();
                    let property = documented.unwrap_or_else(|| described.other_property(&name));
                    let value = self.value(value, &property, hidden || !is_documented);
                    let name = match is_documented || is_identifier(&name) {
                        true => name,
                        false => self.placeholders.of(&name, |_| true),
                    };
                    redacted.insert(name, value);
                }
                Value::Object(redacted)
            }
            kept => kept,
        }
    }

    /// Returns the placeholder of a string, unless the contract lists it. It has the same findings as the string.
    pub(super) fn string(&mut self, text: String, described: &Described<'_>) -> String {
        let value = Value::from(text.as_str());
        if text.is_empty() || lists(described, &value) {
            return text;
        }
        let fits = same_findings(&value, described);
        let placeholder = self.placeholders.of(&text, |text| fits(&Value::from(text)));
        if fits(&Value::from(placeholder.as_str())) {
            return placeholder;
        }
        let mut fitting = samples(described).filter(|sample| fits(sample));
        let sample = fitting.find_map(Value::as_str);
        sample.map_or(placeholder, str::to_owned)
    }

    fn number(number: Number, described: &Described<'_>) -> Value {
        let value = Value::Number(number);
        if lists(described, &value) {
            return value;
        }
        let fits = same_findings(&value, described);
        let simple = [json!(0), json!(1), json!(0.5)].into_iter();
        let mut candidates = simple.chain(samples(described).cloned());
        let fitting = candidates.find(|candidate| candidate.is_number() && fits(candidate));
        fitting.unwrap_or_else(|| json!(0))
    }
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

/// Returns whether a name was chosen by a programmer. Others, e.g. phone numbers, can be personal data.
pub(super) fn is_identifier(name: &str) -> bool {
    let digits = name.bytes().filter(u8::is_ascii_digit).count();
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"_-.[]$".contains(&byte);
    name.len() <= 64
        && digits <= 4
        && !name.starts_with(|letter: char| letter.is_ascii_digit())
        && name.bytes().all(allowed)
}
