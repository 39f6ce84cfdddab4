//! What the generator leaves to do, on the syntax tree of its output:
//! errors of one type, decoding that loses nothing, and no secret in a `Debug` output.

use heck::{ToShoutySnakeCase, ToUpperCamelCase};
use quote::{ToTokens, format_ident, quote};
use serde_json::Value;
use syn::visit_mut::{self, VisitMut};
use syn::{Expr, Fields, File, ImplItem, Item, ItemImpl, ItemMod, ItemStruct, parse_quote};

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
    sensitive_debug(types, contract);
    identifiers(types, contract);
    opaque_debug(module(types, "builder")?);
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
                items.push(parse_quote! {
                    impl builder::#builder<'_> {
                        #[allow(dead_code)]
                        pub(crate) const #constant: i64 = #maximum;
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
            Item::Struct(client) if client.ident == "Client" => remove_debug(client),
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
            let (Decode { decoded: 1, .. }, Some(operation)) = (&decode, &decode.operation) else {
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
    opaque_debug(items);
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

fn remove_debug(item: &mut ItemStruct) {
    for attribute in &mut item.attrs {
        if !attribute.path().is_ident("derive") {
            continue;
        }
        let parser = syn::punctuated::Punctuated::<syn::Path, syn::Token![,]>::parse_terminated;
        if let Ok(derives) = attribute.parse_args_with(parser) {
            let kept = derives.iter().filter(|path| !path.is_ident("Debug"));
            *attribute = parse_quote!(#[derive(#(#kept),*)]);
        }
    }
}

/// A builder holds a phone number or a text in some form: its `Debug` shows the name only.
fn opaque_debug(items: &mut Vec<Item>) {
    let mut impls = Vec::new();
    for item in items.iter_mut() {
        let Item::Struct(builder) = item else {
            continue;
        };
        remove_debug(builder);
        let name = builder.ident.to_string();
        impls.push(debug_impl(
            builder,
            quote!(f.debug_struct(#name).finish_non_exhaustive()),
        ));
    }
    items.extend(impls);
}

/// Types with an `x-sensitive` part write `[redacted]` in its place.
fn sensitive_debug(items: &mut Vec<Item>, contract: &Value) {
    let mut impls = Vec::new();
    for item in items.iter_mut() {
        let Item::Struct(item) = item else { continue };
        let name = item.ident.to_string();
        let schema = &contract["components"]["schemas"][&name];
        let redacted = quote!(&crate::redacted::Redacted);
        let fields: Vec<_> = match &item.fields {
            Fields::Named(fields) => fields.named.iter().collect(),
            _ if is_sensitive(schema) => {
                impls.push(debug_impl(
                    item,
                    quote!(f.debug_tuple(#name).field(#redacted).finish()),
                ));
                remove_debug(item);
                continue;
            }
            _ => continue,
        };
        let sensitive = |field: &syn::Field| is_sensitive(&schema["properties"][json_name(field)]);
        if !fields.iter().any(|field| sensitive(field)) {
            continue;
        }
        let shown = fields.iter().map(|field| {
            let ident = &field.ident;
            let label = json_name(field);
            if !sensitive(field) {
                quote!(.field(#label, &self.#ident))
            } else if is_option(&field.ty) {
                quote!(.field(#label, &self.#ident.as_ref().map(|_| #redacted)))
            } else {
                quote!(.field(#label, #redacted))
            }
        });
        impls.push(debug_impl(
            item,
            quote!(f.debug_struct(#name)#(#shown)*.finish()),
        ));
        remove_debug(item);
    }
    items.extend(impls);
}

fn debug_impl(item: &ItemStruct, body: proc_macro2::TokenStream) -> Item {
    let name = &item.ident;
    let (generics, arguments, clause) = item.generics.split_for_impl();
    let block: ItemImpl = parse_quote! {
        impl #generics ::std::fmt::Debug for #name #arguments #clause {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                #body
            }
        }
    };
    Item::Impl(block)
}

fn is_sensitive(schema: &Value) -> bool {
    schema["x-sensitive"] == Value::Bool(true)
}

/// The property of `field`: what it is renamed to, or its name.
fn json_name(field: &syn::Field) -> String {
    let mut name = field
        .ident
        .as_ref()
        .map(ToString::to_string)
        .unwrap_or_default();
    for attribute in field.attrs.iter().filter(|it| it.path().is_ident("serde")) {
        // The other keys (`default`, `skip_serializing_if`) end the parse, after `rename`.
        let _ = attribute.parse_nested_meta(|meta| {
            if meta.path.is_ident("rename") {
                name = meta.value()?.parse::<syn::LitStr>()?.value();
            }
            Ok(())
        });
    }
    name.trim_start_matches("r#").to_owned()
}

fn is_option(kind: &syn::Type) -> bool {
    matches!(kind, syn::Type::Path(path) if path.path.segments.last().is_some_and(|it| it.ident == "Option"))
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
