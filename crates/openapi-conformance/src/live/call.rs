//! Sends one request to a server and returns the raw response.

use std::time::{Duration, SystemTime};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use bytes::Bytes;
use http::header::{AUTHORIZATION, CONTENT_TYPE, COOKIE, HeaderName, RETRY_AFTER};
use http::{HeaderMap, HeaderValue, Request, Response, StatusCode};
use serde_json::Value;
use url::{Url, form_urlencoded};

use super::{Check, Live, LiveError, Target, is_read};
use crate::Operation;
use crate::security::Scheme;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// The timeout of a request, including its response.
pub(super) const TIMEOUT: Duration = Duration::from_secs(30);
/// The maximum number of waits, and the maximum length of each, for a server that responds with `Retry-After`.
const WAITS: usize = 2;
const LONGEST_WAIT: Duration = Duration::from_secs(30);
/// The maximum length of a response body, in bytes.
pub(super) const BODY_LIMIT: usize = 16 * 1024 * 1024;

/// The API key that a request is sent with.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Key {
    Valid,
    Unknown,
    Missing,
}

/// A request that was sent, and its response.
pub(super) struct Exchange {
    pub request: Request<Vec<u8>>,
    pub response: Response<Bytes>,
}

/// Creates an HTTP client that sends each request once. `local` says that the server is on this machine.
pub(super) fn http_client(local: bool) -> Result<reqwest::Client, reqwest::Error> {
    let mut builder = reqwest::Client::builder()
        .connect_timeout(CONNECT_TIMEOUT)
        // A redirect would send the API key to another server.
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        // Another crate of the program may turn these features on; requests stay the same.
        .no_gzip()
        .no_brotli()
        .no_zstd()
        .no_deflate();
    if local {
        // A proxy from the environment cannot reach this machine's loopback, but would see the API key.
        builder = builder.no_proxy();
    }
    builder.build()
}

impl<'c> Live<'c> {
    /// Sends a request. If there is no usable response, the findings so far are kept.
    pub(super) async fn call(
        &mut self,
        check: &mut Check,
        target: &Target<'c>,
        query: &[(String, String)],
        key: Key,
    ) -> Result<Exchange, LiveError> {
        let operation = target.operation;
        let mut url = self.base.clone();
        let base_path = url.path().trim_end_matches('/').to_owned();
        url.set_path(&format!("{base_path}{}", target.path));
        // The API key is not shown, even if it is sent in the query.
        let mut line = format!("{} {base_path}{}", operation.method, target.shown_path);
        if !query.is_empty() {
            let pairs = query.iter().map(|(name, text)| {
                let encoded = match operation.query(name) {
                    Some(parameter) => parameter.encoded(text),
                    None => form_urlencoded::byte_serialize(text.as_bytes()).collect(),
                };
                let name: String = form_urlencoded::byte_serialize(name.as_bytes()).collect();
                format!("{name}={encoded}")
            });
            let query = pairs.collect::<Vec<_>>().join("&");
            line += &format!("?{query}");
            url.set_query(Some(&query));
        }
        let mut request = Request::new(Vec::new());
        *request.method_mut() = operation.method.clone();
        self.authorize(operation, key, &mut url, request.headers_mut());
        *request.uri_mut() = url.as_str().parse().unwrap_or_default();
        for (name, value) in &target.headers {
            let name = HeaderName::from_bytes(name.as_bytes());
            if let (Ok(name), Ok(value)) = (name, HeaderValue::try_from(value))
                && !self.headers.contains_key(&name)
            {
                request.headers_mut().append(name, value);
            }
        }
        if let Some(body) = &target.body {
            if let Ok(content_type) = HeaderValue::try_from(&body.content_type) {
                request.headers_mut().insert(CONTENT_TYPE, content_type);
            }
            request.body_mut().clone_from(&body.bytes);
        }
        if self.is_planning {
            check.requests.push(line);
            let response = self.planned_response(operation);
            return Ok(Exchange { request, response });
        }
        let exchange = self.exchange(check, operation, &request, &line).await;
        if exchange.is_err() {
            self.unfinished = Some(check.clone());
        }
        exchange
    }

    /// Sends the request until the server has time for it.
    async fn exchange(
        &mut self,
        check: &mut Check,
        operation: &'c Operation,
        request: &Request<Vec<u8>>,
        line: &str,
    ) -> Result<Exchange, LiveError> {
        let is_read = is_read(operation);
        let mut waits = 0;
        loop {
            let response = match self.fetch(request, line).await {
                // A server may close an idle connection just as it is reused.
                Err(LiveError::NoResponse { source, .. })
                    if is_read && !source.is_timeout() && !source.is_connect() =>
                {
                    self.fetch(request, line).await?
                }
                done => done?,
            };
            let status = response.status();
            check
                .requests
                .push(format!("{line} -> {}", status.as_u16()));
            let exchange = Exchange {
                request: request.clone(),
                response,
            };
            // Only a 429 says that a request other than a read was not processed.
            let is_busy = match status {
                StatusCode::TOO_MANY_REQUESTS => true,
                StatusCode::SERVICE_UNAVAILABLE => is_read,
                _ => false,
            };
            if !is_busy {
                return Ok(exchange);
            }
            self.validate(check, operation, &exchange);
            match retry_after(exchange.response.headers(), SystemTime::now()) {
                Some(wait) if wait <= LONGEST_WAIT && waits < WAITS => {
                    waits += 1;
                    tokio::time::sleep(wait).await;
                }
                _ => return Err(LiveError::Busy { status }),
            }
        }
    }

