//! The lists that the sandbox does not implement by hand: a stable set of items made from the examples of the contract,
//! served page by page.

mod items;

use std::collections::{BTreeMap, HashMap};

use http::header::LINK;
use http::{HeaderValue, Request, StatusCode};
use openapi_conformance::{Contract, Operation, Severity};
use serde_json::{Map, Value};
use url::form_urlencoded;

use super::count;
use super::documented::resolved;
use super::resource::{IdBelow, Item, Resource};
use super::response::{self, Response};
use items::{ITEMS, Timestamp, items};

/// The size of a page if neither the request nor the contract sets one.
const DEFAULT_LIMIT: usize = 20;

/// The lists of a contract that have examples of their items.
pub struct Lists(Vec<List>);

struct List {
    operation_id: String,
    path: String,
    /// The names of the properties and parameters.
    names: Names,
    status: StatusCode,
    media_type: String,
    /// The example of a page, whose items are replaced.
    page: Value,
    /// The items, in the order of the list.
    items: Vec<Value>,
    default_limit: usize,
    /// What separates the values of a query parameter that is sent once.
    separators: HashMap<String, char>,
}

/// The names in the extension `x-pagination`. A property of a page is a JSON pointer.
struct Names {
    items: String,
    id: String,
    more: Option<String>,
    limit: String,
    next: Next,
}

/// How a list continues.
enum Next {
    Timestamp {
        parameter: String,
        property: String,
        ascending: bool,
    },
    /// The cursor is the number of the items before the page.
    Cursor {
        parameter: String,
        next: String,
    },
    /// The cursor is the id of the last item before the page.
    Id(String),
    Page {
        parameter: String,
        first: usize,
    },
    Offset(String),
    Link(Link),
}

/// A link to the next page, whose parameter is the number of the items before it.
struct Link {
    parameter: String,
    target: Target,
}

enum Target {
    /// The relation of a header.
    Header(String),
    /// A property of the page.
    Property(String),
}

impl Lists {
    /// Makes the lists of a contract that are marked with `x-pagination`.
    pub fn of(contract: &Contract) -> Self {
        let operations = contract.operations();
        Lists(
            operations
                .filter_map(|operation| List::of(contract, operation))
                .collect(),
        )
    }

    /// Returns a page of the list that the operation returns, if it returns one.
    pub fn page(&self, operation: &Operation, query: &str) -> Option<Response> {
        let list = self
            .0
            .iter()
            .find(|list| list.operation_id == operation.id())?;
        Some(list.page(query))
    }

    /// Returns true if a finding about a request is about the parameter of a link, which need not be documented.
    pub fn is_position(&self, operation: &Operation, pointer: &str) -> bool {
        let mut lists = self.0.iter();
        let list = lists.find(|list| list.operation_id == operation.id());
        let name = pointer.strip_prefix("/request/query/");
        list.is_some_and(|list| {
            matches!(&list.names.next, Next::Link(link) if Some(link.parameter.as_str()) == name)
        })
    }

    /// Returns the resource that the path refers to: `/tags/1` is an item of `/tags`. Each id in the path has to be known.
    pub fn resource(&self, operation: &Operation, path: &str) -> Resource {
        let mut resource = Resource::Other;
        for list in &self.0 {
            let Some(below) = IdBelow::find(&list.path, operation, path) else {
                continue;
            };
            let Some(item) = list.item(&below.id) else {
                return Resource::Unknown;
            };
            if below.is_last {
                resource = Resource::Item(Item {
                    value: item.clone(),
                    id: list.names.id.clone(),
                });
            }
        }
        resource
    }
}

impl List {
    fn of(contract: &Contract, operation: &Operation) -> Option<List> {
        let document = contract.json().pointer(operation.pointer())?;
        let names = Names::of(document.get("x-pagination")?, operation)?;
        let example = *contract.examples(operation).first()?;
        let page = example.body?;
        let examples = page.pointer(&names.items)?.as_array()?;
        let mut list = List {
            operation_id: operation.id().to_owned(),
            path: operation.path().to_owned(),
            status: example.status,
            media_type: example.media_type?.to_owned(),
            page: page.clone(),
            default_limit: operation
                .default(&names.limit)
                .and_then(|limit| usize::try_from(limit).ok())
                .unwrap_or(DEFAULT_LIMIT),
            separators: separators(contract, operation),
            items: items(examples, &names),
            names,
        };
        if !list.conforms(contract, operation) {
            // The variations break a rule of the contract, so only the example is served.
            list.items.clone_from(examples);
        }
        Some(list)
    }

    /// Returns whether all items on one page conform to the contract.
    fn conforms(&self, contract: &Contract, operation: &Operation) -> bool {
        let query = format!("{}={ITEMS}", self.names.limit);
        let mut request = Request::new("");
        if let Ok(uri) = format!("/?{query}").parse() {
            *request.uri_mut() = uri;
        }
        let findings = contract.validate(operation, &request, &self.page(&query));
        findings
            .iter()
            .all(|finding| finding.severity != Severity::Breaking)
    }

