//! The variant names of open enums.

use std::collections::BTreeMap;

use heck::ToUpperCamelCase;
use serde_json::Value;

/// Returns the variant name of each value, in the contract's order, or why there can be none.
pub fn variants(values: &Value) -> Result<Vec<(String, String)>, String> {
    let values = values.as_array().filter(|values| !values.is_empty());
    let values = values.ok_or("`x-extensible-enum` is a list of texts")?;
    let mut seen = BTreeMap::new();
    let mut variants = Vec::new();
    for value in values {
        let value = value
            .as_str()
            .ok_or("`x-extensible-enum` is a list of texts")?;
        let variant = value.to_upper_camel_case();
        if !variant.starts_with(|first: char| first.is_ascii_alphabetic())
            || !variant.chars().all(|other| other.is_ascii_alphanumeric())
        {
            return Err(format!("the value `{value}` makes no name of a variant"));
        }
        if matches!(variant.as_str(), "Unknown" | "Self") {
            return Err(format!("the value `{value}` would take the name {variant}"));
        }
        if let Some(other) = seen.insert(variant.clone(), value) {
            return Err(format!("`{value}` and `{other}` would be one variant"));
        }
        variants.push((variant, value.to_owned()));
    }
    Ok(variants)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn names(values: Value) -> Result<Vec<String>, String> {
        Ok(variants(&values)?
            .into_iter()
            .map(|(variant, _)| variant)
            .collect())
    }

    #[test]
    fn dots_underscores_and_capitals_become_camel_case() {
        let values = json!(["message.received", "VALIDATION_ERROR", "in-progress"]);
        assert_eq!(
            names(values).unwrap(),
            ["MessageReceived", "ValidationError", "InProgress"]
        );
    }

    #[test]
    fn a_value_that_begins_with_a_digit_is_invalid_signature() {
        assert_eq!(
            names(json!(["24h"])).unwrap_err(),
            "the value `24h` makes no name of a variant"
        );
    }

    #[test]
    fn a_value_without_letters_is_invalid_signature() {
        names(json!([""])).unwrap_err();
        names(json!(["--"])).unwrap_err();
    }

    #[test]
    fn two_values_of_one_variant_are_refused() {
        assert_eq!(
            names(json!(["in_progress", "in-progress"])).unwrap_err(),
            "`in-progress` and `in_progress` would be one variant"
        );
    }

    #[test]
    fn a_value_that_would_hide_the_unknown_variant_is_invalid_signature() {
        names(json!(["unknown"])).unwrap_err();
    }

    #[test]
    fn a_value_that_is_no_text_is_invalid_signature() {
        names(json!(["open", 1])).unwrap_err();
        names(json!("open")).unwrap_err();
        names(json!([])).unwrap_err();
    }
}
