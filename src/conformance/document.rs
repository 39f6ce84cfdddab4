//! Parses the text of a contract, with limits against hostile input.

use serde_json::Value;

/// The maximum size of a contract in bytes.
const MAX_SIZE: usize = 64 * 1024 * 1024;
/// The maximum depth of nested values, which is also the limit of the JSON parser.
const MAX_DEPTH: usize = 128;

/// Parses YAML or JSON.
pub(super) fn parse(text: &str) -> Result<Value, String> {
    if text.len() > MAX_SIZE {
        return Err(format!("the document is larger than {MAX_SIZE} bytes"));
    }
    // JSON is also YAML, but the JSON parser is much faster.
    if text
        .trim_start_matches('\u{feff}')
        .trim_start()
        .starts_with('{')
        && let Ok(value) = serde_json::from_str(text)
    {
        return Ok(value);
    }
    let mut budget = serde_saphyr::Budget::default();
    budget.max_depth = MAX_DEPTH;
    let options = serde_saphyr::options! {
        budget: Some(budget),
        with_snippet: false,
    };
    serde_saphyr::from_str_with_options(text, options).map_err(|error| error.to_string())
}