    /// Returns what the server would respond according to the contract's example.
    fn planned_response(&self, operation: &Operation) -> Response<Bytes> {
        let examples = self.contract.examples(operation);
        let example = examples.first().filter(|example| example.is_json());
        let body = example
            .and_then(|example| example.body)
            .map(Value::to_string);
        Response::new(Bytes::from(body.unwrap_or_default()))
    }

    /// Adds the headers of all requests, and the credentials of the operation.
    fn authorize(&self, operation: &Operation, key: Key, url: &mut Url, headers: &mut HeaderMap) {
        let bearer = [Scheme::Authorization("bearer".to_owned())];
        let schemes = match self.alternative(operation) {
            Some(documented) => documented,
            None if self.is_public(operation) => &[],
            // A contract may leave out the security that its server requires.
            None => &bearer,
        };
        for (name, value) in &self.headers {
            let mut possible = operation.security.iter().flatten().chain(schemes);
            let is_credential = possible.any(|scheme| scheme.header().as_ref() == Some(name));
            if key == Key::Valid || !is_credential {
                headers.append(name, value.clone());
            }
        }
        let key = match (key, &self.api_key) {
            (Key::Valid, Some(key)) => key.as_str(),
            (Key::Unknown, _) => "an-unknown-key",
            (Key::Valid, None) | (Key::Missing, _) => return,
        };
        for scheme in schemes {
            if scheme
                .header()
                .is_none_or(|name| !headers.contains_key(name))
            {
                add_credentials(scheme, key, url, headers);
            }
        }
    }

    /// Returns the schemes that a request uses: those whose headers are given, or the first ones that the API key suits.
    fn alternative<'o>(&self, operation: &'o Operation) -> Option<&'o [Scheme]> {
        let key = self.api_key.as_deref().unwrap_or_default();
        let is_given = |scheme: &Scheme| {
            let header = scheme.header();
            header.is_some_and(|name| self.headers.contains_key(name))
        };
        // The key of `basic` has the form `USER:PASSWORD`.
        let is_suitable = |scheme: &Scheme| {
            key.contains(':') || *scheme != Scheme::Authorization("basic".to_owned())
        };
        let documented = || {
            let alternatives = operation.security.iter().map(Vec::as_slice);
            alternatives.filter(|schemes| !schemes.is_empty())
        };
        documented()
            .find(|schemes| schemes.iter().all(is_given))
            .or_else(|| documented().find(|schemes| schemes.iter().all(is_suitable)))
            .or_else(|| documented().next())
    }

    async fn fetch(
        &self,
        request: &Request<Vec<u8>>,
        line: &str,
    ) -> Result<Response<Bytes>, LiveError> {
        let failed = |error: reqwest::Error| LiveError::NoResponse {
            request: line.to_owned(),
            source: error.without_url(),
        };
        let sent = self
            .http
            .request(request.method().clone(), request.uri().to_string())
            .headers(request.headers().clone())
            .body(request.body().clone())
            .timeout(TIMEOUT);
        let mut received = sent.send().await.map_err(failed)?;
        let mut body = Vec::new();
        while let Some(chunk) = received.chunk().await.map_err(failed)? {
            if body.len() + chunk.len() > BODY_LIMIT {
                return Err(LiveError::TooLarge {
                    request: line.to_owned(),
                });
            }
            body.extend_from_slice(&chunk);
        }
        let mut response = Response::new(Bytes::from(body));
        *response.status_mut() = received.status();
        response.headers_mut().clone_from(received.headers());
        Ok(response)
    }
}

/// Adds the credentials of a security scheme.
fn add_credentials(scheme: &Scheme, key: &str, url: &mut Url, headers: &mut HeaderMap) {
    let (name, value) = match scheme {
        // Some servers compare the case of the usual spelling.
        Scheme::Authorization(scheme) if scheme == "bearer" => {
            (AUTHORIZATION.as_str(), format!("Bearer {key}"))
        }
        Scheme::Authorization(scheme) if scheme == "basic" => (
            AUTHORIZATION.as_str(),
            format!("Basic {}", BASE64_STANDARD.encode(key)),
        ),
        Scheme::Authorization(scheme) => (AUTHORIZATION.as_str(), format!("{scheme} {key}")),
        Scheme::Header(name) => (name.as_str(), key.to_owned()),
        Scheme::Cookie(name) => (COOKIE.as_str(), format!("{name}={key}")),
        Scheme::Query(name) => {
            url.query_pairs_mut().append_pair(name, key);
            return;
        }
        Scheme::None => return,
    };
    let name = HeaderName::from_bytes(name.as_bytes());
    if let (Ok(name), Ok(mut value)) = (name, HeaderValue::try_from(value)) {
        value.set_sensitive(true);
        headers.append(name, value);
    }
}

/// Reads a `Retry-After` header, which is a number of seconds or a date.
fn retry_after(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let date = httpdate::parse_http_date(text).ok()?;
    Some(date.duration_since(now).unwrap_or(Duration::ZERO))
}
