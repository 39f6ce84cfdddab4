//! Compares conditions. One that excludes more values is narrower.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::applied::Applied;
use super::condition::{Condition, Rule};
use super::location::{Direction, Location};
use super::schema::Context;
use super::shape::Shape;
use super::{Diff, ids};
use crate::schema::{SchemaId, Schemas, Types};

/// The conditions of both sides that have the same keyword and subject.
struct Group<'s, 'c> {
    keyword: &'static str,
    old: Vec<&'s Condition<'c>>,
    new: Vec<&'s Condition<'c>>,
}

impl Group<'_, '_> {
    fn of(keyword: &'static str) -> Self {
        Group {
            keyword,
            old: Vec::new(),
            new: Vec::new(),
        }
    }
}

/// How a keyword changes.
struct Changed<'c> {
    direction: Option<Direction>,
    pointer: &'c str,
}

/// The maximum number of conditions of one side times that of the other, up to which equal ones are searched for.
const MAX_CANDIDATES: usize = 4096;

impl<'c> Diff<'c> {
    /// Reports each keyword that differs once.
    pub fn conditions(
        &mut self,
        location: &Location,
        common: Types,
        old: &Shape<'c>,
        new: &Shape<'c>,
    ) {
        let mut groups: Vec<Group> = Vec::new();
        let mut positions: HashMap<(&str, &str), usize> = HashMap::new();
        for (conditions, is_old) in [(&old.conditions, true), (&new.conditions, false)] {
            for condition in conditions {
                if !condition.types.intersects(common) {
                    continue;
                }
                let key = (condition.keyword, condition.subject);
                let position = *positions.entry(key).or_insert(groups.len());
                if position == groups.len() {
                    groups.push(Group::of(condition.keyword));
                }
                let group = &mut groups[position];
                let side = if is_old {
                    &mut group.old
                } else {
                    &mut group.new
                };
                side.push(condition);
            }
        }
        let mut keywords: BTreeMap<&str, Changed> = BTreeMap::new();
        for group in groups {
            let keyword = group.keyword;
            let pointer = group.new.first().map_or(new.pointer, |first| first.pointer);
            let direction = self.condition_group(location, group, old, new);
            if direction.is_some() {
                let changed = keywords.entry(keyword).or_insert(Changed {
                    direction: None,
                    pointer,
                });
                changed.direction = Direction::join(changed.direction, direction);
            }
        }
        for (keyword, Changed { direction, pointer }) in keywords {
            let Some(direction) = direction else {
                continue;
            };
            self.differ(
                location,
                &ids::CONDITION,
                direction,
                pointer,
                || match direction {
                    Direction::Narrower => format!("is restricted more by `{keyword}`"),
                    Direction::Wider => format!("is restricted less by `{keyword}`"),
                    Direction::Different => format!("has a different `{keyword}`"),
                },
            );
        }
    }

    fn condition_group(
        &mut self,
        location: &Location,
        group: Group<'_, 'c>,
        old: &Shape<'c>,
        new: &Shape<'c>,
    ) -> Option<Direction> {
        let Group {
            old: mut before,
            new: mut after,
            ..
        } = group;
        if before.len() * after.len() <= MAX_CANDIDATES {
            before.retain(|condition| {
                let equal = after.iter().position(|other| {
                    self.condition_direction(location, condition, other)
                        .is_none()
                });
                equal.map(|index| after.swap_remove(index)).is_none()
            });
        }
        let mut direction = None;
        for index in 0..before.len().max(after.len()) {
            let one = match (before.get(index), after.get(index)) {
                (Some(before), Some(after)) => self.condition_direction(location, before, after),
                (None, Some(after)) => self.new_condition(location, after, &old.members.additional),
                (Some(before), None) => {
                    self.removed_condition(location, before, &new.members.additional)
                }
                (None, None) => None,
            };
            direction = Direction::join(direction, one);
        }
        direction
    }

    /// Returns the direction of a condition that only one side has, as if the other side had one that is always met.
    fn new_condition(
        &mut self,
        location: &Location,
        condition: &Condition,
        additional: &Applied,
    ) -> Option<Direction> {
        let context = Context::of_sets(location);
        match &condition.rule {
            // The properties of a new pattern were additional ones.
            Rule::Conforms(schema) if condition.keyword == "patternProperties" => {
                self.relation(context, additional, &Applied::of(*schema))
            }
            Rule::Conforms(schema) => {
                self.relation(context, &condition.any(), &condition.applied(*schema))
            }
            Rule::Not(schema) if Applied::of(*schema).is_never(&self.new.schemas) => None,
            Rule::Requires(names) if names.is_empty() => None,
            _ => Some(Direction::Narrower),
        }
    }

