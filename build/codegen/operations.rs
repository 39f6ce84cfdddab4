//! Operations: a method of the client, and a request builder with a method for each parameter.

use heck::{ToSnakeCase, ToUpperCamelCase};
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use serde_json::Value;
use syn::{Ident, ImplItem, Item, ReturnType, Type, parse_quote};

use super::objects::{accepted, argument, converted};
use super::parameters::{Parameter, parameters};
use super::{called, doc, redact, text};

/// An operation as progenitor names and types it.
struct Operation<'c> {
    id: &'c str,
    /// The name of the request builder.
    name: Ident,
    method: &'c str,
    path: &'c str,
    value: &'c Value,
    parameters: Vec<Parameter<'c>>,
    /// The type of the body of a successful response.
    success: Type,
}

pub fn operations(items: &[Item], contract: &Value) -> Result<Vec<Item>, String> {
    let url = contract["servers"][0]["url"].as_str().unwrap_or_default();
    let mut methods = Vec::new();
    let mut builders = Vec::new();
    for (method, path, value) in called(contract) {
        let id = text(value, "operationId");
        let name = format_ident!("{}", id.to_upper_camel_case());
        let shared = &contract["paths"][path]["parameters"];
        let operation = Operation {
            parameters: parameters(items, &name, value, shared, contract)?,
            success: success(items, &name)?,
            id,
            name,
            method,
            path,
            value,
        };
        methods.push(operation.client_method());
        builders.extend(operation.builder());
    }
    let mut all = vec![
        parse_quote! {
            /// The URL of the contract's server, which is the default base URL of a client.
            pub const BASE_URL: &str = #url;
        },
        parse_quote!(impl Client { #(#methods)* }),
    ];
    all.extend(builders);
    Ok(all)
}

/// The type of the operation's success, from `send() -> Result<ResponseValue<T>, _>`.
fn success(items: &[Item], name: &Ident) -> Result<Type, String> {
    let blocks = items.iter().filter_map(|item| match item {
        Item::Impl(block) if block.trait_.is_none() => Some(block),
        _ => None,
    });
    let own = |kind: &Type| matches!(kind, Type::Path(path) if path.path.segments.last().is_some_and(|segment| segment.ident == *name));
    let sends = blocks
        .filter(|block| own(&block.self_ty))
        .flat_map(|block| &block.items);
    let mut sends = sends.filter_map(|item| match item {
        ImplItem::Fn(method) if method.sig.ident == "send" => Some(&method.sig.output),
        _ => None,
    });
    let value = sends.next().and_then(|output| match output {
        ReturnType::Type(_, kind) => argument(argument(kind, "Result")?, "ResponseValue").cloned(),
        ReturnType::Default => None,
    });
    value.ok_or_else(|| format!("the generator wrote no method `send` for `{name}` as expected"))
}

impl Operation<'_> {
    /// The name of the client's method. An operation may be called `match`, but not a method.
    fn method_name(&self) -> Ident {
        let name = self.id.to_snake_case();
        syn::parse_str(&name).unwrap_or_else(|_| format_ident!("{name}_"))
    }

    fn client_method(&self) -> TokenStream {
        let (ident, name) = (self.method_name(), &self.name);
        let mut paragraphs = vec![text(self.value, "description").to_owned()];
        if self.value.get("x-cursor-list").is_some() {
            paragraphs.push(format!(
                "To read the whole list, use [`items`](operations::{name}::items) or\n[`pages`](operations::{name}::pages), \
                 which skip no items with equal timestamps."
            ));
        }
        let required = self
            .parameters
            .iter()
            .filter(|parameter| parameter.required);
        let required: Vec<_> = required
            .map(|Parameter { ident, .. }| format!("[`{ident}`](operations::{name}::{ident})"))
            .collect();
        if !required.is_empty() {
            paragraphs.push(format!("Required: {}.", required.join(", ")));
        }
        let request = format!("`{} {}`", self.method.to_uppercase(), self.path);
        paragraphs.push(match text(&self.value["externalDocs"], "url") {
            "" => format!("{request}."),
            page => format!("{request}, documented at <{page}>."),
        });
        paragraphs.retain(|paragraph| !paragraph.is_empty());
        let docs = doc(&paragraphs.join("\n\n"));
        quote! {
            #docs
            pub fn #ident(&self) -> operations::#name {
                operations::#name::new(self)
            }
        }
    }

    fn builder(&self) -> Vec<Item> {
        let Operation {
            id,
            name,
            parameters,
            success,
            ..
        } = self;
        let called = self.method_name();
        let docs = doc(&format!(
            "A request builder for [`{called}`](Client::{called})."
        ));
        let idents: Vec<_> = parameters
            .iter()
            .map(|Parameter { ident, .. }| ident)
            .collect();
        let kinds = parameters.iter().map(|Parameter { kind, .. }| kind);
        // Not `IntoFuture`: that would box each call's future and allow two spellings of every call. `.await` without
        // `.send()` does not compile, and a builder that is dropped is a warning.
        let definition = parse_quote! {
            #docs
            #[derive(Clone)]
            #[must_use = "nothing is sent until `.send().await`"]
            pub struct #name {
                client: Client,
                #(#idents: Option<#kinds>,)*
            }
        };
        let maxima = parameters.iter().filter_map(maximum);
        let setters = parameters.iter().map(setter);
        let method = format_ident!("{}", self.method.to_uppercase());
        let path = path_of(self.path, parameters);
        let parts = parameters.iter().filter_map(part);
        let headers = parameters.iter().filter_map(header);
        let send = match success {
            Type::Tuple(unit) if unit.elems.is_empty() => quote!(send_without_content),
            _ => quote!(send),
        };
        let methods = parse_quote! {
            impl #name {
                const OPERATION: &'static str = #id;
                #(#maxima)*

                pub(crate) fn new(client: &Client) -> Self {
                    Self { client: client.clone(), #(#idents: None,)* }
                }

                #(#setters)*

                fn build(&self) -> Result<Request, Error> {
                    let request = request::start(&self.client, Self::OPERATION, Method::#method, #path) #(#parts)*;
                    #(#headers)*
                    Ok(request)
                }

                /// Sends the request and returns the response.
                ///
                /// # Errors
                ///
                /// Returns an [`Error`] if the call fails. [`Error::outcome`] tells whether the request may have been
                /// processed.
                pub async fn send(self) -> Result<Response<#success>, Error> {
                    self.build()?.#send().await
                }
            }
        };
        vec![definition, methods, redact::name_only(name)]
    }
}

