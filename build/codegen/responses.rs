//! The successful responses of an operation: the type of the body, how it is decoded, and the documented headers.

use std::collections::BTreeMap;

use proc_macro2::TokenStream;
use quote::{ToTokens, format_ident, quote};
use syn::{Item, Type, parse_quote};

use super::super::lint::names;
use super::super::plain::schemas::Kind;
use super::super::plain::{BodyKind, Operation, Plain, Response, Schema};
use super::arguments::argument;
use super::typed::Typed;
use super::{deprecated, doc, redact};

/// The success of an operation.
pub struct Success {
    /// The type of the body.
    pub kind: Type,
    /// The media type that the request accepts.
    pub accept: String,
    /// The method of the request that sends it and decodes the response.
    pub send: TokenStream,
    /// The type itself, if the operation has one of its own.
    pub definition: Vec<Item>,
}

/// A method that asks for another media type than [`Success`].
pub fn alternative(media_type: &str, kind: BodyKind) -> TokenStream {
    let method = format_ident!("{}", names::send_method(media_type));
    let accept = essence(media_type);
    let docs = doc(&format!(
        "Sends the request and returns the response as `{accept}`.\n\n# Errors\n\nReturns the errors of \
         [`send`](Self::send)."
    ));
    let (output, decode) = if kind == BodyKind::Text {
        (quote!(String), quote!(decode::text))
    } else {
        (quote!(Bytes), quote!(decode::bytes))
    };
    quote! {
        #docs
        pub async fn #method(self) -> Result<Response<#output>, Error> {
            self.build()?.header(ACCEPT, #accept).call(#decode).await
        }
    }
}

fn essence(media_type: &str) -> &str {
    media_type.split(';').next().unwrap_or_default().trim()
}

