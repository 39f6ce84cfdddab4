//! Values of a contract with their locations.

use serde_json::Value;

/// A key as a token of a JSON pointer (RFC 6901).
pub fn escape(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

/// Returns a name as a JSON pointer token. A name that may be a phone number, an address or a text that a person wrote
/// is not shown.
pub fn token(name: &str) -> String {
    if name.chars().filter(|letter| letter.is_numeric()).count() >= 5 {
        return "(a name with digits)".to_owned();
    }
    let is_text = |letter: char| letter == '@' || letter.is_control();
    if name.contains(is_text) || name.len() > 100 || name.split_whitespace().count() > 5 {
        return "(a hidden name)".to_owned();
    }
    escape(name)
}

/// The key of a token of a JSON pointer.
pub fn unescape(token: &str) -> String {
    token.replace("~1", "/").replace("~0", "~")
}

/// A value of a contract and its location, a JSON pointer (RFC 6901).
#[derive(Clone)]
pub struct Place<'a> {
    pub value: &'a Value,
    pub pointer: String,
}

impl<'a> Place<'a> {
    pub fn root(value: &'a Value) -> Self {
        Place {
            value,
            pointer: String::new(),
        }
    }

    /// Returns the property or item `key`, if there is one.
    pub fn get(&self, key: &str) -> Option<Place<'a>> {
        let value = match self.value {
            Value::Array(items) => items.get(key.parse::<usize>().ok()?)?,
            other => other.get(key)?,
        };
        Some(Place {
            value,
            pointer: format!("{}/{}", self.pointer, escape(key)),
        })
    }

    pub fn text(&self, key: &str) -> Option<&'a str> {
        self.value.get(key)?.as_str()
    }

    pub fn keys(&self) -> Vec<String> {
        match self.value {
            Value::Object(members) => members.keys().cloned().collect(),
            Value::Array(items) => (0..items.len()).map(|index| index.to_string()).collect(),
            _ => Vec::new(),
        }
    }

    /// Returns the properties or items, each with its key.
    pub fn children(&self) -> Vec<(String, Place<'a>)> {
        self.keys()
            .into_iter()
            .filter_map(|key| self.get(&key).map(|child| (key, child)))
            .collect()
    }

    /// Returns the children of the property `key`, or none if it is missing.
    pub fn children_of(&self, key: &str) -> Vec<(String, Place<'a>)> {
        self.get(key)
            .map(|child| child.children())
            .unwrap_or_default()
    }

    /// Returns the value at a pointer that is relative to this one.
    pub fn pointer(&self, pointer: &str) -> Option<Place<'a>> {
        Some(Place {
            value: self.value.pointer(pointer)?,
            pointer: format!("{}{pointer}", self.pointer),
        })
    }
}
