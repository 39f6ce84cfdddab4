//! Parses the text of a contract, with limits against hostile input.

use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_saphyr::UserMessageFormatter;

use super::duplicate_keys;

/// The maximum size of a contract in bytes.
const MAX_SIZE: usize = 64 * 1024 * 1024;
/// The maximum depth of nested values in YAML, which the parser reads recursively.
const MAX_DEPTH: usize = 64;
/// The maximum number of values in YAML, with those of aliases.
const MAX_NODES: usize = 8_000_000;
/// The maximum size of the JSON pointers of all values in bytes. Long names with many values below them would take far
/// more memory than the document.
const MAX_POINTERS: usize = 1 << 28;

/// Parses YAML or JSON.
pub(super) fn parse(text: &str) -> Result<Value, String> {
    let value = read(text.strip_prefix('\u{feff}').unwrap_or(text))?;
    if pointers(&value, 0) > MAX_POINTERS {
        return Err("the names in the document are too long".to_owned());
    }
    Ok(value)
}

fn read(text: &str) -> Result<Value, String> {
    if text.len() > MAX_SIZE {
        return Err(format!("the document is larger than {MAX_SIZE} bytes"));
    }
    // JSON is also YAML, but the JSON parser is much faster.
    if text.trim_start().starts_with('{')
        && let Ok(value) = serde_json::from_str(text)
    {
        return match duplicate_keys::names(text.as_bytes(), &value).first() {
            Some(pointer) => Err(format!("{pointer}: the key is duplicated")),
            None => Ok(value),
        };
    }
    yaml(text).map_err(|error| {
        let reason = error.render_with_formatter(&UserMessageFormatter);
        let Some((what, _)) = reason.split_once(": limits breached") else {
            return reason;
        };
        // The rest names the limits of the parser.
        let location = error.location().unwrap_or(serde_saphyr::Location::UNKNOWN);
        let (line, column) = (location.line(), location.column());
        format!("{what} (line {line}, column {column})")
    })
}

/// Parses YAML as YAML 1.2's JSON schema reads it, within the limits.
pub(super) fn yaml<T: DeserializeOwned>(text: &str) -> Result<T, serde_saphyr::Error> {
    let mut budget = serde_saphyr::Budget::default();
    budget.max_depth = MAX_DEPTH;
    budget.max_nodes = MAX_NODES;
    // The number of nodes limits the number of events: a node has at most two.
    budget.max_events = usize::MAX;
    let options = serde_saphyr::options! {
        budget: Some(budget),
        with_snippet: false,
        // `no` and `0755` are strings.
        strict_booleans: true,
        leading_zero_numbers_as_strings: true,
        underscored_numbers_as_strings: true,
    };
    serde_saphyr::from_str_with_options(text, options)
}

/// Returns the size of the JSON pointers of a value and of all values in it. `length` is the size of its own pointer.
fn pointers(value: &Value, length: usize) -> usize {
    let inner: usize = match value {
        Value::Object(object) => object
            .iter()
            .map(|(name, value)| pointers(value, length + 1 + name.len()))
            .sum(),
        // Eight digits are enough for every index.
        Value::Array(items) => items.iter().map(|item| pointers(item, length + 9)).sum(),
        _ => 0,
    };
    length + inner
}
