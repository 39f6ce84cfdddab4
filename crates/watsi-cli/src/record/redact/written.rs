//! Redacts values that are written as text: in a path, a query, a header or a cookie.

use openapi_conformance::Described;
use serde_json::Value;

use super::Redactor;
use super::body::{Numbers, Place, placeholder_number};
use super::described::{is_map, is_sensitive, lists};

/// The maximum length of a number that is read as one.
const LONGEST_NUMBER: usize = 64;

/// How values are encoded, and what can separate the items of a list.
pub(super) struct Coding {
    pub decode: fn(&str) -> String,
    pub encode: fn(&str) -> String,
    pub separators: &'static [&'static str],
}

pub(super) const PLAIN: Coding = Coding {
    decode: str::to_owned,
    encode: str::to_owned,
    separators: &[","],
};

impl Redactor {
    /// Redacts a value. What is kept is kept as it was encoded.
    pub(super) fn written(
        &mut self,
        raw: &str,
        described: &Described<'_>,
        hidden: bool,
        coding: &Coding,
    ) -> String {
        let is_hidden = hidden || is_sensitive(described);
        let text = (coding.decode)(raw);
        if described.has_type("string") || lists(described, &Value::from(text.as_str())) {
            return self.scalar(raw, described, Place::of(is_hidden), coding);
        }
        if text.starts_with(['{', '['])
            && let Ok(value) = serde_json::from_str(&text)
        {
            let redacted = self.value(value, described, Place::of(is_hidden));
            return (coding.encode)(&redacted.to_string());
        }
        if described.has_type("array") {
            self.items(raw, described, is_hidden, coding)
        } else if described.has_type("object") {
            self.members(raw, described, is_hidden, coding)
        } else {
            self.scalar(raw, described, Place::of(is_hidden), coding)
        }
    }

    fn items(
        &mut self,
        raw: &str,
        described: &Described<'_>,
        hidden: bool,
        coding: &Coding,
    ) -> String {
        let is_listed = lists(&described.item(0), &Value::from((coding.decode)(raw)));
        let separator = separator(raw, coding).filter(|_| !is_listed);
        let Some(separator) = separator else {
            return self.scalar(raw, &described.item(0), Place::of(hidden), coding);
        };
        // A text has spaces, too.
        let is_hidden = hidden || separator != ",";
        let mut numbers = Numbers::of(described);
        let items: Vec<_> = raw
            .split(separator)
            .enumerate()
            .map(|(index, item)| {
                let number = numbers
                    .as_mut()
                    .map(|numbers| numbers.of_item(item.to_owned()));
                let place = Place {
                    is_hidden,
                    unique: number.unwrap_or_default(),
                };
                self.scalar(item, &described.item(index), place, coding)
            })
            .collect();
        items.join(separator)
    }

    /// Redacts `name,value,name,value` or `name=value,name=value`.
    fn members(
        &mut self,
        raw: &str,
        described: &Described<'_>,
        hidden: bool,
        coding: &Coding,
    ) -> String {
        let separator = separator(raw, coding).unwrap_or(",");
        let mut parts = raw.split(separator);
        let mut redacted = Vec::new();
        while let Some(part) = parts.next() {
            if let Some((name, value)) = part.split_once('=') {
                let [name, value] = self.member([name, value], described, hidden, coding);
                redacted.push(format!("{name}={value}"));
            } else {
                let pair = [part, parts.next().unwrap_or_default()];
                redacted.extend(self.member(pair, described, hidden, coding));
            }
        }
        redacted.join(separator)
    }

    /// Redacts the name and the value of a property.
    pub(super) fn member(
        &mut self,
        [name, value]: [&str; 2],
        described: &Described<'_>,
        hidden: bool,
        coding: &Coding,
    ) -> [String; 2] {
        let decoded = (coding.decode)(name);
        if let Some(property) = described.property(&decoded) {
            let redacted = self.scalar(value, &property, Place::of(hidden), coding);
            return [name.to_owned(), redacted];
        }
        let property = described.other_property(&decoded);
        let redacted = self.scalar(value, &property, Place::of(true), coding);
        let shown_name = self.name(decoded, is_map(described));
        [(coding.encode)(&shown_name), redacted]
    }

    fn scalar(
        &mut self,
        raw: &str,
        described: &Described<'_>,
        place: Place,
        coding: &Coding,
    ) -> String {
        let is_hidden = place.is_hidden || is_sensitive(described);
        let text = (coding.decode)(raw);
        let is_text = described.has_type("string");
        let is_number = described.has_type("number") || described.has_type("integer");
        let redacted = match serde_json::from_str(&text) {
            Ok(Value::Number(number))
                if (is_number || !is_text) && text.len() <= LONGEST_NUMBER =>
            {
                if self.keeps_number(&number, described, is_hidden) {
                    return raw.to_owned();
                }
                placeholder_number(number, described, place.unique).to_string()
            }
            Ok(Value::Bool(_) | Value::Null) if !is_text => return raw.to_owned(),
            _ => self.string(text.clone(), described, is_hidden),
        };
        if redacted == text {
            raw.to_owned()
        } else {
            (coding.encode)(&redacted)
        }
    }
}

fn separator(raw: &str, coding: &Coding) -> Option<&'static str> {
    let mut separators = coding.separators.iter().copied();
    separators.find(|separator| raw.contains(separator))
}
