//! Forwards requests to the target.

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::{Body as HttpBody, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use axum::http::{
    Extensions, HeaderMap, HeaderValue, Method, Response as HttpResponse, StatusCode,
};
use chrono::Utc;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use hyper::body::Incoming;
use openapi_conformance::{Contract, Route};
use serde_json::json;
use tokio::time::timeout;
use watsi::reqwest::Url;

use super::exchange::{Body, Exchange, Message, Response};
use super::headers::{Hosts, asks_for_upgrade, end_to_end};
use super::recorder::Recorder;
use super::stream::{Streams, is_event_stream};
use super::upstream::{Upstream, causes};
use crate::failure::Failure;
use crate::log::{Line, Log};
use crate::screen::shown_method;

/// The maximum size of a request body or a response body in bytes.
const LIMIT: usize = 16 * 1024 * 1024;

/// The time to receive a request body.
const BODY_TIMEOUT: Duration = Duration::from_secs(60);

/// Stands for a path that the contract does not have, which can contain anything.
const UNDOCUMENTED: &str = "(undocumented path)";

pub struct Proxy {
    contract: &'static Contract,
    upstream: Upstream,
    hosts: Hosts,
    target: Url,
    recorder: Arc<Recorder>,
    streams: Arc<Streams>,
    log: Log,
}

/// Why the proxy responds itself.
struct Refusal {
    status: StatusCode,
    code: &'static str,
    message: String,
}

impl Refusal {
    fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Refusal {
            status,
            code,
            message: message.into(),
        }
    }

    /// Returns a response in the API's error envelope.
    fn response(self) -> HttpResponse<HttpBody> {
        let message = format!("watsi record: {}", self.message);
        let body = json!({"error": {"code": self.code, "message": message}});
        let mut response = HttpResponse::new(HttpBody::from(body.to_string()));
        *response.status_mut() = self.status;
        let json = HeaderValue::from_static("application/json");
        response.headers_mut().insert(CONTENT_TYPE, json);
        response
    }
}

impl Proxy {
    pub fn new(
        contract: &'static Contract,
        target: Url,
        hosts: Hosts,
        recorder: Arc<Recorder>,
        log: Log,
    ) -> Result<Self, Failure> {
        Ok(Proxy {
            contract,
            upstream: Upstream::new(&target)?,
            hosts,
            target,
            recorder,
            streams: Arc::default(),
            log,
        })
    }

    /// Returns the streams, which must be ended before the recording.
    pub fn streams(&self) -> Arc<Streams> {
        Arc::clone(&self.streams)
    }

    pub fn router(self) -> Router {
        Router::new().fallback(handle).with_state(Arc::new(self))
    }

    async fn respond(self: &Arc<Self>, request: Request) -> HttpResponse<HttpBody> {
        let (method, path) = (request.method().clone(), request.uri().path().to_owned());
        let base_path = self.target.path().trim_end_matches('/');
        let route = path
            .strip_prefix(base_path)
            .map(|path| self.contract.route(&method, path));
        let documented = match route {
            Some(Route::Operation(operation)) => operation.path(),
            _ => UNDOCUMENTED,
        };
        let mut line = Line {
            log: "request",
            method: Some(shown_method(method.as_str()).to_owned()),
            path: Some(documented.to_owned()),
            ..Line::default()
        };
        let response = match self.forward(request).await {
            Ok(response) => response,
            Err(refusal) => {
                line.reason = Some(refusal.message.clone());
                line.advice = advice(refusal.code).map(str::to_owned);
                refusal.response()
            }
        };
        line.status = Some(response.status().as_u16());
        self.log.write(&line);
        response
    }

