//! What a text stands for in other encodings.

use base64::Engine;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use percent_encoding::percent_decode_str;

use super::PHONE_DIGITS;

/// The number of encodings on top of each other that are looked through.
const DEPTH: usize = 3;

/// Decodes Base64 with or without padding.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// Returns a text and what it stands for in percent-encoding, JSON, hexadecimal and Base64.
pub(super) fn readings(text: &str) -> Vec<String> {
    let mut readings = vec![text.to_owned()];
    let mut done = 0;
    for _ in 0..DEPTH {
        let end = readings.len();
        for index in done..end {
            let reading = readings[index].clone();
            if reading.contains('%') {
                readings.push(percent_decoded(&reading));
            }
            if reading.contains('\\') {
                readings.push(unescaped(&reading));
            }
            hex_decoded(&reading, &mut readings);
            base64_decoded(&reading, &mut readings);
        }
        done = end;
    }
    readings
}

pub(super) fn percent_decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

/// Replaces the escapes of JSON strings, wherever they are in a text.
fn unescaped(text: &str) -> String {
    let mut unescaped = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, escape)) = rest.split_once('\\') {
        unescaped.push_str(before);
        rest = escape;
        if let Some(tail) = escape.strip_prefix('\\') {
            unescaped.push('\\');
            // The second one may begin an escape in a text that begins in the middle of another.
            rest = if unicode_escape(tail).is_some() {
                escape
            } else {
                tail
            };
        } else if let Some(unit) = unicode_escape(escape) {
            // Half of a pair stands for no letter that is looked for.
            let letter = char::from_u32(unit).unwrap_or(char::REPLACEMENT_CHARACTER);
            unescaped.push(letter);
            rest = &escape[5..];
        }
    }
    unescaped + rest
}

/// Returns the number of an escape such as `u0041`.
fn unicode_escape(text: &str) -> Option<u32> {
    let digits = text.strip_prefix('u')?.get(..4)?;
    u32::from_str_radix(digits, 16).ok()
}

/// Adds what the hexadecimal parts of a text stand for, wherever the first digit of a byte is.
fn hex_decoded(text: &str, readings: &mut Vec<String>) {
    for part in text.split(|letter: char| !letter.is_ascii_hexdigit()) {
        for start in 0..2 {
            let digits = part.as_bytes().get(start..).unwrap_or_default();
            if digits.len() < 2 * PHONE_DIGITS {
                break;
            }
            let pairs = digits.chunks_exact(2);
            let bytes: Vec<u8> = pairs.filter_map(hex_byte).collect();
            push_readable(&bytes, readings);
        }
    }
}

fn hex_byte(pair: &[u8]) -> Option<u8> {
    let pair = std::str::from_utf8(pair).ok()?;
    u8::from_str_radix(pair, 16).ok()
}

/// Adds decoded bytes if enough of them are letters, digits and the like.
fn push_readable(bytes: &[u8], readings: &mut Vec<String>) {
    let readable = bytes.iter().filter(|byte| (b' '..=b'~').contains(byte));
    if readable.count() >= PHONE_DIGITS.min(bytes.len()) {
        readings.push(String::from_utf8_lossy(bytes).into_owned());
    }
}

/// Adds what the parts of a text stand for in Base64, wherever the encoding begins in a part.
fn base64_decoded(text: &str, readings: &mut Vec<String>) {
    let is_base64 = |letter: char| letter.is_ascii_alphanumeric() || "+/-_".contains(letter);
    for part in text.split(|letter| !is_base64(letter)) {
        let standard = part.replace('-', "+").replace('_', "/");
        for start in 0..4 {
            let Some(encoded) = standard.get(start..).filter(|encoded| encoded.len() >= 8) else {
                break;
            };
            // A last single letter stands for nothing.
            let end = encoded.len() - usize::from(encoded.len() % 4 == 1);
            if let Ok(bytes) = BASE64.decode(&encoded[..end]) {
                push_readable(&bytes, readings);
            }
        }
    }
}
