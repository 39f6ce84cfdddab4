//! Builds requests: those of the contract's operations, and those to other endpoints.

use std::fmt;

use bytes::Bytes;
use futures_util::Stream;
use reqwest::header::{ACCEPT, AUTHORIZATION, HeaderName, HeaderValue, USER_AGENT};
use reqwest::{Method, Url};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::response::{RawResponse, Response};
use super::{decode, transport};
use crate::client::Client;
use crate::error::{Call, Error, ErrorKind, Repeat, Report};
use crate::redacted::Redacted;

/// The media types that a response may have.
pub(crate) const JSON: &str = "application/json";
const ANY: &str = "*/*";

/// Starts the request of an operation, whose response has the media type `accept`.
pub(crate) fn start(
    client: &Client,
    operation: &'static str,
    method: Method,
    path: &str,
    accept: &'static str,
) -> Request {
    let url = format!("{}{path}", client.base_url());
    Request {
        client: client.clone(),
        operation,
        accept,
        is_public: false,
        raw_query: String::new(),
        repeat: Repeat::Never,
        request: Ok(client.shared.http.request(method, url)),
    }
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
            accept: JSON,
            is_public: false,
            raw_query: String::new(),
            repeat: Repeat::Never,
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
    /// The default of the header `Accept`.
    accept: &'static str,
    /// No API key is sent.
    pub(crate) is_public: bool,
    /// Encoded parameters that follow the others.
    pub(crate) raw_query: String,
    pub(crate) repeat: Repeat,
    request: Result<reqwest::RequestBuilder, &'static str>,
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
    /// Returns a request to be sent once for each page of a list.
    pub(crate) fn of_page(
        client: &Client,
        operation: &'static str,
        request: reqwest::Request,
    ) -> Self {
        let http = client.shared.http.clone();
        Request {
            client: client.clone(),
            operation,
            accept: JSON,
            is_public: false,
            raw_query: String::new(),
            repeat: Repeat::Never,
            request: Ok(reqwest::RequestBuilder::from_parts(http, request)),
        }
    }

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
        self.call(decode::json).await
    }

    /// Sends the request, and returns the response body as text.
    ///
    /// # Errors
    ///
    /// Returns an [`Error`] if the call fails or the body is not valid UTF-8.
    pub async fn send_text(mut self) -> Result<Response<String>, Error> {
        self.accept = ANY;
        self.call(decode::text).await
    }

    /// Sends the request, and returns the bytes of the response body.
    ///
    /// # Errors
    ///
    /// Returns an [`Error`] if the call fails.
    pub async fn send_bytes(mut self) -> Result<Response<Bytes>, Error> {
        self.accept = ANY;
        self.call(decode::bytes).await
    }

    /// Sends the request, and returns the response body as a stream of its chunks. The deadline includes the stream, and
    /// the client's body limit does not apply to it.
    ///
    /// # Errors
    ///
    /// Returns an [`Error`] if the call fails before the response body begins. The stream ends with
    /// [`ErrorKind::Timeout`] after the deadline, and with [`ErrorKind::Interrupted`] if the connection is lost.
    pub async fn send_stream(
        mut self,
    ) -> Result<Response<impl Stream<Item = Result<Bytes, Error>> + fmt::Debug + Send + Unpin>, Error>
    {
        self.accept = ANY;
        let (client, call) = (self.client.clone(), self.unsent());
        transport::open(&client, call, self.build()?).await
    }

    /// Sends the request, and reads a successful response with `decode`.
    pub(crate) async fn call<T>(
        self,
        decode: impl FnOnce(RawResponse, Call) -> Result<Response<T>, Box<Report>>,
    ) -> Result<Response<T>, Error> {
        let (client, call) = (self.client.clone(), self.unsent());
        transport::call(&client, call, self.build()?, decode).await
    }

    /// The call of the request, of which nothing was sent.
    pub(crate) fn unsent(&self) -> Call {
        Call {
            repeat: self.repeat,
            ..Call::unsent(self.operation)
        }
    }

    /// Builds the request, with the headers that every request has.
    pub(crate) fn build(self) -> Result<reqwest::Request, Error> {
        let (client, operation) = (self.client, self.operation);
        let mut request = self
            .request
            .map_err(|reason| invalid(operation, reason))?
            .build()
            .map_err(|error| {
                Error::new(Report::of_reqwest(error, false, Call::unsent(operation)))
            })?;
        if !self.raw_query.is_empty() {
            let url = request.url_mut();
            let query = match url.query() {
                None | Some("") => self.raw_query,
                Some(query) => format!("{query}&{}", self.raw_query),
            };
            url.set_query(Some(&query));
        }
        let headers = request.headers_mut();
        if !self.is_public {
            headers.insert(AUTHORIZATION, client.shared.authorization.clone());
        }
        headers.insert(USER_AGENT, client.shared.user_agent.clone());
        headers
            .entry(ACCEPT)
            .or_insert(HeaderValue::from_static(self.accept));
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
