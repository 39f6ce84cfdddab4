//! The arguments and setters of an operation, and how their values are written into the request.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{Ident, Type, parse_quote};

use super::super::lint::names;
use super::super::plain::{Body, BodyKind, Operation, Parameter};
use super::arguments::{accepted, argument, converted};
use super::typed::Typed;
use super::{deprecated, doc};

/// A parameter or the body, with its name and type in Rust.
pub struct Input<'p> {
    pub ident: Ident,
    pub kind: Type,
    pub source: Source<'p>,
    pub required: bool,
    documentation: String,
    deprecated: Option<&'p str>,
}

#[derive(Clone, Copy)]
pub enum Source<'p> {
    Parameter(&'p Parameter),
    Body(&'p Body),
}

/// Returns the parameters of an operation, and its body.
pub fn inputs<'p>(operation: &'p Operation, typed: &Typed) -> Result<Vec<Input<'p>>, String> {
    let mut inputs = Vec::new();
    for parameter in &operation.parameters {
        inputs.push(Input {
            ident: format_ident!("{}", names::parameter_name(&parameter.name)),
            kind: typed.qualified(&parameter.schema)?,
            source: Source::Parameter(parameter),
            required: parameter.required,
            documentation: parameter.documentation.clone(),
            deprecated: parameter.deprecated.as_deref(),
        });
    }
    if let Some(body) = &operation.body {
        inputs.push(Input {
            ident: format_ident!("body"),
            kind: typed.qualified(&body.schema)?,
            source: Source::Body(body),
            required: body.required,
            documentation: body.description.clone(),
            deprecated: None,
        });
    }
    Ok(inputs)
}

