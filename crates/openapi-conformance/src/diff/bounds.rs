//! Bounds of numbers, and limits of lengths and sizes.

use std::cmp::Ordering;
use std::fmt;

use serde_json::{Number, Value};

use crate::schema::{Format, Schema};
use crate::validate::{canonical, compare_numbers};

/// The minimum or maximum of a number.
#[derive(Clone, PartialEq)]
pub struct Bound {
    number: Number,
    exclusive: bool,
}

impl Bound {
    /// Returns the minima of a schema, including that of its format. An integer without a format is also expected to
    /// have at most 64 bits, so that `int64` is no restriction.
    pub fn minima(schema: &Schema) -> impl Iterator<Item = Bound> {
        let format = match schema.format {
            Some(Format::Int32) => Some(Number::from(i32::MIN)),
            Some(Format::Float) => Number::from_f64(f32::MIN.into()),
            _ => None,
        };
        bounds(&schema.minimum, &schema.exclusive_minimum, format)
    }

    /// Returns the maxima of a schema, including that of its format.
    pub fn maxima(schema: &Schema) -> impl Iterator<Item = Bound> {
        let format = match schema.format {
            Some(Format::Int32) => Some(Number::from(i32::MAX)),
            Some(Format::Float) => Number::from_f64(f32::MAX.into()),
            _ => None,
        };
        bounds(&schema.maximum, &schema.exclusive_maximum, format)
    }

    /// Returns the same text for equal bounds.
    pub fn canonical(&self) -> String {
        let number = canonical(&Value::Number(self.number.clone()));
        format!("{number} {}", self.exclusive)
    }

    /// Makes `minimum` the greater of two minima.
    pub fn raise(minimum: &mut Option<Bound>, other: Bound) {
        if compare_minima(minimum.as_ref(), Some(&other)) == Some(Ordering::Less) {
            *minimum = Some(other);
        }
    }

    /// Makes `maximum` the smaller of two maxima.
    pub fn lower(maximum: &mut Option<Bound>, other: Bound) {
        if compare_maxima(maximum.as_ref(), Some(&other)) == Some(Ordering::Greater) {
            *maximum = Some(other);
        }
    }

    /// For an integer, more than 0 means at least 1.
    pub fn of_integer_minimum(self) -> Bound {
        self.of_integer(1, f64::ceil)
    }

    /// For an integer, less than 10 means at most 9.
    pub fn of_integer_maximum(self) -> Bound {
        self.of_integer(-1, f64::floor)
    }

    fn of_integer(self, step: i64, round: fn(f64) -> f64) -> Bound {
        let whole = self.number.as_i64().or_else(|| {
            let rounded = round(self.number.as_f64()?);
            // Parsing is exact, and fails beyond the range, where a cast saturates.
            format!("{rounded:.0}").parse().ok()
        });
        let is_fraction = self
            .number
            .as_f64()
            .is_some_and(|number| number.fract() != 0.0);
        let exclusive = self.exclusive && !is_fraction;
        let stepped = whole.and_then(|whole| whole.checked_add(if exclusive { step } else { 0 }));
        match stepped {
            Some(whole) => Bound {
                number: whole.into(),
                exclusive: false,
            },
            None => self,
        }
    }
}

fn bounds(
    inclusive: &Option<Number>,
    exclusive: &Option<Number>,
    format: Option<Number>,
) -> impl Iterator<Item = Bound> {
    let bound = |exclusive: bool| move |number: Number| Bound { number, exclusive };
    let inclusive = inclusive.clone().into_iter().chain(format);
    let exclusive = exclusive.clone().into_iter();
    inclusive
        .map(bound(false))
        .chain(exclusive.map(bound(true)))
}

/// Compares two minima: the greater one allows fewer numbers, and none is the smallest.
pub fn compare_minima(one: Option<&Bound>, other: Option<&Bound>) -> Option<Ordering> {
    match (one, other) {
        (Some(one), Some(other)) => {
            let ordering = compare_numbers(&one.number, &other.number)?;
            Some(ordering.then(one.exclusive.cmp(&other.exclusive)))
        }
        (one, other) => Some(one.is_some().cmp(&other.is_some())),
    }
}

/// Compares two maxima: the smaller one allows fewer numbers, and none is the greatest.
pub fn compare_maxima(one: Option<&Bound>, other: Option<&Bound>) -> Option<Ordering> {
    match (one, other) {
        (Some(one), Some(other)) => {
            let ordering = compare_numbers(&one.number, &other.number)?;
            Some(ordering.then(other.exclusive.cmp(&one.exclusive)))
        }
        (one, other) => Some(other.is_some().cmp(&one.is_some())),
    }
}

impl fmt::Display for Bound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mark = if self.exclusive { " (exclusive)" } else { "" };
        write!(f, "{}{mark}", self.number)
    }
}

/// The smallest and largest length or size.
#[derive(Clone, Copy, Default, PartialEq, Hash)]
pub struct Limits {
    pub min: u64,
    pub max: Option<u64>,
}

impl Limits {
    pub fn restrict(&mut self, min: Option<u64>, max: Option<u64>) {
        self.min = self.min.max(min.unwrap_or(0));
        self.max = match (self.max, max) {
            (Some(one), Some(other)) => Some(one.min(other)),
            (one, other) => one.or(other),
        };
    }
}
