//! What the generator leaves to do, on the syntax tree of its output:
//! errors of one type, decoding that loses nothing, and no secret in a `Debug` output.

use heck::{ToShoutySnakeCase, ToUpperCamelCase};
use quote::{ToTokens, format_ident};
use serde_json::Value;
use syn::visit_mut::{self, VisitMut};
use syn::{Expr, File, ImplItem, Item, ItemMod, parse_quote};

use super::sensitive;

/// Changes the generated `file`, or says which part of it does not look as expected: then the
/// generator has changed, and this file must follow.
pub fn finish(file: &mut File, contract: &Value) -> Result<(), String> {
    client(&mut file.items)?;
    let sent = operation_builders(module(&mut file.items, "builder")?)?;
    let expected = operations(contract).len();
    if sent != expected {
        return Err(format!("{sent} methods `send` for {expected} operations"));
    }
    let types = module(&mut file.items, "types")?;
    sensitive::sensitive_debug(types, contract);
    identifiers(types, contract);
    sensitive::opaque_debug(module(types, "builder")?);
    file.items.push(base_url(contract));
    file.items.extend(headers(contract));
    file.items.extend(maxima(contract));
    Prose.visit_file_mut(file);
    Ok(())
}

fn base_url(contract: &Value) -> Item {
    let url = contract["servers"][0]["url"].as_str().unwrap_or_default();
    parse_quote! {
        /// The contract's server: where a client calls to, unless it is given another base URL.
        pub const BASE_URL: &str = #url;
    }
}

/// The names of the headers that events come with.
fn headers(contract: &Value) -> Vec<Item> {
    let parameters = contract["components"]["parameters"].as_object();
    let headers = parameters
        .into_iter()
        .flatten()
        .filter(|(_, it)| it["in"] == "header");
    let headers = headers.map(|(component, header)| {
        let constant = format_ident!("{}_HEADER", component.to_shouty_snake_case());
        let (name, description) = (header["name"].as_str(), header["description"].as_str());
        let (name, description) = (name.unwrap_or_default(), description.unwrap_or_default());
        parse_quote! {
            #[doc = #description]
            pub const #constant: &str = #name;
        }
    });
    headers.collect()
}

/// What the generator's copy does not have and streams of pages must know: the largest values of
/// parameters.
fn maxima(contract: &Value) -> Vec<Item> {
    let mut items = Vec::new();
    for operation in operations(contract) {
        let builder = operation["operationId"].as_str().unwrap_or_default();
        let builder = format_ident!("{}", builder.to_upper_camel_case());
        for parameter in operation["parameters"].as_array().into_iter().flatten() {
            let name = parameter["name"].as_str().unwrap_or_default();
            if let Some(maximum) = parameter["schema"]["maximum"].as_i64() {
                let constant = format_ident!("{}_MAXIMUM", name.to_shouty_snake_case());
                let says = format!("The most that `{name}` can be.");
                items.push(parse_quote! {
                    impl builder::#builder<'_> {
                        #[doc = #says]
                        pub const #constant: i64 = #maximum;
                    }
                });
            }
        }
    }
    items
}

fn operations(contract: &Value) -> Vec<&Value> {
    let items = contract["paths"].as_object().into_iter().flatten();
    items
        .filter_map(|(_, item)| item.as_object())
        .flatten()
        .map(|(_, operation)| operation)
        .filter(|operation| operation.get("operationId").is_some())
        .collect()
}

fn module<'a>(items: &'a mut [Item], name: &str) -> Result<&'a mut Vec<Item>, String> {
    items
        .iter_mut()
        .find_map(|item| match item {
            Item::Mod(ItemMod {
                ident,
                content: Some((_, items)),
                ..
            }) if ident == name => Some(items),
            _ => None,
        })
        .ok_or_else(|| format!("no module `{name}`"))
}

/// The client is made by its builder alone, which checks what it is given; and its `Debug` is
/// written by hand.
fn client(items: &mut [Item]) -> Result<(), String> {
    let mut removed = 0;
    for item in items {
        match item {
            Item::Struct(client) if client.ident == "Client" => sensitive::remove_debug(client),
            Item::Impl(block) if block.trait_.is_none() => {
                let before = block.items.len();
                block
                    .items
                    .retain(|item| !is_method(item, &["new", "new_with_client"]));
                removed += before - block.items.len();
            }
            _ => {}
        }
    }
    if removed == 2 {
        Ok(())
    } else {
        Err(format!("{removed} constructors of the client, not 2"))
    }
}

