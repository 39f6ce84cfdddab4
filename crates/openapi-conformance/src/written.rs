//! Values written as text, and the JSON values that they stand for.

use std::borrow::Cow;
use std::collections::BTreeMap;

use percent_encoding::percent_decode_str;
use serde_json::{Map, Number, Value};

use super::ids::REQUEST;
use super::schema::{Types, View};
use super::validate::{Sender, Validator};

/// The most arrays around a text. The schema of an item can be that of its array.
const MOST_ARRAYS: usize = 8;

/// A value as it is written: what it is as a scalar, as an array and as an object.
#[derive(Default)]
pub(super) struct Written {
    pub scalar: String,
    pub items: Vec<String>,
    pub members: Vec<Member>,
}

/// A property of an object.
pub(super) struct Member {
    pub name: String,
    pub text: String,
}

/// A name and an encoded text, as in `name=text`.
pub(super) struct Pair<'q> {
    pub name: Cow<'q, str>,
    pub text: &'q str,
}

impl<'q> Pair<'q> {
    /// Splits a query or a form.
    pub fn all(text: &'q str) -> Vec<Pair<'q>> {
        let parts = text.split('&').filter(|part| !part.is_empty());
        let pairs = parts.map(|part| {
            let (name, text) = part.split_once('=').unwrap_or((part, ""));
            Pair {
                name: decoded(name),
                text,
            }
        });
        pairs.collect()
    }
}

/// Decodes a part of a query or of a form.
pub(super) fn decoded(text: &str) -> Cow<'_, str> {
    if !text.contains(['+', '%']) {
        return Cow::Borrowed(text);
    }
    let spaced = text.replace('+', " ");
    let decoded = percent_decode_str(&spaced).decode_utf8_lossy();
    Cow::Owned(decoded.into_owned())
}

impl Written {
    pub fn list(items: Vec<String>) -> Self {
        Written {
            scalar: items.first().cloned().unwrap_or_default(),
            items,
            members: Vec::new(),
        }
    }

    /// The names and texts of an object's properties take turns.
    pub fn alternating(scalar: String, items: Vec<String>) -> Self {
        let members = items.chunks(2).map(|pair| Member {
            name: pair[0].clone(),
            text: pair.get(1).cloned().unwrap_or_default(),
        });
        Written {
            scalar,
            members: members.collect(),
            items,
        }
    }

    /// Returns the value that the text stands for: the first of its readings that conforms to the schemas.
    pub fn read(&self, view: &View<'_>) -> Value {
        self.read_inside(view, 0)
    }

    /// Reads a value inside this many arrays.
    fn read_inside(&self, view: &View<'_>, arrays: usize) -> Value {
        let types = view.types();
        let text = || Value::from(self.scalar.as_str());
        if types == Types::ALL || types == Types::STRING || arrays > MOST_ARRAYS {
            return text();
        }
        let mut readings = Vec::new();
        if types.intersects(Types::ARRAY) {
            let mut items = Vec::new();
            for (index, text) in self.items.iter().enumerate() {
                let item = Written::list(vec![text.clone()]);
                items.push(item.read_inside(&view.item(index), arrays + 1));
            }
            readings.push(Value::Array(items));
        }
        if types.intersects(Types::OBJECT) {
            readings.push(self.object(view));
        }
        if types.intersects(Types::NUMBER) {
            readings.extend(number(&self.scalar).map(Value::Number));
        }
        if types.contains(Types::BOOLEAN) {
            readings.extend(self.scalar.parse::<bool>().ok().map(Value::Bool));
        }
        if types.contains(Types::NULL) && self.scalar.is_empty() {
            readings.push(Value::Null);
        }
        if types.contains(Types::STRING) {
            readings.push(text());
        }
        if readings.len() > 1
            && let Some(index) = readings.iter().position(|value| conforms(view, value))
        {
            return readings.swap_remove(index);
        }
        // An array or an object explains more than a string, but only if the text can be nothing else.
        let is_text = types.contains(Types::STRING) && self.items.len() < 2;
        if is_text {
            return text();
        }
        readings.into_iter().next().unwrap_or_else(text)
    }

    /// A name that occurs more than once has an array.
    fn object(&self, view: &View<'_>) -> Value {
        let mut texts: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for member in &self.members {
            let texts = texts.entry(&member.name).or_default();
            texts.push(member.text.clone());
        }
        let mut object = Map::new();
        for (name, texts) in texts {
            let property = match view.property(name) {
                Some(property) => property,
                None => view.other_property(name),
            };
            let value = match &texts[..] {
                [_, _, ..] if !property.types().intersects(Types::ARRAY) => texts.into(),
                _ => Written::list(texts).read(&property),
            };
            object.insert(name.to_owned(), value);
        }
        Value::Object(object)
    }
}

/// Parses a number as JSON writes it.
fn number(text: &str) -> Option<Number> {
    let is_trimmed = text.trim_ascii() == text;
    serde_json::from_str(text).ok().filter(|_| is_trimmed)
}

pub(super) fn conforms(view: &View<'_>, value: &Value) -> bool {
    let mut validator = Validator::new(view.schemas, Sender::Client, REQUEST, "");
    let mut stated = view.stated.iter();
    view.stated.is_empty() || stated.any(|schema| validator.conforms(*schema, value))
}
