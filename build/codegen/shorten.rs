//! Writes paths as a person would: `Option<String>`, not `::std::option::Option<::std::string::String>`.
//! `src/generated/mod.rs` imports what is not in the prelude.

use quote::ToTokens;
use syn::visit_mut::{self, VisitMut};
use syn::{Attribute, File, Item, Meta, Path};

const MODULES: [&str; 10] = [
    "::std::boxed::",
    "::std::collections::",
    "::std::option::",
    "::std::string::",
    "::std::vec::",
    "::std::convert::",
    "::chrono::naive::",
    "::chrono::offset::",
    "::chrono::",
    "::serde_json::",
];

pub fn shorten(file: &mut File) {
    Shorten.visit_file_mut(file);
}

/// Writes `types::X` as `X`, for the items of that module itself.
pub fn shorten_types(items: &mut [Item]) {
    items.iter_mut().for_each(|item| Local.visit_item_mut(item));
}

struct Shorten;
struct Local;

impl VisitMut for Local {
    fn visit_path_mut(&mut self, path: &mut Path) {
        visit_mut::visit_path_mut(self, path);
        if path.segments.len() == 2 && path.segments[0].ident == "types" {
            *path = Path::from(path.segments[1].clone());
        }
    }
}

impl VisitMut for Shorten {
    fn visit_path_mut(&mut self, path: &mut Path) {
        visit_mut::visit_path_mut(self, path);
        let words: Vec<_> = path
            .segments
            .iter()
            .map(|segment| segment.ident.to_string())
            .collect();
        let written = format!("::{}", words.join("::"));
        let imported = path.leading_colon.is_some()
            && MODULES.iter().any(|module| {
                let rest = written.strip_prefix(module);
                rest.is_some_and(|name| !name.contains("::"))
            });
        if imported && let Some(last) = path.segments.last() {
            *path = Path::from(last.clone());
        } else if words.len() == 3 && words[..2] == ["crate", "types"] {
            path.segments = path.segments.iter().skip(1).cloned().collect();
        }
    }

    fn visit_attribute_mut(&mut self, attribute: &mut Attribute) {
        // The arguments of an attribute are tokens, which no visitor looks into.
        if let Meta::List(list) = &mut attribute.meta {
            let text = list
                .tokens
                .to_token_stream()
                .to_string()
                .replace(":: serde :: ", "")
                .replace("::serde::", "")
                .replace("::std::option::Option", "Option");
            if let Ok(tokens) = text.parse() {
                list.tokens = tokens;
            }
        }
    }
}
