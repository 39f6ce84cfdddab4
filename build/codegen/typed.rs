//! The types that progenitor chooses for a lowered contract.

use std::collections::BTreeMap;
use std::panic;

use progenitor::{GenerationSettings, Generator, InterfaceStyle, TypeImpl};
use quote::ToTokens;
use serde_json::Value;
use syn::visit_mut::{self, VisitMut};
use syn::{Fields, File, Item, ItemStruct, Path, Type, parse_quote};

use super::super::lower::{self, Lowered};
use super::super::plain::{Plain, Schema};
use super::arguments::argument;
use super::shorten;

/// The types of a contract, as progenitor writes them in their own module.
pub struct Typed {
    /// The structs of objects, by name.
    pub structs: BTreeMap<String, ItemStruct>,
    /// The items of each other component: an array, a map or a scalar.
    pub newtypes: BTreeMap<String, Vec<Item>>,
    /// The type of each lowered schema that is no component.
    held: Vec<(Value, Type)>,
    /// The names of the types in the module.
    names: Vec<String>,
}

impl Typed {
    /// Runs progenitor.
    pub fn new(plain: &Plain) -> Result<Typed, String> {
        let lowered = lower::lower(plain);
        let mut typed = Typed {
            structs: BTreeMap::new(),
            newtypes: BTreeMap::new(),
            held: Vec::new(),
            names: plain.schemas.keys().cloned().collect(),
        };
        typed.names.push(lower::UPLOAD.to_owned());
        let mut blocks = Vec::new();
        for item in items(&lowered)? {
            match item {
                Item::Struct(item) if item.ident == lowered.holder => typed.hold(item, &lowered),
                Item::Struct(item) if matches!(item.fields, Fields::Named(_)) => {
                    typed.structs.insert(item.ident.to_string(), item);
                }
                Item::Struct(item) => {
                    let name = item.ident.to_string();
                    typed.newtypes.insert(name, vec![Item::Struct(item)]);
                }
                Item::Impl(block) => blocks.push(block),
                // Its builders and their errors: the constructors replace them.
                Item::Mod(_) => {}
                _ => return Err("the generator wrote a type of an unexpected kind".to_owned()),
            }
        }
        for block in blocks {
            // `impl From<Newtype> for Map` belongs to the newtype too.
            let implemented = block
                .trait_
                .as_ref()
                .map(|(path, _)| path.to_token_stream());
            let tokens = implemented
                .into_iter()
                .flatten()
                .chain(block.self_ty.to_token_stream());
            let words: Vec<_> = tokens.map(|token| token.to_string()).collect();
            let mut newtypes = typed.newtypes.iter_mut();
            if let Some((_, items)) = newtypes.find(|(name, _)| words.contains(name)) {
                items.push(Item::Impl(block));
            }
        }
        Ok(typed)
    }

    fn hold(&mut self, holder: ItemStruct, lowered: &Lowered) {
        for field in holder.fields {
            let name = field
                .ident
                .map(|ident| ident.to_string())
                .unwrap_or_default();
            if let Some(schema) = lowered.held.get(&name) {
                let mut kind = field.ty;
                // A component that contains itself is boxed inside itself only.
                Unbox.visit_type_mut(&mut kind);
                self.held.push((schema.clone(), kind));
            }
        }
    }

    /// Returns the type of a schema inside the module of types.
    pub fn local(&self, schema: &Schema) -> Result<Type, String> {
        let lowered = lower::schema(schema);
        let held = self.held.iter().find(|(other, _)| *other == lowered);
        let (_, kind) = held.ok_or_else(|| format!("the generator wrote no type for {lowered}"))?;
        Ok(kind.clone())
    }

    /// Returns the type of a schema outside the module of types: `types::Name`.
    pub fn qualified(&self, schema: &Schema) -> Result<Type, String> {
        let mut kind = self.local(schema)?;
        Qualify(&self.names).visit_type_mut(&mut kind);
        Ok(kind)
    }
}

/// Writes `Name` as `types::Name`.
struct Qualify<'n>(&'n [String]);

impl VisitMut for Qualify<'_> {
    fn visit_path_mut(&mut self, path: &mut Path) {
        visit_mut::visit_path_mut(self, path);
        if let Some(ident) = path.get_ident()
            && self.0.iter().any(|name| ident == name)
        {
            *path = parse_quote!(types::#ident);
        }
    }
}

/// Writes `Box<T>` as `T`.
struct Unbox;

impl VisitMut for Unbox {
    fn visit_type_mut(&mut self, kind: &mut Type) {
        if let Some(inner) = argument(kind, "Box") {
            *kind = inner.clone();
        }
        visit_mut::visit_type_mut(self, kind);
    }
}

/// Returns the items of progenitor's module of types.
fn items(lowered: &Lowered) -> Result<Vec<Item>, String> {
    let spec =
        serde_json::from_value(lowered.document.clone()).map_err(|error| error.to_string())?;
    let mut settings = GenerationSettings::new();
    settings
        .with_interface(InterfaceStyle::Builder)
        .with_derive("PartialEq");
    for name in &lowered.replaced {
        let path = format!("crate::types::{name}");
        let impls = [TypeImpl::Display, TypeImpl::FromStr];
        settings.with_replacement(name, path, impls.into_iter());
    }
    // The plain form leaves nothing that progenitor is known to panic on; this is for what is not known yet.
    let tokens = panic::catch_unwind(|| Generator::new(&settings).generate_tokens(&spec))
        .map_err(|_| "the generator panicked (see its message above)")?
        .map_err(|error| format!("the generator does not support the contract: {error}"))?;
    let mut file: File = syn::parse2(tokens).map_err(|error| format!("generated code: {error}"))?;
    shorten::shorten(&mut file);
    let module = file.items.into_iter().find_map(|item| match item {
        Item::Mod(module) if module.ident == "types" => module.content,
        _ => None,
    });
    let (_, mut items) = module.ok_or("the generator wrote no module `types`")?;
    shorten::shorten_types(&mut items);
    Ok(items)
}
