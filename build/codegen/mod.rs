//! Turns the contract into the code that the crate includes.
//!
//! progenitor names and types everything; this module reads its output and writes the code that users see:
//! types that can grow, and operations that end in one call of `transport::send`.

mod events;
mod lists;
mod objects;
mod operations;
mod parameters;
mod redact;
mod shorten;
mod strings;

use std::collections::BTreeMap;
use std::panic;

use proc_macro2::TokenStream;
use progenitor::{GenerationSettings, Generator, InterfaceStyle, TypeImpl};
use quote::quote;
use serde_json::Value;
use syn::{File, Item};

use super::positions::Positions;
use super::{lint, lower, yaml};

pub struct Output {
    /// The generated files by name; `src/generated/` holds a copy of each.
    pub files: Vec<(&'static str, String)>,
    /// The whole contract as JSON, for the tests.
    pub json: String,
}

/// # Errors
///
/// Everything that is wrong with the contract, each with its place.
pub fn run(text: &str) -> Result<Output, Vec<String>> {
    let contract = yaml::read(text).map_err(|error| vec![format!("openapi.yaml: {error}")])?;
    let findings = lint::findings(&contract);
    if !findings.is_empty() {
        let positions = Positions::new(text);
        let described = findings
            .iter()
            .map(|finding| format!("openapi.yaml:{}", positions.describe(finding)));
        return Err(described.collect());
    }
    generate(&contract).map_err(|reason| vec![format!("openapi.yaml: {reason}")])
}

fn generate(contract: &Value) -> Result<Output, String> {
    let mut generated = progenitor(contract)?;
    let mut structs = module(&mut generated, "types")?;
    shorten::shorten_types(&mut structs);
    let mut types = strings::strings(contract)?;
    types.extend(objects::objects(structs, contract)?);
    let called = module(&mut generated, "builder")?;
    let operations = operations::operations(&called, contract)?;
    let lists = lists::lists(&types, contract)?;
    let events = events::events(contract)?;
    let types = types.into_values().flatten().collect();
    let files = vec![
        ("types.rs", write(types)),
        ("operations.rs", write([operations, lists].concat())),
        ("events.rs", write(events)),
    ];
    let json = serde_json::to_string(contract).map_err(|error| error.to_string())?;
    Ok(Output { files, json })
}

/// What progenitor makes of the contract.
fn progenitor(contract: &Value) -> Result<Vec<Item>, String> {
    let spec = serde_json::from_value(lower::lower(contract)).map_err(|error| error.to_string())?;
    let mut settings = GenerationSettings::new();
    settings
        .with_interface(InterfaceStyle::Builder)
        .with_derive("PartialEq");
    for name in strings::names(contract) {
        let path = format!("crate::types::{name}");
        let impls = [TypeImpl::Display, TypeImpl::FromStr];
        settings.with_replacement(name, path, impls.into_iter());
    }
    // The lint names what progenitor is known to panic on; this is for what is not known yet.
    let tokens = panic::catch_unwind(|| Generator::new(&settings).generate_tokens(&spec))
        .map_err(|_| "the generator panicked (see its message above)")?
        .map_err(|error| format!("the generator does not support the contract: {error}"))?;
    let mut file: File = syn::parse2(tokens).map_err(|error| format!("generated code: {error}"))?;
    shorten::shorten(&mut file);
    Ok(file.items)
}

/// Takes the items of the module `name`.
fn module(items: &mut [Item], name: &str) -> Result<Vec<Item>, String> {
    let items = items.iter_mut().find_map(|item| match item {
        Item::Mod(module) if module.ident == name => module.content.take(),
        _ => None,
    });
    let (_, items) = items.ok_or_else(|| format!("the generator wrote no module `{name}`"))?;
    Ok(items)
}

fn write(items: Vec<Item>) -> String {
    let file = File {
        shebang: None,
        frontmatter: None,
        attrs: Vec::new(),
        items,
    };
    prettyplease::unparse(&file)
}

/// The items of each type, by the type's name.
type Types = BTreeMap<String, Vec<Item>>;

/// The schemas of the contract's components.
fn schemas(contract: &Value) -> impl Iterator<Item = (&str, &Value)> {
    let schemas = contract["components"]["schemas"].as_object();
    let schemas = schemas.into_iter().flatten();
    schemas.map(|(name, schema)| (name.as_str(), schema))
}

/// Each operation with its method and path.
fn called(contract: &Value) -> impl Iterator<Item = (&str, &str, &Value)> {
    let paths = contract["paths"].as_object().into_iter().flatten();
    paths
        .filter_map(|(path, item)| Some((path, item.as_object()?)))
        .flat_map(|(path, item)| {
            let operations = item
                .iter()
                .filter(|(_, operation)| operation["operationId"].is_string());
            operations.map(move |(method, value)| (method.as_str(), path.as_str(), value))
        })
}

/// A string of the contract, or an empty one if it is missing.
fn text<'c>(value: &'c Value, key: &str) -> &'c str {
    value[key].as_str().unwrap_or_default().trim_end()
}

/// A documentation comment.
fn doc(text: &str) -> TokenStream {
    let lines = text.trim_end().lines().map(|line| match line {
        "" => String::new(),
        line => format!(" {line}"),
    });
    quote!(#(#[doc = #lines])*)
}

/// The component that a schema refers to.
fn component(schema: &Value) -> Option<&str> {
    schema["$ref"]
        .as_str()?
        .strip_prefix("#/components/schemas/")
}
