//! Operations: a method of the client, and a request builder with a method for each parameter.

use heck::{ToSnakeCase, ToUpperCamelCase};
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use serde_json::Value;
use syn::{Ident, ImplItem, Item, ReturnType, Type, parse_quote};

use super::objects::{accepted, argument, converted};
use super::parameters::{Parameter, parameters};
use super::{called, doc, redact, text};

pub fn operations(items: &[Item], contract: &Value) -> Result<Vec<Item>, String> {
    let url = contract["servers"][0]["url"].as_str().unwrap_or_default();
    let mut all = vec![parse_quote! {
        /// The URL of the contract's server, which is the default base URL of a client.
        pub const BASE_URL: &str = #url;
    }];
    let mut methods = Vec::new();
    let mut builders = Vec::new();
    for (method, path, operation) in called(contract) {
        let id = text(operation, "operationId");
        let name = format_ident!("{}", id.to_upper_camel_case());
        let shared = &contract["paths"][path]["parameters"];
        let parameters = parameters(items, &name, operation, shared, contract)?;
        let value = success(items, &name)?;
        methods.push(client_method(
            id,
            &name,
            method,
            path,
            operation,
            &parameters,
        ));
        builders.extend(builder(&name, method, path, operation, &parameters, &value));
    }
    all.push(parse_quote! {
        impl Client { #(#methods)* }
    });
    all.extend(builders);
    Ok(all)
}

/// The type of the operation's success, from `send() -> Result<ResponseValue<T>, _>`.
fn success(items: &[Item], name: &Ident) -> Result<Type, String> {
    let blocks = items.iter().filter_map(|item| match item {
        Item::Impl(block) if block.trait_.is_none() => Some(block),
        _ => None,
    });
    let own = |kind: &Type| matches!(kind, Type::Path(path) if path.path.segments.last().is_some_and(|it| it.ident == *name));
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

fn client_method(
    id: &str,
    name: &Ident,
    method: &str,
    path: &str,
    operation: &Value,
    parameters: &[Parameter<'_>],
) -> TokenStream {
    let ident = method_name(id);
    let mut paragraphs = vec![text(operation, "description").to_owned()];
    if operation.get("x-cursor-list").is_some() {
        paragraphs.push(format!(
            "To read the whole list, use [`items`](operations::{name}::items) or\n[`pages`](operations::{name}::pages), \
             which skip no items with equal timestamps."
        ));
    }
    let required = parameters.iter().filter(|parameter| parameter.required);
    let required =
        required.map(|Parameter { ident, .. }| format!("[`{ident}`](operations::{name}::{ident})"));
    let required: Vec<_> = required.collect();
    if !required.is_empty() {
        paragraphs.push(format!("Required: {}.", required.join(", ")));
    }
    let request = format!("`{} {path}`", method.to_uppercase());
    paragraphs.push(match text(&operation["externalDocs"], "url") {
        "" => format!("{request}."),
        page => format!("{request}, documented at <{page}>."),
    });
    paragraphs.retain(|paragraph| !paragraph.is_empty());
    let said = doc(&paragraphs.join("\n\n"));
    quote! {
        #said
        pub fn #ident(&self) -> operations::#name {
            operations::#name::new(self)
        }
    }
}

/// The name of the client's method. An operation may be called `match`, but not a method.
fn method_name(id: &str) -> Ident {
    let name = id.to_snake_case();
    syn::parse_str(&name).unwrap_or_else(|_| format_ident!("{name}_"))
}

fn builder(
    name: &Ident,
    method: &str,
    path: &str,
    operation: &Value,
    parameters: &[Parameter<'_>],
    value: &Type,
) -> Vec<Item> {
    let id = text(operation, "operationId");
    let called = method_name(id);
    let said = doc(&format!(
        "A request builder for [`{called}`](Client::{called})."
    ));
    let fields = parameters
        .iter()
        .map(|Parameter { ident, kind, .. }| quote!(#ident: Option<#kind>));
    // Not `IntoFuture`: that would box each call's future and allow two spellings of every call. `.await` without
    // `.send()` does not compile, and a builder that is dropped is a warning.
    let definition = parse_quote! {
        #said
        #[derive(Clone)]
        #[must_use = "nothing is sent until `.send().await`"]
        pub struct #name {
            client: Client,
            #(#fields,)*
        }
    };
    let maxima = parameters.iter().filter_map(maximum);
    let empty = parameters
        .iter()
        .map(|Parameter { ident, .. }| quote!(#ident: None));
    let setters = parameters
        .iter()
        .map(|parameter| setter(parameter, operation));
    let method = format_ident!("{}", method.to_uppercase());
    let path = path_of(path, parameters);
    let parts = parameters.iter().filter_map(part);
    let headers = parameters.iter().filter_map(header);
    let send = match value {
        Type::Tuple(unit) if unit.elems.is_empty() => quote!(send_without_content),
        _ => quote!(send),
    };
    let methods = parse_quote! {
        impl #name {
            const OPERATION: &'static str = #id;
            #(#maxima)*

            pub(crate) fn new(client: &Client) -> Self {
                Self { client: client.clone(), #(#empty,)* }
            }

            #(#setters)*

            fn build(&self) -> Result<Request, Error> {
                let request = request::start(&self.client, Method::#method, #path) #(#parts)*;
                #(#headers)*
                request::build(Self::OPERATION, request)
            }

            /// Sends the request and returns the response.
            ///
            /// # Errors
            ///
            /// Returns an [`Error`] if the call fails. [`Error::outcome`] tells whether the request may have been
            /// processed.
            pub async fn send(self) -> Result<Response<#value>, Error> {
                let request = self.build()?;
                transport::#send(&self.client, request, Self::OPERATION).await
            }
        }
    };
    vec![definition, methods, redact::name_only(name)]
}

/// The largest value of a parameter, which [`lists`](super::lists) needs to widen a page.
fn maximum(parameter: &Parameter<'_>) -> Option<TokenStream> {
    let said = parameter.said?;
    let maximum = said["schema"]["maximum"].as_i64()?;
    let constant = format_ident!("{}_MAXIMUM", parameter.ident.to_string().to_uppercase());
    let described = doc(&format!(
        "The largest [`{0}`](Self::{0}) that the API accepts.",
        parameter.ident
    ));
    Some(quote! {
        #described
        pub const #constant: i64 = #maximum;
    })
}

fn setter(parameter: &Parameter<'_>, operation: &Value) -> TokenStream {
    let Parameter {
        ident,
        kind,
        said,
        required,
    } = parameter;
    let described = text(said.unwrap_or(&operation["requestBody"]), "description");
    let mut sentences = vec![described.to_owned()];
    if *required {
        sentences.push("Required.".to_owned());
    }
    let schema = said.map(|said| &said["schema"]);
    for (key, label) in [
        ("minimum", "At least"),
        ("maximum", "At most"),
        ("default", "Default:"),
    ] {
        if let Some(value) = schema.and_then(|schema| schema.get(key)) {
            sentences.push(format!("{label} {value}."));
        }
    }
    let (accepted, value) = (accepted(kind), converted(kind, &format_ident!("value")));
    sentences.retain(|sentence| !sentence.is_empty());
    let described = doc(&sentences.join(" "));
    quote! {
        #described
        pub fn #ident(mut self, value: #accepted) -> Self {
            self.#ident = Some(#value);
            self
        }
    }
}

/// The path, with its parameters in it.
fn path_of(path: &str, parameters: &[Parameter<'_>]) -> TokenStream {
    let mut template = path.to_owned();
    let mut segments = Vec::new();
    for Parameter { ident, said, .. } in parameters {
        let Some(said) = said.filter(|said| said["in"] == "path") else {
            continue;
        };
        let name = text(said, "name");
        template = template.replace(&format!("{{{name}}}"), &format!("{{{ident}}}"));
        segments.push(quote!(#ident = request::segment(Self::OPERATION, #name, &self.#ident)?));
    }
    match segments.is_empty() {
        true => quote!(#path),
        false => quote!(&format!(#template, #(#segments),*)),
    }
}

/// The call that writes a parameter of the query, or the body.
fn part(parameter: &Parameter<'_>) -> Option<TokenStream> {
    let Parameter {
        ident,
        said,
        required,
        ..
    } = parameter;
    let Some(said) = said else {
        return Some(quote!(.json(request::required(Self::OPERATION, "body", &self.#ident)?)));
    };
    let name = text(said, "name");
    let value = match required {
        true => quote!(request::required(Self::OPERATION, #name, &self.#ident)?),
        false => quote!(&self.#ident),
    };
    (said["in"] == "query").then(|| quote!(.query(&[(#name, #value)])))
}

/// The statement that writes a header.
fn header(parameter: &Parameter<'_>) -> Option<TokenStream> {
    let Parameter {
        ident,
        said,
        required,
        ..
    } = parameter;
    let said = said.filter(|said| said["in"] == "header")?;
    let name = text(said, "name");
    Some(match required {
        true => quote! {
            let value = request::required(Self::OPERATION, #name, &self.#ident)?;
            let request = request.header(#name, value.to_string());
        },
        false => quote! {
            let request = match &self.#ident {
                Some(value) => request.header(#name, value.to_string()),
                None => request,
            };
        },
    })
}
