//! Compares strings and numbers.

use super::members::another;
use super::spot::{Spot, Turn};
use super::{Diff, Impact};
use crate::conformance::schema::{Bounds, Format, Text};
use crate::conformance::walk::Writer;

impl Diff<'_> {
    pub fn text(&mut self, spot: &Spot, pointer: &str, old: &Text, new: &Text) {
        if old.format != new.format {
            let (was, is) = (old.format.map(name), new.format.map(name));
            let turn = Turn::of_constraint(was.as_ref(), is.as_ref());
            self.turned(spot, turn, pointer, another("format", was, is));
        }
        let was = old.pattern.as_ref().map(|it| it.as_str());
        let is = new.pattern.as_ref().map(|it| it.as_str());
        if was != is {
            let turn = Turn::of_constraint(was.as_ref(), is.as_ref());
            self.turned(spot, turn, pointer, another("pattern", was, is));
        }
        self.listed(spot, pointer, old, new);
    }

    /// Compares the values of an open enum. The API may send any value, because unknown values are kept.
    fn listed(&mut self, spot: &Spot, pointer: &str, old: &Text, new: &Text) {
        let taken = match spot.writer {
            Writer::Caller => Impact::Breaking,
            Writer::Api => Impact::Additive,
        };
        let (was, is) = match (&old.listed, &new.listed) {
            (Some(was), Some(is)) => (was, is),
            (None, None) => return,
            (None, Some(_)) => {
                let what = "lists its values now".to_owned();
                return self.report(spot, taken, pointer, what);
            }
            (Some(_), None) => {
                let what = "no longer lists its values".to_owned();
                return self.report(spot, Impact::Additive, pointer, what);
            }
        };
        if let Some(gone) = beyond(was, is) {
            self.report(spot, taken, pointer, format!("no longer lists {gone}"));
        }
        if let Some(later) = beyond(is, was) {
            let what = format!("lists {later} now");
            self.report(spot, Impact::Additive, pointer, what);
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
        self.bound(spot, pointer, "minimum", was, is);
        let was = Least::maximum(old, old_whole);
        let is = Least::maximum(new, new_whole);
        self.bound(spot, pointer, "maximum", was, is);
    }

    fn bound(&mut self, spot: &Spot, pointer: &str, name: &str, old: Least, new: Least) {
        let turn = match old.key().partial_cmp(&new.key()) {
            Some(std::cmp::Ordering::Less) => Turn::Narrower,
            Some(std::cmp::Ordering::Greater) => Turn::Wider,
            _ => return,
        };
        self.turned(spot, turn, pointer, another(name, old.shown, new.shown));
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
        let shown = bounds.minimum.map(|it| shown(it, exclusive));
        Least::of(bounds.minimum, exclusive, whole, shown)
    }

    fn maximum(bounds: &Bounds, whole: bool) -> Self {
        let exclusive = bounds.exclusive_maximum;
        let shown = bounds.maximum.map(|it| shown(it, exclusive));
        Least::of(bounds.maximum.map(|it| -it), exclusive, whole, shown)
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

/// Returns the values that are only in the first list.
fn beyond(values: &[String], others: &[String]) -> Option<String> {
    let beyond = values.iter().filter(|it| !others.contains(it));
    let beyond: Vec<_> = beyond.map(|it| format!("`{it}`")).collect();
    (!beyond.is_empty()).then(|| beyond.join(", "))
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
