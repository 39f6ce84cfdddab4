//! Object components: structs that can gain optional properties, with a constructor for the required ones.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::ext::IdentExt;
use syn::{Ident, Item, Type, parse_quote};

use super::super::plain::{BodyKind, Plain, Schema};
use super::arguments::{accepted, argument, converted};
use super::fields::{Field, Presence, fields_of, is_upload};
use super::typed::Typed;
use super::{deprecated, doc, doc_of_type, redact};

pub fn object(
    name: &str,
    schema: &Schema,
    plain: &Plain,
    typed: &Typed,
) -> Result<Vec<Item>, String> {
    let item = typed
        .structs
        .get(name)
        .ok_or_else(|| format!("the generator wrote no struct `{name}`"))?;
    let fields = fields_of(item, schema, plain.sent.contains(name))?;
    let ident = format_ident!("{name}");
    let is_form = is_multipart(name, plain);
    let redacted = schema.sensitive || fields.iter().any(Field::is_sensitive);
    let debug = (!redacted).then(|| quote!(Debug,));
    let default = fields
        .iter()
        .all(Field::is_optional)
        .then(|| quote!(Default,));
    let values = (!is_form).then(|| quote!(Clone, PartialEq, Serialize, Deserialize,));
    let derives = quote!(#values #debug #default);
    let derive = (!derives.is_empty()).then(|| quote!(#[derive(#derives)]));
    let tag = schema.tag.as_ref().map(|tag| {
        let (property, value) = (&tag.property, &tag.value);
        quote!(#[serde(tag = #property, rename = #value)])
    });
    let members = fields.iter().map(|field| {
        let (ident, kind, attributes) = (&field.ident, field.kind(), field.attributes());
        let attributes = (!is_form).then_some(attributes);
        let docs = doc(&field.documentation(plain));
        let deprecated = deprecation(field);
        quote!(#docs #deprecated #attributes pub #ident: #kind)
    });
    let description = doc_of_type(name, &schema.documentation);
    let mut items = vec![
        parse_quote! {
            #description
            #derive
            #tag
            #[non_exhaustive]
            pub struct #ident { #(#members),* }
        },
        methods(&ident, &fields, schema),
    ];
    if schema.sensitive {
        items.push(redact::whole(&ident));
    } else if redacted {
        items.push(redact::object(&ident, &fields));
    }
    if is_form {
        items.push(form(&ident, &fields));
    }
    Ok(items)
}

fn is_multipart(name: &str, plain: &Plain) -> bool {
    let mut bodies = plain
        .operations
        .iter()
        .filter_map(|operation| operation.body.as_ref());
    bodies.any(|body| {
        body.kind == BodyKind::Multipart && body.schema.reference.as_deref() == Some(name)
    })
}

fn deprecation(field: &Field<'_>) -> TokenStream {
    let reason = field
        .property
        .and_then(|property| property.schema.deprecated.as_deref());
    deprecated(reason)
}

fn methods(name: &Ident, fields: &[Field<'_>], schema: &Schema) -> Item {
    let arguments = arguments(fields, schema);
    let parameters = arguments.iter().map(|field| {
        let (ident, accepted) = (&field.ident, accepted(&field.value));
        quote!(#ident: #accepted)
    });
    let values = fields.iter().map(|field| {
        let ident = &field.ident;
        match &field.presence {
            Presence::Required => {
                let value = converted(&field.value, ident);
                quote!(#ident: #value)
            }
            Presence::Constant(constant) => quote!(#ident: #constant.into()),
            Presence::Optional | Presence::Null => quote!(#ident: None),
            Presence::AbsentOrNull => quote!(#ident: Nullable::Absent),
            Presence::Others => quote!(#ident: Default::default()),
        }
    });
    let setters = fields
        .iter()
        // The constructor has this name.
        .filter(|field| field.is_optional() && field.ident != "new")
        .map(setter);
    let has_nullable = fields
        .iter()
        .any(|field| matches!(field.presence, Presence::AbsentOrNull));
    let docs = match arguments.len() {
        0 if fields.is_empty() => "Creates a value.",
        0 if has_nullable => "Creates a value whose properties are all absent.",
        0 => "Creates a value whose properties are all `None`.",
        count if count == fields.len() => "Creates a value from its properties.",
        _ if has_nullable => {
            "Creates a value from its required properties; the optional ones are absent."
        }
        _ => "Creates a value from its required properties; the optional ones are `None`.",
    };
    let docs = doc(docs);
    parse_quote! {
        impl #name {
            #docs
            #[must_use]
            pub fn new(#(#parameters),*) -> Self {
                Self { #(#values),* }
            }
            #(#setters)*
        }
    }
}

/// The required fields, in the order of the contract's `required`.
fn arguments<'f, 'p>(fields: &'f [Field<'p>], schema: &Schema) -> Vec<&'f Field<'p>> {
    let mut arguments: Vec<_> = fields
        .iter()
        .filter(|field| matches!(field.presence, Presence::Required))
        .collect();
    arguments.sort_by_key(|field| {
        let name = field.property.map(|property| &property.name);
        schema
            .properties
            .iter()
            .position(|property| Some(&property.name) == name)
    });
    arguments
}

fn setter(field: &Field<'_>) -> TokenStream {
    let (ident, accepted) = (&field.ident, accepted(&field.value));
    let value = converted(&field.value, &format_ident!("value"));
    let link = format!("[`{0}`](#structfield.{0})", ident.unraw());
    let docs = doc(&format!("Sets {link}."));
    let deprecated = deprecation(field);
    let (value, null) = match field.presence {
        Presence::AbsentOrNull => {
            // A field named after a keyword ends with an underscore.
            let name = ident.unraw().to_string();
            let null = format_ident!("{}_null", name.trim_end_matches('_'));
            let docs_null = doc(&format!("Sets {link} to null."));
            let method = quote! {
                #docs_null
                #deprecated
                #[must_use]
                pub fn #null(mut self) -> Self {
                    self.#ident = Nullable::Null;
                    self
                }
            };
            (quote!(Nullable::Value(#value)), Some(method))
        }
        Presence::Others => (value, None),
        _ => (quote!(Some(#value)), None),
    };
    quote! {
        #docs
        #deprecated
        #[must_use]
        pub fn #ident(mut self, value: #accepted) -> Self {
            self.#ident = #value;
            self
        }
        #null
    }
}

/// The conversion of a `multipart/form-data` body.
fn form(name: &Ident, fields: &[Field<'_>]) -> Item {
    let parts = fields.iter().map(|field| {
        let ident = &field.ident;
        let name = field.property.map_or("", |property| property.name.as_str());
        let part = part(quote!(#name), &field.value);
        match field.presence {
            Presence::Required | Presence::Constant(_) => quote! {
                let value = self.#ident;
                #part
            },
            Presence::AbsentOrNull => quote!(if let Nullable::Value(value) = self.#ident { #part }),
            Presence::Others => {
                quote!(for (name, value) in self.#ident { form.value(&name, &value)?; })
            }
            _ => quote!(if let Some(value) = self.#ident { #part }),
        }
    });
    parse_quote! {
        impl #name {
            pub(crate) fn into_form(self) -> Result<Form, String> {
                let mut form = Form::new();
                #(#parts)*
                Ok(form)
            }
        }
    }
}

/// The statement that adds `value` to a form.
fn part(name: TokenStream, kind: &Type) -> TokenStream {
    if is_upload(kind) {
        quote!(form.file(#name, value);)
    } else if argument(kind, "Vec").is_some_and(is_upload) {
        quote!(for value in value { form.file(#name, value); })
    } else {
        quote!(form.value(#name, &value)?;)
    }
}
