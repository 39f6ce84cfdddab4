//! Parses JSON, including what other parsers accept and serde_json does not.

use std::borrow::Cow;
use std::sync::LazyLock;

use regex::{Captures, Regex};
use serde::de::IgnoredAny;
use serde_json::Value;

/// Why a text cannot be parsed.
pub(super) enum JsonError {
    /// It is not valid JSON.
    Invalid { line: usize, column: usize },
    /// It is valid JSON, but nested too deeply, or a number is out of range.
    ParserLimit,
}

/// Parses JSON. Lone surrogates become U+FFFD, and the last value of a duplicate property wins.
pub(super) fn parse(json: &[u8]) -> Result<Value, JsonError> {
    let error = match serde_json::from_slice(json) {
        Ok(value) => return Ok(value),
        Err(error) => error,
    };
    // This parser accepts everything that is valid JSON.
    if serde_json::from_slice::<IgnoredAny>(json).is_err() {
        let (line, column) = (error.line(), error.column());
        return Err(JsonError::Invalid { line, column });
    }
    let json = String::from_utf8_lossy(json);
    serde_json::from_str(&replace_lone_surrogates(&json)).map_err(|_| JsonError::ParserLimit)
}

/// Replaces each escape of a lone surrogate, which a program writes if it truncates a string inside a pair.
fn replace_lone_surrogates(json: &str) -> Cow<'_, str> {
    // An escaped backslash and a pair are matched too, so that no match starts within them.
    static ESCAPES: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?i)\\\\|\\ud[89ab]..\\ud[c-f]..|(\\ud[89a-f]..)").expect("it is valid")
    });
    ESCAPES.replace_all(json, |escape: &Captures<'_>| match escape.get(1) {
        Some(_) => r"\ufffd".to_owned(),
        None => escape[0].to_owned(),
    })
}
