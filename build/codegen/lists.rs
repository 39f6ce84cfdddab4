//! Lists (`x-pagination`): the trait implementations that `pages()` and `items()` use.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{Item, parse_quote};

use super::super::lint::names;
use super::super::plain::schemas::Kind;
use super::super::plain::{List, Next, Operation, Plain, Schema};
use super::fields::{Field, Presence, fields_of};
use super::typed::Typed;

pub fn lists(plain: &Plain, typed: &Typed) -> Result<Vec<Item>, String> {
    let mut items = Vec::new();
    for operation in &plain.operations {
        if let Some(list) = &operation.list {
            let writer = Writer {
                operation,
                list,
                plain,
                typed,
            };
            items.extend(writer.items()?);
        }
    }
    Ok(items)
}

/// Writes the code of a list.
struct Writer<'p> {
    operation: &'p Operation,
    list: &'p List,
    plain: &'p Plain,
    typed: &'p Typed,
}

impl<'p> Writer<'p> {
    fn items(&self) -> Result<Vec<Item>, String> {
        let name = format_ident!("{}", names::builder_name(&self.operation.id));
        let schema = self.page()?;
        let page = self.typed.qualified(schema)?;
        let item = format_ident!("{}", self.list.item);
        let items_of = match self.path(schema, &self.list.items)? {
            items if self.list.items.is_empty() => items,
            items => quote!(&mut #items),
        };
        let more = match &self.list.more {
            None => None,
            Some(more) => {
                let value = self.path(schema, more)?;
                Some(quote! {
                    fn has_more(page: &Self::Page) -> Option<bool> {
                        Some(#value)
                    }
                })
            }
        };
        let id = self.id()?;
        let (next, limit) = (self.next()?, self.limit());
        let parameters = self.parameters();
        let mut items = vec![parse_quote! {
            impl PagedList for #name {
                type Page = #page;
                type Item = types::#item;
                #next
                const PARAMETERS: &'static [&'static str] = &[#(#parameters),*];
                #limit

                fn operation(&self) -> &'static str {
                    Self::OPERATION
                }
                fn request(&self) -> Result<Request, Error> {
                    self.build()
                }
                fn items_of(page: &mut Self::Page) -> &mut Vec<Self::Item> {
                    #items_of
                }
                #more
                fn id(item: &Self::Item) -> Cow<'_, str> {
                    #id
                }
            }
        }];
        items.extend(self.continued(schema)?);
        let style = match self.list.next {
            Next::Timestamp { .. } => quote!(timestamp),
            Next::Page { .. } | Next::Offset(_) => quote!(lists::position),
            _ => quote!(lists::cursor),
        };
        items.push(parse_quote!(paged_list!(#name, #page, types::#item, #style);));
        Ok(items)
    }

    /// The query parameters that are no filters.
    fn parameters(&self) -> impl Iterator<Item = &str> {
        let position = match &self.list.next {
            Next::Timestamp { parameter, .. }
            | Next::Cursor { parameter, .. }
            | Next::Page { parameter, .. }
            | Next::Offset(parameter) => Some(parameter),
            _ => None,
        };
        let parameters = [self.list.limit.as_ref(), position];
        parameters.into_iter().flatten().map(String::as_str)
    }

    fn page(&self) -> Result<&'p Schema, String> {
        match self.operation.responses.first() {
            Some(response) => Ok(&response.schema),
            None => Err("a list has no successful response".to_owned()),
        }
    }

    fn limit(&self) -> TokenStream {
        let parameter = self.list.limit.as_ref().and_then(|name| {
            let mut parameters = self.operation.parameters.iter();
            parameters.find(|parameter| parameter.name == *name)
        });
        let Some(parameter) = parameter else {
            return TokenStream::new();
        };
        let name = &parameter.name;
        let limit = format_ident!("{}", names::parameter_name(name));
        let maximum = parameter.schema.maximum.map(|_| {
            let maximum = format_ident!("{}_MAXIMUM", limit.to_string().to_uppercase());
            quote!(const LIMIT_MAXIMUM: i64 = Self::#maximum;)
        });
        let is_short = self.resolve(&parameter.schema).format.is_some();
        let from = is_short.then(|| quote!(.map(i64::from)));
        // The maximum, which is a value of its type.
        let into = is_short.then(|| quote!(.try_into().unwrap_or_default()));
        let with_limit = matches!(self.list.next, Next::Timestamp { .. }).then(|| {
            quote! {
                fn with_limit(self, limit: i64) -> Self {
                    self.#limit(limit #into)
                }
            }
        });
        quote! {
            const LIMIT: Option<&'static str> = Some(#name);
            #maximum

            fn limit(&self) -> Option<i64> {
                self.#limit #from
            }
            #with_limit
        }
    }

    fn id(&self) -> Result<TokenStream, String> {
        let item = self.plain.schemas.get(&self.list.item);
        let Some(union) = item.and_then(|item| item.union.as_ref()) else {
            return self.id_of(&self.list.item);
        };
        let (item, name) = (format_ident!("{}", self.list.item), &self.list.id);
        let mut arms = TokenStream::new();
        for variant in &union.variants {
            let variant_name = format_ident!("{}", variant.name);
            let component = variant.schema.reference.as_ref();
            let id = self.id_of(component.ok_or("a variant is not a component")?)?;
            arms.extend(quote!(types::#item::#variant_name(item) => #id,));
        }
        Ok(quote! {
            match item {
                #arms
                types::#item::Unknown(item) => unions::id_of_unknown(item, #name),
            }
        })
    }

    /// The id of an item of this type.
    fn id_of(&self, component: &str) -> Result<TokenStream, String> {
        let field = self.field(component, &self.list.id)?;
        let ident = &field.ident;
        Ok(match self.kind(&field) {
            Some(Kind::Integer) => quote!(Cow::Owned(item.#ident.to_string())),
            _ => quote!(Cow::Borrowed(item.#ident.as_str())),
        })
    }

    /// How the list continues: by its timestamps, or as its other implementation tells.
    fn next(&self) -> Result<TokenStream, String> {
        let Next::Timestamp {
            parameter,
            property,
            ascending,
        } = &self.list.next
        else {
            return Ok(quote! {
                type Progress = lists::Progress;

                fn next_page(
                    reader: &mut Reader<Self>,
                ) -> impl Future<Output = Result<Option<Response<Self::Page>>, Error>> + Send {
                    lists::next_page(reader)
                }
            });
        };
        let methods = self.timestamp(parameter, property)?;
        let ascending = ascending.then(|| {
            quote!(
                const ASCENDING: bool = true;
            )
        });
        Ok(quote!(type Progress = (); #ascending #methods))
    }

    /// The implementation of a list that does not continue at a timestamp.
    fn continued(&self, page: &'p Schema) -> Result<Option<Item>, String> {
        let next = match &self.list.next {
            Next::Timestamp { .. } => return Ok(None),
            Next::Cursor { parameter, .. } => quote!(Cursor(#parameter)),
            Next::Page { parameter, first } => {
                quote!(Page { parameter: #parameter, first: #first })
            }
            Next::Offset(parameter) => quote!(Offset(#parameter)),
            Next::Link(relation) => quote!(Link(#relation)),
            Next::Url(_) => quote!(Url),
            Next::Unknown => return Err("a list does not tell how it continues".to_owned()),
        };
        let value = match &self.list.next {
            Next::Cursor { next: None, .. } => {
                let items = self.path(page, &self.list.items)?;
                Some(quote!(#items.last().map(|item| Self::id(item).into_owned())))
            }
            Next::Cursor {
                next: Some(path), ..
            }
            | Next::Url(path) => {
                let value = self.value(page, path)?;
                Some(quote!(#value.map(ToString::to_string)))
            }
            _ => None,
        };
        let method = value.map(|value| {
            quote! {
                fn next(page: &Self::Page) -> Option<String> {
                    #value
                }
            }
        });
        let name = format_ident!("{}", names::builder_name(&self.operation.id));
        Ok(Some(parse_quote! {
            impl lists::ContinuedList for #name {
                const NEXT: lists::Next = lists::Next::#next;
                #method
            }
        }))
    }

    fn timestamp(&self, parameter: &str, property: &str) -> Result<TokenStream, String> {
        let setter = format_ident!("{}", names::parameter_name(parameter));
        let field = self.field(&self.list.item, property)?;
        let ident = &field.ident;
        let value = match field.presence {
            Presence::AbsentOrNull => quote!(item.#ident.into_option()),
            Presence::Optional | Presence::Null => quote!(item.#ident),
            _ => quote!(Some(item.#ident)),
        };
        // Only the order of integers matters, not their unit.
        let is_integer = self.kind(&field) == Some(Kind::Integer);
        let of_integer = is_integer.then(|| quote!(.and_then(DateTime::from_timestamp_millis)));
        let to_integer = is_integer.then(|| quote!(.timestamp_millis()));
        Ok(quote! {
            fn with_before(self, before: DateTime<Utc>) -> Self {
                self.#setter(before #to_integer)
            }
            fn timestamp(item: &Self::Item) -> Option<DateTime<Utc>> {
                #value #of_integer
            }
        })
    }

    /// The value at the end of a path whose values are always present.
    fn path(&self, page: &'p Schema, path: &[String]) -> Result<TokenStream, String> {
        let mut value = quote!(page);
        for field in self.fields(page, path)? {
            let ident = field.ident;
            value = quote!(#value.#ident);
        }
        Ok(value)
    }

    /// A reference to the value at the end of a path, if it is present.
    fn value(&self, page: &'p Schema, path: &[String]) -> Result<TokenStream, String> {
        let mut value = quote!(Some(page));
        for field in self.fields(page, path)? {
            let ident = &field.ident;
            value = match field.presence {
                Presence::Required | Presence::Constant(_) | Presence::Others => {
                    quote!(#value.map(|object| &object.#ident))
                }
                Presence::AbsentOrNull => {
                    quote!(#value.and_then(|object| object.#ident.as_ref().into_option()))
                }
                Presence::Optional | Presence::Null => {
                    quote!(#value.and_then(|object| object.#ident.as_ref()))
                }
            };
        }
        Ok(value)
    }

    /// The fields on a path.
    fn fields(&self, page: &'p Schema, path: &[String]) -> Result<Vec<Field<'p>>, String> {
        let mut fields: Vec<Field<'p>> = Vec::new();
        let mut owner = page.reference.as_ref();
        for name in path {
            let field = self.field(owner.ok_or("a part of a page is not a component")?, name)?;
            owner = field
                .property
                .and_then(|property| property.schema.reference.as_ref());
            fields.push(field);
        }
        Ok(fields)
    }

    /// The field of a generated struct that holds a property.
    fn field(&self, owner: &str, property: &str) -> Result<Field<'p>, String> {
        let missing = || format!("the generated `{owner}` has no property `{property}`");
        let item = self.typed.structs.get(owner).ok_or_else(missing)?;
        let schema = self.plain.schemas.get(owner).ok_or_else(missing)?;
        fields_of(item, schema, self.plain.sent.contains(owner))?
            .into_iter()
            .find(|field| {
                field
                    .property
                    .is_some_and(|declared| declared.name == property)
            })
            .ok_or_else(missing)
    }

    /// The kind of a field's value.
    fn kind(&self, field: &Field<'p>) -> Option<Kind> {
        self.resolve(&field.property?.schema).kind
    }

    /// Follows a reference to a component.
    fn resolve(&self, schema: &'p Schema) -> &'p Schema {
        let component = schema.reference.as_ref();
        let target = component.and_then(|name| self.plain.schemas.get(name));
        target.unwrap_or(schema)
    }
}
