//! Sends one request to a server and returns the raw response.

use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::header::{AUTHORIZATION, CONTENT_TYPE, COOKIE, HeaderName, RETRY_AFTER};
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode};
use serde_json::Value;
use url::{Url, form_urlencoded};

use super::{Check, Live, LiveError};
use crate::client::{DEFAULT_RESPONSE_BODY_LIMIT, DEFAULT_TIMEOUT};
use crate::conformance::Operation;
use crate::conformance::security::Scheme;
use crate::http::retry::{Failure, may_retry, retry_after};

/// The timeout of a request.
pub(super) const TIMEOUT: Duration = DEFAULT_TIMEOUT;
/// The maximum number of waits, and the maximum length of each, for a server that responds with `Retry-After`.
const WAITS: usize = 2;
const LONGEST_WAIT: Duration = Duration::from_secs(30);
/// The maximum length of a response body, in bytes.
pub(super) const BODY_LIMIT: usize = DEFAULT_RESPONSE_BODY_LIMIT;

/// The API key that a request is sent with.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Key {
    Valid,
    Unknown,
    Missing,
}

pub(super) type Exchange = (Request<Vec<u8>>, Response<Bytes>);

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
        let schemes = operation
            .security
            .iter()
            .find(|schemes| !schemes.is_empty());
        let schemes = schemes.map_or(&bearer[..], Vec::as_slice);
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
                    Err(LiveError::NoResponse(_, error))
                        if operation.method == Method::GET
                            && !error.is_timeout()
                            && !error.is_connect() =>
                    {
                        self.fetch(&request, &line).await?
                    }
                    done => done?,
                };
                let status = response.status();
                check
                    .requests
                    .push(format!("{line} -> {}", status.as_u16()));
                let busy = matches!(
                    status,
                    StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE
                );
                if !busy || !may_retry(&operation.method, Failure::Status(status)) {
                    return Ok((request, response));
                }
                let exchange = (request.clone(), response);
                self.validate(check, operation, &exchange);
                let wait = exchange.1.headers().get(RETRY_AFTER);
                let wait = wait.and_then(|wait| retry_after(wait, SystemTime::now()));
                match wait {
                    Some(wait) if wait <= LONGEST_WAIT && waits < WAITS => {
                        waits += 1;
                        tokio::time::sleep(wait).await;
                    }
                    _ => return Err(LiveError::Busy(status)),
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
        let failed =
            |error: reqwest::Error| LiveError::NoResponse(line.to_owned(), error.without_url());
        let sent = self
            .http
            .request(request.method().clone(), request.uri().to_string());
        let sent = sent
            .headers(request.headers().clone())
            .body(request.body().clone());
        let mut received = sent.timeout(TIMEOUT).send().await.map_err(failed)?;
        let mut body = Vec::new();
        while let Some(chunk) = received.chunk().await.map_err(failed)? {
            if body.len() + chunk.len() > BODY_LIMIT {
                return Err(LiveError::TooLarge(line.to_owned()));
            }
            body.extend_from_slice(&chunk);
        }
        let mut response = Response::new(Bytes::from(body));
        *response.status_mut() = received.status();
        response.headers_mut().clone_from(received.headers());
        Ok(response)
    }
}
