//! Unions (`oneOf`, `anyOf`): enums with a variant for each alternative, and one for everything else. What such a type
//! does is written by hand, in the crate's macros `tagged_union!` and `untagged_union!`.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{Item, Type, parse_quote};

use super::super::plain::Schema;
use super::super::plain::schemas::Kind;
use super::super::plain::{Test, Union};
use super::typed::Typed;
use super::{doc, doc_of_type, redact};

pub fn union(
    name: &str,
    schema: &Schema,
    union: &Union,
    typed: &Typed,
) -> Result<Vec<Item>, String> {
    let ident = format_ident!("{name}");
    let names: Vec<_> = union
        .variants
        .iter()
        .map(|variant| format_ident!("{}", variant.name))
        .collect();
    let kinds: Vec<Type> = union
        .variants
        .iter()
        .map(|variant| {
            let kind = typed.local(&variant.schema)?;
            Ok(if variant.boxed {
                parse_quote!(Box<#kind>)
            } else {
                kind
            })
        })
        .collect::<Result<_, String>>()?;
    let docs = union.variants.iter().map(|variant| {
        let value = match &variant.test {
            Test::Tag(value) => format!("`{value}`"),
            _ => String::new(),
        };
        let text = variant.schema.documentation.as_str();
        let described: Vec<_> = [value.as_str(), text]
            .into_iter()
            .filter(|part| !part.is_empty())
            .collect();
        match described.as_slice() {
            [] => doc(&format!("A value of the type `{}`.", variant.name)),
            parts => doc(&parts.join(": ")),
        }
    });
    let description = doc_of_type(name, &schema.documentation);
    let mut items: Vec<Item> = vec![parse_quote! {
        #description
        ///
        /// A value that the contract does not describe is kept as [`Unknown`](Self::Unknown).
        #[derive(Clone, PartialEq)]
        #[non_exhaustive]
        pub enum #ident {
            #(#docs #names(#kinds),)*
            /// A value that the contract does not describe, as it was received.
            Unknown(Value),
        }
    }];
    if let Some(tag) = &union.tag {
        let values = union.variants.iter().map(|variant| match &variant.test {
            Test::Tag(value) => value.as_str(),
            _ => "",
        });
        items.push(parse_quote!(tagged_union!(#ident, #tag { #(#names(#kinds) = #values),* });));
    } else {
        let tests = union.variants.iter().map(|variant| test(&variant.test));
        items.push(parse_quote!(untagged_union!(#ident { #(#names(#kinds) if #tests),* });));
    }
    items.push(if schema.sensitive {
        redact::whole(&ident)
    } else {
        let shown = names.iter().map(|name| {
            let label = name.to_string();
            quote!(Self::#name(value) => f.debug_tuple(#label).field(value).finish())
        });
        redact::enumeration(&ident, &shown.collect::<Vec<_>>())
    });
    Ok(items)
}

/// The condition under which a JSON value is of a variant.
fn test(test: &Test) -> TokenStream {
    match test {
        Test::Tag(_) => quote!(|_| false),
        Test::Property(property) => quote!(|value| value.get(#property).is_some()),
        Test::Type(kind) => {
            let is = match kind {
                Kind::Object => quote!(is_object),
                Kind::Array => quote!(is_array),
                Kind::String | Kind::Binary => quote!(is_string),
                Kind::Integer => quote!(is_i64),
                Kind::Number => quote!(is_number),
                Kind::Boolean => quote!(is_boolean),
            };
            quote!(Value::#is)
        }
    }
}
