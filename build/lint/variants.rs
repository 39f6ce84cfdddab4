//! The variant names of open enums.

use std::collections::BTreeMap;

use heck::ToUpperCamelCase;
use serde_json::Value;

use super::ids::Rule;

/// Returns the variant name and the value of each value, in the contract's order.
///
/// # Errors
///
/// Returns the violated rule and the reason.
pub fn variants(values: &Value) -> Result<Vec<(String, String)>, (Rule, String)> {
    let invalid = || {
        let reason = "`x-extensible-enum` must be an array of strings with at least one value";
        (Rule::OpenEnumInvalid, reason.to_owned())
    };
    let values = values.as_array().filter(|values| !values.is_empty());
    let values = values.ok_or_else(invalid)?;
    let mut seen = BTreeMap::new();
    let mut variants = Vec::new();
    for value in values {
        let value = value.as_str().ok_or_else(invalid)?;
        let variant = value.to_upper_camel_case();
        if !variant.starts_with(|first: char| first.is_ascii_alphabetic())
            || !variant.chars().all(|other| other.is_ascii_alphanumeric())
        {
            let reason = format!("the value `{value}` cannot become the name of a variant");
            return Err((Rule::EnumValueInvalid, reason));
        }
        if matches!(variant.as_str(), "Unknown" | "Self") {
            let reason = format!("the generated code already uses the name `{variant}`");
            return Err((Rule::NameReserved, reason));
        }
        if let Some(other) = seen.insert(variant.clone(), value) {
            let reason = format!("`{other}` and `{value}` become the same variant `{variant}`");
            return Err((Rule::NameCollision, reason));
        }
        variants.push((variant, value.to_owned()));
    }
    Ok(variants)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn names(values: Value) -> Result<Vec<String>, Rule> {
        let variants = variants(&values).map_err(|(rule, _)| rule)?;
        Ok(variants.into_iter().map(|(variant, _)| variant).collect())
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
    fn values_without_a_leading_letter_are_invalid() {
        for value in ["24h", "", "--"] {
            assert_eq!(
                names(json!([value])),
                Err(Rule::EnumValueInvalid),
                "{value}"
            );
        }
    }

    #[test]
    fn two_values_with_the_same_variant_collide() {
        let values = json!(["in_progress", "in-progress"]);
        assert_eq!(names(values), Err(Rule::NameCollision));
    }

    #[test]
    fn the_unknown_variant_is_reserved() {
        assert_eq!(names(json!(["unknown"])), Err(Rule::NameReserved));
    }

    #[test]
    fn values_must_be_a_non_empty_array_of_strings() {
        for values in [json!(["open", 1]), json!("open"), json!([])] {
            assert_eq!(names(values), Err(Rule::OpenEnumInvalid));
        }
    }
}
