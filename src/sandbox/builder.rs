//! How a sandbox is made.

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

/// The last mock that is asked, so that those of the user's come first.
const LAST: u8 = u8::MAX;

/// Why a sandbox cannot do what it was asked for.
#[derive(Debug)]
#[non_exhaustive]
pub enum SandboxError {
    /// The key is one that a client could not use.
    Key(ConfigError),
    /// The webhook secret is empty: everyone could sign with it.
    EmptySecret,
    /// The port cannot be listened on.
    Port(u16, io::Error),
    /// No message has this id.
    UnknownMessage,
    /// A failure is a status from 400 to 599.
    NotAFailure,
}

impl fmt::Display for SandboxError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Key(error) => error.fmt(f),
            Self::EmptySecret => f.write_str("the webhook secret is empty"),
            Self::Port(port, _) => write!(f, "cannot listen on port {port}"),
            Self::UnknownMessage => f.write_str("the sandbox has no message with this id"),
            Self::NotAFailure => f.write_str("a failure is a status from 400 to 599"),
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

/// The settings of a [`Sandbox`].
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
    /// The port of this machine to listen on. Default: 0, any that is free.
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// The one key that is accepted. Default: `sandbox-key`.
    pub fn api_key(mut self, key: impl Into<String>) -> Self {
        self.api_key = key.into();
        self
    }

    /// The secret that deliveries are signed with. Default: `sandbox-webhook-secret`.
    pub fn webhook_secret(mut self, secret: impl Into<String>) -> Self {
        self.webhook_secret = secret.into();
        self
    }

    /// Answers 429 with `Retry-After` after this many requests in each such time, by the sandbox's clock;
    /// so [`advance`](Sandbox::advance) ends the wait, and a client that repeats by itself waits in vain: test with
    /// [`RetryPolicy::never`](crate::RetryPolicy::never). Default: no limit.
    pub fn rate_limit(mut self, requests: u32, per: Duration) -> Self {
        self.rate_limit = Some((requests, per));
        self
    }

    /// When the clock begins, to the millisecond, from the year 1 to the end of the year 9999. Default: now.
    pub fn clock(mut self, now: DateTime<Utc>) -> Self {
        self.clock = Some(now);
        self
    }

    /// Whether requests are kept for [`Sandbox::requests`]. Default: true. Turn it off where a sandbox runs
    /// for long.
    pub fn record_requests(mut self, record: bool) -> Self {
        self.record_requests = record;
        self
    }

    /// Starts the sandbox.
    ///
    /// # Errors
    ///
    /// [`SandboxError::Port`] if the port is taken, or not ours to take; [`SandboxError::Key`] for a key
    /// that is empty or that no header can hold; [`SandboxError::EmptySecret`].
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
        // What RFC 3339 can say, with room for conversations before it.
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

/// Binds the port; one that was a sandbox's until now is free within moments.
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
