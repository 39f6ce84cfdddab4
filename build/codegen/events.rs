//! Events (`webhooks`): one enum with the data of each type of event, and the names of the headers.

use heck::ToShoutySnakeCase;
use quote::{format_ident, quote};
use serde_json::Value;
use syn::{Item, Type, parse_quote};

use super::super::lint;
use super::super::plain::{Kind, Plain};
use super::doc;
use super::typed::Typed;

pub fn events(contract: &Value, plain: &Plain, typed: &Typed) -> Result<Vec<Item>, String> {
    let events = &plain.events;
    let variants: Vec<_> = events
        .iter()
        .map(|event| format_ident!("{}", event.variant))
        .collect();
    let docs = events
        .iter()
        .map(|event| doc(&format!("`{}`: {}", event.name, event.description)));
    let data: Vec<Type> = events
        .iter()
        .map(|event| match &event.data {
            Some(data) => typed.qualified(data),
            None => Ok(parse_quote!(Map<String, Value>)),
        })
        .collect::<Result<_, _>>()?;
    // Serde reads an array as a struct, so an object is checked first.
    let read = events.iter().zip(&data).map(|(event, data)| {
        let is_array = event
            .data
            .as_ref()
            .is_some_and(|data| data.kind == Some(Kind::Array));
        if is_array {
            quote!(<#data>::deserialize(data).ok())
        } else {
            quote!(object(data))
        }
    });
    let debug = events.iter().zip(&variants).map(|(event, variant)| {
        let label = &event.variant;
        if event.data.is_some() {
            quote!(Self::#variant(data) => f.debug_tuple(#label).field(data).finish())
        } else {
            quote!(Self::#variant(_) => f.debug_tuple(#label).field(&Redacted).finish())
        }
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
                        #(EventType::#variants => #read.map(Self::#variants),)*
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

/// The names of the headers of a delivery, i.e. of the components that are parameters of an event.
fn headers(contract: &Value) -> Vec<Item> {
    let events = contract[lint::events_key(contract)].as_object();
    let references: Vec<_> = events
        .into_iter()
        .flatten()
        .flat_map(|(_, event)| [&event["parameters"], &event["post"]["parameters"]])
        .filter_map(Value::as_array)
        .flatten()
        .filter_map(|parameter| parameter["$ref"].as_str())
        .collect();
    let components = contract["components"]["parameters"].as_object();
    let headers = components
        .into_iter()
        .flatten()
        .filter(|(component, parameter)| {
            let reference = format!("#/components/parameters/{component}");
            parameter["in"] == "header" && references.contains(&reference.as_str())
        });
    let constants = headers.map(|(component, header)| {
        let constant = format_ident!("{}_HEADER", component.to_shouty_snake_case());
        let text = |key: &str| header[key].as_str().unwrap_or_default().trim_end();
        let (name, docs) = (text("name"), doc(text("description")));
        parse_quote! {
            #docs
            pub const #constant: &str = #name;
        }
    });
    constants.collect()
}
