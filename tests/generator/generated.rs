//! The generated code in `src/generated/` is what the build writes.

use std::fs;
use std::path::Path;

use quote::ToTokens;
use syn::{ImplItem, Item, ItemStruct, Visibility};

use crate::contract::built;

#[test]
fn checked_in_code_is_up_to_date() {
    let built = [
        ("types.rs", built!("types.rs")),
        ("operations.rs", built!("operations.rs")),
        ("events.rs", built!("events.rs")),
        ("runtime.rs", built!("runtime.rs")),
    ];
    for (name, built) in built {
        assert_up_to_date(name, &built);
    }
}

pub fn assert_up_to_date(name: &str, built: &str) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/generated");
    let checked_in = fs::read_to_string(folder.join(name)).unwrap_or_default();
    assert!(
        checked_in.lines().eq(built.lines()),
        "src/generated/{name} is not up to date: run scripts/generate"
    );
}

fn structs(file: &str) -> Vec<ItemStruct> {
    let items = syn::parse_file(file).unwrap().items.into_iter();
    let structs = items.filter_map(|item| match item {
        Item::Struct(item) => Some(item),
        _ => None,
    });
    structs.collect()
}

fn has(item: &ItemStruct, attribute: &str) -> bool {
    let mut attributes = item.attrs.iter().map(|it| it.to_token_stream().to_string());
    attributes.any(|it| it.contains(attribute))
}

#[test]
fn request_builders_are_must_use_without_public_fields() {
    for builder in structs(&built!("operations.rs")) {
        assert!(has(&builder, "must_use"), "{}", builder.ident);
        let mut fields = builder.fields.iter();
        let public = fields.any(|field| matches!(field.vis, Visibility::Public(_)));
        assert!(!public, "{}", builder.ident);
    }
}

/// The types of bodies that may contain a stream, which cannot be compared.
fn forms(file: &str) -> Vec<String> {
    let items = syn::parse_file(file).unwrap().items.into_iter();
    let forms = items.filter_map(|item| match item {
        Item::Impl(block) => block.items.iter().find_map(|item| match item {
            ImplItem::Fn(method) if method.sig.ident == "into_form" => {
                Some(block.self_ty.to_token_stream().to_string())
            }
            _ => None,
        }),
        _ => None,
    });
    forms.collect()
}

#[test]
fn types_are_non_exhaustive_and_comparable() {
    let types = built!("types.rs");
    let forms = forms(&types);
    for item in structs(&types) {
        let private = item
            .fields
            .iter()
            .all(|field| matches!(field.vis, Visibility::Inherited));
        assert!(private || has(&item, "non_exhaustive"), "{}", item.ident);
        let is_form = forms.iter().any(|form| item.ident == form);
        assert!(is_form || has(&item, "PartialEq"), "{}", item.ident);
    }
}
