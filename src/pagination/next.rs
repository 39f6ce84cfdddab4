//! How a list continues: the query parameters of the next page.

use std::borrow::Cow;

use chrono::{DateTime, Utc};
use reqwest::Url;
use reqwest::header::{HeaderMap, LINK};
use serde_json::Value;
use url::form_urlencoded;

use super::PagedList;
use crate::http::Response;

/// How a list continues, as the contract describes it.
#[allow(dead_code, reason = "the contract decides how its lists continue")]
pub(crate) enum Next {
    /// Before the timestamp of the last item, or after it if the list is ascending.
    Timestamp {
        parameter: &'static str,
        ascending: bool,
    },
    /// At the cursor that the page contains.
    Cursor(&'static str),
    /// At the number of the next page. `first` is that of the first page.
    Page { parameter: &'static str, first: i64 },
    /// After the number of items so far.
    Offset(&'static str),
    /// At the target of a `Link` header with this relation.
    Link(&'static str),
    /// At the URL that the page contains.
    Url,
}

pub(super) type Parameters = Vec<(String, String)>;

/// What follows a page.
pub(super) enum Following {
    End,
    Page(Parameters),
}

impl Next {
    /// The parameter that the streams set, which is not a filter.
    pub(super) fn parameter(&self) -> Option<&'static str> {
        match *self {
            Next::Timestamp { parameter, .. }
            | Next::Cursor(parameter)
            | Next::Page { parameter, .. }
            | Next::Offset(parameter) => Some(parameter),
            Next::Link(_) | Next::Url => None,
        }
    }

    /// Returns the timestamp by which the list is sorted, most recent first. An ascending list is mirrored.
    pub(super) fn mirrored(&self, timestamp: DateTime<Utc>) -> DateTime<Utc> {
        match self {
            Next::Timestamp {
                ascending: true, ..
            } => {
                let opposite = timestamp.timestamp_micros().checked_neg();
                opposite
                    .and_then(DateTime::from_timestamp_micros)
                    .unwrap_or(timestamp)
            }
            _ => timestamp,
        }
    }

    /// The number of pages in a row that may have no new item: the server may filter pages, or repeat some items of a
    /// list that grew. More are an endless list.
    pub(super) fn pages_without_new_items(&self) -> u32 {
        match self {
            Next::Cursor(_) | Next::Link(_) | Next::Url => 100,
            Next::Timestamp { .. } | Next::Page { .. } | Next::Offset(_) => 1,
        }
    }
}

/// Returns what follows a page of `count` items. `url` is that of the list, and `position` the parameters of the page.
///
/// # Errors
///
/// The reason why the list cannot continue.
pub(super) fn following<L: PagedList>(
    page: &Response<L::Page>,
    url: &Url,
    position: &Parameters,
    count: usize,
) -> Result<Following, &'static str> {
    let more = L::has_more(page);
    if more == Some(false) {
        return Ok(Following::End);
    }
    let next = match L::NEXT {
        // The reader continues these by itself.
        Next::Timestamp { .. } => None,
        Next::Cursor(parameter) => L::next(page)
            .filter(|cursor| !cursor.is_empty())
            .map(|cursor| vec![(parameter.to_owned(), cursor)]),
        Next::Page { parameter, first } => (count > 0)
            .then(|| number(url, position, parameter, first)?.checked_add(1))
            .flatten()
            .map(|number| vec![(parameter.to_owned(), number.to_string())]),
        Next::Offset(parameter) => (count > 0)
            .then(|| number(url, position, parameter, 0)?.checked_add(i64::try_from(count).ok()?))
            .flatten()
            .map(|number| vec![(parameter.to_owned(), number.to_string())]),
        Next::Link(relation) => link(page.headers(), relation)
            .map(|target| parameters(url, &target))
            .transpose()?,
        Next::Url => L::next(page)
            .filter(|target| !target.is_empty())
            .map(|target| parameters(url, &target))
            .transpose()?,
    };
    match next {
        Some(parameters) => Ok(Following::Page(parameters)),
        None if more == Some(true) => {
            Err("more items follow, but the page does not tell how to continue")
        }
        None => Ok(Following::End),
    }
}

/// Returns the number in a query parameter of a page.
fn number(url: &Url, position: &Parameters, parameter: &str, default: i64) -> Option<i64> {
    if let [(_, number)] = position.as_slice() {
        return number.parse().ok();
    }
    let mut pairs = url.query_pairs();
    match pairs.find(|(name, _)| name == parameter) {
        Some((_, value)) => value.parse().ok(),
        None => Some(default),
    }
}

/// Returns the query parameters in which a link differs from the URL of the list. Only they are followed: the API key is
/// sent to no other server.
fn parameters(url: &Url, target: &str) -> Result<Parameters, &'static str> {
    let target = url
        .join(target)
        .map_err(|_| "the link to the next page is not a valid URL")?;
    // The server may know itself by another name, and below another path.
    let last = |url: &Url| url.path().rsplit('/').next().map(str::to_owned);
    if last(&target) != last(url) {
        return Err("the link to the next page leads to another endpoint");
    }
    let known: Vec<_> = url.query_pairs().collect();
    let changed = target.query_pairs().filter(|pair| !known.contains(pair));
    Ok(changed
        .map(|(name, value)| (name.into_owned(), value.into_owned()))
        .collect())
}

/// Returns the target of the first link with this relation (RFC 8288).
fn link(headers: &HeaderMap, relation: &str) -> Option<String> {
    for value in headers.get_all(LINK) {
        let mut rest = value.to_str().unwrap_or_default();
        while let Some((_, link)) = rest.split_once('<') {
            let (target, link) = link.split_once('>')?;
            let (attributes, following) = attributes(link);
            rest = following;
            let mut relations = attributes
                .iter()
                .filter_map(|attribute| attribute.split_once('='))
                .filter(|(name, _)| name.trim().eq_ignore_ascii_case("rel"))
                .flat_map(|(_, relations)| relations.trim().trim_matches('"').split(' '));
            if relations.any(|other| other.eq_ignore_ascii_case(relation)) {
                return Some(target.to_owned());
            }
        }
    }
    None
}

/// Returns the attributes of a link, and what follows it.
fn attributes(link: &str) -> (Vec<&str>, &str) {
    let mut attributes = Vec::new();
    let (mut start, mut is_quoted) = (0, false);
    for (index, byte) in link.bytes().enumerate() {
        match byte {
            b'"' => is_quoted = !is_quoted,
            b';' | b',' if !is_quoted => {
                attributes.push(&link[start..index]);
                start = index + 1;
                if byte == b',' {
                    return (attributes, &link[start..]);
                }
            }
            _ => {}
        }
    }
    attributes.push(&link[start..]);
    (attributes, "")
}

/// Replaces query parameters of a URL, and appends those that it does not have.
pub(super) fn set_parameters(url: &mut Url, parameters: &[(String, String)]) {
    if parameters.is_empty() {
        return;
    }
    let name = |pair: &str| {
        let mut pairs = form_urlencoded::parse(pair.as_bytes());
        pairs.next().map(|(name, _)| name.into_owned())
    };
    let is_replaced = |pair: &str| {
        let replaced = name(pair);
        parameters
            .iter()
            .any(|(other, _)| replaced.as_ref() == Some(other))
    };
    // The other pairs stay as they are written, because arrays may have encoded separators.
    let others: Vec<_> = url
        .query()
        .unwrap_or_default()
        .split('&')
        .filter(|pair| !pair.is_empty() && !is_replaced(pair))
        .collect();
    let mut query = form_urlencoded::Serializer::new(others.join("&"));
    query.extend_pairs(parameters);
    let query = query.finish();
    url.set_query(Some(&query));
}

/// A timestamp that is an integer, as milliseconds: only the order of a list's timestamps matters, not their unit.
#[allow(dead_code, reason = "the contract decides which timestamps there are")]
pub(crate) fn of_integer(timestamp: i64) -> Option<DateTime<Utc>> {
    DateTime::from_timestamp_millis(timestamp)
}

/// The id of an item that the contract does not describe. Without one, all of its JSON identifies it.
#[allow(dead_code, reason = "the contract decides which items there are")]
pub(crate) fn id_of_unknown<'v>(item: &'v Value, property: &str) -> Cow<'v, str> {
    match item.get(property) {
        Some(Value::String(id)) => Cow::Borrowed(id),
        Some(id) => Cow::Owned(id.to_string()),
        None => Cow::Owned(item.to_string()),
    }
}
