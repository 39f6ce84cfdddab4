//! Compares keywords that contain no schemas: of numbers and strings, sizes, and enums.

use std::cmp::Ordering;
use std::collections::{BTreeMap, HashSet};
use std::fmt::Display;

use serde_json::{Number, Value};

use super::Diff;
use super::bounds::{Bound, Limits, compare_maxima, compare_minima};
use super::ids::{self, Family};
use super::location::{Direction, Location};
use super::shape::Shape;
use crate::schema::Types;
use crate::validate::is_multiple;

/// The values of an enum in the contract's order of meaning, ready to be shown.
type Values = Vec<String>;

impl Diff<'_> {
    /// Compares the values of closed enums.
    pub fn closed_enum(&mut self, location: &Location, old: &Shape, new: &Shape) {
        let (before, after) = (closed(&old.keywords.values), closed(&new.keywords.values));
        let families = [&ids::CLOSED_ENUM, &ids::CLOSED_ENUM_VALUE];
        let name = "a closed enum";
        self.values(location, new.pointer, name, families, before, after);
    }

    /// Compares the keywords that apply to the common types.
    pub fn keywords(&mut self, location: &Location, common: Types, old: &Shape, new: &Shape) {
        let pointer = new.pointer;
        let (before, after) = (&old.keywords, &new.keywords);
        self.closed_enum(location, old, new);
        if common.intersects(Types::NUMBER) {
            self.number_type(location, old, new);
            self.bounds(location, old, new);
            self.multiple_of(location, pointer, &before.multiple_of, &after.multiple_of);
        }
        if common.contains(Types::STRING) {
            let texts = [
                ("format", &ids::FORMAT, &before.formats, &after.formats),
                ("pattern", &ids::PATTERN, &before.patterns, &after.patterns),
                (
                    "content encoding",
                    &ids::CONTENT,
                    &before.content_encodings,
                    &after.content_encodings,
                ),
                (
                    "content media type",
                    &ids::CONTENT,
                    &before.content_media_types,
                    &after.content_media_types,
                ),
            ];
            for (name, family, before, after) in texts {
                self.texts(location, pointer, name, family, before, after);
            }
            let (length, limits) = ("length", (before.length, after.length));
            self.limits(location, pointer, length, &ids::LENGTH, limits);
            let (old_values, new_values) = (open(&before.known_values), open(&after.known_values));
            let families = [&ids::ENUM, &ids::ENUM_VALUE];
            self.values(
                location,
                pointer,
                "an open enum",
                families,
                old_values,
                new_values,
            );
        }
        if common.contains(Types::ARRAY) {
            let limits = (before.items, after.items);
            self.limits(location, pointer, "number of items", &ids::SIZE, limits);
            self.unique_items(location, pointer, before.unique_items, after.unique_items);
        }
        if common.contains(Types::OBJECT) {
            let limits = (before.properties, after.properties);
            self.limits(
                location,
                pointer,
                "number of properties",
                &ids::SIZE,
                limits,
            );
        }
    }

    fn bounds(&mut self, location: &Location, old: &Shape, new: &Shape) {
        let (before, after) = (&old.keywords, &new.keywords);
        let (least, new_least) = (before.minimum.as_ref(), after.minimum.as_ref());
        let ordering = compare_minima(new_least, least).map(Ordering::reverse);
        self.bound(
            location,
            new.pointer,
            "minimum",
            &ids::MINIMUM,
            ordering,
            least,
            new_least,
        );
        let (most, new_most) = (before.maximum.as_ref(), after.maximum.as_ref());
        let ordering = compare_maxima(new_most, most);
        self.bound(
            location,
            new.pointer,
            "maximum",
            &ids::MAXIMUM,
            ordering,
            most,
            new_most,
        );
    }

    #[expect(clippy::too_many_arguments, reason = "each is a part of the message")]
    fn bound(
        &mut self,
        location: &Location,
        pointer: &str,
        name: &str,
        family: &Family,
        ordering: Option<Ordering>,
        old: Option<&Bound>,
        new: Option<&Bound>,
    ) {
        if let Some(direction) = ordering.and_then(Direction::of_maximum) {
            self.differ(location, family, direction, pointer, || {
                constraint(name, old, new)
            });
        }
    }

    fn limits(
        &mut self,
        location: &Location,
        pointer: &str,
        name: &str,
        family: &Family,
        (old, new): (Limits, Limits),
    ) {
        if let Some(direction) = Direction::of_maximum(old.min.cmp(&new.min)) {
            self.differ(location, family, direction, pointer, || {
                constraint(&format!("minimum {name}"), Some(old.min), Some(new.min))
            });
        }
        let most = |limits: Limits| limits.max.map_or(u128::MAX, u128::from);
        if let Some(direction) = Direction::of_maximum(most(new).cmp(&most(old))) {
            self.differ(location, family, direction, pointer, || {
                constraint(&format!("maximum {name}"), old.max, new.max)
            });
        }
    }

    fn unique_items(&mut self, location: &Location, pointer: &str, old: bool, new: bool) {
        if let Some(direction) = Direction::of_maximum(old.cmp(&new)) {
            let rule = |is_unique: bool| is_unique.then_some("unique items");
            self.differ(location, &ids::UNIQUE_ITEMS, direction, pointer, || {
                constraint("rule", rule(old), rule(new))
            });
        }
    }

    fn multiple_of(
        &mut self,
        location: &Location,
        pointer: &str,
        old: &[&Number],
        new: &[&Number],
    ) {
        let covered = |factors: &[&Number], others: &[&Number]| {
            let implied = |factor| others.iter().any(|other| is_multiple(other, factor));
            factors.iter().all(|factor| implied(factor))
        };
        let Some(direction) = Direction::of_sets(covered(old, new), covered(new, old)) else {
            return;
        };
        let shown = |factors: &[&Number]| {
            let factors: Vec<_> = factors.iter().map(ToString::to_string).collect();
            (!factors.is_empty()).then(|| factors.join("`, `"))
        };
        self.differ(location, &ids::MULTIPLE_OF, direction, pointer, || {
            constraint("factor", shown(old), shown(new))
        });
    }

    /// Compares texts that are the same or not, e.g. patterns. A value conforms to all of them.
    fn texts(
        &mut self,
        location: &Location,
        pointer: &str,
        name: &str,
        family: &Family,
        old: &[&str],
        new: &[&str],
    ) {
        let (before, after): (HashSet<_>, HashSet<_>) =
            (old.iter().collect(), new.iter().collect());
        let direction = Direction::of_sets(after.is_superset(&before), before.is_superset(&after));
        if let Some(direction) = direction {
            let joined = |texts: &[&str]| (!texts.is_empty()).then(|| texts.join("` and `"));
            self.differ(location, family, direction, pointer, || {
                constraint(name, joined(old), joined(new))
            });
        }
    }

    /// Compares the values of an enum. The API may send any value of an open one, because unknown values are kept.
    fn values(
        &mut self,
        location: &Location,
        pointer: &str,
        name: &str,
        [whole, value]: [&Family; 2],
        old: Option<Values>,
        new: Option<Values>,
    ) {
        let (before, after) = match (old, new) {
            (None, None) => return,
            (None, Some(values)) => {
                let what = || format!("becomes {name}: {}", values.join(", "));
                return self.differ(location, whole, Direction::Narrower, pointer, what);
            }
            (Some(values), None) => {
                let what = || format!("is no longer {name}: {}", values.join(", "));
                return self.differ(location, whole, Direction::Wider, pointer, what);
            }
            (Some(before), Some(after)) => (before, after),
        };
        if let Some(removed) = only_in_first(&before, &after) {
            self.differ(location, value, Direction::Narrower, pointer, || {
                format!("no longer has the known {removed}")
            });
        }
        if let Some(added) = only_in_first(&after, &before) {
            self.differ(location, value, Direction::Wider, pointer, || {
                format!("now has the known {added}")
            });
        }
    }
}

