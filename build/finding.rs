//! What preflight reports: a place in the contract and what is wrong there.

use serde_json::Value;

/// A JSON pointer (RFC 6901) into the contract, and why the build refuses what stands there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    pub pointer: String,
    pub reason: String,
}

impl std::fmt::Display for Finding {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "openapi.yaml#{}: {}", self.pointer, self.reason)
    }
}

/// A value of the contract together with its place.
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

    /// The member or element `key`, if there is one.
    pub fn get(&self, key: &str) -> Option<Place<'a>> {
        let value = match self.value {
            Value::Array(items) => items.get(key.parse::<usize>().ok()?)?,
            other => other.get(key)?,
        };
        let token = key.replace('~', "~0").replace('/', "~1");
        Some(Place {
            value,
            pointer: format!("{}/{token}", self.pointer),
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

    /// The members or elements, each with its key.
    pub fn children(&self) -> Vec<(String, Place<'a>)> {
        self.keys()
            .into_iter()
            .filter_map(|key| self.get(&key).map(|child| (key, child)))
            .collect()
    }

    /// The children of the member `key`; none where it is missing.
    pub fn children_of(&self, key: &str) -> Vec<(String, Place<'a>)> {
        self.get(key)
            .map(|child| child.children())
            .unwrap_or_default()
    }
}
