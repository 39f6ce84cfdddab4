//! What the generated code offers its users: a change of the contract shows here what it does to them.

use std::fmt::Write;

use quote::ToTokens;
use syn::{Fields, ImplItem, Item, ItemStruct, Visibility};

use crate::contract::built;

fn module<'a>(items: &'a [Item], name: &str) -> &'a [Item] {
    let found = items.iter().find_map(|item| match item {
        Item::Mod(module) if module.ident == name => module.content.as_ref(),
        _ => None,
    });
    &found.unwrap_or_else(|| panic!("no module {name}")).1
}

/// Tokens as a person writes them, without the generator's absolute paths.
fn plain(tokens: impl ToTokens) -> String {
    let spaced = tokens.to_token_stream().to_string();
    let is_word = |it: Option<char>| it.is_some_and(|it| it.is_alphanumeric() || it == '_');
    let mut text = String::new();
    let mut rest = spaced.chars().peekable();
    while let Some(next) = rest.next() {
        let last = text.chars().last();
        let between_words = is_word(last) && is_word(rest.peek().copied());
        if next != ' ' || between_words || last == Some(',') {
            text.push(next);
        }
    }
    let paths = ["option", "string", "vec", "result", "convert"];
    let paths = paths.map(|module| format!("::std::{module}::"));
    let paths = paths.iter().map(String::as_str).chain([
        "::serde_json::",
        "::chrono::offset::",
        "::chrono::",
        "std::convert::",
        "std::ops::",
        "crate::vocabulary::",
    ]);
    let text = paths.fold(text, |text, path| text.replace(path, ""));
    text.replace("->", " -> ")
        .replace("where", " where ")
        .replace(':', ": ")
        .replace(": : ", "::")
        .replace("  ", " ")
        .replace(", >", ">")
}

fn structs(items: &[Item], shown: &mut String) {
    for item in items {
        if let Item::Struct(item) = item {
            fields(item, shown);
        }
    }
}

fn fields(item: &ItemStruct, shown: &mut String) {
    match &item.fields {
        Fields::Named(fields) => {
            writeln!(shown, "struct {} {{", item.ident).unwrap();
            for field in &fields.named {
                let serde = field.attrs.iter().filter(|it| it.path().is_ident("serde"));
                let serde: String = serde.map(|it| format!("  {}", plain(&it.meta))).collect();
                let (name, kind) = (field.ident.as_ref().unwrap(), plain(&field.ty));
                writeln!(shown, "    {name}: {kind}{serde}").unwrap();
            }
            writeln!(shown, "}}").unwrap();
        }
        other => {
            let fields: Vec<_> = other.iter().map(|field| plain(&field.ty)).collect();
            writeln!(shown, "struct {}({})", item.ident, fields.join(", ")).unwrap();
        }
    }
}

/// The public methods of every type.
fn methods(items: &[Item], shown: &mut String) {
    for item in items {
        let Item::Impl(block) = item else { continue };
        let public = block.items.iter().filter_map(|item| match item {
            ImplItem::Fn(method) if matches!(method.vis, Visibility::Public(_)) => Some(method),
            _ => None,
        });
        for method in public {
            let owner = plain(&block.self_ty);
            writeln!(shown, "{owner}: {}", plain(&method.sig)).unwrap();
        }
    }
}

fn client() -> syn::File {
    syn::parse_file(&built!("client.rs")).unwrap()
}

#[test]
fn the_types_are_those_of_the_snapshot() {
    let mut shown = String::new();
    structs(module(&client().items, "types"), &mut shown);
    insta::assert_snapshot!("types", shown);
}

#[test]
fn the_operations_are_those_of_the_snapshot() {
    let client = client();
    let mut shown = String::new();
    methods(&client.items, &mut shown);
    methods(module(&client.items, "builder"), &mut shown);
    insta::assert_snapshot!("operations", shown);
}

#[test]
fn the_vocabularies_are_those_of_the_snapshot() {
    let text = built!("vocabularies.rs");
    let enums = text.split("open_enum !").skip(1).map(|text| {
        let (_, body) = text.split_once("pub ").unwrap();
        let body = body.trim_matches(['}', ' ']).replace(" , ", "\n    ");
        body.replace("{ ", "{\n    ") + "\n}\n"
    });
    insta::assert_snapshot!("vocabularies", enums.collect::<String>());
}

#[test]
fn no_field_of_a_call_is_public() {
    for item in module(&client().items, "builder") {
        if let Item::Struct(builder) = item {
            let mut fields = builder.fields.iter();
            let public = fields.any(|field| matches!(field.vis, Visibility::Public(_)));
            assert!(!public, "{}", builder.ident);
        }
    }
}