fn open(values: &Option<Vec<&str>>) -> Option<Values> {
    let values = values.as_ref()?.iter();
    Some(values.map(|value| format!("`{value}`")).collect())
}

fn closed(values: &Option<BTreeMap<String, &Value>>) -> Option<Values> {
    let mut shown = Vec::new();
    for (canonical, value) in values.as_ref()? {
        shown.push(match value {
            Value::String(text) => format!("`{text}`"),
            // 1 and 1.0 are the same value.
            Value::Number(number) if number.is_f64() => match number.as_f64() {
                Some(float) => format!("`{float}`"),
                None => format!("`{canonical}`"),
            },
            Value::Number(number) => format!("`{number}`"),
            _ => format!("`{canonical}`"),
        });
    }
    Some(shown)
}

/// Describes the values that are only in the first list.
fn only_in_first(first: &[String], second: &[String]) -> Option<String> {
    let known: HashSet<_> = second.iter().collect();
    let values: Vec<&str> = first
        .iter()
        .filter(|value| !known.contains(value))
        .map(String::as_str)
        .collect();
    match &values[..] {
        [] => None,
        [value] => Some(format!("value {value}")),
        _ => Some(format!("values {}", values.join(", "))),
    }
}

/// Describes a constraint that was added, removed or changed.
pub fn constraint(name: &str, old: Option<impl Display>, new: Option<impl Display>) -> String {
    match (old, new) {
        (Some(old), Some(new)) => format!("has the {name} `{new}` instead of `{old}`"),
        (None, Some(new)) => format!("now has the {name} `{new}`"),
        (Some(old), None) => format!("no longer has the {name} `{old}`"),
        (None, None) => format!("has no {name}"),
    }
}
