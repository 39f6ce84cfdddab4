//! Builds requests: those of the contract's operations, and those to other endpoints.

use std::fmt;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use reqwest::{Method, Url};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::body::Call;
use super::{Response, transport};
use crate::client::Client;
use crate::error::{Error, ErrorKind};
use crate::redacted::Redacted;

const JSON: HeaderValue = HeaderValue::from_static("application/json");
/// What a path segment may contain as it is.
const SEGMENT: AsciiSet = NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// Builds the request of a generated operation.
pub(crate) struct RequestBuilder {
    operation: &'static str,
    method: Method,
    url: Url,
    /// The contract's path; `{name}` is replaced by the parameter's value.
    path: String,
    headers: HeaderMap,
    body: Option<Vec<u8>>,
    /// The first reason for which no request can be built.
    invalid: Option<String>,
}

#[allow(
    dead_code,
    reason = "the contract decides which kinds of parameters there are"
)]
impl RequestBuilder {
    pub fn new(client: &Client, operation: &'static str, method: Method, path: &str) -> Self {
        let url = client.shared.base_url.clone();
        // With room for what every request has.
        let mut headers = HeaderMap::with_capacity(6);
        headers.insert(ACCEPT, JSON);
        RequestBuilder {
            operation,
            method,
            path: format!("{}{path}", url.path().trim_end_matches('/')),
            url,
            headers,
            body: None,
            invalid: None,
        }
    }

    /// Reports a required parameter that is not set.
    pub fn require<T>(mut self, name: &str, value: &Option<T>) -> Self {
        if value.is_none() {
            self.invalid(format!("missing required parameter `{name}`"));
        }
        self
    }

    pub fn path(mut self, name: &str, value: &Option<impl Serialize>) -> Self {
        self = self.require(name, value);
        let Some(value) = self.parameter(name, value) else {
            return self;
        };
        // A URL parser would resolve these, and the request would reach another endpoint.
        if matches!(value.as_str(), "" | "." | "..") {
            self.invalid(format!("parameter `{name}` is empty or a dot segment"));
        }
        let segment = utf8_percent_encode(&value, &SEGMENT).to_string();
        self.path = self.path.replace(&format!("{{{name}}}"), &segment);
        self
    }

    pub fn query(mut self, name: &str, value: &Option<impl Serialize>) -> Self {
        if let Some(value) = self.parameter(name, value) {
            self.url.query_pairs_mut().append_pair(name, &value);
        }
        self
    }

    pub fn header(mut self, name: &'static str, value: &Option<impl Serialize>) -> Self {
        let Some(value) = self.parameter(name, value) else {
            return self;
        };
        match (
            HeaderName::from_bytes(name.as_bytes()),
            HeaderValue::from_str(&value),
        ) {
            (Ok(name), Ok(value)) => drop(self.headers.insert(name, value)),
            _ => self.invalid(format!("parameter `{name}` is not allowed in a header")),
        }
        self
    }

    pub fn json(mut self, body: &Option<impl Serialize>) -> Self {
        match body.as_ref().map(serde_json::to_vec) {
            Some(Ok(body)) => {
                self.headers.insert(CONTENT_TYPE, JSON);
                self.body = Some(body);
            }
            Some(Err(_)) => self.invalid("the body cannot be written as JSON".to_owned()),
            None => self.invalid("missing required `body`".to_owned()),
        }
        self
    }

    pub fn build(mut self) -> Result<reqwest::Request, Error> {
        if let Some(reason) = self.invalid {
            return Err(invalid(self.operation, reason));
        }
        self.url.set_path(&self.path);
        let mut request = reqwest::Request::new(self.method, self.url);
        *request.headers_mut() = self.headers;
        *request.body_mut() = self.body.map(Into::into);
        Ok(request)
    }

    fn invalid(&mut self, reason: String) {
        self.invalid.get_or_insert(reason);
    }

    /// The value as it is written in a path, a query or a header; the contract allows scalars only.
    fn parameter(&mut self, name: &str, value: &Option<impl Serialize>) -> Option<String> {
        match serde_json::to_value(value.as_ref()?) {
            Ok(Value::String(value)) => Some(value),
            Ok(value @ (Value::Number(_) | Value::Bool(_))) => Some(value.to_string()),
            _ => {
                self.invalid(format!("parameter `{name}` cannot be written"));
                None
            }
        }
    }
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
    /// Returns a request to an endpoint that the contract does not describe. API key, deadline, retries, limits
    /// and errors are those of the operations; requests and responses are JSON.
    ///
    /// `path` is appended to the base URL, e.g. `/customers`. [`send`](Request::send) returns an error if the path
    /// leads elsewhere: if it has a scheme, a host (`//`), dot segments, a backslash, a query or fragment (use
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
            request.header(ACCEPT, JSON)
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
    /// Appends to the query. `query` is an array of pairs, or a struct.
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
    /// Returns the errors of an operation, and [`ErrorKind::InvalidRequest`] if the path leads elsewhere or if
    /// the query or body cannot be serialized.
    pub async fn send<T: DeserializeOwned>(self) -> Result<Response<T>, Error> {
        let request = self.request.map_err(|reason| invalid(OPERATION, reason))?;
        let call = Call {
            operation: OPERATION,
            ..Call::NONE
        };
        let request = request
            .build()
            .map_err(|error| Error::from_reqwest(error, false, call))?;
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

    fn builder(path: &str) -> RequestBuilder {
        let client = Client::builder()
            .api_key("key")
            .base_url("https://api.example/v1");
        RequestBuilder::new(&client.build().unwrap(), "an_operation", Method::GET, path)
    }

    #[test]
    fn parameters_are_encoded_where_they_stand() {
        let request = builder("/chats/{id}/to/{to}")
            .query("limit", &Some(20))
            .path("to", &Some("a b?c#é"))
            .query("none", &None::<String>)
            .path("id", &Some("../x%2f"))
            .query("open", &Some(true))
            .query("q", &Some("+549 & ü"))
            .header("X-Trace", &Some("t-1"))
            .build()
            .unwrap();
        assert_eq!(
            request.url().as_str(),
            "https://api.example/v1/chats/..%2Fx%252f/to/a%20b%3Fc%23%C3%A9?limit=20&open=true&q=%2B549+%26+%C3%BC"
        );
        assert_eq!(request.headers()["x-trace"], "t-1");
    }

    #[test]
    fn a_path_parameter_cannot_lead_to_another_endpoint() {
        for value in ["", ".", ".."] {
            let error = builder("/chats/{id}")
                .path("id", &Some(value))
                .build()
                .unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidRequest, "{value:?}");
        }
    }

    #[test]
    fn a_parameter_that_cannot_be_written_is_an_error() {
        let invalid = [
            builder("/a").query("ratio", &Some(f64::NAN)),
            builder("/a").header("x-trace", &Some("a\r\nb")),
            builder("/a").query("chats", &Some(["a"])),
        ];
        for builder in invalid {
            assert_eq!(
                builder.build().unwrap_err().kind(),
                ErrorKind::InvalidRequest
            );
        }
    }

    #[test]
    fn a_missing_required_parameter_or_body_is_named() {
        let missing = [
            (builder("/chats/{id}").path("id", &None::<String>), "`id`"),
            (builder("/a").require("since", &None::<String>), "`since`"),
            (builder("/a").json(&None::<String>), "`body`"),
        ];
        for (builder, name) in missing {
            let error = builder.build().unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidRequest);
            assert!(error.to_string().contains(name), "{error}");
        }
    }
}
