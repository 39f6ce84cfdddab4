//! Compares strings and numbers.

use std::cmp::Ordering;

use super::Diff;
use super::ids::Id;
use super::members::constraint;
use super::spot::{Spot, Turn};
use crate::conformance::schema::{Bounds, Format, Text};
use crate::conformance::walk::Writer;

impl Diff<'_> {
    pub fn text(&mut self, spot: &Spot, pointer: &str, old: &Text, new: &Text) {
        if old.format != new.format {
            let (was, is) = (old.format.map(name), new.format.map(name));
            let turn = Turn::of_constraint(was.as_ref(), is.as_ref());
            let id = format_id(turn, spot.writer);
            self.report(spot, id, pointer, constraint("format", was, is));
        }
        let was = old.pattern.as_ref().map(|pattern| pattern.as_str());
        let is = new.pattern.as_ref().map(|pattern| pattern.as_str());
        if was != is {
            let turn = Turn::of_constraint(was.as_ref(), is.as_ref());
            let id = pattern_id(turn, spot.writer);
            self.report(spot, id, pointer, constraint("pattern", was, is));
        }
        self.listed(spot, pointer, old, new);
    }

    /// Compares the values of an open enum. The API may send any value, because unknown values are kept.
    fn listed(&mut self, spot: &Spot, pointer: &str, old: &Text, new: &Text) {
        let (listed, value_removed) = match spot.writer {
            Writer::Caller => (Id::RequestEnumAdded, Id::RequestEnumValueRemoved),
            Writer::Api => (Id::ResponseEnumAdded, Id::ResponseEnumValueRemoved),
        };
        let (was, is) = match (&old.listed, &new.listed) {
            (Some(was), Some(is)) => (was, is),
            (None, None) => return,
            (None, Some(_)) => {
                let what = "becomes an open enum".to_owned();
                return self.report(spot, listed, pointer, what);
            }
            (Some(_), None) => {
                let what = "becomes a plain string".to_owned();
                return self.report(spot, Id::EnumRemoved, pointer, what);
            }
        };
        if let Some(removed) = only_in_first(was, is) {
            let what = format!("no longer has the known {removed}");
            self.report(spot, value_removed, pointer, what);
        }
        if let Some(added) = only_in_first(is, was) {
            let what = format!("now has the known {added}");
            self.report(spot, Id::EnumValueAdded, pointer, what);
        }
    }

    /// Compares bounds. Each comes with a flag that tells whether its type is an integer.
    pub fn bounds(
        &mut self,
        spot: &Spot,
        pointer: &str,
        (old, old_whole): (&Bounds, bool),
        (new, new_whole): (&Bounds, bool),
    ) {
        let was = Least::minimum(old, old_whole);
        let is = Least::minimum(new, new_whole);
        let (raised, lowered) = match spot.writer {
            Writer::Caller => (Id::RequestMinimumRaised, Id::RequestMinimumLowered),
            Writer::Api => (Id::ResponseMinimumRaised, Id::ResponseMinimumLowered),
        };
        match was.key().partial_cmp(&is.key()) {
            Some(Ordering::Less) => self.bound(spot, raised, pointer, "minimum", was, is),
            Some(Ordering::Greater) => self.bound(spot, lowered, pointer, "minimum", was, is),
            _ => {}
        }
        let was = Least::maximum(old, old_whole);
        let is = Least::maximum(new, new_whole);
        let (lowered, raised) = match spot.writer {
            Writer::Caller => (Id::RequestMaximumLowered, Id::RequestMaximumRaised),
            Writer::Api => (Id::ResponseMaximumLowered, Id::ResponseMaximumRaised),
        };
        match was.key().partial_cmp(&is.key()) {
            Some(Ordering::Less) => self.bound(spot, lowered, pointer, "maximum", was, is),
            Some(Ordering::Greater) => self.bound(spot, raised, pointer, "maximum", was, is),
            _ => {}
        }
    }

    fn bound(&mut self, spot: &Spot, id: Id, pointer: &str, name: &str, old: Least, new: Least) {
        self.report(spot, id, pointer, constraint(name, old.shown, new.shown));
    }
}

fn format_id(turn: Turn, writer: Writer) -> Id {
    match (turn, writer) {
        (Turn::Narrower, Writer::Caller) => Id::RequestFormatAdded,
        (Turn::Wider, Writer::Caller) => Id::RequestFormatRemoved,
        (Turn::Narrower, Writer::Api) => Id::ResponseFormatAdded,
        (Turn::Wider, Writer::Api) => Id::ResponseFormatRemoved,
        (Turn::Another, _) => Id::FormatChanged,
    }
}

fn pattern_id(turn: Turn, writer: Writer) -> Id {
    match (turn, writer) {
        (Turn::Narrower, Writer::Caller) => Id::RequestPatternAdded,
        (Turn::Wider, Writer::Caller) => Id::RequestPatternRemoved,
        (Turn::Narrower, Writer::Api) => Id::ResponsePatternAdded,
        (Turn::Wider, Writer::Api) => Id::ResponsePatternRemoved,
        (Turn::Another, _) => Id::PatternChanged,
    }
}

/// A bound expressed as a minimum. A maximum is negated.
struct Least {
    least: Option<f64>,
    exclusive: bool,
    shown: Option<String>,
}

impl Least {
    fn minimum(bounds: &Bounds, whole: bool) -> Self {
        let exclusive = bounds.exclusive_minimum;
        let shown = bounds.minimum.map(|minimum| shown(minimum, exclusive));
        Least::of(bounds.minimum, exclusive, whole, shown)
    }

    fn maximum(bounds: &Bounds, whole: bool) -> Self {
        let exclusive = bounds.exclusive_maximum;
        let shown = bounds.maximum.map(|maximum| shown(maximum, exclusive));
        Least::of(
            bounds.maximum.map(|maximum| -maximum),
            exclusive,
            whole,
            shown,
        )
    }

    /// For an integer, more than 0 means at least 1.
    fn of(least: Option<f64>, exclusive: bool, whole: bool, shown: Option<String>) -> Self {
        let least = match least {
            Some(least) if whole && exclusive => Some(least.floor() + 1.0),
            Some(least) if whole => Some(least.ceil()),
            other => other,
        };
        Least {
            least,
            exclusive: exclusive && !whole && least.is_some(),
            shown,
        }
    }

    fn key(&self) -> (f64, bool) {
        (self.least.unwrap_or(f64::NEG_INFINITY), self.exclusive)
    }
}

/// Describes the values that are only in the first list.
fn only_in_first(first: &[String], second: &[String]) -> Option<String> {
    let values = first.iter().filter(|value| !second.contains(value));
    let values: Vec<_> = values.map(|value| format!("`{value}`")).collect();
    match &values[..] {
        [] => None,
        [value] => Some(format!("value {value}")),
        _ => Some(format!("values {}", values.join(", "))),
    }
}

fn shown(bound: f64, exclusive: bool) -> String {
    let mark = if exclusive { " (exclusive)" } else { "" };
    format!("{bound}{mark}")
}

fn name(format: Format) -> &'static str {
    match format {
        Format::DateTime => "date-time",
        Format::Uri => "uri",
    }
}
