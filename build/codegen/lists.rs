//! Lists with cursor pagination (`x-cursor-list`): the trait implementations that `pages()` and `items()` use.

use heck::ToUpperCamelCase;
use quote::{format_ident, quote};
use serde_json::Value;
use syn::{Item, parse_quote};

use super::objects::{Field, field};
use super::{Types, called, component, text};

pub fn lists(types: &Types, contract: &Value) -> Result<Vec<Item>, String> {
    let mut items = Vec::new();
    for (_, _, operation) in called(contract) {
        if let Some(list) = operation.get("x-cursor-list") {
            items.extend(self::list(types, contract, operation, list)?);
        }
    }
    Ok(items)
}

fn list(
    types: &Types,
    contract: &Value,
    operation: &Value,
    list: &Value,
) -> Result<[Item; 2], String> {
    let name = format_ident!("{}", text(operation, "operationId").to_upper_camel_case());
    let success = operation["responses"].as_object().into_iter().flatten();
    let mut success = success.filter(|(status, _)| status.starts_with('2'));
    let page = success
        .find_map(|(_, response)| component(&response["content"]["application/json"]["schema"]));
    let page = page.ok_or("a page of a cursor list is not a component")?;
    let items = text(list, "items");
    let properties = &contract["components"]["schemas"][page]["properties"];
    let item = component(&properties[items]["items"]);
    let item = item.ok_or("an item of a cursor list is not a component")?;

    let id = named(types, item, text(list, "id"))?.ident;
    let timestamp = named(types, item, text(list, "timestamp"))?;
    let at = &timestamp.ident;
    let at = match timestamp.optional {
        Some(_) => quote!(item.#at),
        None => quote!(Some(item.#at)),
    };
    let items = named(types, page, items)?.ident;
    let more = named(types, page, text(list, "more"))?.ident;
    let (page, item) = (format_ident!("{page}"), format_ident!("{item}"));
    let implementation = parse_quote! {
        impl CursorList for #name {
            type Page = types::#page;
            type Item = types::#item;

            const LIMIT_MAXIMUM: i64 = Self::LIMIT_MAXIMUM;

            fn operation(&self) -> &'static str {
                Self::OPERATION
            }
            fn limit(&self) -> Option<i64> {
                self.limit
            }
            fn with_limit(self, limit: i64) -> Self {
                self.limit(limit)
            }
            fn with_before(self, before: DateTime<Utc>) -> Self {
                self.before(before)
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
                #at
            }
        }
    };
    let methods = parse_quote!(cursor_list!(#name, types::#page, types::#item););
    Ok([implementation, methods])
}

/// The field of a generated struct that holds a property.
fn named(types: &Types, owner: &str, property: &str) -> Result<Field, String> {
    let items = types.get(owner).into_iter().flatten();
    let fields = items.filter_map(|item| match item {
        Item::Struct(item) => Some(item.fields.clone()),
        _ => None,
    });
    let mut fields = fields.flatten().filter_map(field);
    let found = fields.find(|field| field.property == property);
    found.ok_or_else(|| format!("the generated `{owner}` has no property `{property}`"))
}
