//! One request to a server, and its answer as it came.

use std::time::Duration;

use bytes::Bytes;
use http::header::{AUTHORIZATION, CONTENT_TYPE, RETRY_AFTER};
use http::{HeaderValue, Request, Response, StatusCode};
use serde_json::Value;
use url::form_urlencoded;

use super::{Check, Live, LiveError};
use crate::conformance::Operation;

/// How long the server may take for one answer.
const TIMEOUT: Duration = Duration::from_secs(30);
/// How often, and how long at most, a server that asks to wait is waited for.
const WAITS: usize = 3;
const LONGEST_WAIT: Duration = Duration::from_secs(30);
/// The longest answer that is read, in bytes.
const BODY_LIMIT: usize = 16 * 1024 * 1024;

/// Which key a request has.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Key {
    Right,
    Unknown,
    Missing,
}

pub(super) type Exchange = (Request<Vec<u8>>, Response<Bytes>);

impl Live<'_> {
    pub(super) async fn ask(
        &self,
        check: &mut Check,
        operation: &Operation,
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
        let mut request = Request::new(Vec::new());
        *request.method_mut() = operation.method.clone();
        *request.uri_mut() = url.as_str().parse().unwrap_or_default();
        let value = match key {
            Key::Right => Some(self.authorization.clone()),
            Key::Unknown => Some(HeaderValue::from_static("Bearer an-unknown-key")),
            Key::Missing => None,
        };
        request
            .headers_mut()
            .extend(value.map(|value| (AUTHORIZATION, value)));
        if let Some(body) = body {
            let json = HeaderValue::from_static("application/json");
            request.headers_mut().insert(CONTENT_TYPE, json);
            *request.body_mut() = body.to_string().into_bytes();
        }
        for _ in 0..WAITS {
            let line = format!("{} {}", request.method(), &url[url::Position::BeforePath..]);
            let response = self.fetch(&request, &line).await?;
            let status = response.status();
            check
                .requests
                .push(format!("{line} -> {}", status.as_u16()));
            let busy = matches!(
                status,
                StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE
            );
            if !busy {
                return Ok((request, response));
            }
            let wait = response
                .headers()
                .get(RETRY_AFTER)
                .and_then(|it| it.to_str().ok());
            let wait = wait.and_then(|it| it.parse().ok()).map(Duration::from_secs);
            match wait {
                Some(wait) if wait <= LONGEST_WAIT => tokio::time::sleep(wait).await,
                _ => return Err(LiveError::Busy(status)),
            }
        }
        Err(LiveError::Busy(StatusCode::TOO_MANY_REQUESTS))
    }

    async fn fetch(
        &self,
        request: &Request<Vec<u8>>,
        line: &str,
    ) -> Result<Response<Bytes>, LiveError> {
        let failed =
            |error: reqwest::Error| LiveError::NoAnswer(line.to_owned(), error.without_url());
        let sent = self
            .http
            .request(request.method().clone(), request.uri().to_string());
        let sent = sent
            .headers(request.headers().clone())
            .body(request.body().clone());
        let mut answer = sent.timeout(TIMEOUT).send().await.map_err(failed)?;
        let mut body = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(failed)? {
            if body.len() + chunk.len() > BODY_LIMIT {
                return Err(LiveError::TooLong(line.to_owned()));
            }
            body.extend_from_slice(&chunk);
        }
        let mut response = Response::new(Bytes::from(body));
        *response.status_mut() = answer.status();
        response.headers_mut().clone_from(answer.headers());
        Ok(response)
    }
}