pub fn success(operation: &Operation, typed: &Typed) -> Result<Success, String> {
    let contents: Vec<_> = operation
        .responses
        .iter()
        .filter_map(|response| response.content.as_ref())
        .collect();
    let media_type = contents
        .first()
        .map_or("application/json", |(media_type, _)| media_type.as_str());
    let accept = essence(media_type).to_owned();
    let plain_send = |kind: Type, send: TokenStream| Success {
        kind,
        accept: accept.clone(),
        send,
        definition: Vec::new(),
    };
    let Some((_, kind)) = contents.first() else {
        let send = quote! {
            call(|response, _| Ok(Response::new((), response.status, response.headers)))
        };
        return Ok(plain_send(parse_quote!(()), send));
    };
    match kind {
        BodyKind::Json => {}
        BodyKind::Text => {
            let send = quote!(call(decode::text));
            return Ok(plain_send(parse_quote!(String), send));
        }
        _ => {
            let send = quote!(call(decode::bytes));
            return Ok(plain_send(parse_quote!(Bytes), send));
        }
    }
    let mut kinds: Vec<Type> = Vec::new();
    for response in operation
        .responses
        .iter()
        .filter(|response| response.content.is_some())
    {
        let kind = typed.qualified(&response.schema)?;
        if !kinds.contains(&kind) {
            kinds.push(kind);
        }
    }
    if let [kind] = kinds.as_slice() {
        let may_be_empty =
            contents.len() < operation.responses.len() && argument(kind, "Option").is_none();
        let kind = if may_be_empty {
            parse_quote!(Option<#kind>)
        } else {
            kind.clone()
        };
        return Ok(plain_send(kind, quote!(send())));
    }
    by_status(operation, typed, accept)
}

/// The success of an operation whose responses differ by status code: an enum with a variant for each.
fn by_status(operation: &Operation, typed: &Typed, accept: String) -> Result<Success, String> {
    let name = format_ident!("{}Response", names::builder_name(&operation.id));
    let method = names::method_name(&operation.id);
    let mut variants = Vec::new();
    let mut arms = Vec::new();
    let mut shown = Vec::new();
    for response in &operation.responses {
        let variant = format_ident!("{}", variant(&response.status));
        let label = variant.to_string();
        let docs = doc(&format!(
            "The response with the status code {}.",
            response.status
        ));
        let pattern = match response.status.parse::<u16>() {
            Ok(status) => quote!(#status),
            Err(_) => quote!(200..300),
        };
        if response.content.is_some() {
            let kind = typed.qualified(&response.schema)?;
            variants.push(quote!(#docs #variant(#kind)));
            arms.push(quote! {
                #pattern => decode::json::<#kind>(response, call).map(|body| body.map(#name::#variant))
            });
            shown.push(quote!(Self::#variant(body) => f.debug_tuple(#label).field(body).finish()));
        } else {
            variants.push(quote!(#docs #variant));
            arms.push(quote! {
                #pattern => Ok(Response::new(#name::#variant, response.status, response.headers))
            });
            shown.push(quote!(Self::#variant => f.write_str(#label)));
        }
    }
    let docs = doc(&format!(
        "The response of [`{method}`](Client::{method}), by its status code."
    ));
    let definition = vec![
        parse_quote! {
            #docs
            #[derive(Clone, PartialEq)]
            #[non_exhaustive]
            pub enum #name {
                #(#variants,)*
                /// The body of a response with a status code that the contract does not list.
                Unknown(Value),
            }
        },
        redact::enumeration(&name, &shown),
    ];
    Ok(Success {
        kind: parse_quote!(#name),
        accept,
        send: quote! {
            call(|response, call| match response.status.as_u16() {
                #(#arms,)*
                _ => decode::json::<Value>(response, call).map(|body| body.map(#name::Unknown)),
            })
        },
        definition,
    })
}

/// The name of the variant for a status code.
fn variant(status: &str) -> String {
    let name = match status {
        "200" => "Ok",
        "201" => "Created",
        "202" => "Accepted",
        "203" => "NonAuthoritativeInformation",
        "204" => "NoContent",
        "205" => "ResetContent",
        "206" => "PartialContent",
        "2XX" => "Success",
        other => return format!("Status{other}"),
    };
    name.to_owned()
}

/// The schema of the items of an array, which may be a component.
fn items<'p>(plain: &'p Plain, schema: &'p Schema) -> Option<&'p Schema> {
    let component = schema.reference.as_ref();
    let schema = component
        .and_then(|name| plain.schemas.get(name))
        .unwrap_or(schema);
    schema.items.as_deref()
}

/// The methods of the response types that read documented headers.
pub fn headers(plain: &Plain, successes: &[Success], typed: &Typed) -> Result<Vec<Item>, String> {
    let mut methods: BTreeMap<String, (Type, BTreeMap<String, TokenStream>)> = BTreeMap::new();
    for (operation, success) in plain.operations.iter().zip(successes) {
        for header in operation
            .responses
            .iter()
            .flat_map(|response: &Response| &response.headers)
        {
            let name = &header.name;
            let ident = names::header_name(name);
            // It has a method already.
            if ident == "x_request_id" {
                continue;
            }
            let method = format_ident!("{ident}");
            let docs = match header.documentation.as_str() {
                "" => doc(&format!("Returns the value of the header `{name}`.")),
                text => doc(text),
            };
            let attribute = deprecated(header.deprecated.as_deref());
            let kind = typed.qualified(&header.schema)?;
            let text = quote!(self.headers().get(#name).and_then(|value| value.to_str().ok()));
            let is_text =
                header.schema.kind == Some(Kind::String) && header.schema.format.is_none();
            let (output, read): (Type, _) = if is_text && header.schema.reference.is_none() {
                (parse_quote!(&str), text)
            } else if header.schema.format.as_deref() == Some("date-time") {
                (kind, quote!(#text.and_then(written::read_timestamp)))
            } else if let Some(items) = items(plain, &header.schema) {
                let item = typed.qualified(items)?;
                let converted = header
                    .schema
                    .reference
                    .as_ref()
                    .map(|_| quote!(.map(#kind::from)));
                let read = quote! {
                    #text?
                        .split(',')
                        .map(|item| item.trim().parse())
                        .collect::<Result<Vec<#item>, _>>()
                        .ok()
                        #converted
                };
                (kind, read)
            } else {
                (kind, quote!(#text?.parse().ok()))
            };
            let tokens = quote! {
                #docs
                ///
                /// Returns `None` if the header is absent or not as documented.
                #attribute
                pub fn #method(&self) -> Option<#output> {
                    #read
                }
            };
            let success = &success.kind;
            let of_type = methods
                .entry(success.to_token_stream().to_string())
                .or_insert_with(|| (success.clone(), BTreeMap::new()));
            of_type.1.entry(ident).or_insert(tokens);
        }
    }
    let blocks = methods.into_values().map(|(kind, methods)| {
        let methods = methods.into_values();
        parse_quote!(impl Response<#kind> { #(#methods)* })
    });
    Ok(blocks.collect())
}