    async fn forward(
        self: &Arc<Self>,
        request: Request,
    ) -> Result<HttpResponse<HttpBody>, Refusal> {
        if !self.hosts.accept(request.headers()) {
            let message = "the proxy accepts only requests for this machine";
            return Err(Refusal::new(
                StatusCode::FORBIDDEN,
                "HOST_NOT_ALLOWED",
                message,
            ));
        }
        if asks_for_upgrade(request.headers()) {
            let message = "the proxy does not forward upgrades to another protocol";
            return Err(Refusal::new(
                StatusCode::NOT_IMPLEMENTED,
                "UPGRADE_UNSUPPORTED",
                message,
            ));
        }
        let Some(url) = self.url(&request) else {
            let message = "the proxy cannot forward this request";
            return Err(Refusal::new(
                StatusCode::BAD_REQUEST,
                "REQUEST_UNSUPPORTED",
                message,
            ));
        };
        let (parts, body) = request.into_parts();
        let Ok(received) = timeout(BODY_TIMEOUT, to_bytes(body, LIMIT)).await else {
            let message = "the request body is too slow";
            return Err(Refusal::new(
                StatusCode::REQUEST_TIMEOUT,
                "BODY_TOO_SLOW",
                message,
            ));
        };
        let body = received.map_err(|_| {
            let message = "the request body is incomplete, or larger than 16 MiB";
            Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, "BODY_TOO_LARGE", message)
        })?;
        let (started, clock) = (Utc::now(), Instant::now());
        let headers = self.upstream.headers(&parts.headers, &body);
        let call = self.upstream.send(&parts, headers.clone(), body.clone());
        let result = call.await;
        let method = parts.method.clone();
        let exchange = move |response| Exchange {
            started,
            elapsed: clock.elapsed(),
            method,
            url,
            request: Message::new(headers, body),
            response,
        };
        let received = match result {
            Ok(response) if is_event_stream(&response) => {
                return Ok(self.pass_on(response, exchange));
            }
            Ok(response) => receive(response).await,
            Err(reason) => Err(Unusable::Lost(reason)),
        };
        let (reply, response) = match received {
            Ok(received) => {
                let reply = returned(&parts.method, &received);
                (Ok(reply), Some(received.response))
            }
            Err(unusable) => (Err(unusable.refusal()), None),
        };
        self.record(exchange(response)).await;
        reply
    }

    /// Passes an event stream on while it is received.
    fn pass_on(
        self: &Arc<Self>,
        response: HttpResponse<Incoming>,
        exchange: impl FnOnce(Option<Response>) -> Exchange + Send + 'static,
    ) -> HttpResponse<HttpBody> {
        let (head, body) = response.into_parts();
        let headers = end_to_end(&head.headers);
        let mut reply = HttpResponse::new(HttpBody::empty());
        *reply.status_mut() = head.status;
        reply.headers_mut().clone_from(&headers);
        // An end that the target has announced may not be reached.
        reply.headers_mut().remove(CONTENT_LENGTH);
        *reply.extensions_mut() = head.extensions;
        let proxy = Arc::clone(self);
        let record = async move |size| {
            let response = Response {
                version: head.version,
                status: head.status,
                // No event stream is validated, and none is in the file.
                message: Message {
                    headers,
                    body: Body::Omitted(size),
                },
            };
            proxy.record(exchange(Some(response))).await;
        };
        *reply.body_mut() = self.streams.pass_on(body, record);
        reply
    }

    /// Writes the exchange before the caller has the response, so a caller that is done finds it in the file.
    async fn record(&self, exchange: Exchange) {
        let recorder = Arc::clone(&self.recorder);
        let recorded = tokio::task::spawn_blocking(move || recorder.add(&exchange));
        if let Ok(Err(error)) = recorded.await {
            let text = format!("cannot write the recording: {error}");
            self.log.always(&Line::note(text));
        }
    }

    /// Returns the URL at the target. Only path and query come from the request.
    fn url(&self, request: &Request) -> Option<Url> {
        let path = request.uri().path_and_query()?.as_str();
        if request.method() == Method::CONNECT || !path.starts_with('/') {
            return None;
        }
        let origin = self.target.origin().ascii_serialization();
        Url::parse(&format!("{origin}{path}")).ok()
    }
}