    fn removed_condition(
        &mut self,
        location: &Location,
        condition: &Condition,
        additional: &Applied,
    ) -> Option<Direction> {
        let context = Context::of_sets(location);
        match &condition.rule {
            Rule::Conforms(schema) if condition.keyword == "patternProperties" => {
                self.relation(context, &Applied::of(*schema), additional)
            }
            Rule::Conforms(schema) => {
                self.relation(context, &condition.applied(*schema), &condition.any())
            }
            Rule::Not(schema) if Applied::of(*schema).is_never(&self.old.schemas) => None,
            Rule::Requires(names) if names.is_empty() => None,
            _ => Some(Direction::Wider),
        }
    }

    fn condition_direction(
        &mut self,
        location: &Location,
        old: &Condition<'c>,
        new: &Condition<'c>,
    ) -> Option<Direction> {
        let context = Context::of_sets(location);
        let mut relation = |old: SchemaId, new: SchemaId| {
            self.relation(context, &Applied::of(old), &Applied::of(new))
        };
        match (&old.rule, &new.rule) {
            (Rule::Not(old), Rule::Not(new)) => relation(*old, *new).map(Direction::reverse),
            (Rule::Conforms(before), Rule::Conforms(after)) => {
                self.relation(context, &old.applied(*before), &new.applied(*after))
            }
            (
                Rule::If {
                    condition: old,
                    then: old_then,
                    otherwise: old_otherwise,
                },
                Rule::If {
                    condition: new,
                    then: new_then,
                    otherwise: new_otherwise,
                },
            ) => {
                if relation(*old, *new).is_some() {
                    return Some(Direction::Different);
                }
                let then = self.relation(context, old_then, new_then);
                Direction::join(then, self.relation(context, old_otherwise, new_otherwise))
            }
            (
                Rule::Contains {
                    schema: old,
                    min: old_min,
                    max: old_max,
                },
                Rule::Contains {
                    schema: new,
                    min: new_min,
                    max: new_max,
                },
            ) => {
                let items = relation(*old, *new);
                let most = |max: &Option<u64>| max.map_or(u128::MAX, u128::from);
                let mut direction = None;
                if old_min.max(new_min) > &0 {
                    let count = Direction::of_maximum(old_min.cmp(new_min));
                    direction = Direction::join(items, count);
                }
                if old_max.or(*new_max).is_some() {
                    let count = Direction::of_maximum(most(new_max).cmp(&most(old_max)));
                    let at_most = Direction::join(items.map(Direction::reverse), count);
                    direction = Direction::join(direction, at_most);
                }
                direction
            }
            (Rule::Requires(old), Rule::Requires(new)) => {
                Direction::of_sets(new.is_superset(old), old.is_superset(new))
            }
            (
                Rule::Discriminates {
                    property: old_property,
                    schemas: old,
                },
                Rule::Discriminates {
                    property: new_property,
                    schemas: new,
                },
            ) if old_property == new_property => self.discriminated(context, old, new),
            _ => Some(Direction::Different),
        }
    }

    /// Compares the schemas that the values of a property stand for. A schema that is only on one side is an
    /// alternative that was added or removed.
    fn discriminated(
        &mut self,
        context: Context,
        old: &BTreeMap<&str, SchemaId>,
        new: &BTreeMap<&str, SchemaId>,
    ) -> Option<Direction> {
        let names = |schemas: &'c Schemas, ids: &BTreeMap<&str, SchemaId>| -> HashSet<&'c str> {
            ids.values().map(|id| &*schemas[*id].pointer).collect()
        };
        let before = names(&self.old.schemas, old);
        let after = names(&self.new.schemas, new);
        let mut direction = None;
        for (value, id) in old {
            let pointer = &*self.old.schemas[*id].pointer;
            match new.get(value) {
                Some(other) if *self.new.schemas[*other].pointer != *pointer => {
                    let context = context.documented();
                    let schemas = self.relation(context, &Applied::of(*id), &Applied::of(*other));
                    if schemas.is_some() {
                        return Some(Direction::Different);
                    }
                }
                None if after.contains(pointer) => {
                    direction = Direction::join(direction, Some(Direction::Narrower));
                }
                _ => {}
            }
        }
        for (value, id) in new {
            let pointer = &*self.new.schemas[*id].pointer;
            if !old.contains_key(value) && before.contains(pointer) {
                direction = Direction::join(direction, Some(Direction::Wider));
            }
        }
        direction
    }
}
