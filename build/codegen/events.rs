//! Events (`x-webhooks`): one enum with the data of each type of event, and the names of the headers.

use heck::ToShoutySnakeCase;
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use serde_json::{Value, json};
use syn::{Item, parse_quote};

use super::super::lint::variants::variants;
use super::{component, doc, text};

pub fn events(contract: &Value) -> Result<Vec<Item>, String> {
    let webhooks = contract["x-webhooks"].as_object();
    let webhooks: Vec<_> = webhooks.into_iter().flatten().collect();
    let names: Vec<_> = webhooks.iter().map(|(name, _)| *name).collect();
    let variants = match names[..] {
        [] => Vec::new(),
        _ => variants(&json!(names)).map_err(|(_, reason)| reason)?,
    };
    let variants: Vec<_> = variants
        .iter()
        .map(|(variant, _)| format_ident!("{variant}"))
        .collect();
    let docs = webhooks.iter().map(|(name, item)| {
        let operation = &item["post"];
        doc(&format!("`{name}`: {}", text(operation, "description")))
    });
    let data = webhooks.iter().map(|(_, item)| data(item));
    let debug = variants.iter().zip(&webhooks).map(|(variant, (_, item))| {
        let label = variant.to_string();
        let (pattern, shown) = match data_component(item) {
            Some(_) => (quote!(data), quote!(data)),
            None => (quote!(_), quote!(&Redacted)),
        };
        quote!(Self::#variant(#pattern) => f.debug_tuple(#label).field(#shown).finish())
    });
    let mut items = vec![
        parse_quote! {
            /// The data of an event, by its type. See <https://docs.watsi.ai/webhooks/events>.
            #[derive(Clone, PartialEq)]
            #[non_exhaustive]
            pub enum EventData {
                #(#docs #variants(#data),)*
                /// An event of an unknown type, or with data that does not fit its type.
                Unknown {
                    /// The event's type.
                    event_type: EventType,
                    /// The data as it was received.
                    data: Value,
                },
            }
        },
        parse_quote! {
            impl EventData {
                /// Returns the type of an event with this data.
                pub fn event_type(&self) -> EventType {
                    match self {
                        #(Self::#variants(_) => EventType::#variants,)*
                        Self::Unknown { event_type, .. } => event_type.clone(),
                    }
                }

                pub(crate) fn read(event_type: &EventType, data: &Value) -> Self {
                    let read = match event_type {
                        #(EventType::#variants => object(data).map(Self::#variants),)*
                        _ => None,
                    };
                    read.unwrap_or_else(|| Self::Unknown {
                        event_type: event_type.clone(),
                        data: data.clone(),
                    })
                }
            }
        },
        parse_quote! {
            impl Serialize for EventData {
                fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                    match self {
                        #(Self::#variants(data) => data.serialize(serializer),)*
                        Self::Unknown { data, .. } => data.serialize(serializer),
                    }
                }
            }
        },
        parse_quote! {
            impl fmt::Debug for EventData {
                fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                    match self {
                        #(#debug,)*
                        Self::Unknown { event_type, .. } => f
                            .debug_struct("Unknown")
                            .field("event_type", event_type)
                            .field("data", &Redacted)
                            .finish(),
                    }
                }
            }
        },
    ];
    items.extend(headers(contract));
    Ok(items)
}

/// The component that types the event's data, if it is documented.
fn data_component(item: &Value) -> Option<&str> {
    let schema = &item["post"]["requestBody"]["content"]["application/json"]["schema"];
    let parts = schema["allOf"].as_array()?;
    parts
        .iter()
        .find_map(|part| component(&part["properties"]["data"]))
}

fn data(item: &Value) -> TokenStream {
    match data_component(item) {
        Some(name) => {
            let name = format_ident!("{name}");
            quote!(types::#name)
        }
        None => quote!(Map<String, Value>),
    }
}

/// The names of the headers of a delivery.
fn headers(contract: &Value) -> Vec<Item> {
    let parameters = contract["components"]["parameters"].as_object();
    let headers = parameters
        .into_iter()
        .flatten()
        .filter(|(_, parameter)| parameter["in"] == "header");
    let headers = headers.map(|(component, header)| {
        let constant = format_ident!("{}_HEADER", component.to_shouty_snake_case());
        let (name, docs) = (text(header, "name"), doc(text(header, "description")));
        parse_quote! {
            #docs
            pub const #constant: &str = #name;
        }
    });
    headers.collect()
}
