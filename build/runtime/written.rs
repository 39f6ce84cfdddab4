//! How values are written and read outside of JSON.

use std::fmt::Display;

use chrono::{DateTime, SecondsFormat, Utc};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;
use serde_json::Value;

use crate::error::Error;
use crate::http::request::{Request, invalid};
use crate::phone::PhoneNumber;

/// What a path segment may contain as it is.
const SEGMENT: AsciiSet = NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// A value that is written outside of JSON.
pub(crate) trait Text {
    fn to_text(&self) -> String;
}

impl<T: Display> Text for T {
    fn to_text(&self) -> String {
        self.to_string()
    }
}

// A phone number is not `Display`, so that none is shown by accident.
impl Text for PhoneNumber {
    fn to_text(&self) -> String {
        self.as_str().to_owned()
    }
}

/// The value of a path parameter, as it is written in the path.
pub(crate) fn segment(
    operation: &'static str,
    name: &str,
    value: &impl Text,
) -> Result<String, Error> {
    segments(operation, name, std::iter::once(value.to_text()))
}

/// The value of a path parameter that is an array, whose items are separated by commas.
pub(crate) fn segments(
    operation: &'static str,
    name: &str,
    items: impl Iterator<Item = String>,
) -> Result<String, Error> {
    let items: Vec<_> = items
        .map(|item| utf8_percent_encode(&item, &SEGMENT).to_string())
        .collect();
    let joined = items.join(",");
    // A URL parser would resolve these, and the request would reach another endpoint.
    if matches!(joined.as_str(), "" | "." | "..") {
        let reason = format!("parameter `{name}` is empty or a dot segment");
        return Err(invalid(operation, reason));
    }
    Ok(joined)
}

/// A query parameter that is an array, once for each item.
pub(crate) fn repeated<'v, T>(
    name: &'static str,
    items: impl Iterator<Item = &'v T>,
) -> Vec<(&'static str, &'v T)> {
    items.map(|item| (name, item)).collect()
}

/// Appends a query parameter that is an array, whose items have a separator. Without items, there is no parameter.
pub(crate) fn append(
    request: &mut Request,
    name: &str,
    separator: &str,
    items: impl Iterator<Item = String>,
) {
    let encoded = |text: &str| utf8_percent_encode(text, &SEGMENT).to_string();
    let items: Vec<_> = items.map(|item| encoded(&item)).collect();
    if items.is_empty() {
        return;
    }
    if !request.raw_query.is_empty() {
        request.raw_query.push('&');
    }
    request.raw_query += &format!("{}={}", encoded(name), items.join(separator));
}

/// A timestamp outside of JSON, written as in JSON.
pub(crate) fn timestamp(value: &DateTime<Utc>) -> String {
    value.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}

/// Reads a header with a timestamp: that of the contract's formats, or an HTTP date.
pub(crate) fn read_timestamp(value: &str) -> Option<DateTime<Utc>> {
    let rfc3339 = DateTime::parse_from_rfc3339(value).ok();
    let http = || httpdate::parse_http_date(value).ok().map(DateTime::from);
    rfc3339.map(|timestamp| timestamp.to_utc()).or_else(http)
}

/// The pairs of an `application/x-www-form-urlencoded` body. An array is repeated.
pub(crate) fn form(operation: &'static str, body: &impl Serialize) -> Result<String, Error> {
    let body = serde_json::to_value(body).map_err(|error| invalid(operation, error.to_string()))?;
    let mut pairs = url::form_urlencoded::Serializer::new(String::new());
    for (name, value) in body.as_object().into_iter().flatten() {
        match value {
            Value::Null => {}
            Value::Array(items) => {
                pairs.extend_pairs(items.iter().map(|item| (name, plain_text(item))));
            }
            value => drop(pairs.append_pair(name, &plain_text(value))),
        }
    }
    Ok(pairs.finish())
}

/// A JSON value outside of JSON: a string without its quotes.
pub(crate) fn plain_text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        value => value.to_string(),
    }
}
