//! The fields of objects.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Ident, ItemStruct, Type, parse_quote};

use super::super::lower;
use super::super::plain::schemas::Property;
use super::super::plain::{Plain, Schema};
use super::arguments::argument;

/// A field of a generated struct.
pub struct Field<'p> {
    pub ident: Ident,
    /// The property, or `None` for the properties that the contract does not declare.
    pub property: Option<&'p Property>,
    pub presence: Presence,
    /// The type of the value, if it is present and not null.
    pub value: Type,
    attributes: TokenStream,
}

/// Which values a field has beside those of its type.
pub enum Presence {
    /// Always present.
    Required,
    /// Always present, and always this value.
    Constant(String),
    /// Absent; null is read as absent.
    Optional,
    /// Null, which is also written.
    Null,
    /// Absent or null, which differ in a request.
    AbsentOrNull,
    /// The properties that the contract does not declare.
    Others,
}

impl Field<'_> {
    pub fn is_sensitive(&self) -> bool {
        match self.property {
            Some(property) => property.schema.sensitive,
            // Undeclared properties may be anything.
            None => true,
        }
    }

    /// Returns true if the field has a setter, and is no argument of the constructor.
    pub fn is_optional(&self) -> bool {
        !matches!(self.presence, Presence::Required | Presence::Constant(_))
    }

    /// The type of the field.
    pub fn kind(&self) -> TokenStream {
        let value = &self.value;
        match self.presence {
            Presence::Required | Presence::Constant(_) | Presence::Others => quote!(#value),
            Presence::Optional | Presence::Null => quote!(Option<#value>),
            Presence::AbsentOrNull => quote!(Nullable<#value>),
        }
    }

    /// The serde attributes of the field.
    pub fn attributes(&self) -> &TokenStream {
        &self.attributes
    }

    /// The property's documentation, or that of the component it refers to.
    pub fn documentation(&self, plain: &Plain) -> String {
        let Some(property) = self.property else {
            return "The properties that the contract does not declare.".to_owned();
        };
        let text = &property.schema.documentation;
        let referred = property
            .schema
            .reference
            .as_ref()
            .and_then(|name| plain.schemas.get(name));
        let text = match referred {
            Some(component) if text.is_empty() => &component.documentation,
            _ => text,
        };
        if text.is_empty() {
            return format!("The property `{}`.", property.name);
        }
        text.clone()
    }
}

/// Returns the fields of an object, as progenitor names and types them.
pub fn fields_of<'p>(
    item: &ItemStruct,
    schema: &'p Schema,
    is_sent: bool,
) -> Result<Vec<Field<'p>>, String> {
    let mut fields = Vec::new();
    for field in &item.fields {
        let Some(ident) = field.ident.clone() else {
            continue;
        };
        let name = property_name(field, &ident);
        let property = schema
            .properties
            .iter()
            .find(|property| property.name == name);
        if property.is_none() && (name != lower::ADDITIONAL || schema.additional.is_none()) {
            // It keeps an object without properties from becoming a map.
            continue;
        }
        let value = argument(&field.ty, "Option").unwrap_or(&field.ty).clone();
        let presence = presence(property, is_sent);
        let rename = (ident != name).then(|| quote!(rename = #name));
        let absent = match presence {
            Presence::Optional => Some(quote!(skip_serializing_if = "Option::is_none")),
            Presence::AbsentOrNull => {
                Some(quote!(default, skip_serializing_if = "Nullable::is_absent"))
            }
            Presence::Others => Some(quote!(flatten)),
            _ => None,
        };
        let serde: Vec<_> = rename.into_iter().chain(absent).collect();
        let attributes = if serde.is_empty() {
            TokenStream::new()
        } else {
            quote!(#[serde(#(#serde),*)])
        };
        fields.push(Field {
            ident,
            property,
            presence,
            value,
            attributes,
        });
    }
    let count = schema.properties.len() + usize::from(schema.additional.is_some());
    if fields.len() != count {
        return Err(format!(
            "the generator wrote other fields for `{}`",
            item.ident
        ));
    }
    Ok(fields)
}

fn presence(property: Option<&Property>, is_sent: bool) -> Presence {
    let Some(property) = property else {
        return Presence::Others;
    };
    match (property.required, property.schema.nullable) {
        (true, false) => match &property.constant {
            Some(constant) => Presence::Constant(constant.clone()),
            None => Presence::Required,
        },
        (true, true) => Presence::Null,
        (false, true) if is_sent => Presence::AbsentOrNull,
        (false, _) => Presence::Optional,
    }
}

/// The property's name in JSON.
fn property_name(field: &syn::Field, ident: &Ident) -> String {
    let mut name = syn::ext::IdentExt::unraw(ident).to_string();
    let serde = field
        .attrs
        .iter()
        .filter(|attribute| attribute.path().is_ident("serde"));
    for attribute in serde {
        // The other keys (`skip_serializing_if`) end the parse, after `rename`.
        let _ = attribute.parse_nested_meta(|meta| {
            if meta.path.is_ident("rename") {
                name = meta.value()?.parse::<syn::LitStr>()?.value();
            }
            Ok(())
        });
    }
    name
}

/// The type of a form's file.
pub fn is_upload(kind: &Type) -> bool {
    let upload: Type = parse_quote!(Upload);
    *kind == upload
}
