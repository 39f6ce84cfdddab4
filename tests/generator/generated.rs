//! The generated code in `src/generated/` is what the build writes.

use std::fs;
use std::path::Path;

use quote::ToTokens;
use syn::visit_mut::VisitMut;
use syn::{Ident, ImplItem, Item, ItemMod, ItemStruct, UseName, Visibility};

use crate::build::lint::names;
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

/// The names that a module imports.
#[derive(Default)]
struct Imports(Vec<Ident>);

impl VisitMut for Imports {
    fn visit_use_name_mut(&mut self, import: &mut UseName) {
        self.0.push(import.ident.clone());
    }
}

fn imports(module: &str) -> Vec<String> {
    let file = syn::parse_file(include_str!("../../src/generated/mod.rs")).unwrap();
    let mut items = file.items.into_iter();
    let is_wanted =
        |item: &Item| matches!(item, Item::Mod(ItemMod { ident, .. }) if ident == module);
    let mut imports = Imports::default();
    imports.visit_item_mut(&mut items.find(is_wanted).unwrap());
    imports.0.iter().map(Ident::to_string).collect()
}

#[test]
fn no_type_has_the_name_of_an_import() {
    for name in imports("types") {
        assert_ne!(names::type_name(&name), name);
    }
    for name in imports("operations") {
        assert_ne!(names::builder_name(&name), name);
    }
}
