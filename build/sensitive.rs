//! No key, phone number or text in the `Debug` output of a generated type: `x-sensitive` in the contract.

use quote::quote;
use serde_json::Value;
use syn::ext::IdentExt;
use syn::{Fields, Item, ItemImpl, ItemStruct, parse_quote};

pub fn remove_debug(item: &mut ItemStruct) {
    for attribute in &mut item.attrs {
        if !attribute.path().is_ident("derive") {
            continue;
        }
        let parser = syn::punctuated::Punctuated::<syn::Path, syn::Token![,]>::parse_terminated;
        if let Ok(derives) = attribute.parse_args_with(parser) {
            let kept = derives.iter().filter(|path| !path.is_ident("Debug"));
            *attribute = parse_quote!(#[derive(#(#kept),*)]);
        }
    }
}

/// A builder holds a phone number or a text in some form: its `Debug` shows the name only.
pub fn opaque_debug(items: &mut Vec<Item>) {
    let mut impls = Vec::new();
    for item in items.iter_mut() {
        let Item::Struct(builder) = item else {
            continue;
        };
        remove_debug(builder);
        let name = builder.ident.to_string();
        impls.push(debug_impl(
            builder,
            quote!(f.debug_struct(#name).finish_non_exhaustive()),
        ));
    }
    items.extend(impls);
}

/// Types with an `x-sensitive` part write `[redacted]` in its place.
pub fn sensitive_debug(items: &mut Vec<Item>, contract: &Value) {
    let mut impls = Vec::new();
    for item in items.iter_mut() {
        let Item::Struct(item) = item else { continue };
        let name = item.ident.to_string();
        let schema = &contract["components"]["schemas"][&name];
        let redacted = quote!(&crate::redacted::Redacted);
        let fields: Vec<_> = match &item.fields {
            Fields::Named(fields) => fields.named.iter().collect(),
            _ if is_sensitive(schema) => {
                impls.push(debug_impl(
                    item,
                    quote!(f.debug_tuple(#name).field(#redacted).finish()),
                ));
                remove_debug(item);
                continue;
            }
            _ => continue,
        };
        let sensitive = |field: &syn::Field| is_sensitive(&schema["properties"][json_name(field)]);
        if !fields.iter().any(|field| sensitive(field)) {
            continue;
        }
        let shown = fields.iter().map(|field| {
            let ident = &field.ident;
            let label = json_name(field);
            if !sensitive(field) {
                quote!(.field(#label, &self.#ident))
            } else if is_option(&field.ty) {
                quote!(.field(#label, &self.#ident.as_ref().map(|_| #redacted)))
            } else {
                quote!(.field(#label, #redacted))
            }
        });
        impls.push(debug_impl(
            item,
            quote!(f.debug_struct(#name)#(#shown)*.finish()),
        ));
        remove_debug(item);
    }
    items.extend(impls);
}

fn debug_impl(item: &ItemStruct, body: proc_macro2::TokenStream) -> Item {
    let name = &item.ident;
    let (generics, arguments, clause) = item.generics.split_for_impl();
    let block: ItemImpl = parse_quote! {
        impl #generics ::std::fmt::Debug for #name #arguments #clause {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                #body
            }
        }
    };
    Item::Impl(block)
}

fn is_sensitive(schema: &Value) -> bool {
    schema["x-sensitive"] == Value::Bool(true)
}

/// The property of `field`: what it is renamed to, or its name.
fn json_name(field: &syn::Field) -> String {
    let mut name = field
        .ident
        .as_ref()
        .map(|ident| ident.unraw().to_string())
        .unwrap_or_default();
    for attribute in field.attrs.iter().filter(|it| it.path().is_ident("serde")) {
        // The other keys (`default`, `skip_serializing_if`) end the parse, after `rename`.
        let _ = attribute.parse_nested_meta(|meta| {
            if meta.path.is_ident("rename") {
                name = meta.value()?.parse::<syn::LitStr>()?.value();
            }
            Ok(())
        });
    }
    name
}

fn is_option(kind: &syn::Type) -> bool {
    matches!(kind, syn::Type::Path(path) if path.path.segments.last().is_some_and(|it| it.ident == "Option"))
}
