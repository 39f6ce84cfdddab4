//! Object components: structs that can gain optional properties, with a constructor for the required ones.

use proc_macro2::TokenStream;
use quote::{ToTokens, format_ident, quote};
use serde_json::Value;
use syn::ext::IdentExt;
use syn::{
    Attribute, Fields, GenericArgument, Ident, Item, ItemStruct, PathArguments, Type, parse_quote,
};

use super::{Types, component, doc, redact, schemas, text};

/// A field of a generated struct.
pub struct Field {
    pub ident: Ident,
    /// The property's name in JSON.
    pub property: String,
    kind: Type,
    /// The type of the property if it is set; `None` for a required property.
    pub optional: Option<Type>,
    attributes: Vec<Attribute>,
}

/// The types that progenitor wrote for `components/schemas`, without the strings.
pub fn objects(items: Vec<Item>, contract: &Value) -> Result<Types, String> {
    let mut types = Types::new();
    let mut newtypes = Vec::new();
    let mut blocks = Vec::new();
    for item in items {
        match item {
            Item::Struct(item) if matches!(item.fields, Fields::Named(_)) => {
                let name = item.ident.to_string();
                types.insert(name, object(item, contract)?);
            }
            Item::Struct(item) => {
                let name = item.ident.to_string();
                types.insert(name.clone(), newtype(item, contract));
                newtypes.push(name);
            }
            Item::Impl(block) => blocks.push(block),
            // Its builders and their errors: the constructors replace them.
            Item::Mod(_) => {}
            _ => return Err("the generator wrote a type of an unexpected kind".to_owned()),
        }
    }
    for block in blocks {
        // `impl From<Newtype> for Map` belongs to the newtype too.
        let implemented = block
            .trait_
            .as_ref()
            .map(|(path, _)| path.to_token_stream());
        let tokens = implemented
            .into_iter()
            .flatten()
            .chain(block.self_ty.to_token_stream());
        let words: Vec<_> = tokens.map(|token| token.to_string()).collect();
        if let Some(newtype) = newtypes.iter().find(|name| words.contains(name)) {
            types
                .entry(newtype.clone())
                .or_default()
                .push(Item::Impl(block));
        }
    }
    Ok(types)
}

/// An array, a map or a scalar: what progenitor wrote, documented like the others.
fn newtype(mut item: ItemStruct, contract: &Value) -> Vec<Item> {
    let name = item.ident.clone();
    let schema = &contract["components"]["schemas"][name.to_string()];
    let docs = doc(text(schema, "description"));
    item.attrs
        .retain(|attribute| !attribute.path().is_ident("doc"));
    let mut items = Vec::new();
    if redact::is_sensitive(schema) {
        without_debug(&mut item);
        items.push(redact::whole(&name));
    }
    items.insert(0, parse_quote!(#docs #[non_exhaustive] #item));
    items
}

fn without_debug(item: &mut ItemStruct) {
    for attribute in &mut item.attrs {
        let parser = syn::punctuated::Punctuated::<syn::Path, syn::Token![,]>::parse_terminated;
        if attribute.path().is_ident("derive")
            && let Ok(derives) = attribute.parse_args_with(parser)
        {
            let kept = derives.iter().filter(|path| !path.is_ident("Debug"));
            *attribute = parse_quote!(#[derive(#(#kept),*)]);
        }
    }
}

fn object(item: ItemStruct, contract: &Value) -> Result<Vec<Item>, String> {
    let name = item.ident.clone();
    let schema = &contract["components"]["schemas"][name.to_string()];
    let description = doc(text(schema, "description"));
    let fields: Vec<_> = item.fields.into_iter().filter_map(field).collect();
    let sensitive = fields
        .iter()
        .any(|field| redact::is_sensitive(&schema["properties"][&field.property]));
    let required = required(&fields, schema)?;
    let default = required.is_empty().then(|| quote!(, Default));
    let debug = (!sensitive).then(|| quote!(, Debug));
    let members = fields.iter().map(|field| {
        let Field {
            ident,
            kind,
            attributes,
            ..
        } = field;
        let docs = doc(&documentation(field, schema, contract));
        quote!(#docs #(#attributes)* pub #ident: #kind)
    });
    let definition = parse_quote! {
        #description
        #[derive(Clone, PartialEq, Serialize, Deserialize #debug #default)]
        #[non_exhaustive]
        pub struct #name { #(#members),* }
    };
    let mut items = vec![definition, methods(&name, &fields, &required)];
    if sensitive {
        items.push(redact::object(&name, &fields, schema));
    }
    Ok(items)
}

pub fn field(field: syn::Field) -> Option<Field> {
    let ident = field.ident?;
    let mut property = ident.unraw().to_string();
    for attribute in field
        .attrs
        .iter()
        .filter(|attribute| attribute.path().is_ident("serde"))
    {
        // The other keys (`skip_serializing_if`) end the parse, after `rename`.
        let _ = attribute.parse_nested_meta(|meta| {
            if meta.path.is_ident("rename") {
                property = meta.value()?.parse::<syn::LitStr>()?.value();
            }
            Ok(())
        });
    }
    let attributes = field
        .attrs
        .into_iter()
        .filter(|attribute| !attribute.path().is_ident("doc"));
    Some(Field {
        ident,
        property,
        optional: argument(&field.ty, "Option").cloned(),
        attributes: attributes.collect(),
        kind: field.ty,
    })
}

/// The type argument of `container` in this type, e.g. `T` in `Option<T>`.
pub fn argument<'t>(kind: &'t Type, container: &str) -> Option<&'t Type> {
    let Type::Path(path) = kind else { return None };
    let last = path
        .path
        .segments
        .last()
        .filter(|segment| segment.ident == container)?;
    match &last.arguments {
        PathArguments::AngleBracketed(arguments) => match arguments.args.first()? {
            GenericArgument::Type(kind) => Some(kind),
            _ => None,
        },
        _ => None,
    }
}

/// The required fields, in the order of the contract's `required`.
fn required<'f>(fields: &'f [Field], schema: &Value) -> Result<Vec<&'f Field>, String> {
    let names = schema["required"].as_array().into_iter().flatten();
    let order: Vec<_> = names.filter_map(Value::as_str).collect();
    let mut required: Vec<_> = fields
        .iter()
        .filter(|field| field.optional.is_none())
        .collect();
    if let Some(field) = required
        .iter()
        .find(|field| !order.contains(&field.property.as_str()))
    {
        return Err(format!(
            "the generator requires the optional property `{}`",
            field.property
        ));
    }
    required.sort_by_key(|field| order.iter().position(|name| *name == field.property));
    Ok(required)
}

