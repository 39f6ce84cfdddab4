//! Compares alternatives: `anyOf` and `oneOf`. Equal ones are pairs, and so are those of the same component, and those
//! of which one includes the other. The others are added or removed, unless others include them.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use super::applied::{Alternatives, Applied};
use super::ids;
use super::location::{Direction, Location};
use super::schema::Context;
use super::shape::Shape;
use super::{Contract, Diff};
use crate::schema::Types;
use crate::validate::Sender;

/// The maximum number of pairs of alternatives that are related, to find those that are equal or include each other.
const MAX_CANDIDATES: usize = 4096;
/// The maximum number of alternatives with the same fingerprint that are related to find an equal one.
const MAX_LIKE: usize = 16;
/// The depth of the values that a fingerprint describes.
const FINGERPRINT_DEPTH: usize = 3;

/// Fingerprints of compositions: equal ones have the same, and most others have another one.
#[derive(Default)]
pub struct Fingerprints(HashMap<(Side, Applied, Sender, usize), u64>);

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Side {
    Old,
    New,
}

/// The alternatives of both sides, while pairs are found.
struct Pairing {
    pairs: Vec<AlternativePair>,
    /// Those without a pair.
    old: Vec<Applied>,
    new: Vec<Applied>,
}

struct AlternativePair {
    old: Applied,
    new: Applied,
}

impl Pairing {
    fn pair(&mut self, old: usize, new: usize) {
        let (old, new) = (self.old.remove(old), self.new.remove(new));
        self.pairs.push(AlternativePair { old, new });
    }

    /// Returns whether there are few enough alternatives to relate all of them.
    fn is_small(&self) -> bool {
        let old = self.old.len() + self.pairs.len();
        let new = self.new.len() + self.pairs.len();
        self.old.len() * new + self.new.len() * old <= MAX_CANDIDATES
    }
}

impl<'c> Diff<'c> {
    /// Compares all alternatives of two schemas that also have other keywords, or several groups of alternatives.
    pub fn groups(
        &mut self,
        location: &Location,
        old_whole: &Applied,
        new_whole: &Applied,
        old: &Shape<'c>,
        new: &Shape<'c>,
    ) {
        let mut before = Vec::new();
        let mut after: Vec<&Alternatives> = new.alternatives.iter().collect();
        let mut direction = None;
        // Groups that look the same are pairs. The others are compared in order.
        let mut known: Vec<u64> = Vec::new();
        for group in &after {
            known.push(self.group_fingerprint(Side::New, location.sender, group));
        }
        for group in &old.alternatives {
            let fingerprint = self.group_fingerprint(Side::Old, location.sender, group);
            match known.iter().position(|other| *other == fingerprint) {
                Some(position) => {
                    known.remove(position);
                    self.group(location, new.pointer, group, after.remove(position));
                }
                None => before.push(group),
            }
        }
        let common = before.len().min(after.len());
        for (before, after) in before.iter().zip(&after) {
            self.group(location, new.pointer, before, after);
        }
        for group in &before[common..] {
            if !self.is_in_group(location, new_whole, group, Direction::Narrower) {
                direction = Direction::join(direction, Some(Direction::Wider));
            }
        }
        for group in &after[common..] {
            if !self.is_in_group(location, old_whole, group, Direction::Wider) {
                direction = Direction::join(direction, Some(Direction::Narrower));
            }
        }
        if let Some(direction) = direction {
            self.differ(location, &ids::CONDITION, direction, new.pointer, || {
                "has a different combination of alternatives".to_owned()
            });
        }
    }

    /// Returns whether a group that the other side lacks does not restrict it: an alternative includes the whole value,
    /// and no other one does if the alternatives are exclusive.
    fn is_in_group(
        &mut self,
        location: &Location,
        whole: &Applied,
        group: &Alternatives,
        direction: Direction,
    ) -> bool {
        let including = self.count_including(location, whole, group, direction);
        including > 0 && !(group.exclusive && including > 1)
    }

    /// Counts the alternatives of the other side that include the whole value: this direction leads to them.
    fn count_including(
        &mut self,
        location: &Location,
        whole: &Applied,
        group: &Alternatives,
        direction: Direction,
    ) -> usize {
        let context = Context::of_documented(location);
        let candidates = group.schemas.iter().take(MAX_LIKE);
        let including = candidates.filter(|alternative| {
            let relation = if direction == Direction::Wider {
                self.relation(context, whole, alternative)
            } else {
                self.relation(context, alternative, whole)
            };
            relation.is_none_or(|relation| relation == direction)
        });
        including.count()
    }