impl Input<'_> {
    fn is_in(&self, place: &str) -> bool {
        matches!(self.source, Source::Parameter(parameter) if parameter.location == place)
    }

    /// What the method's documentation says about this argument.
    pub fn described(&self) -> String {
        let deprecated = self.deprecated.map_or("", |_| " Deprecated.");
        let text = &self.documentation;
        let described = format!("- `{}`:{deprecated} {text}", self.ident);
        described.trim_end_matches([':', ' ']).to_owned()
    }

    pub fn argument(&self) -> TokenStream {
        let (ident, accepted) = (&self.ident, accepted(&self.kind));
        quote!(#ident: #accepted)
    }

    /// The field of the request builder.
    pub fn field(&self) -> TokenStream {
        let (ident, kind) = (&self.ident, &self.kind);
        if self.required {
            quote!(#ident: #kind)
        } else {
            quote!(#ident: Option<#kind>)
        }
    }

    /// The value of the field in a new request builder.
    pub fn initial(&self) -> TokenStream {
        let ident = &self.ident;
        if self.required {
            let value = converted(&self.kind, ident);
            quote!(#ident: #value)
        } else {
            quote!(#ident: None)
        }
    }

    pub fn setter(&self) -> Option<TokenStream> {
        if self.required {
            return None;
        }
        let (ident, accepted) = (&self.ident, accepted(&self.kind));
        let value = converted(&self.kind, &format_ident!("value"));
        let docs = match self.documentation.as_str() {
            "" => doc(&format!("Sets `{}`.", self.ident)),
            text => doc(text),
        };
        let attribute = deprecated(self.deprecated);
        Some(quote! {
            #docs
            #attribute
            pub fn #ident(mut self, value: #accepted) -> Self {
                self.#ident = Some(#value);
                self
            }
        })
    }

    /// The largest value of a parameter, which [`lists`](super::lists) needs to widen a page.
    pub fn maximum(&self) -> Option<TokenStream> {
        let ident = &self.ident;
        let Source::Parameter(parameter) = self.source else {
            return None;
        };
        let maximum = parameter.schema.maximum?;
        let constant = format_ident!("{}_MAXIMUM", ident.to_string().to_uppercase());
        let docs = doc(&format!(
            "The largest [`{ident}`](Self::{ident}) that the API accepts."
        ));
        Some(quote! {
            #docs
            pub const #constant: i64 = #maximum;
        })
    }

    /// The items of an array, as an iterator of references.
    fn items(&self) -> TokenStream {
        let ident = &self.ident;
        if self.required {
            quote!(self.#ident.iter())
        } else {
            quote!(self.#ident.iter().flatten())
        }
    }

    /// The call that adds a query parameter or a JSON body to the request.
    pub fn call(&self) -> Option<TokenStream> {
        let ident = &self.ident;
        let parameter = match self.source {
            Source::Body(body) => return json_call(self, body),
            Source::Parameter(parameter) if parameter.location == "query" => parameter,
            Source::Parameter(_) => return None,
        };
        let name = &parameter.name;
        if argument(&self.kind, "Vec").is_none() {
            return Some(quote!(.query(&[(#name, &self.#ident)])));
        }
        if parameter.separator.is_some() {
            return None;
        }
        let items = self.items();
        Some(quote!(.query(&written::repeated(#name, #items))))
    }

    /// The statement that adds a header or an optional body to the request.
    pub fn statement(&self) -> Option<TokenStream> {
        let ident = &self.ident;
        let name = match self.source {
            Source::Body(body) => return body_statement(self, body),
            Source::Parameter(parameter) if parameter.is_idempotency_key => {
                let name = &parameter.name;
                return Some(quote! {
                    let key = self.#ident.as_ref().map(Text::to_text);
                    request = request.idempotency_key(#name, key);
                });
            }
            Source::Parameter(parameter) if parameter.location == "header" => &parameter.name,
            Source::Parameter(_) => return None,
        };
        if let Some(item) = argument(&self.kind, "Vec") {
            let items = self.items();
            let written = text(item, quote!(item));
            return Some(quote! {
                let values: Vec<_> = #items.map(|item| #written).collect();
                if !values.is_empty() {
                    request = request.header(#name, values.join(","));
                }
            });
        }
        let written = text(&self.kind, quote!(value));
        if self.required {
            return Some(quote! {
                let value = &self.#ident;
                request = request.header(#name, #written);
            });
        }
        Some(quote! {
            if let Some(value) = &self.#ident {
                request = request.header(#name, #written);
            }
        })
    }

    /// The statement that appends the items of an array, with a separator, to the query of the built request.
    pub fn appended(&self) -> Option<TokenStream> {
        let Source::Parameter(parameter) = self.source else {
            return None;
        };
        let item = argument(&self.kind, "Vec")?;
        let separator = parameter.separator.filter(|_| self.is_in("query"))?;
        let (name, items) = (&parameter.name, self.items());
        let written = text(item, quote!(item));
        Some(quote!(written::append(&mut request, #name, #separator, #items.map(|item| #written));))
    }

    /// The argument of `format!` for a path parameter.
    pub fn segment(&self) -> Option<TokenStream> {
        let Source::Parameter(parameter) = self.source else {
            return None;
        };
        if !self.is_in("path") {
            return None;
        }
        let (ident, name) = (&self.ident, &parameter.name);
        if let Some(item) = argument(&self.kind, "Vec") {
            let written = text(item, quote!(item));
            let items = quote!(self.#ident.iter().map(|item| #written));
            return Some(quote!(#ident = written::segments(Self::OPERATION, #name, #items)?));
        }
        let value = if is_timestamp(&self.kind) {
            let written = text(&self.kind, quote!(self.#ident));
            quote!(&#written)
        } else {
            quote!(&self.#ident)
        };
        Some(quote!(#ident = written::segment(Self::OPERATION, #name, #value)?))
    }
}

/// The text of a value outside of JSON.
fn text(kind: &Type, value: TokenStream) -> TokenStream {
    if is_timestamp(kind) {
        quote!(written::timestamp(&#value))
    } else {
        quote!(#value.to_text())
    }
}

fn is_timestamp(kind: &Type) -> bool {
    let timestamp: Type = parse_quote!(DateTime<Utc>);
    *kind == timestamp
}

/// Returns true if the body can be sent only once, because it may be a stream.
pub fn is_upload(body: &Body) -> bool {
    matches!(body.kind, BodyKind::Multipart | BodyKind::Bytes)
}

fn json_call(input: &Input<'_>, body: &Body) -> Option<TokenStream> {
    if !input.required || body.kind != BodyKind::Json {
        return None;
    }
    let content_type = content_type(body);
    let ident = &input.ident;
    Some(quote!(#content_type .json(&self.#ident)))
}

/// The header of a media type that is not reqwest's own.
fn content_type(body: &Body) -> TokenStream {
    let media_type = &body.media_type;
    if media_type == "application/json" {
        quote!()
    } else {
        quote!(.header(CONTENT_TYPE, #media_type))
    }
}

fn body_statement(input: &Input<'_>, body: &Body) -> Option<TokenStream> {
    let ident = &input.ident;
    let content_type = content_type(body);
    let add = match body.kind {
        BodyKind::Json if input.required => return None,
        BodyKind::Json => quote!(request = request #content_type .json(body);),
        BodyKind::Form => quote! {
            request = request #content_type .body(written::form(Self::OPERATION, body)?);
        },
        BodyKind::Text => quote!(request = request #content_type .body(body.clone());),
        BodyKind::Multipart => quote! {
            let form = body.into_form().map_err(|reason| request::invalid(Self::OPERATION, reason))?;
            request = request.header(CONTENT_TYPE, form.content_type()).body(form.into_body());
        },
        BodyKind::Bytes => {
            let media_type = match body.media_type.as_str() {
                wildcard if wildcard.contains('*') => "application/octet-stream",
                concrete => concrete,
            };
            quote! {
                request = request
                    .header(CONTENT_TYPE, body.media_type_or(#media_type).to_owned())
                    .body(body.into_body());
            }
        }
    };
    let reference = (!is_upload(body)).then(|| quote!(&));
    Some(if input.required {
        quote!(let body = #reference self.#ident; #add)
    } else {
        quote!(if let Some(body) = #reference self.#ident { #add })
    })
}
