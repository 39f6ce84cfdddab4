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
    let is_builder = |kind: &Type| match kind {
        Type::Path(kind) => kind
            .path
            .segments
            .last()
            .is_some_and(|last| last.ident == *name),
        _ => false,
    };
    let mut sends = blocks
        .filter(|block| is_builder(&block.self_ty))
        .flat_map(|block| &block.items)
        .filter_map(|item| match item {
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
        let documented: Vec<_> = self
            .arguments()
            .map(|argument| format!("- `{}`: {}", argument.ident, documentation(argument)))
            .collect();
        paragraphs.push(documented.join("\n"));
        let request = format!("`{} {}`", self.method.to_uppercase(), self.path);
        paragraphs.push(match text(&self.value["externalDocs"], "url") {
            "" => format!("{request}."),
            page => format!("{request}, documented at <{page}>."),
        });
        paragraphs.retain(|paragraph| !paragraph.is_empty());
        let docs = doc(&paragraphs.join("\n\n"));
        let idents = self.arguments().map(|Parameter { ident, .. }| ident);
        let arguments = self.arguments().map(|Parameter { ident, kind, .. }| {
            let accepted = accepted(kind);
            quote!(#ident: #accepted)
        });
        quote! {
            #docs
            pub fn #ident(&self #(, #arguments)*) -> operations::#name {
                operations::#name::new(self #(, #idents)*)
            }
        }
    }

    /// The required parameters: those of the path in the path's order, the others in the contract's order, and the body.
    fn arguments(&self) -> impl Iterator<Item = &Parameter<'_>> {
        let mut arguments: Vec<_> = self
            .parameters
            .iter()
            .filter(|parameter| parameter.required)
            .collect();
        arguments.sort_by_key(|parameter| match parameter.location {
            "path" => (0, self.path.find(&format!("{{{}}}", parameter.name))),
            "body" => (2, None),
            _ => (1, Some(parameter.position)),
        });
        arguments.into_iter()
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
        let fields = parameters.iter().map(|parameter| {
            let Parameter { ident, kind, .. } = parameter;
            if parameter.required {
                quote!(#ident: #kind)
            } else {
                quote!(#ident: Option<#kind>)
            }
        });
        let arguments = self.arguments().map(|Parameter { ident, kind, .. }| {
            let accepted = accepted(kind);
            quote!(#ident: #accepted)
        });
        let values = parameters.iter().map(|parameter| {
            let Parameter { ident, kind, .. } = parameter;
            if parameter.required {
                let value = converted(kind, ident);
                quote!(#ident: #value)
            } else {
                quote!(#ident: None)
            }
        });
        // Not `IntoFuture`: that would box each call's future and allow two spellings of every call. `.await` without
        // `.send()` does not compile, and a builder that is dropped is a warning.
        let definition = parse_quote! {
            #docs
            #[derive(Clone)]
            #[must_use = "nothing is sent until `.send().await`"]
            pub struct #name {
                client: Client,
                #(#fields,)*
            }
        };
        let maxima = parameters.iter().filter_map(maximum);
        let optional = parameters.iter().filter(|parameter| !parameter.required);
        let setters = optional.map(setter);
        let method = format_ident!("{}", self.method.to_uppercase());
        let path = path_of(self.path, parameters);
        let parts = parameters.iter().filter_map(part);
        let headers: Vec<_> = parameters.iter().filter_map(header).collect();
        let mutable = (!headers.is_empty()).then(|| quote!(mut));
        let send = match success {
            Type::Tuple(unit) if unit.elems.is_empty() => quote!(send_without_content),
            _ => quote!(send),
        };
        let methods = parse_quote! {
            impl #name {
                const OPERATION: &'static str = #id;
                #(#maxima)*

                pub(crate) fn new(client: &Client #(, #arguments)*) -> Self {
                    Self { client: client.clone(), #(#values,)* }
                }

                #(#setters)*

                fn build(&self) -> Result<Request, Error> {
                    let #mutable request = request::start(&self.client, Method::#method, #path) #(#parts)*;
                    #(#headers)*
                    request::build(Self::OPERATION, request)
                }

                /// Sends the request and returns the response.
                ///
                /// # Errors
                ///
                /// Returns an [`Error`] if the call fails. [`Error::outcome`] tells whether the request may have been
                /// processed.
                pub async fn send(self) -> Result<Response<#success>, Error> {
                    let request = self.build()?;
                    transport::#send(&self.client, request, Self::OPERATION).await
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
    let Parameter { ident, kind, .. } = parameter;
    let docs = doc(&documentation(parameter));
    let (accepted, value) = (accepted(kind), converted(kind, &format_ident!("value")));
    quote! {
        #docs
        pub fn #ident(mut self, value: #accepted) -> Self {
            self.#ident = Some(#value);
            self
        }
    }
}

/// The description of a parameter, and its bounds.
fn documentation(parameter: &Parameter<'_>) -> String {
    let mut sentences = vec![text(parameter.declared, "description").to_owned()];
    let bounds = [
        ("minimum", "At least"),
        ("maximum", "At most"),
        ("default", "Default:"),
    ];
    for (key, label) in bounds {
        if let Some(value) = parameter.declared["schema"].get(key) {
            sentences.push(format!("{label} {value}."));
        }
    }
    sentences.retain(|sentence| !sentence.is_empty());
    sentences.join(" ")
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
    if segments.is_empty() {
        quote!(#path)
    } else {
        quote!(&format!(#template, #(#segments),*))
    }
}

/// The call that adds a query parameter or the body.
fn part(parameter: &Parameter<'_>) -> Option<TokenStream> {
    let Parameter { ident, name, .. } = parameter;
    match parameter.location {
        "body" => Some(quote!(.json(&self.#ident))),
        "query" => Some(quote!(.query(&[(#name, &self.#ident)]))),
        _ => None,
    }
}

/// The statement that adds a header.
fn header(parameter: &Parameter<'_>) -> Option<TokenStream> {
    let Parameter { ident, name, .. } = parameter;
    if parameter.location != "header" {
        return None;
    }
    if parameter.required {
        return Some(quote!(request = request.header(#name, self.#ident.to_string());));
    }
    Some(quote! {
        if let Some(value) = &self.#ident {
            request = request.header(#name, value.to_string());
        }
    })
}
