//! Turns the contract into the code that the crate includes.
//!
//! progenitor names and types everything; this module writes the code that users see: types that can grow, and
//! operations that end in one call of `Request`.

mod arguments;
mod events;
mod fields;
mod lists;
mod newtypes;
mod objects;
mod operations;
mod parameters;
mod redact;
mod responses;
mod runtime;
mod shorten;
mod strings;
mod typed;
mod unions;

use std::collections::BTreeMap;

use proc_macro2::TokenStream;
use quote::quote;
use serde_json::Value;
use syn::{File, Item, parse_quote};

use super::plain::{self, Plain};
use super::positions::Positions;
use super::{lower, yaml};
use typed::Typed;

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
    let plain = plain::plain(&contract).map_err(|findings| {
        let positions = Positions::new(text);
        let described = findings
            .iter()
            .map(|finding| format!("openapi.yaml:{}", positions.describe(finding)));
        described.collect::<Vec<_>>()
    })?;
    generate(&contract, &plain).map_err(|reason| vec![format!("openapi.yaml: {reason}")])
}

fn generate(contract: &Value, plain: &Plain) -> Result<Output, String> {
    let typed = Typed::new(plain)?;
    let mut types = BTreeMap::new();
    for (name, schema) in &plain.schemas {
        let mut items = if let Some(union) = &schema.union {
            unions::union(name, schema, union, &typed)?
        } else if lower::is_replaced(schema) {
            strings::string(name, schema)
        } else if lower::is_object(schema) {
            objects::object(name, schema, plain, &typed)?
        } else {
            newtypes::newtype(name, schema, &typed)?
        };
        if schema.deprecated.is_some() {
            deprecate(&mut items, schema.deprecated.as_deref());
        }
        types.insert(name, items);
    }
    let types = types.into_values().flatten().collect();
    let operations = operations::operations(plain, &typed)?;
    let lists = lists::lists(plain, &typed)?;
    let mut files = vec![
        ("types.rs", write(types)),
        ("operations.rs", write([operations, lists].concat())),
        ("events.rs", write(events::events(contract, plain, &typed)?)),
    ];
    let generated: String = files.iter().map(|(_, code)| code.as_str()).collect();
    files.push(("runtime.rs", runtime::runtime(&generated)?));
    let json = serde_json::to_string(contract).map_err(|error| error.to_string())?;
    Ok(Output { files, json })
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

/// A documentation comment.
fn doc(text: &str) -> TokenStream {
    let lines = text.trim_end().lines().map(|line| match line {
        "" => String::new(),
        line => format!(" {line}"),
    });
    quote!(#(#[doc = #lines])*)
}

/// The documentation comment of a type, which says at least which schema it is.
fn doc_of_type(name: &str, text: &str) -> TokenStream {
    if text.is_empty() {
        doc(&format!("The schema `{name}`."))
    } else {
        doc(text)
    }
}

/// Marks a type as deprecated, which is the first of its items.
fn deprecate(items: &mut [Item], reason: Option<&str>) {
    let attribute = deprecated(reason);
    match items.first_mut() {
        Some(Item::Struct(item)) => *item = parse_quote!(#attribute #item),
        Some(Item::Enum(item)) => *item = parse_quote!(#attribute #item),
        _ => {}
    }
}

/// The attribute of something deprecated, with the reason.
fn deprecated(reason: Option<&str>) -> TokenStream {
    match reason {
        None => TokenStream::new(),
        Some("") => quote!(#[deprecated]),
        Some(reason) => quote!(#[deprecated = #reason]),
    }
}
