//! The lists that the sandbox does not implement by hand: a stable set of items made from the examples of the contract,
//! served page by page.

use std::collections::HashSet;

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use http::{Request, StatusCode};
use openapi_conformance::{Contract, Operation, Severity};
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};
use url::form_urlencoded;

use super::response::{self, Response};

/// The number of items in a list.
const ITEMS: usize = 40;

/// The size of a page if neither the request nor the contract sets one.
const DEFAULT_LIMIT: usize = 20;

/// The seconds between the timestamps of two items.
const INTERVAL: i64 = 60;

/// The lists of a contract that have examples of their items.
pub struct Lists(Vec<List>);

struct List {
    operation_id: String,
    path: String,
    /// The names of the properties and parameters.
    names: Names,
    status: StatusCode,
    /// The example of a page, whose items are replaced.
    page: Map<String, Value>,
    /// The items, most recent first.
    items: Vec<Value>,
    default_limit: usize,
}

struct Names {
    items: String,
    id: String,
    timestamp: String,
    more: String,
    limit: String,
    before: String,
}

/// A resource that the path of a request refers to by its id.
pub enum Resource {
    Item(Item),
    /// A list has such resources, but none with this id.
    Unknown,
    /// No list has such resources.
    Other,
}

/// An item of a list.
pub struct Item {
    pub value: Value,
    /// The name of the property that has the id.
    pub id: String,
}

/// An id in the path of a request, below the path of a list.
pub struct IdBelow {
    pub id: String,
    /// True if the path ends with the id.
    pub is_last: bool,
}

impl IdBelow {
    /// Returns the id below the path of a list, if the path of the operation has a parameter there.
    pub fn find(list: &str, operation: &Operation, path: &str) -> Option<Self> {
        let mut documented = operation.path().split('/');
        let mut actual = path.split('/');
        for segment in list.split('/') {
            let other = documented.next()?;
            actual.next()?;
            if other != segment && !(is_parameter(other) && is_parameter(segment)) {
                return None;
            }
        }
        if !is_parameter(documented.next()?) {
            return None;
        }
        let id = percent_decode_str(actual.next()?).decode_utf8_lossy();
        Some(IdBelow {
            id: id.into_owned(),
            is_last: documented.next().is_none(),
        })
    }
}

fn is_parameter(segment: &str) -> bool {
    segment.starts_with('{') && segment.ends_with('}')
}

impl Item {
    /// Returns the response of an operation that reads the item, made from the example of the operation: the body, or
    /// the first object in it, has the id.
    pub fn in_example(self, example: &Value) -> Option<Value> {
        let mut body = example.as_object()?.clone();
        let target = if body.contains_key(&self.id) {
            &mut body
        } else {
            body.values_mut().find_map(Value::as_object_mut)?
        };
        if let Value::Object(item) = self.value {
            target.extend(item);
        }
        Some(Value::Object(body))
    }
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
        let names = Names::of(document.get("x-pagination")?)?;
        let (status, example) = contract.example(operation)?;
        let page = example?.as_object()?;
        let mut list = List {
            operation_id: operation.id().to_owned(),
            path: operation.path().to_owned(),
            status,
            page: page.clone(),
            default_limit: operation
                .default(&names.limit)
                .and_then(|limit| usize::try_from(limit).ok())
                .unwrap_or(DEFAULT_LIMIT),
            items: items(page.get(&names.items)?.as_array()?, &names),
            names,
        };
        if !list.conforms(contract, operation) {
            // The variations break a rule of the contract, so only the example is served.
            list.items = page.get(&list.names.items)?.as_array()?.clone();
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

    fn page(&self, query: &str) -> Response {
        let mut limit = self.default_limit;
        let mut before = None;
        let mut filters = Vec::new();
        for (name, value) in form_urlencoded::parse(query.as_bytes()).into_owned() {
            if name == self.names.limit {
                limit = value.parse().unwrap_or(limit);
            } else if name == self.names.before {
                before = Timestamp::of(&Value::from(value));
            } else {
                filters.push((name, value));
            }
        }
        let mut matching = self.items.iter().filter(|item| {
            let timestamp = Timestamp::of(&item[&self.names.timestamp]);
            before.is_none_or(|before| timestamp.is_some_and(|timestamp| timestamp < before))
                && filters
                    .iter()
                    .all(|(name, value)| item.get(name).is_none_or(|item| is_equal(item, value)))
        });
        let items: Vec<Value> = matching.by_ref().take(limit).cloned().collect();
        let mut page = self.page.clone();
        page.insert(self.names.items.clone(), items.into());
        page.insert(self.names.more.clone(), matching.next().is_some().into());
        response::json(self.status, &page)
    }
}

impl Names {
    fn of(extension: &Value) -> Option<Names> {
        let name = |key: &str| extension[key].as_str().map(str::to_owned);
        let or = |key: &str| name(key).unwrap_or_else(|| key.to_owned());
        Some(Names {
            items: name("items")?,
            timestamp: name("timestamp")?,
            more: name("more")?,
            id: or("id"),
            limit: or("limit"),
            before: or("before"),
        })
    }
}

/// A point in time, as the lists of the API express it.
#[derive(Clone, Copy, PartialEq, PartialOrd)]
enum Timestamp {
    DateTime(DateTime<Utc>),
    Seconds(i64),
}

impl Timestamp {
    fn of(value: &Value) -> Option<Timestamp> {
        if let Some(seconds) = value.as_i64() {
            return Some(Timestamp::Seconds(seconds));
        }
        let text = value.as_str()?;
        if let Ok(seconds) = text.parse() {
            return Some(Timestamp::Seconds(seconds));
        }
        text.parse().ok().map(Timestamp::DateTime)
    }

