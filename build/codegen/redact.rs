//! `Debug` implementations that redact values marked with `x-sensitive` in the contract.

use proc_macro2::TokenStream;
use quote::quote;
use syn::ext::IdentExt;
use syn::{Ident, Item, parse_quote};

use super::fields::{Field, Presence};

/// `Debug` of an object that shows each sensitive property as `[redacted]`.
pub fn object(name: &Ident, fields: &[Field<'_>]) -> Item {
    let shown = fields.iter().map(|field| {
        let ident = &field.ident;
        let label = ident.unraw().to_string();
        if !field.is_sensitive() {
            quote!(.field(#label, &self.#ident))
        } else if matches!(
            field.presence,
            Presence::Required | Presence::Constant(_) | Presence::Others
        ) {
            quote!(.field(#label, &Redacted))
        } else {
            quote!(.field(#label, &self.#ident.as_ref().map(|_| Redacted)))
        }
    });
    let label = name.to_string();
    debug(name, quote!(f.debug_struct(#label)#(#shown)*.finish()))
}

/// `Debug` of a type that is sensitive as a whole.
pub fn whole(name: &Ident) -> Item {
    let label = name.to_string();
    debug(
        name,
        quote!(f.debug_tuple(#label).field(&Redacted).finish()),
    )
}

/// `Debug` that shows only the name, because a parameter of an operation may contain a phone number or message text.
pub fn name_only(name: &Ident) -> Item {
    let label = name.to_string();
    debug(name, quote!(f.debug_struct(#label).finish_non_exhaustive()))
}

/// `Debug` of an enum whose variant `Unknown` has a value that is not shown.
pub fn enumeration(name: &Ident, known: &[TokenStream]) -> Item {
    debug(
        name,
        quote! {
            match self {
                #(#known,)*
                Self::Unknown(_) => f.debug_tuple("Unknown").field(&Redacted).finish(),
            }
        },
    )
}

fn debug(name: &Ident, body: TokenStream) -> Item {
    parse_quote! {
        impl fmt::Debug for #name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                #body
            }
        }
    }
}
