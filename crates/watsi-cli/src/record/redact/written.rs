//! Redacts values that are written as text: in a path, a query, a header or a cookie.

use openapi_conformance::Described;
use serde_json::Value;

use super::Redactor;
use super::described::{is_sensitive, lists};
use crate::screen::is_harmless;

/// The maximum length of a number that is read as one.
const LONGEST_NUMBER: usize = 64;

/// How values are encoded, and what can separate the items of a list.
pub(super) struct Coding {
    pub decode: fn(&str) -> String,
    pub encode: fn(&str) -> String,
    pub separators: &'static [&'static str],
}

/// What a written value is.
#[derive(Clone, Copy)]
pub(super) struct Kind<'a> {
    pub described: &'a Described<'a>,
    /// Whether it is part of a sensitive or undocumented value.
    pub is_hidden: bool,
    pub coding: &'a Coding,
}

pub(super) const PLAIN: Coding = Coding {
    decode: str::to_owned,
    encode: str::to_owned,
    separators: &[","],
};

impl Redactor {
    /// Redacts a value. What is kept is kept as it was encoded.
    pub(super) fn written(&mut self, raw: &str, kind: Kind<'_>) -> String {
        let Kind {
            described, coding, ..
        } = kind;
        let is_hidden = kind.is_hidden || is_sensitive(described);
        let kind = Kind { is_hidden, ..kind };
        let text = (coding.decode)(raw);
        if described.has_type("string") || lists(described, &Value::from(text.as_str())) {
            return self.scalar(raw, kind);
        }
        if text.starts_with(['{', '['])
            && let Ok(value) = serde_json::from_str(&text)
        {
            let redacted = self.value(value, described, is_hidden);
            return (coding.encode)(&redacted.to_string());
        }
        if described.has_type("array") {
            self.items(raw, kind)
        } else if described.has_type("object") {
            self.members(raw, kind)
        } else {
            self.scalar(raw, kind)
        }
    }

    fn items(&mut self, raw: &str, kind: Kind<'_>) -> String {
        let first = &kind.described.item(0);
        let text = (kind.coding.decode)(raw);
        let is_listed = lists(first, &Value::from(text));
        let Some(separator) = separator(raw, kind.coding).filter(|_| !is_listed) else {
            let described = first;
            return self.scalar(raw, Kind { described, ..kind });
        };
        let items = raw.split(separator).enumerate().map(|(index, item)| {
            let kind = Kind {
                described: &kind.described.item(index),
                // A text has spaces, too.
                is_hidden: kind.is_hidden || separator != ",",
                ..kind
            };
            self.scalar(item, kind)
        });
        items.collect::<Vec<_>>().join(separator)
    }

    /// Redacts `name,value,name,value` or `name=value,name=value`.
    fn members(&mut self, raw: &str, kind: Kind<'_>) -> String {
        let separator = separator(raw, kind.coding).unwrap_or(",");
        let mut parts = raw.split(separator);
        let mut redacted = Vec::new();
        while let Some(part) = parts.next() {
            if let Some((name, value)) = part.split_once('=') {
                redacted.push(self.member([name, value], kind).join("="));
            } else {
                let pair = [part, parts.next().unwrap_or_default()];
                redacted.extend(self.member(pair, kind));
            }
        }
        redacted.join(separator)
    }

    /// Redacts the name and the value of a property of an object.
    pub(super) fn member(&mut self, [name, value]: [&str; 2], object: Kind<'_>) -> [String; 2] {
        let Kind {
            described, coding, ..
        } = object;
        let decoded = (coding.decode)(name);
        if let Some(described) = &described.property(&decoded) {
            let redacted = self.scalar(
                value,
                Kind {
                    described,
                    ..object
                },
            );
            return [name.to_owned(), redacted];
        }
        let other = Kind {
            described: &described.other_property(&decoded),
            is_hidden: true,
            coding,
        };
        let redacted = self.scalar(value, other);
        let shown_name = self.property_name(decoded, described);
        [(coding.encode)(&shown_name), redacted]
    }

    /// Redacts a value that is not composed.
    fn scalar(&mut self, raw: &str, kind: Kind<'_>) -> String {
        let Kind {
            described, coding, ..
        } = kind;
        let is_hidden = kind.is_hidden || is_sensitive(described);
        let text = (coding.decode)(raw);
        let is_text = described.has_type("string");
        let is_number = described.has_type("number") || described.has_type("integer");
        let redacted = match serde_json::from_str(&text) {
            Ok(Value::Number(number))
                if (is_number || !is_text) && text.len() <= LONGEST_NUMBER =>
            {
                // Digits beyond the precision of a number are not a part of it.
                if self.keeps_number(&number, described, is_hidden)
                    && is_harmless(&text.replace('.', ""))
                {
                    return raw.to_owned();
                }
                self.number(number, described).to_string()
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