fn is_method(item: &ImplItem, names: &[&str]) -> bool {
    matches!(item, ImplItem::Fn(method) if names.iter().any(|name| method.sig.ident == name))
}

/// `send` returns `watsi::Error`, and what it decodes loses neither status nor body.
fn operation_builders(items: &mut Vec<Item>) -> Result<usize, String> {
    let mut sent = 0;
    for item in items.iter_mut() {
        let Item::Impl(block) = item else { continue };
        for method in &mut block.items {
            let ImplItem::Fn(method) = method else {
                continue;
            };
            if method.sig.ident != "send" {
                continue;
            }
            sent += 1;
            let mut decode = Decode::default();
            decode.visit_block_mut(&mut method.block);
            let (Decode { decoded: 1.., .. }, Some(operation)) = (&decode, &decode.operation)
            else {
                return Err("a method `send` that decodes in another way".to_owned());
            };
            let syn::ReturnType::Type(_, generated) = method.sig.output.clone() else {
                return Err("a method `send` that returns nothing".to_owned());
            };
            let value = first_argument(&generated).ok_or("a method `send` without a `Result`")?;
            method.sig.output = parse_quote!(-> Result<#value, crate::Error>);
            let block = &method.block;
            method.block = parse_quote!({
                let sent: #generated = async move #block.await;
                sent.map_err(|error| crate::Error::from_generated(error, #operation))
            });
            method.attrs.push(parse_quote!(#[doc = ""]));
            method.attrs.push(parse_quote!(#[doc = " # Errors"]));
            method.attrs.push(parse_quote!(#[doc = ""]));
            method.attrs.push(parse_quote!(#[doc = " See [`Error`](crate::Error), which tells all causes apart."]));
        }
    }
    open_fields(items);
    sensitive::opaque_debug(items);
    Ok(sent)
}

/// Streams of pages read the filters that were set.
fn open_fields(items: &mut [Item]) {
    for item in items {
        if let Item::Struct(builder) = item {
            for field in &mut builder.fields {
                field.vis = parse_quote!(pub(crate));
            }
        }
    }
}

fn first_argument(generated: &syn::Type) -> Option<syn::GenericArgument> {
    let syn::Type::Path(path) = generated else {
        return None;
    };
    let syn::PathArguments::AngleBracketed(arguments) = &path.path.segments.last()?.arguments
    else {
        return None;
    };
    arguments.args.first().cloned()
}

/// Replaces `ResponseValue::from_response(response)` and `ResponseValue::empty(response)`: the hooks
/// have read the answer already. Finds the operation's name.
#[derive(Default)]
struct Decode {
    decoded: usize,
    operation: Option<Expr>,
}

impl VisitMut for Decode {
    fn visit_expr_mut(&mut self, expression: &mut Expr) {
        visit_mut::visit_expr_mut(self, expression);
        let Expr::Call(call) = expression else {
            return;
        };
        let response = &call.args;
        let function = call.func.to_token_stream().to_string();
        let instead = match function.as_str() {
            "ResponseValue :: from_response" => parse_quote!(crate::transport::decode(#response)),
            "ResponseValue :: empty" => parse_quote!(crate::transport::nothing(#response)),
            _ => return,
        };
        *expression = instead;
        self.decoded += 1;
    }

    fn visit_field_value_mut(&mut self, field: &mut syn::FieldValue) {
        if matches!(&field.member, syn::Member::Named(name) if name == "operation_id") {
            self.operation = Some(field.expr.clone());
        }
    }
}

/// The examples in the generated documentation show how a call is written, and do not compile.
struct Prose;

impl VisitMut for Prose {
    fn visit_lit_str_mut(&mut self, text: &mut syn::LitStr) {
        let shown = text.value().replace("```ignore", "```text");
        *text = syn::LitStr::new(&shown, text.span());
    }
}

/// Opaque identifiers are made from literals, as `.conversation_id("chat_123")`.
fn identifiers(items: &mut Vec<Item>, contract: &Value) {
    let schemas = contract["components"]["schemas"]
        .as_object()
        .into_iter()
        .flatten();
    for (name, schema) in schemas {
        if schema["type"] != "string"
            || schema.get("format").is_some()
            || schema.get("x-extensible-enum").is_some()
        {
            continue;
        }
        let name = format_ident!("{name}");
        items.push(parse_quote! {
            impl ::std::convert::From<&str> for #name {
                fn from(value: &str) -> Self {
                    Self(value.to_owned())
                }
            }
        });
    }
}
