//! Finds the parts of two contracts that are the same JSON, with everything that they refer to. They mean the same, so
//! they are not compared any further.

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use crate::Contract;

pub struct Unchanged<'c> {
    /// The targets of references that are the same in both contracts, as JSON pointers without the `#`.
    targets: HashSet<&'c str>,
}

/// A target of references.
struct Target<'c> {
    is_same: bool,
    /// The targets that refer to this one.
    referrers: Vec<&'c str>,
}

impl<'c> Unchanged<'c> {
    pub fn new(old: &'c Contract, new: &'c Contract) -> Self {
        if old.schemas.dialect != new.schemas.dialect {
            return Unchanged {
                targets: HashSet::new(),
            };
        }
        let mut targets: HashMap<&str, Target> = HashMap::new();
        let mut open: Vec<&str> = Vec::new();
        for_each_reference(new.json(), &mut |reference| open.push(reference));
        while let Some(pointer) = open.pop() {
            if targets.contains_key(pointer) {
                continue;
            }
            let value = new.json().pointer(pointer);
            targets.insert(
                pointer,
                Target {
                    is_same: value.is_some() && old.json().pointer(pointer) == value,
                    referrers: Vec::new(),
                },
            );
            for_each_reference(value.unwrap_or(&Value::Null), &mut |reference| {
                open.push(reference);
            });
        }
        let pointers: Vec<&str> = targets.keys().copied().collect();
        for pointer in pointers {
            let value = new.json().pointer(pointer).unwrap_or(&Value::Null);
            for_each_reference(value, &mut |reference| {
                if let Some(target) = targets.get_mut(reference) {
                    target.referrers.push(pointer);
                }
            });
        }
        // Whatever refers to something that differs is not the same, either.
        let mut changed: Vec<&str> = Vec::new();
        for (pointer, target) in &targets {
            if !target.is_same {
                changed.push(pointer);
            }
        }
        while let Some(pointer) = changed.pop() {
            let Some(target) = targets.remove(pointer) else {
                continue;
            };
            changed.extend(target.referrers);
        }
        Unchanged {
            targets: targets.into_keys().collect(),
        }
    }

    /// Returns true if the target of references is the same in both contracts.
    pub fn is_target(&self, pointer: &str) -> bool {
        self.targets.contains(pointer)
    }

    /// Returns true if the values are the same, and everything that they refer to is.
    pub fn is_same(&self, old: Option<&Value>, new: Option<&'c Value>) -> bool {
        if old != new {
            return false;
        }
        let mut is_same = true;
        for_each_reference(new.unwrap_or(&Value::Null), &mut |reference| {
            is_same &= self.targets.contains(reference);
        });
        is_same
    }
}

/// Calls a function with the target of each reference in a value. References outside the document have been rejected.
fn for_each_reference<'v>(value: &'v Value, call: &mut impl FnMut(&'v str)) {
    match value {
        Value::Object(object) => {
            if let Some(Value::String(reference)) = object.get("$ref") {
                call(reference.strip_prefix('#').unwrap_or(reference));
            }
            for value in object.values() {
                for_each_reference(value, call);
            }
        }
        Value::Array(items) => {
            for item in items {
                for_each_reference(item, call);
            }
        }
        _ => {}
    }
}
