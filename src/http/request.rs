//! Builds requests: those of the contract's operations, and those to other endpoints.

use std::fmt::{self, Display};

use chrono::{DateTime, SecondsFormat, Utc};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::header::{ACCEPT, AUTHORIZATION, HeaderValue};
use reqwest::{Method, Url};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::body::Call;
use super::upload::Form;
use super::{Response, transport};
use crate::client::Client;
use crate::error::{Error, ErrorKind};
use crate::redacted::Redacted;

/// What a path segment may contain as it is.
const SEGMENT: AsciiSet = NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// Starts the request of an operation, with the API key.
pub(crate) fn start(
    client: &Client,
    method: Method,
    path: &str,
    accept: &'static str,
) -> reqwest::RequestBuilder {
    let authorization = client.shared.authorization.clone();
    start_public(client, method, path, accept).header(AUTHORIZATION, authorization)
}

/// Starts the request of an operation that needs no API key.
pub(crate) fn start_public(
    client: &Client,
    method: Method,
    path: &str,
    accept: &'static str,
) -> reqwest::RequestBuilder {
    let url = format!("{}{path}", client.base_url());
    let request = client.shared.http.request(method, url);
    request.header(ACCEPT, HeaderValue::from_static(accept))
}

/// Builds the request of an operation.
pub(crate) fn build(
    operation: &'static str,
    request: reqwest::RequestBuilder,
) -> Result<reqwest::Request, Error> {
    let call = Call {
        operation,
        ..Call::NONE
    };
    request
        .build()
        .map_err(|error| Error::from_reqwest(error, false, call))
}

/// The value of a path parameter, as it is written in the path.
#[allow(
    dead_code,
    reason = "the contract decides whether a path has parameters"
)]
pub(crate) fn segment(
    operation: &'static str,
    name: &str,
    value: &impl Display,
) -> Result<String, Error> {
    let value = value.to_string();
    // A URL parser would resolve these, and the request would reach another endpoint.
    if matches!(value.as_str(), "" | "." | "..") {
        let reason = format!("parameter `{name}` is empty or a dot segment");
        return Err(invalid(operation, reason));
    }
    Ok(utf8_percent_encode(&value, &SEGMENT).to_string())
}

/// The value of a path parameter that is an array, whose items are separated by commas.
#[allow(dead_code, reason = "the contract decides which parameters there are")]
pub(crate) fn segments(
    operation: &'static str,
    name: &str,
    items: impl Iterator<Item = String>,
) -> Result<String, Error> {
    let items: Vec<_> = items
        .map(|item| utf8_percent_encode(&item, &SEGMENT).to_string())
        .collect();
    let joined = items.join(",");
    if matches!(joined.as_str(), "" | "." | "..") {
        let reason = format!("parameter `{name}` is empty or a dot segment");
        return Err(invalid(operation, reason));
    }
    Ok(joined)
}

/// A query parameter that is an array, once for each item.
#[allow(dead_code, reason = "the contract decides which parameters there are")]
pub(crate) fn repeated<'v, T>(
    name: &'static str,
    items: impl Iterator<Item = &'v T>,
) -> Vec<(&'static str, &'v T)> {
    items.map(|item| (name, item)).collect()
}

/// Appends a query parameter that is an array, whose items have a separator. Without items, there is no parameter.
#[allow(dead_code, reason = "the contract decides which parameters there are")]
pub(crate) fn append(
    request: &mut reqwest::Request,
    name: &str,
    separator: &str,
    items: impl Iterator<Item = String>,
) {
    let encoded = |text: &str| utf8_percent_encode(text, &SEGMENT).to_string();
    let items: Vec<_> = items.map(|item| encoded(&item)).collect();
    if items.is_empty() {
        return;
    }
    let pair = format!("{}={}", encoded(name), items.join(separator));
    let url = request.url_mut();
    let query = match url.query() {
        None | Some("") => pair,
        Some(query) => format!("{query}&{pair}"),
    };
    url.set_query(Some(&query));
}

/// A timestamp outside of JSON, written as in JSON.
#[allow(dead_code, reason = "the contract decides which parameters there are")]
pub(crate) fn timestamp(value: &DateTime<Utc>) -> String {
    value.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}

/// The pairs of an `application/x-www-form-urlencoded` body. An array is repeated.
#[allow(dead_code, reason = "the contract decides which media types there are")]
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

/// The form of a `multipart/form-data` body.
#[allow(dead_code, reason = "the contract decides which media types there are")]
pub(crate) fn form_of(operation: &'static str, form: Result<Form, String>) -> Result<Form, Error> {
    form.map_err(|reason| invalid(operation, reason))
}

fn invalid(operation: &'static str, reason: impl Into<String>) -> Error {
    let call = Call {
        operation,
        ..Call::NONE
    };
    Error::new(ErrorKind::InvalidRequest, call).with_detail(reason)
}

/// What errors and spans call a request to an endpoint outside the contract; its path may name a person.
const OPERATION: &str = "request";