    /// Returns the timestamp of the item at this position, counted back from this one.
    fn at(self, position: usize) -> Option<Value> {
        let back = i64::try_from(position).ok()?.checked_mul(INTERVAL)?;
        Some(match self {
            Timestamp::DateTime(time) => time
                .checked_sub_signed(TimeDelta::try_seconds(back)?)?
                .to_rfc3339_opts(SecondsFormat::Millis, true)
                .into(),
            Timestamp::Seconds(seconds) => seconds.checked_sub(back)?.into(),
        })
    }
}

/// Makes items with different ids and descending timestamps from examples.
fn items(examples: &[Value], names: &Names) -> Vec<Value> {
    let mut timestamps = examples.iter();
    let latest = timestamps.find_map(|example| Timestamp::of(&example[&names.timestamp]));
    let mut items: Vec<Value> = Vec::new();
    let mut ids = HashSet::new();
    let objects = examples.iter().filter_map(Value::as_object);
    for (position, example) in objects.cycle().take(ITEMS).enumerate() {
        let timestamp = latest.and_then(|latest| latest.at(position));
        let id = example.get(&names.id).and_then(|id| unused(id, &ids));
        let (Some(timestamp), Some(id)) = (timestamp, id) else {
            break;
        };
        let mut item = example.clone();
        item.insert(names.id.clone(), id.clone());
        item.insert(names.timestamp.clone(), timestamp);
        items.push(item.into());
        ids.insert(id);
    }
    items
}

/// Returns the id, or one like it, that is not used yet.
fn unused(id: &Value, used: &HashSet<Value>) -> Option<Value> {
    if !used.contains(id) {
        return Some(id.clone());
    }
    (1..=2 * ITEMS)
        .map(|number| numbered(id, number))
        .find(|id| !used.contains(id))
}

/// Returns an id like this one with another number: its last digits are replaced, or digits are appended.
fn numbered(id: &Value, number: usize) -> Value {
    let Some(text) = id.as_str() else {
        let id = id.as_u64().unwrap_or_default();
        return id.saturating_add(number as u64).into();
    };
    let digits = number.to_string();
    // The last group of a UUID and long hexadecimal ids have room for a number.
    let is_hex = |byte: &u8| byte.is_ascii_hexdigit();
    let room = text.bytes().rev().take_while(is_hex).count();
    if room < digits.len() {
        return format!("{text}{digits}").into();
    }
    format!("{}{digits}", &text[..text.len() - digits.len()]).into()
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
