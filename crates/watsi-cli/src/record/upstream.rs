//! Sends requests to the target as they were received.

use std::error::Error;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::Bytes;
use axum::http::header::{
    ACCEPT_ENCODING, CONTENT_LENGTH, HOST, HeaderName, HeaderValue, TRANSFER_ENCODING,
};
use axum::http::request::Parts;
use axum::http::uri::{Authority, Scheme, Uri};
use axum::http::{HeaderMap, Request, Response};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::connect::proxy::Tunnel;
use hyper_util::client::proxy::matcher::Matcher;
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::net::TcpStream;
use tower_service::Service;
use watsi::reqwest::Url;

use super::headers::end_to_end;
use crate::failure::Failure;
use crate::host::is_loopback;

/// The time to connect to the target.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(30);

/// A client that writes the path, the query, and the names and values of headers byte for byte. Unlike a client for
/// programs, it normalizes no URL and adds no header.
pub struct Upstream {
    http: Client<HttpsConnector<Connector>, Full<Bytes>>,
    scheme: Scheme,
    authority: Authority,
}

impl Upstream {
    pub fn new(target: &Url) -> Result<Self, Failure> {
        let invalid = || Failure::Message("invalid --target: it has no host".to_owned());
        let host = target.host_str().ok_or_else(invalid)?;
        let authority = match target.port() {
            Some(port) => format!("{host}:{port}"),
            None => host.to_owned(),
        };
        let mut direct = HttpConnector::new();
        direct.enforce_http(false);
        direct.set_nodelay(true);
        direct.set_connect_timeout(Some(CONNECT_TIMEOUT));
        // A proxy from the environment cannot reach this machine's loopback.
        let proxies = (!is_loopback(host)).then(|| Arc::new(Matcher::from_env()));
        let tls = HttpsConnectorBuilder::new()
            .try_with_platform_verifier()
            .map_err(|error| Failure::chain(&error))?;
        let connector = tls
            .https_or_http()
            .enable_http1()
            .wrap_connector(Connector { direct, proxies });
        let http = Client::builder(TokioExecutor::new())
            .http1_preserve_header_case(true)
            .build(connector);
        Ok(Upstream {
            http,
            scheme: target.scheme().parse().map_err(|_| invalid())?,
            authority: authority.parse().map_err(|_| invalid())?,
        })
    }

    /// Sends a request with these headers, which [`Upstream::headers`] has returned. The error contains no URL.
    pub async fn send(
        &self,
        parts: &Parts,
        headers: HeaderMap,
        body: Bytes,
    ) -> Result<Response<Incoming>, String> {
        let mut uri = Uri::builder()
            .scheme(self.scheme.clone())
            .authority(self.authority.clone());
        if let Some(path) = parts.uri.path_and_query() {
            uri = uri.path_and_query(path.clone());
        }
        let mut request = Request::new(Full::new(body));
        *request.uri_mut() = uri.build().map_err(|error| error.to_string())?;
        *request.method_mut() = parts.method.clone();
        *request.headers_mut() = headers;
        // The names of the headers as they were written.
        request.extensions_mut().clone_from(&parts.extensions);
        self.http
            .request(request)
            .await
            .map_err(|error| causes(&error))
    }

    /// Returns the headers for the target: those of the request in their order, without those of the connection, and with
    /// the target's host. A compressed body can be neither validated nor redacted, so none is accepted.
    pub fn headers(&self, received: &HeaderMap, body: &Bytes) -> HeaderMap {
        let kept = end_to_end(received);
        let is_chunked = |name: &HeaderName, value: &HeaderValue| {
            name == TRANSFER_ENCODING && value.as_bytes().eq_ignore_ascii_case(b"chunked")
        };
        let has_chunks = received.iter().any(|(name, value)| is_chunked(name, value));
        let mut headers = HeaderMap::new();
        for (name, value) in received {
            // A body has one framing, whatever the headers announce.
            let is_framing = name == CONTENT_LENGTH && has_chunks;
            if is_framing || !kept.contains_key(name) && !is_chunked(name, value) {
                continue;
            }
            if is_chunked(name, value) && body.is_empty() {
                // The client would send an empty body without any framing.
                headers.insert(CONTENT_LENGTH, HeaderValue::from(0));
                continue;
            }
            let replaced = match *name {
                HOST => HeaderValue::from_str(self.authority.as_str()).ok(),
                ACCEPT_ENCODING => Some(HeaderValue::from_static("identity")),
                CONTENT_LENGTH => Some(HeaderValue::from(body.len())),
                _ => None,
            };
            match replaced {
                Some(value) => _ = headers.insert(name, value),
                None => _ = headers.append(name, value.clone()),
            }
        }
        headers
    }
}

/// Connects to the target, through a proxy of the environment if there is one for it.
#[derive(Clone)]
struct Connector {
    direct: HttpConnector,
    proxies: Option<Arc<Matcher>>,
}

impl Service<Uri> for Connector {
    type Response = TokioIo<TcpStream>;
    type Error = Box<dyn Error + Send + Sync>;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Self::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.direct.poll_ready(context).map_err(Into::into)
    }

    fn call(&mut self, target: Uri) -> Self::Future {
        let proxy = self
            .proxies
            .as_ref()
            .and_then(|proxies| proxies.intercept(&target));
        let Some(proxy) = proxy else {
            let connecting = self.direct.call(target);
            return Box::pin(async { Ok(connecting.await?) });
        };
        let mut tunnel = Tunnel::new(proxy.uri().clone(), self.direct.clone());
        if let Some(credentials) = proxy.basic_auth() {
            tunnel = tunnel.with_auth(credentials.clone());
        }
        let connecting = tunnel.call(target);
        Box::pin(async { Ok(connecting.await?) })
    }
}

/// Returns an error with its causes.
pub fn causes(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text += &format!(": {cause}");
        source = cause.source();
    }
    text
}
