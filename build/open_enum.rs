//! One tolerant enum for each open vocabulary of the contract (`x-extensible-enum`).

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use serde_json::Value;

use super::variants::variants;

/// The components that are vocabularies.
pub fn vocabularies(contract: &Value) -> Vec<(&str, &Value)> {
    contract["components"]["schemas"]
        .as_object()
        .into_iter()
        .flatten()
        .filter(|(_, schema)| schema.get("x-extensible-enum").is_some())
        .map(|(name, schema)| (name.as_str(), schema))
        .collect()
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
