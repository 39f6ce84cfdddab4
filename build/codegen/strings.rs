//! String components: opaque identifiers, open enums and phone numbers. What such a type does is written by hand: in the
//! crate's macros `opaque_id!` and `open_enum!`, and in `PhoneNumber`.

use quote::{format_ident, quote};
use syn::{Item, parse_quote};

use super::super::plain::Schema;
use super::{doc, doc_of_type, redact};

pub fn string(name: &str, schema: &Schema) -> Vec<Item> {
    let ident = format_ident!("{name}");
    let description = doc_of_type(name, &schema.documentation);
    if schema.phone_number {
        return vec![parse_quote!(#description pub use crate::phone::PhoneNumber as #ident;)];
    }
    if schema.values.is_empty() {
        let debug = (!schema.sensitive).then(|| quote!(Debug,));
        let item = parse_quote! {
            #description
            #[derive(Clone, #debug PartialEq, Eq, Hash, PartialOrd, Ord)]
            pub struct #ident(String);
        };
        let mut items = vec![item, parse_quote!(opaque_id!(#ident);)];
        items.extend(schema.sensitive.then(|| redact::whole(&ident)));
        return items;
    }
    let names: Vec<_> = schema
        .values
        .iter()
        .map(|variant| format_ident!("{}", variant.name))
        .collect();
    let values: Vec<_> = schema.values.iter().map(|variant| &variant.value).collect();
    let documented = values.iter().map(|value| doc(&format!("`{value}`")));
    let debug = (!schema.sensitive).then(|| quote!(Debug,));
    let item = parse_quote! {
        #description
        ///
        /// An open enum: a value that the contract does not list is kept as [`Unknown`](Self::Unknown).
        #[derive(Clone, #debug PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum #ident {
            #(#documented #names,)*
            /// A value that the contract does not list.
            Unknown(UnknownValue),
        }
    };
    let methods = parse_quote!(open_enum!(#ident { #(#names = #values),* }););
    let mut items = vec![item, methods];
    items.extend(schema.sensitive.then(|| redact::whole(&ident)));
    items
}
