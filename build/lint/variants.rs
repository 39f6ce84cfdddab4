//! The variants of open enums and unions.

use std::collections::BTreeMap;

use heck::ToUpperCamelCase;
use serde_json::Value;

use super::ids::Rule;

/// A value of an open enum.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variant {
    /// The name of the variant in Rust.
    pub name: String,
    pub value: String,
}

/// Returns a variant for each value, in the contract's order.
///
/// # Errors
///
/// Returns the violated rule and the reason.
pub fn variants(values: &[&Value]) -> Result<Vec<Variant>, (Rule, String)> {
    let mut seen = BTreeMap::new();
    let mut variants = Vec::new();
    for value in values {
        let Some(value) = value.as_str() else {
            let reason = "the values of an open enum must be strings";
            return Err((Rule::OpenEnumInvalid, reason.to_owned()));
        };
        let name = variant_name(value)?;
        if let Some(other) = seen.insert(name.clone(), value) {
            let reason = format!(
                "`{other}` and `{value}` become the same variant `{name}`; {WITHOUT_VALUES}"
            );
            return Err((Rule::NameCollision, reason));
        }
        let value = value.to_owned();
        variants.push(Variant { name, value });
    }
    Ok(variants)
}

/// What to do with values that cannot be variants.
const WITHOUT_VALUES: &str = "list the values in the description instead";

/// Returns the name of the variant for a value: `-name`, as the order of a list, becomes `MinusName`. Values that cannot
/// be a name get the prefix `Value`.
///
/// # Errors
///
/// Returns the violated rule and the reason.
pub fn variant_name(value: &str) -> Result<String, (Rule, String)> {
    let words = value.to_upper_camel_case();
    if words.is_empty() || !words.chars().all(|letter| letter.is_ascii_alphanumeric()) {
        let reason =
            format!("the value `{value}` cannot become the name of a variant; {WITHOUT_VALUES}");
        return Err((Rule::EnumValueInvalid, reason));
    }
    let sign = match value.as_bytes() {
        [b'-', ..] => "Minus",
        [b'+', ..] => "Plus",
        _ => "",
    };
    let name = format!("{sign}{words}");
    // Open enums have a variant `Unknown` for values that the contract does not list.
    let reserved = matches!(name.as_str(), "Unknown" | "Self");
    if reserved || name.starts_with(|first: char| first.is_ascii_digit()) {
        Ok(format!("Value{name}"))
    } else {
        Ok(name)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn names(values: Value) -> Result<Vec<String>, Rule> {
        let values: Vec<_> = values.as_array().unwrap().iter().collect();
        let variants = variants(&values).map_err(|(rule, _)| rule)?;
        Ok(variants.into_iter().map(|variant| variant.name).collect())
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
    fn values_that_cannot_be_names_are_prefixed() {
        let values = json!(["24h", "unknown", "self"]);
        let expected = ["Value24h", "ValueUnknown", "ValueSelf"];
        assert_eq!(names(values).unwrap(), expected);
    }

    #[test]
    fn signs_become_words() {
        let values = json!(["created_at", "-created_at", "+1", "-1", "1"]);
        let expected = ["CreatedAt", "MinusCreatedAt", "Plus1", "Minus1", "Value1"];
        assert_eq!(names(values).unwrap(), expected);
    }

    #[test]
    fn values_without_letters_and_digits_are_invalid() {
        for value in ["", "--", "é"] {
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
    fn values_must_be_strings() {
        assert_eq!(names(json!(["open", 1])), Err(Rule::OpenEnumInvalid));
    }
}
