//! Components that are arrays, maps, or scalars other than strings: what progenitor wrote, documented like the others.

use syn::{Item, ItemStruct, parse_quote};

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
