//! Operations: a method of the client with the required parameters, and a request builder with a setter for each
//! optional one.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{Ident, Item, parse_quote};

use super::super::lint::names;
use super::super::plain::{Next, Operation, Plain};
use super::parameters::{Input, Source, inputs, is_upload};
use super::responses::{Success, alternative, headers, success};
use super::typed::Typed;
use super::{deprecated, doc, redact};

/// An operation with its names and types in Rust.
struct Call<'p> {
    operation: &'p Operation,
    /// The name of the client's method.
    method: Ident,
    /// The name of the request builder.
    builder: Ident,
    inputs: Vec<Input<'p>>,
    success: Success,
}

pub fn operations(plain: &Plain, typed: &Typed) -> Result<Vec<Item>, String> {
    let mut methods = Vec::new();
    let mut items = Vec::new();
    let mut successes = Vec::new();
    for operation in &plain.operations {
        let call = Call {
            operation,
            method: format_ident!("{}", names::method_name(&operation.id)),
            builder: format_ident!("{}", names::builder_name(&operation.id)),
            inputs: inputs(operation, typed)?,
            success: success(operation, typed)?,
        };
        methods.push(call.client_method());
        items.extend(call.request_builder());
        successes.push(call.success);
    }
    let url = &plain.base_url;
    let mut all = vec![
        parse_quote! {
            /// The URL of the contract's server, which is the default base URL of a client.
            pub const BASE_URL: &str = #url;
        },
        parse_quote!(impl Client { #(#methods)* }),
    ];
    all.extend(items);
    all.extend(headers(plain, &successes, typed)?);
    Ok(all)
}

/// Returns true if the body may be a stream, which is sent once.
fn sent_once(operation: &Operation) -> bool {
    operation.body.as_ref().is_some_and(is_upload)
}

impl Call<'_> {
    /// The required inputs: those of the path in the path's order, the others in the contract's order, and the body.
    fn arguments(&self) -> impl Iterator<Item = &Input<'_>> {
        let mut arguments: Vec<_> = self.inputs.iter().filter(|input| input.required).collect();
        arguments.sort_by_key(|input| match input.source {
            Source::Parameter(parameter) if parameter.location == "path" => {
                let position = self.operation.path.find(&format!("{{{}}}", parameter.name));
                (0, position)
            }
            Source::Parameter(_) => (1, None),
            Source::Body(_) => (2, None),
        });
        arguments.into_iter()
    }

    fn client_method(&self) -> TokenStream {
        let Call {
            operation,
            method,
            builder,
            ..
        } = self;
        let mut paragraphs = vec![operation.description.clone()];
        if let Some(list) = &operation.list {
            let guarantee = match list.next {
                Next::Timestamp { .. } => ", which skip no items with equal timestamps",
                _ => "",
            };
            paragraphs.push(format!(
                "To read the whole list, use [`items`](operations::{builder}::items) or\n\
                 [`pages`](operations::{builder}::pages){guarantee}."
            ));
        }
        let described: Vec<_> = self.arguments().map(Input::described).collect();
        paragraphs.push(described.join("\n"));
        let request = format!("`{} {}`", operation.method.to_uppercase(), operation.path);
        paragraphs.push(match &operation.page {
            None => format!("{request}."),
            Some(page) => format!("{request}, documented at <{page}>."),
        });
        paragraphs.retain(|paragraph| !paragraph.is_empty());
        let docs = doc(&paragraphs.join("\n\n"));
        let reason = operation.description.lines().next().unwrap_or_default();
        let attribute = deprecated(operation.deprecated.then_some(reason));
        let arguments = self.arguments().map(Input::argument);
        let idents = self.arguments().map(|input| &input.ident);
        quote! {
            #docs
            #attribute
            pub fn #method(&self #(, #arguments)*) -> operations::#builder {
                operations::#builder::new(self #(, #idents)*)
            }
        }
    }

    fn request_builder(&self) -> Vec<Item> {
        let Call {
            operation,
            method,
            builder,
            inputs,
            success,
        } = self;
        let docs = doc(&format!(
            "A request builder for [`{method}`](Client::{method})."
        ));
        let fields = inputs.iter().map(Input::field);
        let initial = inputs.iter().map(Input::initial);
        let arguments = self.arguments().map(Input::argument);
        let maxima = inputs.iter().filter_map(Input::maximum);
        let setters = inputs.iter().filter_map(Input::setter);
        let once = sent_once(operation);
        let clone = (!once).then(|| quote!(#[derive(Clone)]));
        let build = self.build(once);
        let id = &operation.id;
        let send = &success.send;
        let kind = &success.kind;
        let responses = operation.responses.iter();
        let alternatives = responses
            .flat_map(|response| &response.others)
            .map(|(media_type, kind)| alternative(media_type, *kind));
        // Not `IntoFuture`: that would box each call's future and allow two spellings of every call. `.await` without
        // `.send()` does not compile, and a builder that is dropped is a warning.
        let mut items = vec![
            parse_quote! {
                #docs
                #clone
                #[must_use = "nothing is sent until `.send().await`"]
                pub struct #builder {
                    client: Client,
                    #(#fields,)*
                }
            },
            parse_quote! {
                impl #builder {
                    const OPERATION: &'static str = #id;
                    #(#maxima)*

                    pub(crate) fn new(client: &Client #(, #arguments)*) -> Self {
                        Self { client: client.clone(), #(#initial,)* }
                    }

                    #(#setters)*

                    #build

                    /// Sends the request and returns the response.
                    ///
                    /// # Errors
                    ///
                    /// Returns an [`Error`] if the call fails. [`Error::outcome`] tells whether the request may have been
                    /// processed.
                    pub async fn send(self) -> Result<Response<#kind>, Error> {
                        self.build()?.#send.await
                    }

                    #(#alternatives)*
                }
            },
            redact::name_only(builder),
        ];
        items.extend(success.definition.iter().cloned());
        items
    }

    /// The method that builds the request.
    fn build(&self, once: bool) -> TokenStream {
        let operation = self.operation;
        let method = format_ident!("{}", operation.method.to_uppercase());
        let path = self.path();
        let calls = self.inputs.iter().filter_map(Input::call);
        let without_key = operation.public.then(|| quote!(request.is_public = true;));
        let statements: Vec<_> = self
            .inputs
            .iter()
            .filter_map(Input::statement)
            .chain(without_key)
            .collect();
        let appended: Vec<_> = self.inputs.iter().filter_map(Input::appended).collect();
        let accept = &self.success.accept;
        let receiver = if once { quote!(self) } else { quote!(&self) };
        let mutable = (!statements.is_empty() || !appended.is_empty()).then(|| quote!(mut));
        quote! {
            fn build(#receiver) -> Result<Request, Error> {
                let #mutable request = request::start(&self.client, Self::OPERATION, Method::#method, #path, #accept) #(#calls)*;
                #(#statements)*
                #(#appended)*
                Ok(request)
            }
        }
    }

    /// The path with its parameters.
    fn path(&self) -> TokenStream {
        let path = &self.operation.path;
        let mut template = path.clone();
        let mut segments = Vec::new();
        for input in &self.inputs {
            let (Source::Parameter(parameter), Some(segment)) = (input.source, input.segment())
            else {
                continue;
            };
            let name = format!("{{{}}}", parameter.name);
            template = template.replace(&name, &format!("{{{}}}", input.ident));
            segments.push(segment);
        }
        if segments.is_empty() {
            quote!(#path)
        } else {
            quote!(&format!(#template, #(#segments),*))
        }
    }
}
