//! Passes verified deliveries on to a bot, with the same body and headers.

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::header::{CONTENT_LENGTH, EXPECT, HOST};
use axum::http::{HeaderMap, Method, StatusCode};
use tokio::sync::mpsc::UnboundedSender;
use tokio::time::timeout;
use watsi::reqwest::{Client, Url, redirect};
use watsi::webhook::{MemorySeen, Seen, Verifier, WebhookError};

use super::{dead_letter, delivered, line, rejected, shown_event};
use crate::args::Format;
use crate::failure::Failure;
use crate::host::is_loopback;
use crate::log::{Line, Log};
use crate::record::end_to_end;

/// The maximum size of a body: that of the verifier.
const LARGEST: usize = 1024 * 1024;

/// The time to receive a body.
const BODY_TIMEOUT: Duration = Duration::from_secs(10);

/// The time a bot has to respond: longer than a sender waits.
const TIMEOUT: Duration = Duration::from_secs(30);

pub struct Forward {
    http: Client,
    url: Url,
}

impl Forward {
    pub fn new(url: &str, allow_insecure_http: bool) -> Result<Self, Failure> {
        let invalid = |reason: &str| Failure::Message(format!("invalid --forward: {reason}"));
        let url = Url::parse(url).map_err(|_| invalid("it is not an absolute URL"))?;
        let is_local = url.host_str().is_some_and(is_loopback);
        match url.scheme() {
            "https" => {}
            "http" if is_local || allow_insecure_http => {}
            "http" => {
                return Err(invalid(
                    "http:// would send messages unencrypted; use https:// or --allow-insecure-http",
                ));
            }
            _ => return Err(invalid("its scheme is not http or https")),
        }
        let mut http = Client::builder()
            .redirect(redirect::Policy::none())
            .timeout(TIMEOUT);
        if is_local {
            http = http.no_proxy();
        }
        Ok(Forward {
            http: http.build().map_err(|error| Failure::chain(&error))?,
            url,
        })
    }

    /// Passes a delivery on, and returns the status code of the bot.
    ///
    /// # Errors
    ///
    /// Returns the reason if the bot did not respond, without its URL.
    async fn pass_on(&self, headers: &HeaderMap, body: Bytes) -> Result<StatusCode, String> {
        let mut passed_on = end_to_end(headers);
        for name in [HOST, CONTENT_LENGTH, EXPECT] {
            passed_on.remove(name);
        }
        let request = self
            .http
            .post(self.url.clone())
            .headers(passed_on)
            .body(body);
        match request.send().await {
            Ok(response) => Ok(response.status()),
            Err(error) if error.is_timeout() => Err("the bot did not respond in time".to_owned()),
            Err(error) if error.is_connect() => Err("cannot connect to the bot".to_owned()),
            Err(error) => Err(error
                .without_url()
                .source()
                .map_or_else(|| "the connection was lost".to_owned(), ToString::to_string)),
        }
    }
}

/// What the service needs.
pub struct Forwarding {
    pub forward: Forward,
    pub verifier: Verifier,
    pub seen: MemorySeen,
    pub lines: UnboundedSender<String>,
    pub format: Format,
    pub log: Log,
}

/// Returns a service that passes every verified delivery on, and prints each event once.
pub fn router(forwarding: Forwarding) -> Router {
    Router::new()
        .fallback(handle)
        .with_state(Arc::new(forwarding))
}

async fn handle(State(forwarding): State<Arc<Forwarding>>, request: Request) -> StatusCode {
    let event = shown_event(request.headers());
    let line = match forwarding.deliver(request).await {
        Ok(status) => delivered(event, status),
        Err(line) => line,
    };
    forwarding.log.write(&line);
    let status = line
        .status
        .and_then(|status| StatusCode::from_u16(status).ok());
    status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

impl Forwarding {
    /// Verifies a delivery and passes it on.
    ///
    /// # Errors
    ///
    /// Returns the line for the log if the delivery was rejected, or the bot did not respond.
    async fn deliver(&self, request: Request) -> Result<StatusCode, Line> {
        let reject = |status, reason: &str| rejected(status, reason.to_owned(), false);
        if request.method() != Method::POST {
            let status = StatusCode::METHOD_NOT_ALLOWED;
            return Err(reject(status, "the method is not POST"));
        }
        let (parts, body) = request.into_parts();
        let Ok(received) = timeout(BODY_TIMEOUT, to_bytes(body, LARGEST)).await else {
            let status = StatusCode::REQUEST_TIMEOUT;
            return Err(reject(status, "the body was not received within 10 s"));
        };
        let body = received.map_err(|_| {
            let status = StatusCode::PAYLOAD_TOO_LARGE;
            reject(status, "the body is incomplete, or larger than 1 MiB")
        })?;
        self.print(&body, &parts.headers).await?;
        self.forward
            .pass_on(&parts.headers, body)
            .await
            .map_err(|reason| Line {
                log: "delivery",
                event: shown_event(&parts.headers),
                status: Some(StatusCode::BAD_GATEWAY.as_u16()),
                reason: Some(reason),
                advice: Some("check --forward, and whether the bot runs".to_owned()),
                ..Line::default()
            })
    }

    /// Prints a signed event if it is new.
    async fn print(&self, body: &Bytes, headers: &HeaderMap) -> Result<(), Line> {
        let text = match self.verifier.verify_delivery(body, headers) {
            Ok(event) => {
                let Ok(is_known) = self.seen.contains(&event.id).await;
                let Ok(()) = self.seen.insert(&event.id).await;
                (!is_known).then(|| line(&event, self.format))
            }
            Err(reason @ WebhookError::NotAnEvent(_)) => {
                Some(dead_letter(&reason, body, self.format))
            }
            Err(error) => {
                let is_signature = error.is_invalid_signature();
                return Err(rejected(error.status(), error.to_string(), is_signature));
            }
        };
        if let Some(text) = text {
            // The receiver ends with the command.
            let _ = self.lines.send(text);
        }
        Ok(())
    }
}
