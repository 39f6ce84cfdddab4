//! Finds the parts of two contracts that are the same JSON, with everything that they refer to. They mean the same, so
//! they are not compared any further.

use std::collections::{HashMap, HashSet};

use crate::Contract;
use crate::digest::Digest;

pub struct Unchanged<'c> {
    /// The targets of references that are the same in both contracts, as JSON pointers.
    targets: HashSet<&'c str>,
}

impl<'c> Unchanged<'c> {
    pub fn new(old: &'c Contract, new: &'c Contract) -> Self {
        let mut targets = HashSet::new();
        if old.schemas.dialect != new.schemas.dialect {
            return Unchanged { targets };
        }
        // Whatever refers to something that differs is not the same, either.
        let mut referrers: HashMap<&str, Vec<&str>> = HashMap::new();
        let mut changed: Vec<&str> = Vec::new();
        for (pointer, digest) in &new.targets {
            if old.targets.get(pointer) == Some(digest) {
                targets.insert(pointer.as_str());
            }
            for reference in &digest.references {
                referrers.entry(reference).or_default().push(pointer);
                if old.targets.get(reference) != new.targets.get(reference)
                    || !new.targets.contains_key(reference)
                {
                    changed.push(pointer);
                }
            }
        }
        while let Some(pointer) = changed.pop() {
            if targets.remove(pointer) {
                changed.extend(referrers.get(pointer).into_iter().flatten());
            }
        }
        Unchanged { targets }
    }

    /// Returns true if the target of references is the same in both contracts.
    pub fn is_target(&self, pointer: &str) -> bool {
        self.targets.contains(pointer)
    }

    /// Returns true if the parts are the same, and everything that they refer to is.
    pub fn is_same(&self, old: &Digest, new: &Digest) -> bool {
        old == new && new.references.iter().all(|target| self.is_target(target))
    }
}
