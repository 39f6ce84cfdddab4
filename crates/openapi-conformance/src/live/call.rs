//! Sends one request to a server and returns the raw response.

use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::header::{AUTHORIZATION, CONTENT_TYPE, COOKIE, HeaderName, RETRY_AFTER};
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode};
use serde_json::Value;
use url::{Url, form_urlencoded};

use super::{Check, Live, LiveError};
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
        operation: &'c Operation,
        query: &[(String, String)],
        key: Key,
        body: Option<&Value>,
    ) -> Result<Exchange, LiveError> {
        let mut url = self.base.clone();
        let path = format!("{}{}", url.path().trim_end_matches('/'), operation.path);
        url.set_path(&path);
        if !query.is_empty() {
            let mut text = form_urlencoded::Serializer::new(String::new());
            url.set_query(Some(&text.extend_pairs(query).finish()));
        }
        // The API key is not shown, even if it is sent in the query.
        let line = format!("{} {}", operation.method, &url[url::Position::BeforePath..]);
        let mut request = Request::new(Vec::new());
        *request.method_mut() = operation.method.clone();
        // A contract may leave out the security that its server requires.
        let bearer = [Scheme::Authorization("bearer".to_owned())];
        let mut alternatives = operation.security.iter();
        let documented = alternatives.find(|schemes| !schemes.is_empty());
        let schemes = documented.map_or(&bearer[..], Vec::as_slice);
        for scheme in schemes.iter().filter(|_| key != Key::Missing) {
            self.authorize(scheme, key, &mut url, request.headers_mut());
        }
        *request.uri_mut() = url.as_str().parse().unwrap_or_default();
        if let Some(body) = body {
            let json = HeaderValue::from_static("application/json");
            request.headers_mut().insert(CONTENT_TYPE, json);
            *request.body_mut() = body.to_string().into_bytes();
        }
        let mut waits = 0;
        let exchange = async {
            loop {
                let response = match self.fetch(&request, &line).await {
                    // A server may close an idle connection just as it is reused.
                    Err(LiveError::NoResponse { source, .. })
                        if operation.method == Method::GET
                            && !source.is_timeout()
                            && !source.is_connect() =>
                    {
                        self.fetch(&request, &line).await?
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
                // Only a 429 says that a request other than a GET was not processed.
                let is_busy = match status {
                    StatusCode::TOO_MANY_REQUESTS => true,
                    StatusCode::SERVICE_UNAVAILABLE => operation.method == Method::GET,
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
        };
        let exchange = exchange.await;
        if exchange.is_err() {
            self.unfinished = Some(check.clone());
        }
        exchange
    }

    /// Adds the credentials of a security scheme.
    fn authorize(&self, scheme: &Scheme, key: Key, url: &mut Url, headers: &mut HeaderMap) {
        let key = match key {
            Key::Valid => self.api_key.as_str(),
            Key::Unknown | Key::Missing => "an-unknown-key",
        };
        let (name, value) = match scheme {
            // Some servers compare the case of the usual spelling.
            Scheme::Authorization(scheme) if scheme == "bearer" => {
                (AUTHORIZATION.as_str(), format!("Bearer {key}"))
            }
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

/// Reads a `Retry-After` header, which is a number of seconds or a date.
fn retry_after(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let date = httpdate::parse_http_date(text).ok()?;
    Some(date.duration_since(now).unwrap_or(Duration::ZERO))
}
