//! Examples of a contract.

use serde_json::Value;

use super::schema::canonical;

/// Returns the `example` of a parameter or a media type, or the first of its `examples`.
pub(super) fn first_example<'d>(document: &'d Value, place: &'d Value) -> Option<&'d Value> {
    let named = || example_value(document, place["examples"].as_object()?.values().next()?);
    place.get("example").or_else(named)
}

/// Returns the value of one of the `examples`, which can be a reference.
pub(super) fn example_value<'d>(document: &'d Value, example: &'d Value) -> Option<&'d Value> {
    let reference = example["$ref"].as_str();
    let referenced = reference.and_then(|reference| document.pointer(&canonical(reference)?));
    referenced.unwrap_or(example).get("value")
}
