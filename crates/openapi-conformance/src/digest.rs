//! Digests of parts of a contract, by which two contracts are compared without the whole document.

use std::collections::HashMap;
use std::hash::{BuildHasher, Hash, Hasher, RandomState};
use std::sync::LazyLock;

use serde_json::Value;

/// A part of a document, reduced to a hash. Two parts are the same JSON if their digests are equal.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Digest {
    hash: u64,
    /// The targets of the references in it, as JSON pointers.
    pub references: Vec<String>,
}

impl Digest {
    pub fn of(parts: &[Option<&Value>]) -> Self {
        // The keys are random, so that no document can be made to have the digest of another one.
        static KEYS: LazyLock<RandomState> = LazyLock::new(RandomState::new);
        let mut hasher = KEYS.build_hasher();
        let mut references = Vec::new();
        for part in parts {
            add(part.unwrap_or(&Value::Null), &mut hasher, &mut references);
        }
        Digest {
            hash: hasher.finish(),
            references,
        }
    }
}

fn add(value: &Value, hasher: &mut impl Hasher, references: &mut Vec<String>) {
    std::mem::discriminant(value).hash(hasher);
    match value {
        Value::Null => {}
        Value::Bool(value) => value.hash(hasher),
        Value::Number(number) => number.hash(hasher),
        Value::String(text) => text.hash(hasher),
        Value::Array(items) => {
            items.len().hash(hasher);
            for item in items {
                add(item, hasher, references);
            }
        }
        Value::Object(object) => {
            object.len().hash(hasher);
            for (name, value) in object {
                if name == "$ref"
                    && let Value::String(reference) = value
                {
                    let pointer = reference.strip_prefix('#').unwrap_or(reference);
                    references.push(pointer.to_owned());
                }
                name.hash(hasher);
                add(value, hasher, references);
            }
        }
    }
}

/// Returns the digests of everything that is referred to in a document, by JSON pointer.
pub(super) fn targets(root: &Value) -> HashMap<String, Digest> {
    let mut targets = HashMap::new();
    let mut open = Digest::of(&[Some(root)]).references;
    while let Some(pointer) = open.pop() {
        if targets.contains_key(&pointer) {
            continue;
        }
        if let Some(value) = root.pointer(&pointer) {
            let digest = Digest::of(&[Some(value)]);
            open.extend(digest.references.iter().cloned());
            targets.insert(pointer, digest);
        }
    }
    targets
}
