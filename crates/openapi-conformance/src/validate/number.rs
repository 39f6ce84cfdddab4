//! Compares numbers exactly, as far as their decimal digits fit into 128 bits.

use std::cmp::Ordering;

use serde_json::{Number, Value};

/// A decimal number: digits times a power of ten.
struct Decimal {
    digits: i128,
    exponent: i32,
}

impl Decimal {
    fn of(number: &Number) -> Option<Self> {
        let text = number.to_string();
        let (digits, exponent) = text.split_once(['e', 'E']).unwrap_or((&text, "0"));
        let exponent: i32 = exponent.trim_start_matches('+').parse().ok()?;
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        Some(Decimal {
            digits: format!("{whole}{fraction}").parse().ok()?,
            exponent: exponent.checked_sub(i32::try_from(fraction.len()).ok()?)?,
        })
    }

    /// Returns the digits of both numbers with the smaller exponent.
    fn aligned(&self, other: &Decimal) -> Option<(i128, i128)> {
        let least = self.exponent.min(other.exponent);
        let scaled = |number: &Decimal| {
            let shift = u32::try_from(number.exponent.checked_sub(least)?).ok()?;
            number.digits.checked_mul(10i128.checked_pow(shift)?)
        };
        Some((scaled(self)?, scaled(other)?))
    }
}

fn aligned(one: &Number, other: &Number) -> Option<(i128, i128)> {
    Decimal::of(one)?.aligned(&Decimal::of(other)?)
}

pub(crate) fn compare(one: &Number, other: &Number) -> Option<Ordering> {
    let (left, right) = (one.as_f64()?, other.as_f64()?);
    let rounded = left.partial_cmp(&right);
    // Rounding to floats keeps the order, so the slower exact comparison is only for those that round to the same.
    if rounded != Some(Ordering::Equal) {
        return rounded;
    }
    aligned(one, other).map_or(rounded, |(one, other)| Some(one.cmp(&other)))
}

pub(crate) fn is_multiple(number: &Number, factor: &Number) -> bool {
    if let Some((number, factor)) = aligned(number, factor) {
        return factor != 0 && number % factor == 0;
    }
    let (number, factor) = (number.as_f64(), factor.as_f64());
    number.unwrap_or_default() % factor.unwrap_or(1.0) == 0.0
}

/// Returns the same text for `1`, `1.0` and `10e-1`.
pub(super) fn canonical(number: &Number) -> String {
    let Some(Decimal {
        mut digits,
        mut exponent,
    }) = Decimal::of(number)
    else {
        return number.to_string();
    };
    while digits != 0 && digits % 10 == 0 {
        digits /= 10;
        exponent += 1;
    }
    if digits == 0 {
        exponent = 0;
    }
    format!("{digits}e{exponent}")
}

/// Compares two values as JSON Schema does: `1` and `1.0` are equal.
pub(crate) fn equal(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => {
            one == other || compare(one, other) == Some(Ordering::Equal)
        }
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| equal(one, other))
        }
        (Value::Object(one), Value::Object(other)) => {
            let same = |(name, value)| other.get(name).is_some_and(|other| equal(value, other));
            one.len() == other.len() && one.iter().all(same)
        }
        _ => one == other,
    }
}
