//! Lists with cursor pagination (`x-cursor-list`): the trait implementations that `pages()` and `items()` use.

use quote::{format_ident, quote};
use serde_json::Value;
use syn::{Item, parse_quote};

use super::super::lint::names;
use super::super::plain::{Operation, Plain, Schema};
use super::fields::{Field, Presence, fields_of};
use super::typed::Typed;

pub fn lists(plain: &Plain, typed: &Typed) -> Result<Vec<Item>, String> {
    let mut items = Vec::new();
    for operation in &plain.operations {
        if let Some(list) = &operation.list {
            items.extend(self::list(operation, list, plain, typed)?);
        }
    }
    Ok(items)
}

fn list(
    operation: &Operation,
    list: &Value,
    plain: &Plain,
    typed: &Typed,
) -> Result<[Item; 2], String> {
    let text = |key: &str| list[key].as_str().unwrap_or_default();
    let name = format_ident!("{}", names::builder_name(&operation.id));
    let page = operation
        .responses
        .iter()
        .find_map(|response| response.schema.reference.as_deref())
        .ok_or("a page of a cursor list is not a component")?;
    let page_schema = schema(plain, page)?;
    let items = page_schema
        .properties
        .iter()
        .find(|property| property.name == text("items"));
    let item = items
        .and_then(|items| items.schema.items.as_ref()?.reference.as_deref())
        .ok_or("an item of a cursor list is not a component")?;

    let id = named(plain, typed, item, text("id"))?.ident;
    let timestamp = named(plain, typed, item, text("timestamp"))?;
    let ident = &timestamp.ident;
    let optional_timestamp = match timestamp.presence {
        Presence::Required => quote!(Some(item.#ident)),
        _ => quote!(item.#ident),
    };
    let items = named(plain, typed, page, text("items"))?.ident;
    let more = named(plain, typed, page, text("more"))?.ident;
    let limit_name = text("limit");
    let before_name = text("before");
    let limit = format_ident!("{}", names::parameter_name(limit_name));
    let maximum = format_ident!("{}_MAXIMUM", limit.to_string().to_uppercase());
    let before = format_ident!("{}", names::parameter_name(before_name));
    let (page, item) = (format_ident!("{page}"), format_ident!("{item}"));
    let implementation = parse_quote! {
        impl CursorList for #name {
            type Page = types::#page;
            type Item = types::#item;

            const LIMIT: &'static str = #limit_name;
            const BEFORE: &'static str = #before_name;
            const LIMIT_MAXIMUM: i64 = Self::#maximum;

            fn operation(&self) -> &'static str {
                Self::OPERATION
            }
            fn limit(&self) -> Option<i64> {
                self.#limit
            }
            fn with_limit(self, limit: i64) -> Self {
                self.#limit(limit)
            }
            fn with_before(self, before: DateTime<Utc>) -> Self {
                self.#before(before)
            }
            fn request(&self) -> Result<Request, Error> {
                self.build()
            }
            fn page(self) -> impl Future<Output = Result<Response<Self::Page>, Error>> + Send {
                self.send()
            }
            fn items_of(page: &mut Self::Page) -> &mut Vec<Self::Item> {
                &mut page.#items
            }
            fn has_more(page: &Self::Page) -> bool {
                page.#more
            }
            fn id(item: &Self::Item) -> &str {
                item.#id.as_str()
            }
            fn timestamp(item: &Self::Item) -> Option<DateTime<Utc>> {
                #optional_timestamp
            }
        }
    };
    let methods = parse_quote!(cursor_list!(#name, types::#page, types::#item););
    Ok([implementation, methods])
}

fn schema<'p>(plain: &'p Plain, name: &str) -> Result<&'p Schema, String> {
    let schema = plain.schemas.get(name);
    schema.ok_or_else(|| format!("the contract has no schema `{name}`"))
}

/// The field of a generated struct that holds a property.
fn named<'p>(
    plain: &'p Plain,
    typed: &Typed,
    owner: &str,
    property: &str,
) -> Result<Field<'p>, String> {
    let missing = || format!("the generated `{owner}` has no property `{property}`");
    let item = typed.structs.get(owner).ok_or_else(missing)?;
    fields_of(item, schema(plain, owner)?, plain.sent.contains(owner))?
        .into_iter()
        .find(|field| {
            field
                .property
                .is_some_and(|declared| declared.name == property)
        })
        .ok_or_else(missing)
}