/// The largest value of a parameter, which [`lists`](super::lists) needs to widen a page.
fn maximum(parameter: &Parameter<'_>) -> Option<TokenStream> {
    let ident = &parameter.ident;
    let maximum = parameter.declared["schema"]["maximum"].as_i64()?;
    let constant = format_ident!("{}_MAXIMUM", ident.to_string().to_uppercase());
    let docs = doc(&format!(
        "The largest [`{ident}`](Self::{ident}) that the API accepts."
    ));
    Some(quote! {
        #docs
        pub const #constant: i64 = #maximum;
    })
}

fn setter(parameter: &Parameter<'_>) -> TokenStream {
    let Parameter {
        ident,
        kind,
        declared,
        required,
        ..
    } = parameter;
    let mut sentences = vec![text(declared, "description").to_owned()];
    if *required {
        sentences.push("Required.".to_owned());
    }
    for (key, label) in [
        ("minimum", "At least"),
        ("maximum", "At most"),
        ("default", "Default:"),
    ] {
        if let Some(value) = declared["schema"].get(key) {
            sentences.push(format!("{label} {value}."));
        }
    }
    sentences.retain(|sentence| !sentence.is_empty());
    let docs = doc(&sentences.join(" "));
    let (accepted, value) = (accepted(kind), converted(kind, &format_ident!("value")));
    quote! {
        #docs
        pub fn #ident(mut self, value: #accepted) -> Self {
            self.#ident = Some(#value);
            self
        }
    }
}

/// The path with its parameters.
fn path_of(path: &str, parameters: &[Parameter<'_>]) -> TokenStream {
    let mut template = path.to_owned();
    let mut segments = Vec::new();
    for Parameter { ident, name, .. } in parameters
        .iter()
        .filter(|parameter| parameter.location == "path")
    {
        template = template.replace(&format!("{{{name}}}"), &format!("{{{ident}}}"));
        segments.push(quote!(#ident = request::segment(Self::OPERATION, #name, &self.#ident)?));
    }
    match segments.is_empty() {
        true => quote!(#path),
        false => quote!(&format!(#template, #(#segments),*)),
    }
}

/// The call that adds a query parameter or the body.
fn part(parameter: &Parameter<'_>) -> Option<TokenStream> {
    let (name, value) = (parameter.name, value(parameter));
    match parameter.location {
        "body" => Some(quote!(.json(#value))),
        "query" => Some(quote!(.query(&[(#name, #value)]))),
        _ => None,
    }
}

/// The statement that adds a header.
fn header(parameter: &Parameter<'_>) -> Option<TokenStream> {
    let (name, value) = (parameter.name, value(parameter));
    (parameter.location == "header").then(|| match parameter.required {
        true => quote! {
            let value = #value;
            let request = request.header(#name, value.to_string());
        },
        false => quote! {
            let request = match #value {
                Some(value) => request.header(#name, value.to_string()),
                None => request,
            };
        },
    })
}

/// A reference to the value of a parameter, which is an `Option` if the parameter is optional.
fn value(parameter: &Parameter<'_>) -> TokenStream {
    let Parameter { ident, name, .. } = parameter;
    match parameter.required {
        true => quote!(request::required(Self::OPERATION, #name, &self.#ident)?),
        false => quote!(&self.#ident),
    }
}