    fn item(&self, id: &str) -> Option<&Value> {
        let mut items = self.items.iter();
        items.find(|item| is_equal(&item[&self.names.id], id))
    }

    /// Returns the values of each parameter that is named after a property of the items, e.g. `tags` or `tags[]`.
    fn filters<'q>(&self, query: &'q [(String, String)]) -> BTreeMap<&'q str, Vec<&'q str>> {
        let mut filters = BTreeMap::<_, Vec<_>>::new();
        for (parameter, value) in query {
            let name = parameter.strip_suffix("[]").unwrap_or(parameter);
            if self.items.iter().any(|item| item.get(name).is_some()) {
                let separator = self.separators.get(parameter);
                let values: Vec<&str> = match separator {
                    Some(separator) => value.split(*separator).collect(),
                    None => vec![value],
                };
                filters.entry(name).or_default().extend(values);
            }
        }
        filters
    }

    /// Returns the items after that with an id, if the list continues there.
    fn after(&self, position: Option<&str>) -> &[Value] {
        match (&self.names.next, position) {
            (Next::Id(_), Some(id)) => {
                let mut items = self.items.iter();
                items.find(|item| is_equal(&item[&self.names.id], id));
                items.as_slice()
            }
            _ => &self.items,
        }
    }

    fn page(&self, query: &str) -> Response {
        let mut requested_limit = None;
        let mut position = None;
        let mut filters = Vec::new();
        let parameter = self.names.next.parameter();
        for (name, value) in form_urlencoded::parse(query.as_bytes()).into_owned() {
            if name == self.names.limit {
                requested_limit = count(&value);
            } else if name == parameter {
                position = Some(value);
            } else {
                filters.push((name, value));
            }
        }
        let limit = requested_limit.unwrap_or(self.default_limit);
        let skipped = self.names.next.skipped(position.as_deref(), limit);
        let filters_of_items = self.filters(&filters);
        let mut matching = self.after(position.as_deref()).iter().filter(|item| {
            self.names.next.is_beyond(position.as_deref(), item)
                && filters_of_items.iter().all(|(name, values)| {
                    let value = item.get(name).unwrap_or(&Value::Null);
                    values.iter().any(|text| is_equal(value, text))
                })
        });
        let items: Vec<Value> = matching
            .by_ref()
            .skip(skipped)
            .take(limit)
            .cloned()
            .collect();
        let next = skipped + items.len();
        let has_more = matching.next().is_some();
        let mut page = self.page.clone();
        set(&mut page, &self.names.items, items.into());
        if let Some(more) = &self.names.more {
            set(&mut page, more, has_more.into());
        }
        let mut link = None;
        match &self.names.next {
            Next::Cursor { next: pointer, .. } => {
                let is_integer = page.pointer(pointer).is_some_and(Value::is_number);
                let cursor = has_more.then(|| {
                    if is_integer {
                        Value::from(next)
                    } else {
                        Value::from(next.to_string())
                    }
                });
                set_or_remove(&mut page, pointer, cursor.into());
            }
            Next::Link(Link { parameter, target }) => {
                let url = has_more.then(|| {
                    let mut query = form_urlencoded::Serializer::for_suffix(String::from("?"), 1);
                    if let Some(limit) = requested_limit {
                        query.append_pair(&self.names.limit, &limit.to_string());
                    }
                    query.extend_pairs(&filters);
                    query.append_pair(parameter, &next.to_string());
                    query.finish()
                });
                match target {
                    Target::Property(pointer) => {
                        set_or_remove(&mut page, pointer, url.into());
                    }
                    Target::Header(relation) => {
                        link = url.map(|url| format!("<{url}>; rel=\"{relation}\""));
                    }
                }
            }
            _ => {}
        }
        let mut response = response::with_body(self.status, &self.media_type, page.to_string());
        if let Some(Ok(link)) = link.map(HeaderValue::try_from) {
            response.headers_mut().insert(LINK, link);
        }
        response
    }
}

impl Names {
    fn of(extension: &Value, operation: &Operation) -> Option<Names> {
        let name = |key: &str| extension[key].as_str().map(str::to_owned);
        let pointer = |key: &str| name(key).map(pointer);
        let next = if let Some(parameter) = name("cursor") {
            match pointer("next") {
                Some(next) => Next::Cursor { parameter, next },
                None => Next::Id(parameter),
            }
        } else if let Some(parameter) = name("page") {
            let first = operation.default(&parameter).unwrap_or(1);
            Next::Page {
                parameter,
                first: usize::try_from(first).ok()?,
            }
        } else if let Some(parameter) = name("offset") {
            Next::Offset(parameter)
        } else if let Some(link) = name("link") {
            let target = if link.starts_with('/') {
                Target::Property(link)
            } else {
                Target::Header(link)
            };
            let parameter = position_parameter(operation).unwrap_or_else(|| "page".to_owned());
            Next::Link(Link { parameter, target })
        } else {
            let after = name("after");
            Next::Timestamp {
                property: name("timestamp")?,
                ascending: after.is_some(),
                parameter: after
                    .or_else(|| name("before"))
                    .unwrap_or_else(|| "before".to_owned()),
            }
        };
        Some(Names {
            items: pointer("items")?,
            id: name("id").unwrap_or_else(|| "id".to_owned()),
            more: pointer("more"),
            limit: name("limit").unwrap_or_else(|| "limit".to_owned()),
            next,
        })
    }
}