impl Client {
    /// Returns a request to an endpoint that the contract does not describe. The API key, deadline, retries, limits
    /// and errors are the same as for the operations. Request and response bodies are JSON.
    ///
    /// `path`, e.g. `/customers`, is appended to the base URL. [`send`](Request::send) returns an error if the path
    /// contains a scheme, a host (`//`), dot segments, a backslash, a query or fragment (use
    /// [`query`](Request::query)), white space or control characters.
    ///
    /// ```no_run
    /// # async fn run(client: watsi::Client) -> Result<(), watsi::Error> {
    /// let customers = client
    ///     .request(watsi::reqwest::Method::GET, "/customers")
    ///     .query(&[("search", "Maria")])
    ///     .send::<serde_json::Value>()
    ///     .await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn request(&self, method: Method, path: &str) -> Request {
        let request = target(self.base_url(), path).map(|url| {
            let request = self.shared.http.request(method, url);
            request
                .header(ACCEPT, HeaderValue::from_static("application/json"))
                .header(AUTHORIZATION, self.shared.authorization.clone())
        });
        Request {
            client: self.clone(),
            request,
        }
    }
}

/// A request to an endpoint that the contract does not describe; see [`Client::request`].
#[must_use = "nothing is sent until `.send().await`"]
pub struct Request {
    client: Client,
    request: Result<reqwest::RequestBuilder, &'static str>,
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request")
            .field("client", &self.client)
            .field("request", &Redacted)
            .finish()
    }
}

impl Request {
    /// Appends query parameters, which are an array of pairs or a struct.
    pub fn query<T: Serialize + ?Sized>(mut self, query: &T) -> Self {
        self.request = self.request.map(|request| request.query(query));
        self
    }

    /// Sets the request body, which is sent as JSON.
    pub fn json<T: Serialize + ?Sized>(mut self, body: &T) -> Self {
        self.request = self.request.map(|request| request.json(body));
        self
    }

    /// Sends the request, and decodes the response body into `T`. An empty body is decoded as `null`.
    ///
    /// # Errors
    ///
    /// Returns the errors of an operation, and [`ErrorKind::InvalidRequest`] if the path is not allowed or if the query
    /// or body cannot be serialized.
    pub async fn send<T: DeserializeOwned>(self) -> Result<Response<T>, Error> {
        let request = self.request.map_err(|reason| invalid(OPERATION, reason))?;
        let request = build(OPERATION, request)?;
        transport::send(&self.client, request, OPERATION).await
    }
}

/// Appends `path` to `base`, which it cannot leave.
fn target(base: &str, path: &str) -> Result<Url, &'static str> {
    let relative = path.strip_prefix('/').unwrap_or(path);
    if relative.starts_with('/') {
        return Err("the path contains a host");
    }
    if relative.contains(['?', '#']) {
        return Err("the path has a query or a fragment");
    }
    if relative
        .chars()
        .any(|character| character == '\\' || character.is_control() || character.is_whitespace())
    {
        return Err("the path contains a backslash, white space or a control character");
    }
    // An encoded slash is a slash to some servers.
    let decoded = ["%2f", "%5c"]
        .iter()
        .fold(relative.to_ascii_lowercase(), |path, slash| {
            path.replace(slash, "/")
        })
        .replace("%2e", ".");
    if decoded
        .split('/')
        .any(|segment| matches!(segment, "." | ".."))
    {
        return Err("the path has dot segments");
    }
    let first = path.split('/').next().unwrap_or_default();
    if first.contains(':') || relative.contains("://") {
        return Err("the path has a scheme");
    }
    Url::parse(&format!("{base}/{relative}")).map_err(|_| "the path is not valid in a URL")
}

#[cfg(test)]
mod tests {
    use super::*;

    const BASE: &str = "https://api.example/v1";

    #[test]
    fn a_request_that_cannot_be_built_names_its_operation() {
        let request = reqwest::Client::new().get("no URL");
        let error = build("an_operation", request).unwrap_err();
        assert_eq!(
            (error.kind(), error.operation()),
            (ErrorKind::InvalidRequest, "an_operation")
        );
    }

    #[test]
    fn a_path_is_appended_to_the_base() {
        for path in ["/customers", "customers"] {
            assert_eq!(
                target(BASE, path).unwrap().as_str(),
                "https://api.example/v1/customers"
            );
        }
        assert_eq!(
            target(BASE, "/chat:1/a%2Fb/x%20y").unwrap().as_str(),
            "https://api.example/v1/chat:1/a%2Fb/x%20y"
        );
    }

    #[test]
    fn a_path_that_leads_elsewhere_is_not_allowed() {
        let elsewhere = [
            "https://evil.example/customers",
            "http:evil",
            "/https://evil.example",
            "//evil.example/customers",
            "///evil.example",
            "/..",
            "/../admin",
            "/customers/../../admin",
            "/./customers",
            "/customers/%2e%2E/admin",
            "/customers/.%2e",
            "/..%2fadmin",
            "/..%5cadmin",
            "/a%5c..%5cb",
            "/customers\\..\\admin",
            "\\\\evil.example",
            "/customers?a=b",
            "/customers#a",
            "/a b",
            "/a\r\nHost: evil.example",
            "/a\0",
            "/a\tb",
            "/a\u{7f}",
        ];
        for path in elsewhere {
            assert!(target(BASE, path).is_err(), "{path:?}");
        }
    }

    fn parameter(value: &str) -> Result<String, Error> {
        segment("an_operation", "id", &value)
    }

    #[test]
    fn a_path_parameter_is_one_segment() {
        assert_eq!(parameter("a b?c#é").unwrap(), "a%20b%3Fc%23%C3%A9");
        assert_eq!(parameter("../x%2f").unwrap(), "..%2Fx%252f");
    }

    #[test]
    fn a_path_parameter_cannot_lead_to_another_endpoint() {
        for value in ["", ".", ".."] {
            let error = parameter(value).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidRequest, "{value:?}");
        }
    }
}
