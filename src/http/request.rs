//! Builds requests: those of the contract's operations, and those to other endpoints.

use std::fmt::{self, Display};

use bytes::Bytes;
use futures_util::Stream;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::header::{ACCEPT, AUTHORIZATION, HeaderName, HeaderValue, USER_AGENT};
use reqwest::{Method, Url};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::response::{RawResponse, Response};
use super::{decode, transport};
use crate::client::Client;
use crate::error::{Call, Error, ErrorKind, Report};
use crate::redacted::Redacted;

/// What a path segment may contain as it is.
const SEGMENT: AsciiSet = NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// The media types that a response may have.
pub(crate) const JSON: &str = "application/json";
const ANY: &str = "*/*";

/// Starts the request of an operation.
pub(crate) fn start(
    client: &Client,
    operation: &'static str,
    method: Method,
    path: &str,
) -> Request {
    let url = format!("{}{path}", client.base_url());
    Request {
        client: client.clone(),
        operation,
        request: Ok(client.shared.http.request(method, url)),
    }
}

/// The value of a required parameter, or of the body.
pub(crate) fn required<'v, T>(
    operation: &'static str,
    name: &str,
    value: &'v Option<T>,
) -> Result<&'v T, Error> {
    let missing = || invalid(operation, format!("missing required `{name}`"));
    value.as_ref().ok_or_else(missing)
}

/// The value of a path parameter, as it is written in the path.
#[allow(
    dead_code,
    reason = "the contract decides whether a path has parameters"
)]
pub(crate) fn segment(
    operation: &'static str,
    name: &str,
    value: &Option<impl Display>,
) -> Result<String, Error> {
    let value = required(operation, name, value)?.to_string();
    // A URL parser would resolve these, and the request would reach another endpoint.
    if matches!(value.as_str(), "" | "." | "..") {
        let reason = format!("parameter `{name}` is empty or a dot segment");
        return Err(invalid(operation, reason));
    }
    Ok(utf8_percent_encode(&value, &SEGMENT).to_string())
}

pub(crate) fn invalid(operation: &'static str, reason: impl Into<String>) -> Error {
    let report = Report::new(ErrorKind::InvalidRequest, Call::unsent(operation));
    Error::new(report.detail(reason))
}

/// What errors and spans call a request without a name; its path may name a person.
const OPERATION: &str = "request";

impl Client {
    /// Returns a request to an endpoint that the contract does not describe. The API key, deadline, retries, limits
    /// and errors are the same as for the operations.
    ///
    /// `path`, e.g. `/customers`, is appended to the base URL. Sending returns an error if the path contains a scheme,
    /// a host (`//`), dot segments, a backslash, a query or fragment (use [`query`](Request::query)), white space or
    /// control characters.
    ///
    /// ```no_run
    /// # async fn run(client: watsi::Client) -> Result<(), watsi::Error> {
    /// let customers = client
    ///     .request(watsi::reqwest::Method::GET, "/customers")
    ///     .name("list_customers")
    ///     .query(&[("search", "Maria")])
    ///     .send::<serde_json::Value>()
    ///     .await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn request(&self, method: Method, path: &str) -> Request {
        let url = target(self.base_url(), path);
        Request {
            client: self.clone(),
            operation: OPERATION,
            request: url.map(|url| self.shared.http.request(method, url)),
        }
    }
}

/// A request to an endpoint that the contract does not describe; see [`Client::request`].
///
/// A method that sends it returns the errors of an operation, and [`ErrorKind::InvalidRequest`] if the path or a header
/// is not allowed, or if the query or the body cannot be serialized.
#[must_use = "nothing is sent until `.send().await`"]
pub struct Request {
    pub(crate) client: Client,
    pub(crate) operation: &'static str,
    pub(crate) request: Result<reqwest::RequestBuilder, &'static str>,
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request")
            .field("operation", &self.operation)
            .field("client", &self.client)
            .field("request", &Redacted)
            .finish()
    }
}

impl Request {
    /// Names the request in errors and spans, e.g. `list_customers`. Default: `request`. A name contains no ids and no
    /// personal data.
    pub fn name(mut self, name: &'static str) -> Self {
        self.operation = name;
        self
    }

    /// Adds a header. The client sets `Authorization` and `User-Agent` itself.
    pub fn header<K, V>(self, name: K, value: V) -> Self
    where
        HeaderName: TryFrom<K>,
        <HeaderName as TryFrom<K>>::Error: Into<http::Error>,
        HeaderValue: TryFrom<V>,
        <HeaderValue as TryFrom<V>>::Error: Into<http::Error>,
    {
        self.with(|request| request.header(name, value))
    }

    /// Appends query parameters, which are an array of pairs or a struct. A pair whose value is `None` is left out.
    pub fn query<T: Serialize + ?Sized>(self, query: &T) -> Self {
        self.with(|request| request.query(query))
    }

    /// Sets the request body, which is sent as JSON.
    pub fn json<T: Serialize + ?Sized>(self, body: &T) -> Self {
        self.with(|request| request.json(body))
    }

