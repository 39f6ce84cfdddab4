//! Lists that are read page by page (`x-pagination`): how a page is read, and how the list continues.

use serde_json::Value;

use super::super::lint::ids::Rule;
use super::operations::{Operation, Parameter};
use super::schemas::{Kind, Schema};
use super::{BodyKind, Reader};

/// The names of properties, from a page to a value in it.
pub type Path = Vec<String>;

/// A list in plain form.
#[derive(Default)]
pub struct List {
    /// The array of items in a page. It is the page itself if the path is empty.
    pub items: Path,
    /// The component of an item.
    pub item: String,
    /// The property of an item that identifies it.
    pub id: String,
    /// The property of a page that tells whether another one follows.
    pub more: Option<Path>,
    /// The query parameter for the length of a page.
    pub limit: Option<String>,
    pub next: Next,
}

/// How a list continues.
#[derive(Default)]
pub enum Next {
    /// Before the timestamp of the last item, or after it if the list is ascending.
    Timestamp {
        parameter: String,
        /// The property of an item.
        property: String,
        ascending: bool,
    },
    Cursor {
        parameter: String,
        /// The property of a page that is the next cursor. Without it, the id of the last item is.
        next: Option<Path>,
    },
    Page {
        parameter: String,
        /// The number of the first page.
        first: i64,
    },
    Offset(String),
    /// A relation of a `Link` header.
    Link(String),
    /// A property of the page that is a URL.
    Url(Path),
    /// The contract does not tell.
    #[default]
    Unknown,
}

/// The keys of the extension that tell how a list continues, of which it has one.
const STYLES: [&str; 6] = ["before", "after", "cursor", "page", "offset", "link"];

/// A value that a path leads to.
struct Found<'s> {
    schema: &'s Schema,
    /// The value is always present and never null.
    is_present: bool,
}

/// Reads the extension of an operation.
struct ListReader<'r, 'c> {
    reader: &'r Reader<'c>,
    operation: &'r Operation,
    declared: &'r Value,
    findings: Vec<(Rule, &'static str)>,
}

impl Reader<'_> {
    /// Reads the list that an operation returns, and reports why the generated streams could not.
    pub(super) fn list(&mut self, operation: &Operation, declared: &Value, pointer: &str) -> List {
        let mut reader = ListReader {
            reader: self,
            operation,
            declared,
            findings: Vec::new(),
        };
        let list = reader.list();
        for (rule, reason) in reader.findings {
            self.report(pointer, rule, reason);
        }
        list
    }
}