async fn handle(State(proxy): State<Arc<Proxy>>, request: Request) -> HttpResponse<HttpBody> {
    // A caller that does not wait for the response would otherwise cancel the exchange, and it would not be recorded.
    let exchange = tokio::spawn(async move { proxy.respond(request).await });
    exchange.await.unwrap_or_else(|_| {
        let status = StatusCode::INTERNAL_SERVER_ERROR;
        Refusal::new(status, "PROXY_ERROR", "the proxy failed").response()
    })
}

/// Returns what to do about a request that the proxy refused.
fn advice(code: &str) -> Option<&'static str> {
    Some(match code {
        "HOST_NOT_ALLOWED" => "call it as 127.0.0.1 or localhost",
        "REQUEST_UNSUPPORTED" => "use it as the base URL, not as an HTTP proxy",
        "TARGET_UNAVAILABLE" => "check --target, and whether the server runs",
        _ => return None,
    })
}

/// A response of the target.
struct Received {
    response: Response,
    /// Among them the names of the headers as they were written.
    extensions: Extensions,
    body: Bytes,
}

/// Why the response of the target is not passed on.
enum Unusable {
    TooLarge,
    /// The reason contains no URL.
    Lost(String),
}

impl Unusable {
    fn refusal(self) -> Refusal {
        let (code, message) = match self {
            Self::TooLarge => (
                "RESPONSE_TOO_LARGE",
                "the response body is larger than 16 MiB".to_owned(),
            ),
            Self::Lost(reason) => (
                "TARGET_UNAVAILABLE",
                format!("no response from the target: {reason}"),
            ),
        };
        Refusal::new(StatusCode::BAD_GATEWAY, code, message)
    }
}

/// Reads the whole response.
async fn receive(response: HttpResponse<Incoming>) -> Result<Received, Unusable> {
    let (received, body) = response.into_parts();
    // The request asked for no upgrade, and a connection of another protocol cannot be passed on.
    if received.status.is_informational() {
        let reason = "the target switched to another protocol".to_owned();
        return Err(Unusable::Lost(reason));
    }
    let read = Limited::new(body, LIMIT).collect().await;
    let collected = read.map_err(|error| {
        if error.is::<LengthLimitError>() {
            Unusable::TooLarge
        } else {
            Unusable::Lost(causes(error.as_ref()))
        }
    })?;
    let body = collected.to_bytes();
    Ok(Received {
        response: Response {
            version: received.version,
            status: received.status,
            message: Message::new(end_to_end(&received.headers), body.clone()),
        },
        extensions: received.extensions,
        body,
    })
}

/// Returns the response for the caller. Its framing is that of the body that was received, not of the target's headers.
fn returned(method: &Method, received: &Received) -> HttpResponse<HttpBody> {
    let response = &received.response;
    let announces_body = *method == Method::HEAD || response.status == StatusCode::NOT_MODIFIED;
    let mut headers = response.message.headers.clone();
    if !announces_body || !has_one_length(&headers) {
        headers.remove(CONTENT_LENGTH);
    }
    let mut reply = HttpResponse::new(HttpBody::from(received.body.clone()));
    *reply.status_mut() = response.status;
    *reply.headers_mut() = headers;
    // The names of the headers as they were written.
    reply.extensions_mut().clone_from(&received.extensions);
    reply
}

/// Returns true if the headers have one length, which is a number and not a list such as `4, 4`.
fn has_one_length(headers: &HeaderMap) -> bool {
    let mut lengths = headers.get_all(CONTENT_LENGTH).iter();
    let (Some(length), None) = (lengths.next(), lengths.next()) else {
        return false;
    };
    !length.is_empty() && length.as_bytes().iter().all(u8::is_ascii_digit)
}
