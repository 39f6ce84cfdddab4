//! Adds the files of `build/runtime/` that the generated code needs, so that no client has the others.

use std::collections::HashSet;

use proc_macro2::{TokenStream, TokenTree};

/// A file of `build/runtime/`, which becomes a module.
struct Module {
    name: &'static str,
    /// The identifiers by which code uses the module.
    used_by: &'static [&'static str],
    code: &'static str,
}

const MODULES: [Module; 6] = [
    Module {
        name: "idempotency",
        used_by: &["idempotency_key"],
        code: include_str!("../runtime/idempotency.rs"),
    },
    Module {
        name: "lists",
        used_by: &["lists"],
        code: include_str!("../runtime/lists.rs"),
    },
    Module {
        name: "nullable",
        used_by: &["Nullable"],
        code: include_str!("../runtime/nullable.rs"),
    },
    Module {
        name: "unions",
        used_by: &["tagged_union", "untagged_union"],
        code: include_str!("../runtime/unions.rs"),
    },
    Module {
        name: "upload",
        used_by: &["Form", "Upload"],
        code: include_str!("../runtime/upload.rs"),
    },
    Module {
        name: "written",
        used_by: &["to_text", "written"],
        code: include_str!("../runtime/written.rs"),
    },
];

/// Returns the modules that `generated` needs, and those that they need.
pub fn runtime(generated: &str) -> Result<String, String> {
    let mut identifiers = HashSet::new();
    collect(parsed(generated)?, &mut identifiers);
    let mut rest = Vec::from(MODULES);
    let mut code = String::new();
    while let Some(index) = rest.iter().position(|module| {
        module
            .used_by
            .iter()
            .any(|name| identifiers.contains(*name))
    }) {
        let module = rest.remove(index);
        collect(parsed(module.code)?, &mut identifiers);
        let (name, text) = (module.name, module.code);
        code += &format!("pub(crate) mod {name} {{\n{text}}}\npub use {name}::*;\n");
    }
    Ok(code)
}

fn parsed(code: &str) -> Result<TokenStream, String> {
    code.parse()
        .map_err(|error| format!("the generated code is invalid: {error}"))
}

/// Adds the identifiers in `tokens`, but not the words in its comments and strings.
fn collect(tokens: TokenStream, identifiers: &mut HashSet<String>) {
    for token in tokens {
        match token {
            TokenTree::Group(group) => collect(group.stream(), identifiers),
            TokenTree::Ident(identifier) => {
                identifiers.insert(identifier.to_string());
            }
            TokenTree::Punct(_) | TokenTree::Literal(_) => {}
        }
    }
}
