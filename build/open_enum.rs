//! One tolerant enum for each open vocabulary of the contract (`x-extensible-enum`).

use std::collections::BTreeMap;

use heck::ToUpperCamelCase;
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use serde_json::Value;

/// The components that are vocabularies, in the contract's order.
pub fn vocabularies(contract: &Value) -> Vec<(&str, &Value)> {
    contract["components"]["schemas"]
        .as_object()
        .into_iter()
        .flatten()
        .filter(|(_, schema)| schema.get("x-extensible-enum").is_some())
        .map(|(name, schema)| (name.as_str(), schema))
        .collect()
}

/// The variant of each value, in the contract's order; or why there can be none.
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

/// A call of the crate's `open_enum!` for each vocabulary.
pub fn generate(contract: &Value) -> Result<TokenStream, String> {
    let mut enums = TokenStream::new();
    for (name, schema) in vocabularies(contract) {
        let description = schema["description"]
            .as_str()
            .unwrap_or_default()
            .trim_end();
        let variants = variants(&schema["x-extensible-enum"])?;
        let variants = variants.iter().map(|(variant, value)| {
            let variant = format_ident!("{variant}");
            quote! { #variant = #value }
        });
        let name = format_ident!("{name}");
        enums.extend(quote! {
            open_enum! {
                #[doc = #description]
                pub enum #name { #(#variants),* }
            }
        });
    }
    Ok(enums)
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
    fn a_value_that_begins_with_a_digit_is_refused() {
        assert_eq!(
            names(json!(["24h"])).unwrap_err(),
            "the value `24h` makes no name of a variant"
        );
    }

    #[test]
    fn a_value_without_letters_is_refused() {
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
    fn a_value_that_would_hide_the_unknown_variant_is_refused() {
        names(json!(["unknown"])).unwrap_err();
    }

    #[test]
    fn a_value_that_is_no_text_is_refused() {
        names(json!(["open", 1])).unwrap_err();
        names(json!("open")).unwrap_err();
        names(json!([])).unwrap_err();
    }

    #[test]
    fn only_components_with_the_extension_become_enums() {
        let contract = json!({"components": {"schemas": {
            "Id": {"type": "string"},
            "Status": {"type": "string", "description": "State.\n", "x-extensible-enum": ["open"]},
        }}});
        assert_eq!(
            generate(&contract).unwrap().to_string(),
            r#"open_enum ! { # [doc = "State."] pub enum Status { Open = "open" } }"#
        );
    }
}