/// The property's description, or that of the component it refers to.
fn documentation(field: &Field, schema: &Value, contract: &Value) -> String {
    let property = &schema["properties"][&field.property];
    let own = text(property, "description");
    if !own.is_empty() {
        return own.to_owned();
    }
    let referred = component(property);
    let referred = referred.and_then(|name| schemas(contract).find(|(other, _)| *other == name));
    referred
        .map_or("", |(_, schema)| text(schema, "description"))
        .to_owned()
}

fn methods(name: &Ident, fields: &[Field], required: &[&Field]) -> Item {
    let arguments = required.iter().map(|field| {
        let (ident, accepted) = (&field.ident, accepted(&field.kind));
        quote!(#ident: #accepted)
    });
    let values = fields.iter().map(|field| {
        let ident = &field.ident;
        match &field.optional {
            Some(_) => quote!(#ident: None),
            None => {
                let value = converted(&field.kind, ident);
                quote!(#ident: #value)
            }
        }
    });
    let optional = fields
        .iter()
        .filter_map(|field| Some((field, field.optional.as_ref()?)))
        // The constructor has this name.
        .filter(|(field, _)| field.ident != "new");
    let setters = optional.map(|(field, kind)| {
        let (ident, accepted) = (&field.ident, accepted(kind));
        let value = converted(kind, &format_ident!("value"));
        let docs = doc(&format!("Sets [`{0}`](#structfield.{0}).", ident.unraw()));
        quote! {
            #docs
            #[must_use]
            pub fn #ident(mut self, value: #accepted) -> Self {
                self.#ident = Some(#value);
                self
            }
        }
    });
    let docs = match required.len() {
        0 => "Creates a value whose properties are all `None`.",
        count if count == fields.len() => "Creates a value from its properties.",
        _ => "Creates a value from its required properties; the optional ones are `None`.",
    };
    let docs = doc(docs);
    parse_quote! {
        impl #name {
            #docs
            #[must_use]
            pub fn new(#(#arguments),*) -> Self {
                Self { #(#values),* }
            }
            #(#setters)*
        }
    }
}

/// The type of an argument that becomes a `kind`.
pub fn accepted(kind: &Type) -> TokenStream {
    match argument(kind, "Vec") {
        Some(item) => quote!(impl IntoIterator<Item = impl Into<#item>>),
        None if is_scalar(kind) => quote!(#kind),
        None => quote!(impl Into<#kind>),
    }
}

/// The argument `name` as a `kind`.
pub fn converted(kind: &Type, name: &Ident) -> TokenStream {
    match argument(kind, "Vec") {
        Some(_) => quote!(#name.into_iter().map(Into::into).collect()),
        None if is_scalar(kind) => quote!(#name),
        None => quote!(#name.into()),
    }
}

/// A conversion would help nobody, and make the compiler's errors long.
fn is_scalar(kind: &Type) -> bool {
    let scalars = ["bool", "f32", "f64", "i32", "i64"];
    matches!(kind, Type::Path(path) if scalars.iter().any(|scalar| path.path.is_ident(scalar)))
}
