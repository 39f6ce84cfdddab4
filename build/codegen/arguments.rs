//! How a method takes a value: as anything that converts into its type.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{GenericArgument, Ident, PathArguments, Type};

/// The type argument of `container` in this type, e.g. `T` in `Option<T>`.
pub fn argument<'t>(kind: &'t Type, container: &str) -> Option<&'t Type> {
    let Type::Path(path) = kind else { return None };
    let last = path
        .path
        .segments
        .last()
        .filter(|segment| segment.ident == container)?;
    match &last.arguments {
        PathArguments::AngleBracketed(arguments) => match arguments.args.first()? {
            GenericArgument::Type(kind) => Some(kind),
            _ => None,
        },
        _ => None,
    }
}

/// The type of an argument that becomes a `kind`.
pub fn accepted(kind: &Type) -> TokenStream {
    if let Some(item) = argument(kind, "Vec") {
        quote!(impl IntoIterator<Item = impl Into<#item>>)
    } else if let Some(inner) = argument(kind, "Box") {
        quote!(impl Into<#inner>)
    } else if is_scalar(kind) {
        quote!(#kind)
    } else {
        quote!(impl Into<#kind>)
    }
}

/// The argument `name` as a `kind`.
pub fn converted(kind: &Type, name: &Ident) -> TokenStream {
    if argument(kind, "Vec").is_some() {
        quote!(#name.into_iter().map(Into::into).collect())
    } else if argument(kind, "Box").is_some() {
        quote!(Box::new(#name.into()))
    } else if is_scalar(kind) {
        quote!(#name)
    } else {
        quote!(#name.into())
    }
}

/// A conversion would help nobody, and make the compiler's errors long.
fn is_scalar(kind: &Type) -> bool {
    let scalars = ["bool", "f32", "f64", "i32", "i64", "u32", "u64"];
    matches!(kind, Type::Path(path) if scalars.iter().any(|scalar| path.path.is_ident(scalar)))
}