impl<'r> ListReader<'r, '_> {
    fn list(&mut self) -> List {
        let mut list = List {
            items: path(self.text("items")),
            id: self.text("id").to_owned(),
            ..List::default()
        };
        let Some(page) = self.page() else {
            let reason = "a list must have one successful response, which is JSON; describe others in another operation";
            self.findings.push((Rule::PaginationItems, reason));
            return list;
        };
        let found = self.find(page, &list.items);
        let item = found
            .filter(|found| found.is_present && found.schema.reference.is_none())
            .and_then(|found| found.schema.items.as_deref()?.reference.as_ref());
        let reason = "`items` must name a required property of the page, an array of objects; write `''` if the page is the \
                      array";
        self.expect(item.is_some(), Rule::PaginationItems, reason);
        list.item = item.cloned().unwrap_or_default();
        let item = item.and_then(|name| self.reader.schemas.get(name));
        self.id(item);
        list.next = self.next(page, item);
        list.limit = self.limit(&list.next);
        list.more = self.more(page, &list.next);
        list
    }

    /// Reports the reason, unless the contract is as expected.
    fn expect(&mut self, is_expected: bool, rule: Rule, reason: &'static str) {
        if !is_expected {
            self.findings.push((rule, reason));
        }
    }

    fn text(&self, key: &str) -> &'r str {
        self.declared[key].as_str().unwrap_or_default()
    }

    /// The schema of a page.
    fn page(&self) -> Option<&'r Schema> {
        match self.operation.responses.as_slice() {
            [response] => {
                let (_, kind) = response.content.as_ref()?;
                let is_page = *kind == BodyKind::Json && !response.schema.nullable;
                is_page.then_some(&response.schema)
            }
            _ => None,
        }
    }

    /// Follows a reference to a component.
    fn resolve(&self, schema: &'r Schema) -> &'r Schema {
        let component = schema.reference.as_ref();
        component
            .and_then(|name| self.reader.schemas.get(name))
            .unwrap_or(schema)
    }

    fn find(&self, schema: &'r Schema, path: &[String]) -> Option<Found<'r>> {
        let mut found = Found {
            schema,
            is_present: true,
        };
        for name in path {
            let object = self.resolve(found.schema);
            let mut properties = object.properties.iter();
            let property = properties.find(|property| property.name == *name)?;
            found.is_present &= property.required && !property.schema.nullable;
            found.schema = &property.schema;
        }
        Some(found)
    }

    fn id(&mut self, item: Option<&'r Schema>) {
        let path = [self.text("id").to_owned()];
        let is_id = |item: &'r Schema| {
            let id = self.find(item, &path);
            id.is_some_and(|id| id.is_present && is_cursor(self.resolve(id.schema)))
        };
        let is_id = item.is_some_and(|item| match &item.union {
            Some(union) => union.variants.iter().all(|variant| is_id(&variant.schema)),
            None => is_id(item),
        });
        let reason = "`id` must name a required property of the items, a string or an integer; if the items are a union, of \
                      each variant";
        self.expect(is_id, Rule::PaginationId, reason);
    }

    fn more(&mut self, page: &'r Schema, next: &Next) -> Option<Path> {
        let path = self.declared.get("more").map(|_| path(self.text("more")));
        let needed = matches!(next, Next::Timestamp { .. });
        let found = path.as_ref().and_then(|path| self.find(page, path));
        let is_known = found.is_some_and(|found| {
            found.is_present && self.resolve(found.schema).kind == Some(Kind::Boolean)
        });
        let is_expected = is_known || path.is_none() && !needed;
        let reason = "`more` must name a required boolean of the page";
        self.expect(is_expected, Rule::PaginationMore, reason);
        path
    }

    fn limit(&mut self, next: &Next) -> Option<String> {
        let name = self.declared.get("limit").and_then(Value::as_str);
        let needed = matches!(next, Next::Timestamp { .. });
        let schema = name
            .and_then(|name| self.parameter(name))
            .map(|parameter| &parameter.schema);
        let is_known = schema.is_some_and(|schema| {
            let schema_of_values = self.resolve(schema);
            is_integer(schema_of_values)
                && schema_of_values.format.as_deref() != Some("uint64")
                && (schema.maximum.is_some() || !needed)
        });
        let is_expected = is_known || name.is_none() && !needed;
        let reason = "`limit` must name an optional query parameter, an integer, but not `uint64`, with a `maximum` if the \
                      list continues at a timestamp";
        self.expect(is_expected, Rule::PaginationLimit, reason);
        name.map(str::to_owned)
    }

    fn next(&mut self, page: &'r Schema, item: Option<&'r Schema>) -> Next {
        let styles: Vec<_> = STYLES
            .into_iter()
            .filter(|style| self.declared.get(style).is_some())
            .collect();
        let [style] = styles.as_slice() else {
            let reason = "expected one of `before`, `after`, `cursor`, `page`, `offset` and `link`; without `x-pagination` the \
                          operation returns one page";
            self.findings.push((Rule::PaginationNext, reason));
            return Next::Unknown;
        };
        let name = self.text(style);
        let parameter = self.parameter(name);
        let schema = parameter.map(|parameter| self.resolve(&parameter.schema));
        let parameter = name.to_owned();
        match *style {
            "cursor" => self.cursor(parameter, schema, page),
            "page" => {
                let first = schema
                    .filter(|schema| is_integer(schema))
                    .and_then(|schema| schema.default);
                let reason = "`page` must name an optional query parameter, an integer whose `default` is the number of the \
                              first page";
                self.expect(first.is_some(), Rule::PaginationNext, reason);
                let first = first.unwrap_or_default();
                Next::Page { parameter, first }
            }
            "offset" => {
                let is_number = schema.is_some_and(is_integer);
                let reason = "`offset` must name an optional query parameter, an integer";
                self.expect(is_number, Rule::PaginationNext, reason);
                Next::Offset(parameter)
            }
            "link" if name.starts_with('/') => {
                let next = path(name);
                let found = self.find(page, &next);
                let is_url = found.is_some_and(|found| is_text(self.resolve(found.schema)));
                let reason = "`link` must be a relation of the `Link` header, e.g. `next`, or name a string of the page";
                self.expect(is_url, Rule::PaginationNext, reason);
                Next::Url(next)
            }
            "link" => Next::Link(parameter),
            _ => self.timestamp(style, schema, item),
        }
    }

    fn cursor(&mut self, parameter: String, schema: Option<&Schema>, page: &'r Schema) -> Next {
        let next = self.declared.get("next").map(|_| path(self.text("next")));
        let is_known = next.as_ref().is_none_or(|next| {
            let found = self.find(page, next);
            found.is_some_and(|found| is_cursor(self.resolve(found.schema)))
        });
        let are_cursors = schema.is_some_and(is_cursor) && is_known;
        let reason = "`cursor` must name an optional query parameter, and `next` the string or integer of the page that is its \
                      next value; without `next`, it is the id of the last item";
        self.expect(are_cursors, Rule::PaginationNext, reason);
        Next::Cursor { parameter, next }
    }

    fn timestamp(
        &mut self,
        style: &str,
        schema: Option<&Schema>,
        item: Option<&'r Schema>,
    ) -> Next {
        let property = self.text("timestamp").to_owned();
        let found = item.and_then(|item| self.find(item, std::slice::from_ref(&property)));
        let timestamp = found
            .map(|found| self.resolve(found.schema))
            .filter(|schema| is_timestamp(schema));
        let reason = "`timestamp` must name a property of the items with `format: date-time`, or an integer of 64 bits";
        self.expect(timestamp.is_some(), Rule::PaginationTimestamp, reason);
        let is_alike = schema.is_some_and(|schema| {
            is_timestamp(schema) && timestamp.is_none_or(|timestamp| timestamp.kind == schema.kind)
        });
        let reason = "`before` or `after` must name an optional query parameter that is written like `timestamp`; use `cursor` \
                      for an opaque value";
        self.expect(is_alike, Rule::PaginationNext, reason);
        Next::Timestamp {
            parameter: self.text(style).to_owned(),
            property,
            ascending: style == "after",
        }
    }

    /// Returns an optional query parameter.
    fn parameter(&self, name: &str) -> Option<&'r Parameter> {
        let mut parameters = self.operation.parameters.iter();
        parameters.find(|parameter| {
            parameter.name == name && parameter.location == "query" && !parameter.required
        })
    }
}

/// Reads a path: the name of a property, or a JSON pointer such as `/meta/hasMore`.
fn path(text: &str) -> Path {
    match text.strip_prefix('/') {
        Some(pointer) => {
            let tokens = pointer.split('/');
            tokens
                .map(|token| token.replace("~1", "/").replace("~0", "~"))
                .collect()
        }
        None if text.is_empty() => Path::new(),
        None => vec![text.to_owned()],
    }
}

fn is_text(schema: &Schema) -> bool {
    schema.kind == Some(Kind::String) && schema.format.is_none()
}

fn is_integer(schema: &Schema) -> bool {
    schema.kind == Some(Kind::Integer)
}

fn is_cursor(schema: &Schema) -> bool {
    is_text(schema) || is_integer(schema)
}

fn is_timestamp(schema: &Schema) -> bool {
    is_integer(schema) && schema.format.is_none() || schema.format.as_deref() == Some("date-time")
}
