//! Placeholders for strings: of the same shape, and different for different strings.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};

use chrono::{DateTime, Days, NaiveDate, SecondsFormat};

const DIGITS: &[u8] = b"0123456789";
const LETTERS: &[u8] = b"xabcdefghijklmnopqrstuvwyz";
/// Digits and letters that are also valid in numbers without a leading zero, and in hexadecimal.
const OTHER_DIGITS: &[u8] = b"1234567890";
const OTHER_LETTERS: &[u8] = b"abcdef";

/// The maximum number of strings that are remembered. The placeholders of others are numbered by their hash: they are
/// equal for equal strings, and probably different for different ones.
const MOST: usize = 50_000;

/// 2000-01-01 in milliseconds.
const EPOCH: i64 = 946_684_800_000;

/// Knows the strings that already have a placeholder, by their hash. It does not keep the strings.
#[derive(Default)]
pub struct Placeholders {
    hasher: RandomState,
    known: HashMap<u64, Index>,
    /// The number of strings of each shape, by the hash of the shape.
    shapes: HashMap<u64, u32>,
}

/// The position of a string among the different strings so far.
#[derive(Clone, Copy)]
struct Index {
    /// Among those of the same shape.
    in_shape: u32,
    overall: u32,
}

impl Placeholders {
    /// Returns the placeholder of a string: the first candidate that `fits`. Digits become digits, letters become
    /// letters, and other characters stay.
    pub fn of(&mut self, text: &str, fits: impl Fn(&str) -> bool) -> String {
        let index = self.index(text);
        let mask = mask(text, index.in_shape, DIGITS, LETTERS);
        if fits(&mask) {
            return mask;
        }
        let other = self::mask(text, index.in_shape, OTHER_DIGITS, OTHER_LETTERS);
        let mut candidates = [other].into_iter().chain(formatted(index.overall));
        candidates.find(|text| fits(text)).unwrap_or(mask)
    }

    fn index(&mut self, text: &str) -> Index {
        let overall = u32::try_from(self.known.len()).unwrap_or(u32::MAX);
        let hash = self.hasher.hash_one(text);
        if self.known.len() >= MOST && !self.known.contains_key(&hash) {
            let [high, low] = [hash >> 32, hash & u64::from(u32::MAX)];
            let number = u32::try_from(high ^ low).unwrap_or_default();
            return Index {
                in_shape: number,
                overall: number,
            };
        }
        let (shapes, hasher) = (&mut self.shapes, &self.hasher);
        *self.known.entry(hash).or_insert_with(|| {
            let shape = hasher.hash_one(mask(text, 0, DIGITS, LETTERS));
            let in_shape = shapes.entry(shape).or_default();
            *in_shape += 1;
            Index {
                in_shape: *in_shape - 1,
                overall,
            }
        })
    }
}

/// Writes a number with the digits and letters of a text, the last one first.
fn mask(text: &str, mut number: u32, digits: &[u8], letters: &[u8]) -> String {
    let mut next = |alphabet: &[u8]| {
        let base = u32::try_from(alphabet.len()).unwrap_or(1);
        let letter = alphabet[(number % base) as usize];
        number /= base;
        letter
    };
    let reversed = text.chars().rev().map(|letter| {
        char::from(match letter {
            '0'..='9' => next(digits),
            'A'..='Z' => next(letters).to_ascii_uppercase(),
            letter if letter.is_ascii() && !letter.is_ascii_alphabetic() => letter as u8,
            _ => next(letters),
        })
    });
    let letters: Vec<char> = reversed.collect();
    letters.into_iter().rev().collect()
}

/// Returns strings in the formats of JSON Schema that a mask does not conform to.
fn formatted(number: u32) -> impl Iterator<Item = String> {
    let timestamp = DateTime::from_timestamp_millis(EPOCH + i64::from(number))
        .map(|time| time.to_rfc3339_opts(SecondsFormat::Millis, true));
    let date = NaiveDate::from_ymd_opt(2000, 1, 1)
        .and_then(|date| date.checked_add_days(Days::new(u64::from(number % 1_000_000))))
        .map(|date| date.to_string());
    let [a, b, c, d] = number.to_be_bytes();
    let others = [
        format!("00:00:00.{number:09}Z"),
        format!("P{number}D"),
        format!("00000000-0000-4000-8000-{number:012x}"),
        format!("https://redacted.invalid/{number}"),
        format!("redacted{number}@redacted.invalid"),
        format!("127.{b}.{c}.{d}"),
        format!("2001:db8::{a:x}:{b:x}:{c:x}:{d:x}"),
        format!("/{number}"),
        // Base64 of three bytes has no padding.
        format!("{number:012}"),
    ];
    timestamp.into_iter().chain(date).chain(others)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholder_has_the_shape_of_its_string() {
        let mut placeholders = Placeholders::default();
        let mut of = |text: &str| placeholders.of(text, |_| true);
        assert_eq!(of("+54 911-5555"), "+00 000-0000");
        assert_eq!(of("Hola, Ñandú!"), "Xxxx, xxxxx!");
        assert_eq!(of("msg_01HX"), "xxx_00XX");
    }

    #[test]
    fn different_strings_have_different_placeholders() {
        let mut placeholders = Placeholders::default();
        let mut of = |text: &str| placeholders.of(text, |_| true);
        assert_eq!(of("+5491155551234"), "+0000000000000");
        assert_eq!(of("+5491155551235"), "+0000000000001");
        assert_eq!(of("+5491155551234"), "+0000000000000");
        assert_eq!(of("ab1"), "xx0");
        let all: Vec<_> = (0..30)
            .map(|number| of(&format!("msg_{number:02}")))
            .collect();
        assert_eq!(all[29], "xxx_29");
        assert_eq!(of("msg_07"), all[7]);
    }

    #[test]
    fn number_of_remembered_strings_is_bounded() {
        let mut placeholders = Placeholders::default();
        for length in 0..MOST + 1000 {
            placeholders.of(&format!("{length:b}-"), |_| true);
        }
        assert_eq!(placeholders.known.len(), MOST);
        assert!(placeholders.shapes.len() <= MOST);
        let placeholder = placeholders.of("a string that comes later", |_| true);
        let again = placeholders.of("a string that comes later", |_| true);
        assert_eq!(placeholder, again);
    }

    #[test]
    fn first_candidate_that_fits_is_chosen() {
        let mut placeholders = Placeholders::default();
        let no_zero = |text: &str| !text.starts_with("+0");
        assert_eq!(placeholders.of("+54", no_zero), "+11");
        let timestamp = |text: &str| DateTime::parse_from_rfc3339(text).is_ok();
        assert_eq!(
            placeholders.of("2025-03-15T10:30:00Z", timestamp),
            "2000-01-01T00:00:00.001Z"
        );
        assert_eq!(placeholders.of("Hi 1", |_| false), "Xx 0");
    }
}
