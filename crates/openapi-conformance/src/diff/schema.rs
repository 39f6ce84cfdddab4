//! Compares the schemas that apply to a value: queues them, and compares their types and nullability.

use std::collections::VecDeque;

use super::Diff;
use super::applied::Applied;
use super::client::component;
use super::families;
use super::ids::Id;
use super::location::{Direction, Location};
use super::shape::Shape;
use crate::schema::Types;
use crate::validate::Sender;

/// The maximum number of pairs of schemas that are compared. Hostile contracts could cause exponentially many.
const MAX_STEPS: usize = 500_000;
/// The maximum depth of alternatives within alternatives.
const MAX_DEPTH: usize = 50;

/// Two compositions of schemas, which are compared once.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Pair {
    sender: Sender,
    old: Applied,
    new: Applied,
}

/// A pair to be compared. Schemas are queued, because they may contain each other in chains of any length.
pub struct Pending<'c> {
    location: Location,
    /// The location of the schemas around it, for a composition without schemas.
    around: &'c str,
    pair: Pair,
}

impl<'c> Diff<'c> {
    /// Compares two compositions after those before them.
    pub fn schema(&mut self, location: Location, around: &'c str, old: Applied, new: Applied) {
        if old.is_any() && new.is_any() {
            return;
        }
        let sender = location.sender;
        self.pending.push_back(Pending {
            location,
            around,
            pair: Pair { sender, old, new },
        });
    }

    /// Compares what is pending, including what that adds.
    pub fn compare_pending(&mut self) {
        while let Some(Pending {
            location,
            around,
            pair,
        }) = self.pending.pop_front()
        {
            self.renamed(&location, around, &pair.old, &pair.new);
            if self.visited.insert(pair.clone()) {
                self.pair(&location, around, &pair);
            }
        }
    }

    /// Returns whether two compositions are equivalent: whether comparing them reports nothing. Pairs within themselves
    /// are assumed to be equivalent.
    pub fn equal(&mut self, sender: Sender, old: &Applied, new: &Applied) -> bool {
        let pair = Pair {
            sender,
            old: old.clone(),
            new: new.clone(),
        };
        if let Some(known) = self.equal.get(&pair) {
            return *known;
        }
        if self.depth >= MAX_DEPTH {
            self.too_complex = true;
            return false;
        }
        let assumed = self.assumed.len();
        let outer = self.probe.replace(false);
        let pending = std::mem::take(&mut self.pending);
        self.depth += 1;
        let location = Location::new(sender, "");
        self.schema(location, "", pair.old.clone(), pair.new.clone());
        while let Some(Pending { location, pair, .. }) = self.pending.pop_front() {
            match self.equal.get(&pair) {
                Some(true) => continue,
                Some(false) => self.probe = Some(true),
                None => {
                    self.equal.insert(pair.clone(), true);
                    self.assumed.push(pair.clone());
                    self.pair(&location, "", &pair);
                }
            }
            if self.probe == Some(true) {
                break;
            }
        }
        self.depth -= 1;
        self.pending = pending;
        let differs = std::mem::replace(&mut self.probe, outer) == Some(true);
        if differs {
            // What was found equal may depend on the assumption that the outer pair is.
            for pair in self.assumed.drain(assumed..) {
                self.equal.remove(&pair);
            }
            self.equal.insert(pair, false);
        } else if self.depth == 0 {
            self.assumed.clear();
        }
        !differs
    }

    fn pair(&mut self, location: &Location, around: &'c str, pair: &Pair) {
        self.steps += 1;
        let (old, new) = (&self.old.schemas, &self.new.schemas);
        let was = Shape::of(&pair.old, old, pair.sender);
        let is = Shape::of(&pair.new, new, pair.sender);
        match (was, is) {
            (Some(was), Some(mut is)) if self.steps <= MAX_STEPS => {
                if is.pointer.is_empty() {
                    is.pointer = around;
                }
                let pointer = pair.new.pointer(new).unwrap_or(around);
                self.null(location, pointer, &was, &is);
                self.shapes(location, pair, &was, &is);
            }
            _ => {
                self.too_complex = true;
                self.probe = self.probe.map(|_| true);
                self.pending = VecDeque::new();
            }
        }
    }

