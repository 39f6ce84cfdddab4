//! Validates a value on its own: enums, numbers, strings.

use std::cmp::Ordering;

use serde_json::{Number, Value};

use super::format::conforms_to_format;
use super::{Validator, number};
use crate::Severity;
use crate::schema::{Format, Schema, Types};

/// The maximum length of a list of the contract's values in bytes.
const LONGEST_LIST: usize = 300;

impl<'c: 'v, 'v> Validator<'c, 'v> {
    pub(super) fn scalar(&mut self, schema: &'c Schema, value: &Value) {
        if let Some(values) = &schema.values
            && !values.iter().any(|known| number::equal(known, value))
        {
            let sentence = format!("is not one of {}", listed(values));
            self.violation(self.rules.enum_mismatch, schema, sentence);
        }
        if let Some(constant) = &schema.constant
            && !number::equal(constant, value)
        {
            let sentence = format!("is not {}", listed(std::slice::from_ref(constant)));
            self.violation(self.rules.const_mismatch, schema, sentence);
        }
        match value {
            Value::Number(number) => self.number(schema, number),
            Value::String(text) => self.string(schema, text),
            _ => {}
        }
    }

    fn number(&mut self, schema: &'c Schema, value: &Number) {
        let is = |bound: &Number, orderings: &[Ordering]| {
            number::compare(value, bound).is_some_and(|ordering| orderings.contains(&ordering))
        };
        let (below, above) = (self.rules.below_minimum, self.rules.above_maximum);
        if let Some(bound) = schema.exclusive_minimum.as_ref()
            && is(bound, &[Ordering::Less, Ordering::Equal])
        {
            self.violation(below, schema, format!("is not greater than {bound}"));
        } else if let Some(bound) = schema.minimum.as_ref()
            && is(bound, &[Ordering::Less])
        {
            self.violation(below, schema, format!("is less than {bound}"));
        }
        if let Some(bound) = schema.exclusive_maximum.as_ref()
            && is(bound, &[Ordering::Greater, Ordering::Equal])
        {
            self.violation(above, schema, format!("is not less than {bound}"));
        } else if let Some(bound) = schema.maximum.as_ref()
            && is(bound, &[Ordering::Greater])
        {
            self.violation(above, schema, format!("is greater than {bound}"));
        }
        if let Some(factor) = &schema.multiple_of
            && !number::is_multiple(value, factor)
        {
            let sentence = format!("is not a multiple of {factor}");
            self.violation(self.rules.not_multiple, schema, sentence);
        }
        self.numeric_format(schema, value);
    }

    fn numeric_format(&mut self, schema: &'c Schema, value: &Number) {
        let number = value.as_f64().unwrap_or_default();
        let (least, most) = match schema.format {
            Some(Format::Int32) => (f64::from(i32::MIN), f64::from(i32::MAX)),
            Some(Format::Float) => (f64::from(f32::MIN), f64::from(f32::MAX)),
            Some(Format::Int64) if !value.is_i64() && number.abs() >= Types::LARGE => (0.0, 0.0),
            _ => return,
        };
        let name = schema.format.map(Format::name).unwrap_or_default();
        if number < least {
            let sentence = format!("is less than the minimum of the format {name}");
            self.violation(self.rules.below_minimum, schema, sentence);
        }
        if number > most {
            let sentence = format!("is greater than the maximum of the format {name}");
            self.violation(self.rules.above_maximum, schema, sentence);
        }
    }

    fn string(&mut self, schema: &'c Schema, value: &str) {
        if schema.min_length.is_some() || schema.max_length.is_some() {
            let length = value.chars().count() as u64;
            if schema.min_length.is_some_and(|minimum| length < minimum) {
                let sentence = format!("has {length} characters, which is too short");
                self.violation(self.rules.string_too_short, schema, sentence);
            }
            if schema.max_length.is_some_and(|maximum| length > maximum) {
                let sentence = format!("has {length} characters, which is too long");
                self.violation(self.rules.string_too_long, schema, sentence);
            }
        }
        if let Some(format) = schema.format
            && !conforms_to_format(format, value)
        {
            let (id, sentence) = match format {
                Format::DateTime => (
                    self.rules.date_time_invalid,
                    "is not a valid date-time (RFC 3339)".to_owned(),
                ),
                Format::Uri => (
                    self.rules.uri_invalid,
                    "is not a valid absolute URI".to_owned(),
                ),
                other => {
                    let sentence = format!("does not have the format {}", other.name());
                    (self.rules.format_invalid, sentence)
                }
            };
            self.violation(id, schema, sentence);
        } else if let Some(pattern) = &schema.pattern
            && !pattern.is_match(value)
        {
            let pattern = schema.pattern_text.as_deref().unwrap_or_default();
            let sentence = format!("does not match the pattern `{pattern}`");
            self.violation(self.rules.pattern_mismatch, schema, sentence);
        }
        if let Some(known) = &schema.known_values
            && !known.iter().any(|known| known == value)
        {
            let sentence = format!("has {}", unknown_value(value));
            let id = self.rules.enum_value_unknown;
            self.report(id, Severity::Additive, &schema.pointer, sentence);
        }
    }
}

/// Lists values of the contract, as far as they are short.
fn listed(values: &[Value]) -> String {
    let mut text = String::new();
    for (index, value) in values.iter().enumerate() {
        let value = value.to_string();
        if text.len() + value.len() > LONGEST_LIST {
            let rest = values.len() - index;
            return if index == 0 {
                format!("{rest} documented values")
            } else {
                format!("{text} and {rest} more")
            };
        }
        if index > 0 {
            text += ", ";
        }
        text += &format!("`{value}`");
    }
    text
}

/// Describes an unknown value of an open enum. Only an identifier is quoted, never a text or a number that a person
/// wrote.
fn unknown_value(value: &str) -> String {
    let allowed = |letter: char| letter.is_ascii_alphanumeric() || ".-_".contains(letter);
    let letters = value.starts_with(|letter: char| letter.is_ascii_alphabetic());
    let digits = value.chars().filter(char::is_ascii_digit).count();
    if letters && digits < 5 && value.len() <= 40 && value.chars().all(allowed) {
        format!("the unknown value `{value}`")
    } else {
        "an unknown value".to_owned()
    }
}