    /// Compares a schema without alternatives with one of the other side that has nothing else. The direction leads from
    /// the alternatives to the whole.
    pub fn whole(
        &mut self,
        location: &Location,
        pointer: &'c str,
        whole: &Applied,
        group: &Alternatives,
        direction: Direction,
    ) {
        let is_ambiguous = group.exclusive
            && group.overlap
            && self.count_including(location, whole, group, direction.reverse()) > 1;
        if is_ambiguous {
            self.exclusive(location, pointer, direction);
        }
        let (whole, alternatives) = (vec![whole.clone().ignoring_null()], group.schemas.clone());
        if direction == Direction::Wider {
            self.alternatives(location, pointer, alternatives, whole, false);
        } else {
            self.alternatives(location, pointer, whole, alternatives, false);
        }
    }

    /// Reports that values of several alternatives are now valid, or no longer.
    fn exclusive(&mut self, location: &Location, pointer: &'c str, direction: Direction) {
        self.differ(location, &ids::CONDITION, direction, pointer, || {
            if direction == Direction::Narrower {
                "may no longer match several alternatives".to_owned()
            } else {
                "may now match several alternatives".to_owned()
            }
        });
    }

    fn group(
        &mut self,
        location: &Location,
        pointer: &'c str,
        old: &Alternatives,
        new: &Alternatives,
    ) {
        if old.exclusive != new.exclusive && (old.overlap || new.overlap) {
            let direction = if new.exclusive {
                Direction::Narrower
            } else {
                Direction::Wider
            };
            self.exclusive(location, pointer, direction);
        }
        let exclusive = old.exclusive && new.exclusive;
        let (before, after) = (old.schemas.clone(), new.schemas.clone());
        self.alternatives(location, pointer, before, after, exclusive);
    }

    /// Compares alternatives. If they are exclusive, a value of several is not valid.
    pub fn alternatives(
        &mut self,
        location: &Location,
        pointer: &'c str,
        old: Vec<Applied>,
        new: Vec<Applied>,
        exclusive: bool,
    ) {
        let mut pairing = self.equal_alternatives(location, old, new);
        self.pair_components(&mut pairing);
        if pairing.is_small() {
            if !pairing.old.is_empty() && !pairing.new.is_empty() {
                pairing.old = self.split_types(Side::Old, location, pairing.old);
                pairing.new = self.split_types(Side::New, location, pairing.new);
                self.pair_related(location, &mut pairing, None);
            }
            if pairing.old.len() == 1 && pairing.new.len() == 1 {
                pairing.pair(0, 0);
            }
            self.pair_related(location, &mut pairing, Some(Direction::Wider));
            self.pair_related(location, &mut pairing, Some(Direction::Narrower));
            if !exclusive {
                self.drop_included(location, &mut pairing);
            }
        }
        for alternative in &pairing.old {
            let at = alternative.pointer(&self.old.schemas).unwrap_or(pointer);
            self.differ(location, &ids::ALTERNATIVE, Direction::Narrower, at, || {
                let name = alternative.component(&self.old.schemas);
                format!(
                    "has an alternative less: {}",
                    name.unwrap_or("an inline schema")
                )
            });
        }
        for alternative in &pairing.new {
            let at = alternative.pointer(&self.new.schemas).unwrap_or(pointer);
            self.differ(location, &ids::ALTERNATIVE, Direction::Wider, at, || {
                let name = alternative.component(&self.new.schemas);
                format!(
                    "has an additional alternative: {}",
                    name.unwrap_or("an inline schema")
                )
            });
        }
        for AlternativePair { old, new } in pairing.pairs {
            self.schema(location.clone(), pointer, old, new);
        }
    }

    /// Pairs equal alternatives.
    fn equal_alternatives(
        &mut self,
        location: &Location,
        old: Vec<Applied>,
        new: Vec<Applied>,
    ) -> Pairing {
        let mut like: HashMap<u64, Vec<usize>> = HashMap::new();
        for (index, alternative) in new.iter().enumerate().rev() {
            let own = self.fingerprint(Side::New, alternative, location.sender, FINGERPRINT_DEPTH);
            like.entry(own).or_default().push(index);
        }
        let context = Context::of_documented(location);
        let mut left: Vec<Option<Applied>> = new.into_iter().map(Some).collect();
        let mut pairing = Pairing {
            pairs: Vec::new(),
            old: Vec::new(),
            new: Vec::new(),
        };
        for alternative in old {
            let own = self.fingerprint(Side::Old, &alternative, location.sender, FINGERPRINT_DEPTH);
            let candidates = like.get_mut(&own);
            let mut equal = None;
            if let Some(candidates) = candidates {
                // The first ones are last.
                for position in (0..candidates.len()).rev().take(MAX_LIKE) {
                    let candidate = left[candidates[position]].as_ref();
                    let is_equal = |new| self.relation(context, &alternative, new).is_none();
                    if candidate.is_some_and(is_equal) {
                        equal = left[candidates.remove(position)].take();
                        break;
                    }
                }
            }
            match equal {
                Some(new) => pairing.pairs.push(AlternativePair {
                    old: alternative,
                    new,
                }),
                None => pairing.old.push(alternative),
            }
        }
        pairing.new = left.into_iter().flatten().collect();
        pairing
    }

