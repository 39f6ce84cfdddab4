//! Configures and starts a sandbox.

use std::net::{Ipv4Addr, TcpListener};
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use std::{fmt, io};

use chrono::{DateTime, SubsecRound, Utc};
use wiremock::matchers::any;
use wiremock::{Mock, MockServer};

use super::Sandbox;
use super::rate_limit::RateLimit;
use super::server::Server;
use super::state::{LAST_MILLISECOND, Shared};
use crate::client::{ConfigError, settings};
use crate::redacted::Redacted;

/// The lowest priority, so that the user's mocks come first.
const LAST: u8 = u8::MAX;

/// An error returned by a [`Sandbox`] or its builder.
#[derive(Debug)]
#[non_exhaustive]
pub enum SandboxError {
    /// The API key is one that a client could not use.
    Key(ConfigError),
    /// The webhook secret is empty, so anyone could sign with it.
    EmptySecret,
    /// Listening on the port failed.
    Port(u16, io::Error),
    /// No message has this id.
    UnknownMessage,
    /// The status code of a failure is not between 400 and 599.
    NotAFailure,
}

impl fmt::Display for SandboxError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Key(error) => error.fmt(f),
            Self::EmptySecret => f.write_str("the webhook secret is empty; set a non-empty one"),
            Self::Port(port, _) => write!(f, "cannot listen on port {port}"),
            Self::UnknownMessage => f.write_str("unknown message id"),
            Self::NotAFailure => {
                f.write_str("invalid status code for a failure; expected 400 to 599")
            }
        }
    }
}

impl std::error::Error for SandboxError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            // `Display` shows the error of the API key itself.
            Self::Key(error) => error.source(),
            Self::Port(_, error) => Some(error),
            _ => None,
        }
    }
}

/// A builder for a [`Sandbox`].
#[derive(Clone)]
#[must_use]
pub struct SandboxBuilder {
    port: u16,
    api_key: String,
    webhook_secret: String,
    rate_limit: Option<(u32, Duration)>,
    clock: Option<DateTime<Utc>>,
    record_requests: bool,
}

impl Default for SandboxBuilder {
    fn default() -> Self {
        SandboxBuilder {
            port: 0,
            api_key: "sandbox-key".to_owned(),
            webhook_secret: "sandbox-webhook-secret".to_owned(),
            rate_limit: None,
            clock: None,
            record_requests: true,
        }
    }
}

impl fmt::Debug for SandboxBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SandboxBuilder")
            .field("port", &self.port)
            .field("api_key", &Redacted)
            .field("rate_limit", &self.rate_limit)
            .finish_non_exhaustive()
    }
}

impl SandboxBuilder {
    /// Sets the port to listen on, on this machine. Default: 0, which picks a free port.
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// Sets the only API key that is accepted. Default: `sandbox-key`.
    pub fn api_key(mut self, key: impl Into<String>) -> Self {
        self.api_key = key.into();
        self
    }

    /// Sets the secret that signs deliveries. Default: `sandbox-webhook-secret`.
    pub fn webhook_secret(mut self, secret: impl Into<String>) -> Self {
        self.webhook_secret = secret.into();
        self
    }

    /// Limits the rate of requests. Once `requests` were received within `per`, the response is 429 with `Retry-After`.
    /// Default: no limit.
    ///
    /// The limit uses the sandbox's clock, so [`advance`](Sandbox::advance) ends the wait. A client that retries waits
    /// in vain, so test with [`RetryPolicy::never`](crate::RetryPolicy::never).
    pub fn rate_limit(mut self, requests: u32, per: Duration) -> Self {
        self.rate_limit = Some((requests, per));
        self
    }

    /// Sets the start time of the clock, with millisecond precision, within the years 1 to 9999. Default: now.
    pub fn clock(mut self, now: DateTime<Utc>) -> Self {
        self.clock = Some(now);
        self
    }

    /// Sets whether requests are recorded for [`Sandbox::requests`]. Turn it off for a sandbox that runs for a long
    /// time. Default: true.
    pub fn record_requests(mut self, record: bool) -> Self {
        self.record_requests = record;
        self
    }

    /// Starts the sandbox.
    ///
    /// # Errors
    ///
    /// Returns [`SandboxError::Port`] if the port is in use or not permitted, [`SandboxError::Key`] if the API key is
    /// empty or not a valid header value, and [`SandboxError::EmptySecret`] if the webhook secret is empty.
    pub async fn start(self) -> Result<Sandbox, SandboxError> {
        settings::authorization(&self.api_key).map_err(SandboxError::Key)?;
        if self.webhook_secret.is_empty() {
            return Err(SandboxError::EmptySecret);
        }
        let listener = bind(self.port).await;
        let listener = listener.map_err(|error| SandboxError::Port(self.port, error))?;
        let mut server = MockServer::builder().listener(listener);
        if !self.record_requests {
            server = server.disable_request_recording();
        }
        let server = server.start().await;
        // The range of RFC 3339, with room for older conversations.
        let earliest = DateTime::from_timestamp_millis(-62_135_596_800_000).unwrap_or_default();
        let latest = DateTime::from_timestamp_millis(LAST_MILLISECOND).unwrap_or_default();
        let shared = Arc::new(Shared::new(
            self.api_key,
            self.webhook_secret,
            self.rate_limit
                .map(|(requests, per)| RateLimit::new(requests, per)),
            self.clock
                .unwrap_or_else(Utc::now)
                .trunc_subsecs(3)
                .clamp(earliest, latest),
        ));
        let all = Server::new(Arc::clone(&shared), server.uri());
        Mock::given(any())
            .respond_with(all)
            .with_priority(LAST)
            .mount(&server)
            .await;
        Ok(Sandbox {
            server,
            shared,
            client: OnceLock::new(),
        })
    }
}

/// Binds the port. The port of a sandbox that has just stopped becomes free within moments.
async fn bind(port: u16) -> io::Result<TcpListener> {
    for _ in 0..20 {
        match TcpListener::bind((Ipv4Addr::LOCALHOST, port)) {
            Err(error) if port != 0 && error.kind() == io::ErrorKind::AddrInUse => {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
            done => return done,
        }
    }
    TcpListener::bind((Ipv4Addr::LOCALHOST, port))
}
