//! String components: opaque identifiers, and open enums (`x-extensible-enum`). What such a type does is
//! written by hand, in the crate's macros `opaque_id!` and `open_enum!`.

use quote::{format_ident, quote};
use serde_json::Value;
use syn::{Item, parse_quote};

use super::super::lint::variants::variants;
use super::{Types, doc, redact, schemas, text};

/// The components that become identifiers or open enums.
pub fn names(contract: &Value) -> impl Iterator<Item = &str> {
    let strings = schemas(contract).filter(|(_, schema)| is_string(schema));
    strings.map(|(name, _)| name)
}

pub fn strings(contract: &Value) -> Result<Types, String> {
    let strings = schemas(contract).filter(|(_, schema)| is_string(schema));
    strings
        .map(|(name, schema)| Ok((name.to_owned(), items(name, schema)?)))
        .collect()
}

fn is_string(schema: &Value) -> bool {
    schema["type"] == "string" && schema.get("format").is_none()
}

fn items(name: &str, schema: &Value) -> Result<Vec<Item>, String> {
    let ident = format_ident!("{name}");
    let description = doc(text(schema, "description"));
    let Some(values) = schema.get("x-extensible-enum") else {
        let sensitive = redact::is_sensitive(schema);
        let debug = (!sensitive).then(|| quote!(Debug,));
        let item = parse_quote! {
            #description
            #[derive(Clone, #debug PartialEq, Eq, Hash, PartialOrd, Ord)]
            pub struct #ident(String);
        };
        let mut items = vec![item, parse_quote!(opaque_id!(#ident);)];
        items.extend(sensitive.then(|| redact::whole(&ident)));
        return Ok(items);
    };
    let variants = variants(values).map_err(|(_, reason)| reason)?;
    let (names, values): (Vec<_>, Vec<_>) = variants
        .iter()
        .map(|(variant, value)| (format_ident!("{variant}"), value))
        .unzip();
    let documented = values.iter().map(|value| doc(&format!("`{value}`")));
    let item = parse_quote! {
        #description
        ///
        /// An open enum: a value that the contract does not list is kept as [`Unknown`](Self::Unknown).
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum #ident {
            #(#documented #names,)*
            /// A value that the contract does not list.
            Unknown(UnknownValue),
        }
    };
    let methods = parse_quote!(open_enum!(#ident { #(#names = #values),* }););
    Ok(vec![item, methods])
}
