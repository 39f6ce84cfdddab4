//! Compares keywords that contain no schemas: of numbers and strings, sizes, and enums.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use serde_json::{Number, Value};

use super::Diff;
use super::bounds::{Bound, Limits, compare_maxima, compare_minima};
use super::families::{self, Family};
use super::ids::Id;
use super::location::{Direction, Location};
use super::members::constraint;
use super::shape::Shape;
use crate::schema::{Format, Types};
use crate::validate::is_multiple;

impl Diff<'_> {
    /// Compares the keywords that apply to the common types.
    pub fn keywords(&mut self, location: &Location, common: Types, old: &Shape, new: &Shape) {
        let pointer = new.pointer;
        let (was, is) = (&old.keywords, &new.keywords);
        self.values(location, pointer, was.values.as_ref(), is.values.as_ref());
        if common.intersects(Types::NUMBER) {
            self.number_type(location, pointer, old, new);
            let (before, now) = (was.minimum.as_ref(), is.minimum.as_ref());
            let ordering = compare_minima(before, now).map(Ordering::reverse);
            self.bound(location, pointer, "minimum", ordering, (before, now));
            let (before, now) = (was.maximum.as_ref(), is.maximum.as_ref());
            let ordering = compare_maxima(before, now);
            self.bound(location, pointer, "maximum", ordering, (before, now));
            self.multiple_of(location, pointer, &was.multiple_of, &is.multiple_of);
        }
        if common.contains(Types::STRING) {
            let (before, now) = (joined(&was.formats), joined(&is.formats));
            self.texts(location, pointer, "format", &families::FORMAT, before, now);
            let (before, now) = (joined(&was.patterns), joined(&is.patterns));
            self.texts(
                location,
                pointer,
                "pattern",
                &families::PATTERN,
                before,
                now,
            );
            let names = ["minimum length", "maximum length"];
            self.limits(
                location,
                pointer,
                names,
                &families::LENGTH,
                was.length,
                is.length,
            );
            let (before, now) = (was.known_values.as_deref(), is.known_values.as_deref());
            self.known_values(location, pointer, before, now);
        }
        if common.contains(Types::ARRAY) {
            let names = ["minimum number of items", "maximum number of items"];
            self.limits(
                location,
                pointer,
                names,
                &families::SIZE,
                was.items,
                is.items,
            );
            let unique = [was.unique_items, is.unique_items].map(|is| is.then_some("unique items"));
            if let [None, Some(_)] | [Some(_), None] = unique {
                let [before, now] = unique;
                let direction = Direction::of_constraint(before.as_ref(), now.as_ref());
                let what = constraint("rule", before, now);
                let id = families::UNIQUE_ITEMS.id(direction, location.sender);
                self.report(location, id, pointer, what);
            }
        }
        if common.contains(Types::OBJECT) {
            let names = [
                "minimum number of properties",
                "maximum number of properties",
            ];
            let (before, now) = (was.properties, is.properties);
            self.limits(location, pointer, names, &families::SIZE, before, now);
        }
    }

    /// The client's type of a number depends on the format.
    fn number_type(&mut self, location: &Location, pointer: &str, old: &Shape, new: &Shape) {
        let small = |shape: &Shape| {
            let format = shape.number_format;
            format.filter(|format| matches!(format, Format::Int32 | Format::Float))
        };
        let (was, is) = (small(old), small(new));
        if was != is {
            let what = constraint("format", was.map(Format::name), is.map(Format::name));
            self.report(location, Id::NumberTypeChanged, pointer, what);
        }
    }

    fn bound(
        &mut self,
        location: &Location,
        pointer: &str,
        name: &str,
        ordering: Option<Ordering>,
        (old, new): (Option<&Bound>, Option<&Bound>),
    ) {
        let family = match name {
            "minimum" => &families::MINIMUM,
            _ => &families::MAXIMUM,
        };
        if let Some(direction) = Direction::of_limit(ordering) {
            let id = family.id(direction, location.sender);
            self.report(location, id, pointer, constraint(name, old, new));
        }
    }

    fn limits(
        &mut self,
        location: &Location,
        pointer: &str,
        [minimum, maximum]: [&str; 2],
        family: &Family,
        old: Limits,
        new: Limits,
    ) {
        if let Some(direction) = Direction::of_limit(Some(new.min.cmp(&old.min))) {
            let id = family.id(direction, location.sender);
            let what = constraint(minimum, Some(old.min), Some(new.min));
            self.report(location, id, pointer, what);
        }
        let most = |limits: Limits| limits.max.map_or(u128::MAX, u128::from);
        if let Some(direction) = Direction::of_limit(Some(most(old).cmp(&most(new)))) {
            let id = family.id(direction, location.sender);
            let what = constraint(maximum, old.max, new.max);
            self.report(location, id, pointer, what);
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
        let direction = match (covered(old, new), covered(new, old)) {
            (true, true) => return,
            (true, false) => Direction::Narrower,
            (false, true) => Direction::Wider,
            (false, false) => Direction::Different,
        };
        let shown = |factors: &[&Number]| {
            let factors: Vec<_> = factors.iter().map(ToString::to_string).collect();
            (!factors.is_empty()).then(|| factors.join("`, `"))
        };
        let what = constraint("factor", shown(old), shown(new));
        let id = families::MULTIPLE_OF.id(direction, location.sender);
        self.report(location, id, pointer, what);
    }

    fn texts(
        &mut self,
        location: &Location,
        pointer: &str,
        name: &str,
        family: &Family,
        old: Option<String>,
        new: Option<String>,
    ) {
        if old != new {
            let direction = Direction::of_constraint(old.as_ref(), new.as_ref());
            let id = family.id(direction, location.sender);
            self.report(location, id, pointer, constraint(name, old, new));
        }
    }

    /// Compares the values of an open enum. The API may send any value, because unknown values are kept.
    fn known_values(
        &mut self,
        location: &Location,
        pointer: &str,
        old: Option<&[&str]>,
        new: Option<&[&str]>,
    ) {
        let family = [&families::ENUM, &families::ENUM_VALUE];
        let values = |values: &[&str]| values.iter().map(|value| format!("`{value}`")).collect();
        let (was, is) = (old.map(values), new.map(values));
        self.enums(location, pointer, "an open enum", family, was, is);
    }

    fn values(
        &mut self,
        location: &Location,
        pointer: &str,
        old: Option<&BTreeMap<String, &Value>>,
        new: Option<&BTreeMap<String, &Value>>,
    ) {
        let family = [&families::CLOSED_ENUM, &families::CLOSED_ENUM_VALUE];
        let values = |values: &BTreeMap<String, &Value>| {
            let texts = values.iter().map(|(canonical, value)| match value {
                Value::String(text) => format!("`{text}`"),
                // 1 and 1.0 are the same value.
                Value::Number(number) if number.is_f64() => match number.as_f64() {
                    Some(float) => format!("`{float}`"),
                    None => format!("`{canonical}`"),
                },
                Value::Number(number) => format!("`{number}`"),
                _ => format!("`{canonical}`"),
            });
            texts.collect()
        };
        let (was, is) = (old.map(values), new.map(values));
        self.enums(location, pointer, "a closed enum", family, was, is);
    }

    fn enums(
        &mut self,
        location: &Location,
        pointer: &str,
        name: &str,
        [whole, value]: [&Family; 2],
        old: Option<Vec<String>>,
        new: Option<Vec<String>>,
    ) {
        let (direction, what) = match (old, new) {
            (None, None) => return,
            (None, Some(_)) => (Direction::Narrower, format!("becomes {name}")),
            (Some(_), None) => (Direction::Wider, format!("is no longer {name}")),
            (Some(was), Some(is)) => {
                if let Some(removed) = only_in_first(&was, &is) {
                    let id = value.id(Direction::Narrower, location.sender);
                    let what = format!("no longer has the known {removed}");
                    self.report(location, id, pointer, what);
                }
                if let Some(added) = only_in_first(&is, &was) {
                    let id = value.id(Direction::Wider, location.sender);
                    let what = format!("now has the known {added}");
                    self.report(location, id, pointer, what);
                }
                return;
            }
        };
        let id = whole.id(direction, location.sender);
        self.report(location, id, pointer, what);
    }
}

fn joined(texts: &[&str]) -> Option<String> {
    (!texts.is_empty()).then(|| texts.join("` and `"))
}

/// Describes the values that are only in the first list.
fn only_in_first(first: &[String], second: &[String]) -> Option<String> {
    let known: std::collections::HashSet<_> = second.iter().collect();
    let values = first.iter().filter(|value| !known.contains(value));
    let values: Vec<&str> = values.map(String::as_str).collect();
    match &values[..] {
        [] => None,
        [value] => Some(format!("value {value}")),
        _ => Some(format!("values {}", values.join(", "))),
    }
}