    /// Pairs alternatives of components with the same name.
    fn pair_components(&self, pairing: &mut Pairing) {
        let mut names: HashMap<&str, usize> = HashMap::new();
        for (index, alternative) in pairing.new.iter().enumerate() {
            if let Some(name) = alternative.component(&self.new.schemas) {
                names.entry(name).or_insert(index);
            }
        }
        let mut left: Vec<Option<Applied>> = std::mem::take(&mut pairing.new)
            .into_iter()
            .map(Some)
            .collect();
        for old in std::mem::take(&mut pairing.old) {
            let name = old.component(&self.old.schemas);
            let position = name.and_then(|name| names.get(name));
            match position.and_then(|position| left[*position].take()) {
                Some(new) => pairing.pairs.push(AlternativePair { old, new }),
                None => pairing.old.push(old),
            }
        }
        pairing.new = left.into_iter().flatten().collect();
    }

    /// Replaces an alternative of several types by one of each type.
    fn split_types(&self, side: Side, location: &Location, all: Vec<Applied>) -> Vec<Applied> {
        let schemas = match side {
            Side::Old => &self.old.schemas,
            Side::New => &self.new.schemas,
        };
        let mut split = Vec::new();
        for alternative in all {
            let shape = Shape::of(&alternative, schemas, location.sender);
            let types = shape.map_or(Types::ALL, |shape| shape.possible);
            let each = types.each();
            if each.len() < 2 || each.len() > 4 {
                split.push(alternative);
                continue;
            }
            for types in each {
                split.push(alternative.of_types(types));
            }
        }
        split
    }

    /// Pairs alternatives whose relation has this direction.
    fn pair_related(
        &mut self,
        location: &Location,
        pairing: &mut Pairing,
        direction: Option<Direction>,
    ) {
        let context = Context::of_documented(location);
        let mut index = 0;
        while let Some(old) = pairing.old.get(index) {
            let related = pairing
                .new
                .iter()
                .position(|new| self.relation(context, old, new) == direction);
            match related {
                Some(new) => pairing.pair(index, new),
                None => index += 1,
            }
        }
    }

    /// Drops alternatives that add nothing to those of the other side.
    fn drop_included(&mut self, location: &Location, pairing: &mut Pairing) {
        let context = Context::of_documented(location);
        let pairs = &pairing.pairs;
        pairing.old.retain(|old| {
            !pairs.iter().any(|pair| {
                let relation = self.relation(context, old, &pair.new);
                relation.is_none_or(|direction| direction == Direction::Wider)
            })
        });
        pairing.new.retain(|new| {
            !pairs.iter().any(|pair| {
                let relation = self.relation(context, &pair.old, new);
                relation.is_none_or(|direction| direction == Direction::Narrower)
            })
        });
    }

    fn group_fingerprint(&mut self, side: Side, sender: Sender, group: &Alternatives) -> u64 {
        let alternatives = group.schemas.iter();
        alternatives.fold(0, |sum: u64, alternative| {
            sum.wrapping_add(self.fingerprint(side, alternative, sender, FINGERPRINT_DEPTH))
        })
    }

    fn fingerprint(&mut self, side: Side, applied: &Applied, sender: Sender, depth: usize) -> u64 {
        let contract: &'c Contract = match side {
            Side::Old => self.old,
            Side::New => self.new,
        };
        let key = (side, applied.clone(), sender, depth);
        if let Some(known) = self.fingerprints.0.get(&key) {
            return *known;
        }
        let mut hasher = DefaultHasher::new();
        if let Some(shape) = Shape::of(applied, &contract.schemas, sender) {
            shape.keywords.hash_into(&mut hasher);
            (shape.possible, shape.nullable).hash(&mut hasher);
            if depth > 0 {
                let required = &shape.members.required;
                let mut properties = 0u64;
                for named in &shape.members.named {
                    let schema = self.fingerprint(side, &named.schema, sender, depth - 1);
                    let mut property = DefaultHasher::new();
                    (named.name, schema).hash(&mut property);
                    properties = properties.wrapping_add(property.finish());
                }
                let rest = self.fingerprint(side, &shape.array.rest, sender, depth - 1);
                (properties, rest).hash(&mut hasher);
                let mut names = required.clone();
                names.sort_unstable();
                names.hash(&mut hasher);
            }
        }
        let fingerprint = hasher.finish();
        self.fingerprints.0.insert(key, fingerprint);
        fingerprint
    }
}