impl Next {
    fn parameter(&self) -> &str {
        match self {
            Next::Timestamp { parameter, .. }
            | Next::Cursor { parameter, .. }
            | Next::Page { parameter, .. }
            | Next::Offset(parameter)
            | Next::Id(parameter)
            | Next::Link(Link { parameter, .. }) => parameter,
        }
    }

    /// Returns the number of matching items before the page.
    fn skipped(&self, position: Option<&str>, limit: usize) -> usize {
        let number = position.and_then(|position| position.parse::<usize>().ok());
        match self {
            Next::Timestamp { .. } | Next::Id(_) => 0,
            Next::Page { first, .. } => {
                let pages = number.map_or(0, |number| number.saturating_sub(*first));
                pages.saturating_mul(limit)
            }
            Next::Cursor { .. } | Next::Offset(_) | Next::Link(_) => number.unwrap_or(0),
        }
    }

    /// Returns true if an item is on the requested side of the timestamp.
    fn is_beyond(&self, position: Option<&str>, item: &Value) -> bool {
        let Next::Timestamp {
            property,
            ascending,
            ..
        } = self
        else {
            return true;
        };
        let Some(bound) = position.and_then(|text| Timestamp::of(&Value::from(text))) else {
            return true;
        };
        Timestamp::of(&item[property]).is_some_and(|timestamp| {
            if *ascending {
                timestamp > bound
            } else {
                timestamp < bound
            }
        })
    }

    /// The property of an item by which the list is sorted.
    fn timestamp(&self) -> Option<&str> {
        match self {
            Next::Timestamp { property, .. } => Some(property),
            _ => None,
        }
    }
}

/// The JSON pointer of a property that the extension names.
fn pointer(name: String) -> String {
    if name.is_empty() || name.starts_with('/') {
        name
    } else {
        format!("/{}", name.replace('~', "~0").replace('/', "~1"))
    }
}

/// A documented parameter in which a link can lead to the next page.
fn position_parameter(operation: &Operation) -> Option<String> {
    let words = ["page", "cursor", "offset", "after", "token"];
    let limits = ["size", "per", "limit"];
    let mut names = operation.query_names();
    let has = |name: &str, words: &[&str]| words.iter().any(|word| name.contains(word));
    let found = names.find(|name| has(name, &words) && !has(name, &limits));
    found.map(str::to_owned)
}

/// Returns what separates the values of each array in the query that is sent once.
fn separators(contract: &Contract, operation: &Operation) -> HashMap<String, char> {
    let document = contract.json();
    let item = operation.pointer().rsplit_once('/');
    let path = item.map_or("", |(path, _)| path);
    let mut separators = HashMap::new();
    for pointer in [path, operation.pointer()] {
        let parameters = document.pointer(&format!("{pointer}/parameters"));
        for parameter in parameters.and_then(Value::as_array).into_iter().flatten() {
            let parameter = resolved(document, parameter);
            if let Some(name) = parameter["name"].as_str()
                && parameter["explode"] == false
            {
                let separator = match parameter["style"].as_str() {
                    Some("pipeDelimited") => '|',
                    Some("spaceDelimited") => ' ',
                    _ => ',',
                };
                separators.insert(name.to_owned(), separator);
            }
        }
    }
    separators
}

/// Sets a value of a page.
fn set(page: &mut Value, pointer: &str, value: Value) {
    let mut place = page;
    for name in pointer.split('/').skip(1) {
        // An object that the example does not have, e.g. that with the link to the next page.
        if place.is_null() {
            *place = Value::Object(Map::new());
        }
        let Value::Object(object) = place else {
            return;
        };
        let name = name.replace("~1", "/").replace("~0", "~");
        place = object.entry(name).or_insert(Value::Null);
    }
    *place = value;
}

/// Sets a value of a page. Without a value, the example decides whether it is null or absent.
fn set_or_remove(page: &mut Value, pointer: &str, value: Value) {
    let is_shown = page.pointer(pointer).is_some();
    if is_shown || !value.is_null() {
        set(page, pointer, value);
    }
}

/// Returns whether a value is written like this in a URL.
fn is_equal(value: &Value, text: &str) -> bool {
    match value {
        Value::String(value) => value == text,
        Value::Number(value) => value.to_string() == text,
        Value::Bool(value) => value.to_string() == text,
        Value::Array(values) => values.iter().any(|value| is_equal(value, text)),
        Value::Null | Value::Object(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_are_written_in_a_url_as_in_json() {
        for (value, text) in [
            (json!("7"), "7"),
            (json!(7), "7"),
            (json!(true), "true"),
            (json!(["a", 7]), "7"),
        ] {
            assert!(is_equal(&value, text), "{value}");
            assert!(!is_equal(&value, "false"), "{value}");
        }
        assert!(!is_equal(&Value::Null, "null"));
    }
}
