//! Placeholders for strings: of the same shape, and different for different strings.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::iter;

use chrono::{DateTime, Days, NaiveDate, SecondsFormat};

const DIGITS: &[u8] = b"0123456789";
const LETTERS: &[u8] = b"xabcdefghijklmnopqrstuvwyz";
/// Digits and letters that are also valid in numbers without a leading zero, and in hexadecimal.
const OTHER_DIGITS: &[u8] = b"1234567890";
const OTHER_LETTERS: &[u8] = b"abcdef";

/// Some letters of scripts that a pattern may require, and symbols.
const LETTERS_OF_SCRIPTS: &str = "abABéñÉÑабАБαβΑΒאבابअआกขあいアイ一二가나・€😀😁";

/// The maximum number of strings that are remembered. The placeholders of others are numbered by their hash: they are
/// equal for equal strings, and probably different for different ones.
const MOST: usize = 50_000;

/// The maximum length of a string of which each letter is tried out.
const LONGEST_TRIED: usize = 64;

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
    /// Returns the placeholder of a string: digits become digits, letters become letters, and other characters stay.
    pub fn of(&mut self, text: &str) -> String {
        let number = self.index(text).in_shape;
        mask(text, number, DIGITS, LETTERS)
    }

    /// Like [`Placeholders::of`], but without changing the words that the contract has.
    pub fn with_words(&mut self, text: &str, words: &[&str]) -> String {
        let mask = self.of(text);
        keep_words(text, &mask, words)
    }

    /// Returns a placeholder that `fits`, or `None` if there is none. `words` can be kept, because the contract has them.
    pub fn fitting(
        &mut self,
        text: &str,
        words: &[&str],
        fits: impl Fn(&str) -> bool,
    ) -> Option<String> {
        let Index { in_shape, overall } = self.index(text);
        let masks = [(DIGITS, LETTERS), (OTHER_DIGITS, OTHER_LETTERS)]
            .map(|(digits, letters)| mask(text, in_shape, digits, letters));
        let with_words = masks.each_ref().map(|mask| keep_words(text, mask, words));
        let mut candidates = masks
            .into_iter()
            .chain(with_words)
            .chain(formatted(overall))
            .chain(iter::once_with(|| tried_out(text, in_shape, &fits)).flatten());
        candidates.find(|candidate| fits(candidate))
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

/// Returns the mask of a text with those of its words that are among `words`.
fn keep_words(text: &str, mask: &str, words: &[&str]) -> String {
    let (mut kept, mut rest) = (String::with_capacity(mask.len()), mask);
    for part in text.split_inclusive(|letter: char| !letter.is_alphanumeric()) {
        // Each character of the text is one byte of the mask.
        let (masked, after) = rest.split_at(part.chars().count());
        let word = part.trim_end_matches(|letter: char| !letter.is_alphanumeric());
        kept += if words.contains(&word) { part } else { masked };
        rest = after;
    }
    kept
}

/// Returns a text whose digits and letters are replaced by those that also fit in their place. What nothing else fits in
/// place of, the contract prescribes.
fn tried_out(text: &str, mut number: u32, fits: impl Fn(&str) -> bool) -> Option<String> {
    if text.len() > LONGEST_TRIED || !fits(text) {
        return None;
    }
    let mut replaced: Vec<char> = Vec::new();
    for (index, letter) in text.char_indices().rev() {
        let alphabet = match letter {
            '0'..='9' => "0123456789",
            'a'..='z' => "abcdefghijklmnopqrstuvwxyz",
            'A'..='Z' => "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
            _ if letter.is_ascii() => {
                replaced.push(letter);
                continue;
            }
            _ => LETTERS_OF_SCRIPTS,
        };
        let (before, after) = (&text[..index], &text[index + letter.len_utf8()..]);
        let allowed: Vec<_> = alphabet
            .chars()
            .filter(|letter| fits(&format!("{before}{letter}{after}")))
            .collect();
        let base = u32::try_from(allowed.len()).unwrap_or(1);
        // None of them fits if they are of another script.
        let index = number.checked_rem(base)?;
        replaced.push(allowed[index as usize]);
        number /= base;
    }
    Some(replaced.into_iter().rev().collect())
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
        let mut of = |text: &str| placeholders.of(text);
        assert_eq!(of("+54 911-5555"), "+00 000-0000");
        assert_eq!(of("Hola, Ñandú!"), "Xxxx, xxxxx!");
        assert_eq!(of("msg_01HX"), "xxx_00XX");
    }

    #[test]
    fn different_strings_have_different_placeholders() {
        let mut placeholders = Placeholders::default();
        let mut of = |text: &str| placeholders.of(text);
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
            placeholders.of(&format!("{length:b}-"));
        }
        assert_eq!(placeholders.known.len(), MOST);
        assert!(placeholders.shapes.len() <= MOST);
        let placeholder = placeholders.of("a string that comes later");
        let again = placeholders.of("a string that comes later");
        assert_eq!(placeholder, again);
    }

    #[test]
    fn first_candidate_that_fits_is_chosen() {
        let mut placeholders = Placeholders::default();
        let no_zero = |text: &str| !text.starts_with("+0");
        let found = placeholders.fitting("+54", &[], no_zero);
        assert_eq!(found.unwrap(), "+11");
        let is_timestamp = |text: &str| DateTime::parse_from_rfc3339(text).is_ok();
        let found = placeholders.fitting("2025-03-15T10:30:00Z", &[], is_timestamp);
        assert_eq!(found.unwrap(), "2000-01-01T00:00:00.001Z");
        assert_eq!(placeholders.fitting("Hi 1", &[], |_| false), None);
    }

    #[test]
    fn words_of_the_contract_are_kept_if_they_must_be() {
        let mut placeholders = Placeholders::default();
        let is_range = |text: &str| text.starts_with("bytes ");
        let found = placeholders.fitting("bytes 10-99", &["bytes"], is_range);
        assert_eq!(found.unwrap(), "bytes 00-00");
        assert_eq!(
            placeholders.with_words("Ñu:cancel", &["cancel"]),
            "xx:cancel"
        );
    }

    #[test]
    fn only_letters_that_fit_are_used() {
        let mut placeholders = Placeholders::default();
        let is_dna = |text: &str| text.bytes().all(|letter| b"ACGT".contains(&letter));
        let mut of = |text: &str| placeholders.fitting(text, &[], is_dna).unwrap();
        assert_eq!(
            [of("GATT"), of("TTAA"), of("GATT")],
            ["AAAA", "AAAC", "AAAA"]
        );
        let is_quarter = |text: &str| {
            let quarter = text
                .strip_prefix("20")
                .and_then(|rest| rest.split_once("-Q"));
            quarter.is_some_and(|(year, quarter)| year.len() == 2 && quarter < "5" && quarter > "0")
        };
        let found = placeholders.fitting("2024-Q3", &[], is_quarter);
        assert_eq!(found.unwrap(), "2000-Q1");
    }
}
