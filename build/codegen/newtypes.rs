//! Components that are arrays, maps, or scalars other than strings: what progenitor wrote, documented like the others.

use syn::{Item, ItemStruct, Type, parse_quote};

use super::super::plain::Schema;
use super::typed::Typed;
use super::{doc_of_type, redact};

pub fn newtype(name: &str, schema: &Schema, typed: &Typed) -> Result<Vec<Item>, String> {
    let mut items = typed
        .newtypes
        .get(name)
        .cloned()
        .ok_or_else(|| format!("the generator wrote no type `{name}`"))?;
    let Item::Struct(item) = &mut items[0] else {
        return Err(format!("the type `{name}` is not a struct"));
    };
    item.attrs
        .retain(|attribute| !attribute.path().is_ident("doc"));
    let ident = item.ident.clone();
    derive_traits_of_scalar(item);
    if schema.sensitive {
        without_debug(item);
    }
    let docs = doc_of_type(name, &schema.documentation);
    items[0] = parse_quote!(#docs #[non_exhaustive] #item);
    if schema.sensitive {
        items.insert(1, redact::whole(&ident));
    }
    Ok(items)
}

/// A scalar can be copied and compared, e.g. to use an identifier as the key of a map.
fn derive_traits_of_scalar(item: &mut ItemStruct) {
    let Some(Type::Path(value)) = item.fields.iter().next().map(|field| &field.ty) else {
        return;
    };
    let Some(value) = value.path.get_ident() else {
        return;
    };
    match value.to_string().as_str() {
        "i32" | "i64" | "u32" | "u64" | "bool" => {
            item.attrs
                .push(parse_quote!(#[derive(Copy, Eq, Hash, PartialOrd, Ord)]));
        }
        "f32" | "f64" => item.attrs.push(parse_quote!(#[derive(Copy, PartialOrd)])),
        _ => {}
    }
}

fn without_debug(item: &mut ItemStruct) {
    for attribute in &mut item.attrs {
        let parser = syn::punctuated::Punctuated::<syn::Path, syn::Token![,]>::parse_terminated;
        if attribute.path().is_ident("derive")
            && let Ok(derives) = attribute.parse_args_with(parser)
        {
            let kept = derives.iter().filter(|path| !path.is_ident("Debug"));
            *attribute = parse_quote!(#[derive(#(#kept),*)]);
        }
    }
}