    /// Sets the request body: bytes, a string or a stream ([`reqwest::Body::wrap_stream`]). Set its `Content-Type` with
    /// [`header`](Self::header). A stream can be sent only once, so the request is not retried.
    pub fn body(self, body: impl Into<reqwest::Body>) -> Self {
        self.with(|request| request.body(body))
    }

    /// Sets the request body to a form, e.g. with a file. It can be sent only once, so the request is not retried.
    #[cfg(feature = "multipart")]
    pub fn multipart(self, form: reqwest::multipart::Form) -> Self {
        self.with(|request| request.multipart(form))
    }

    fn with(
        mut self,
        change: impl FnOnce(reqwest::RequestBuilder) -> reqwest::RequestBuilder,
    ) -> Self {
        self.request = self.request.map(change);
        self
    }

    /// Sends the request, and decodes the JSON of the response into `T`. An empty body is decoded as `null`.
    ///
    /// # Errors
    ///
    /// Returns an [`Error`] if the call fails or the body is not the JSON of a `T`.
    pub async fn send<T: DeserializeOwned>(self) -> Result<Response<T>, Error> {
        self.call(JSON, decode::json).await
    }

    /// Sends the request, and returns the response body as text.
    ///
    /// # Errors
    ///
    /// Returns an [`Error`] if the call fails or the body is not valid UTF-8.
    pub async fn send_text(self) -> Result<Response<String>, Error> {
        self.call(ANY, decode::text).await
    }

    /// Sends the request, and returns the bytes of the response body.
    ///
    /// # Errors
    ///
    /// Returns an [`Error`] if the call fails.
    pub async fn send_bytes(self) -> Result<Response<Bytes>, Error> {
        self.call(ANY, |response, _| {
            Ok(Response::new(
                response.body,
                response.status,
                response.headers,
            ))
        })
        .await
    }

    /// Sends the request, and returns the response body as a stream of its chunks. The deadline includes the stream, and
    /// the client's body limit does not apply to it.
    ///
    /// # Errors
    ///
    /// Returns an [`Error`] if the call fails before the response body begins. The stream ends with
    /// [`ErrorKind::Timeout`] after the deadline, and with [`ErrorKind::Interrupted`] if the connection is lost.
    pub async fn send_stream(
        self,
    ) -> Result<Response<impl Stream<Item = Result<Bytes, Error>> + fmt::Debug + Send + Unpin>, Error>
    {
        let (client, operation) = (self.client.clone(), self.operation);
        transport::open(&client, operation, self.build(ANY)?).await
    }

    /// Sends the request, and ignores the body of a successful response.
    #[allow(
        dead_code,
        reason = "the contract decides whether an operation has a response without content"
    )]
    pub(crate) async fn send_without_content(self) -> Result<Response<()>, Error> {
        self.call(JSON, |response, _| {
            Ok(Response::new((), response.status, response.headers))
        })
        .await
    }

    async fn call<T>(
        self,
        accept: &'static str,
        decode: impl FnOnce(RawResponse, Call) -> Result<Response<T>, Box<Report>>,
    ) -> Result<Response<T>, Error> {
        let (client, operation) = (self.client.clone(), self.operation);
        transport::call(&client, operation, self.build(accept)?, decode).await
    }

    /// Builds the request. `accept` is the default of that header.
    pub(crate) fn build(self, accept: &'static str) -> Result<reqwest::Request, Error> {
        let (client, operation) = (self.client, self.operation);
        let mut request = self
            .request
            .map_err(|reason| invalid(operation, reason))?
            .build()
            .map_err(|error| {
                Error::new(Report::of_reqwest(error, false, Call::unsent(operation)))
            })?;
        let headers = request.headers_mut();
        headers.insert(AUTHORIZATION, client.shared.authorization.clone());
        headers.insert(USER_AGENT, client.shared.user_agent.clone());
        headers
            .entry(ACCEPT)
            .or_insert(HeaderValue::from_static(accept));
        Ok(request)
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

    #[test]
    fn request_that_cannot_be_built_names_its_operation() {
        let client = Client::builder().api_key("key").build().unwrap();
        let request = start(&client, "an_operation", Method::GET, "").query(&7);
        let error = request.build(JSON).unwrap_err();
        assert_eq!(
            (error.kind(), error.operation()),
            (ErrorKind::InvalidRequest, "an_operation")
        );
    }

    fn parameter(value: &str) -> Result<String, Error> {
        segment("an_operation", "id", &Some(value))
    }

    #[test]
    fn path_parameter_is_one_segment() {
        assert_eq!(parameter("a b?c#é").unwrap(), "a%20b%3Fc%23%C3%A9");
        assert_eq!(parameter("../x%2f").unwrap(), "..%2Fx%252f");
    }

    #[test]
    fn path_parameter_cannot_lead_to_another_endpoint() {
        for value in ["", ".", ".."] {
            let error = parameter(value).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidRequest, "{value:?}");
        }
    }

    #[test]
    fn missing_required_value_is_named() {
        let error = required("an_operation", "since", &None::<String>).unwrap_err();
        assert_eq!(
            (error.kind(), error.operation()),
            (ErrorKind::InvalidRequest, "an_operation")
        );
        assert!(error.to_string().contains("`since`"), "{error}");
    }
}
