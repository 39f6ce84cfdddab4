//! The way to endpoints that the contract does not have yet.

use progenitor_client::ResponseValue;
use reqwest::{Method, Url};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::call::Call;
use crate::error::{Error, ErrorKind, Failed};
use crate::generated::Client;
use crate::transport;
use crate::{decode, redacted};

/// What errors and spans call such a request; its path may name a person.
const OPERATION: &str = "request";

impl Client {
    /// A request to an endpoint that the contract does not have: same key, deadline, retries, limits
    /// and errors as the operations, JSON in and out.
    ///
    /// `path` is appended to the base URL, as `/customers`. A path that leads elsewhere is an error of
    /// [`send`](Request::send): one with a scheme, a host (`//`), dot segments, a backslash, a query or
    /// fragment (use [`query`](Request::query)), white space or control characters.
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
    pub fn request(&self, method: Method, path: &str) -> Request<'_> {
        let request = target(&self.baseurl, path).map(|url| {
            self.client
                .request(method, url)
                .header(reqwest::header::ACCEPT, "application/json")
        });
        Request {
            client: self,
            request,
        }
    }
}

/// A request to an endpoint that the contract does not have; see [`Client::request`].
#[must_use = "a request does nothing until it is sent"]
pub struct Request<'a> {
    client: &'a Client,
    request: Result<reqwest::RequestBuilder, &'static str>,
}

impl std::fmt::Debug for Request<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Request")
            .field("client", self.client)
            .field("request", &redacted::Redacted)
            .finish()
    }
}

impl Request<'_> {
    /// Appends to the query; a list of pairs, or a struct that serializes as one.
    pub fn query<T: Serialize + ?Sized>(mut self, query: &T) -> Self {
        self.request = self.request.map(|request| request.query(query));
        self
    }

    /// Sends `body` as JSON.
    pub fn json<T: Serialize + ?Sized>(mut self, body: &T) -> Self {
        self.request = self.request.map(|request| request.json(body));
        self
    }

    /// Sends the request, and reads the answer's JSON into `T`; an empty body is read as `null`.
    ///
    /// # Errors
    ///
    /// As every operation; and [`ErrorKind::InvalidRequest`] for a path that leads elsewhere, or a
    /// query or body that cannot be serialized.
    pub async fn send<T: DeserializeOwned>(self) -> Result<ResponseValue<T>, Error> {
        let call = Call {
            operation: OPERATION,
            ..Call::NONE
        };
        let request = self.request.map_err(|reason| Failed {
            detail: Some(reason.to_owned()),
            ..Failed::new(ErrorKind::InvalidRequest, call)
        })?;
        let mut request = request
            .build()
            .map_err(|error| Error::from_reqwest(error, false, call))?;
        transport::authorize(&mut request, &self.client.inner);
        let mut received = transport::call(self.client, request, OPERATION).await?;
        if received.answer.body.is_empty() {
            received.answer.body = bytes::Bytes::from_static(b"null");
        }
        decode::json(received)
    }
}

/// The URL of `path` under `base`, which it cannot leave.
fn target(base: &str, path: &str) -> Result<Url, &'static str> {
    let relative = path.strip_prefix('/').unwrap_or(path);
    if relative.starts_with('/') {
        return Err("the path names a host");
    }
    if relative.contains(['?', '#']) {
        return Err("the path has a query or a fragment");
    }
    if relative
        .chars()
        .any(|it| it == '\\' || it.is_control() || it.is_whitespace())
    {
        return Err("the path holds a backslash, white space or a control character");
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
    Url::parse(&format!("{base}/{relative}")).map_err(|_| "the path makes no URL")
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
    fn a_path_that_leads_elsewhere_is_refused() {
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
}