    fn null(&mut self, location: &Location, pointer: &str, old: &Shape, new: &Shape) {
        let (direction, what) = match (old.nullable, new.nullable) {
            (true, false) => (Direction::Narrower, "may no longer be null"),
            (false, true) => (Direction::Wider, "may now be null"),
            _ => return,
        };
        let is_extreme = |shape: &Shape| match shape.nullable {
            true => shape.possible == Types::ALL.without(Types::NULL),
            false => shape.possible == Types::NONE,
        };
        if is_extreme(old) || is_extreme(new) {
            // The change of the type includes null.
            return;
        }
        let id = families::NULL.id(direction, location.sender);
        self.report(location, id, pointer, what.to_owned());
    }

    fn shapes(&mut self, location: &Location, pair: &Pair, old: &Shape<'c>, new: &Shape<'c>) {
        match (&old.alternatives[..], &new.alternatives[..]) {
            ([group], []) if old.has_only_alternatives() => {
                let removed = group.schemas.iter().map(|id| Applied::alternative(*id));
                let removed = removed.collect();
                return self.alternatives(
                    location,
                    new.pointer,
                    removed,
                    vec![pair.new.ignoring_null()],
                );
            }
            ([], [group]) if new.has_only_alternatives() => {
                let added = group.schemas.iter().map(|id| Applied::alternative(*id));
                let added = added.collect();
                return self.alternatives(
                    location,
                    new.pointer,
                    vec![pair.old.ignoring_null()],
                    added,
                );
            }
            _ => self.groups(location, old, new),
        }
        if old.possible != new.possible && old.types != new.types {
            let direction = direction(old.possible, new.possible);
            let what = format!(
                "is {} instead of {}",
                name(new.possible),
                name(old.possible)
            );
            let id = families::TYPE.id(direction, location.sender);
            self.report(location, id, new.pointer, what);
            if direction == Direction::Different {
                return;
            }
        }
        let common = old.possible.and(new.possible);
        self.keywords(location, common, old, new);
        if common.contains(Types::OBJECT) {
            self.objects(location, old, new);
        }
        if common.contains(Types::ARRAY) {
            self.arrays(location, old, new);
        }
        self.others(location, new.pointer, &old.others, &new.others);
        if component(&pair.new, &self.new.schemas).is_some() {
            self.required_order(location, old, new);
        }
    }

    fn arrays(&mut self, location: &Location, old: &Shape<'c>, new: &Shape<'c>) {
        let (was, is) = (&old.array, &new.array);
        for index in 0..was.first.len().max(is.first.len()) {
            let was = was.first.get(index).unwrap_or(&was.rest).clone();
            let is = is.first.get(index).unwrap_or(&is.rest).clone();
            self.schema(location.item_at(index), new.pointer, was, is);
        }
        let (was, is) = (was.rest.clone(), is.rest.clone());
        self.schema(location.item(), new.pointer, was, is);
    }

    /// Reports once if schemas were too complex.
    pub fn report_too_complex(&mut self) {
        if self.too_complex {
            self.operation = None;
            let location = Location::new(Sender::Api, "the contract");
            let what = "is too complex to be compared completely".to_owned();
            self.report(&location, Id::SchemaTooComplex, "", what);
        }
    }
}

fn direction(old: Types, new: Types) -> Direction {
    if old.contains(new) {
        Direction::Narrower
    } else if new.contains(old) {
        Direction::Wider
    } else {
        Direction::Different
    }
}

fn name(types: Types) -> String {
    if types == Types::ALL.without(Types::NULL) {
        "any value".to_owned()
    } else if types == Types::NONE {
        "no value".to_owned()
    } else {
        types.sentence()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Diff, MAX_STEPS};
    use crate::Contract;

    #[test]
    fn comparison_ends_after_the_maximum_number_of_steps() {
        let content = json!({"application/json": {"schema": {"type": "string"}}});
        let paths = json!({"/a": {"post": {"requestBody": {"content": content}}}});
        let document = json!({"openapi": "3.1.0", "paths": paths});
        let contract = Contract::parse(&document.to_string()).unwrap();
        for (steps, too_complex) in [(0, false), (MAX_STEPS, true)] {
            let mut diff = Diff::new(&contract, &contract);
            diff.steps = steps;
            diff.contracts();
            assert_eq!(diff.too_complex, too_complex, "{steps} steps");
        }
    }
}
