//! Configures and starts a sandbox.

use std::fmt;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use chrono::{DateTime, Utc};

use super::activity::{Activity, Observer};
use super::contract::ApiContract;
use super::rate_limit::RateLimit;
use super::shared::Shared;
use super::state::Settings;
use super::{Sandbox, SandboxError, server};

/// A builder for a [`Sandbox`].
#[derive(Clone)]
#[must_use]
pub struct SandboxBuilder {
    listen: SocketAddr,
    settings: Settings,
    api: Option<Arc<ApiContract>>,
}

impl Default for SandboxBuilder {
    fn default() -> Self {
        SandboxBuilder {
            listen: (Ipv4Addr::LOCALHOST, 0).into(),
            settings: Settings::default(),
            api: None,
        }
    }
}

impl fmt::Debug for SandboxBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SandboxBuilder")
            .field("listen", &self.listen)
            .field("api_key", &format_args!("[redacted]"))
            .field("rate_limit", &self.settings.rate_limit)
            .finish_non_exhaustive()
    }
}

impl SandboxBuilder {
    /// Sets the address and port to listen on. Default: port 0 of 127.0.0.1, which picks a free port.
    ///
    /// If the address is not a loopback address, anyone who can reach it can control the sandbox.
    pub fn listen(mut self, address: impl Into<SocketAddr>) -> Self {
        self.listen = address.into();
        self
    }

    /// Accepts requests for this host name, e.g. `sandbox` in a network of containers. `localhost` and IP addresses are
    /// always accepted. Requests for other names are rejected with 421, to prevent DNS rebinding by web pages.
    pub fn allow_host(mut self, name: impl Into<String>) -> Self {
        self.settings.hosts.insert(name.into().to_ascii_lowercase());
        self
    }

    /// Allows deliveries to this host, over HTTPS or HTTP. Deliveries to this machine are always allowed, and those to
    /// other hosts are [blocked](super::DeliveryOutcome::Blocked).
    pub fn allow_webhook_host(mut self, name: impl Into<String>) -> Self {
        self.settings
            .webhook_hosts
            .insert(name.into().to_ascii_lowercase());
        self
    }

    /// Sets the only API key that is accepted. Default: `sandbox-key`.
    pub fn api_key(mut self, key: impl Into<String>) -> Self {
        self.settings.api_key = key.into();
        self
    }

    /// Sets the secret that deliveries are signed with. Default: `sandbox-webhook-secret`.
    pub fn webhook_secret(mut self, secret: impl Into<String>) -> Self {
        self.settings.webhook_secret = secret.into();
        self
    }

    /// Limits the rate of requests. After `requests` requests within `per`, further ones get a 429 response with
    /// `Retry-After`. Default: no limit.
    ///
    /// The limit uses the sandbox's clock, so it ends with [`advance`](Sandbox::advance). A client's retries wait in
    /// real time and get 429 again, so test with [`RetryPolicy::never`](watsi::RetryPolicy::never).
    pub fn rate_limit(mut self, requests: u32, per: Duration) -> Self {
        self.settings.rate_limit = Some(RateLimit { requests, per });
        self
    }

    /// Sets the start time of the clock, with millisecond precision, limited to the years 1 to 9999. Default: now.
    pub fn clock(mut self, now: DateTime<Utc>) -> Self {
        self.settings.clock = Some(now);
        self
    }

    /// Sets whether a sent message has a different id in its events (`wamid.…`) than in the response (`msg_…`).
    ///
    /// The documentation shows both forms without saying whether they belong to the same message, so test that your
    /// program handles both. Default: false.
    pub fn distinct_event_ids(mut self, distinct: bool) -> Self {
        self.settings.distinct_event_ids = distinct;
        self
    }

    /// Calls a function after each request, rejection and delivery attempt, e.g. to write a log. It delays the sandbox,
    /// so it must return soon.
    pub fn observer(mut self, observe: impl Fn(&Activity<'_>) + Send + Sync + 'static) -> Self {
        self.settings.observer = Some(Observer::new(observe));
        self
    }

    /// Serves another OpenAPI document than the client's contract. For tests of the sandbox: the conversations, messages
    /// and webhooks of the client's contract have to be in it.
    ///
    /// # Panics
    ///
    /// Panics if the document is not valid.
    #[doc(hidden)]
    pub fn contract(mut self, openapi: &str) -> Self {
        let contract = ApiContract::parse(openapi).expect("the document is valid");
        self.api = Some(Arc::new(contract));
        self
    }

    /// Starts the sandbox on its own thread.
    ///
    /// # Errors
    ///
    /// Returns [`SandboxError::Listen`] if it cannot listen on the address, e.g. because the port is in use,
    /// [`SandboxError::InvalidApiKey`] if the API key is empty or not visible ASCII, and
    /// [`SandboxError::EmptySecret`] if the webhook secret is empty.
    pub async fn start(self) -> Result<Sandbox, SandboxError> {
        let settings = self.settings;
        let is_valid_key = settings.api_key.bytes().all(|byte| byte.is_ascii_graphic());
        if settings.api_key.is_empty() || !is_valid_key {
            return Err(SandboxError::InvalidApiKey);
        }
        if settings.webhook_secret.is_empty() {
            return Err(SandboxError::EmptySecret);
        }
        let failed = |error| SandboxError::Listen(self.listen, error);
        let listener = TcpListener::bind(self.listen).map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        let runtime = server::runtime().map_err(failed)?;
        let api = self
            .api
            .unwrap_or_else(|| Arc::clone(ApiContract::of_client()));
        let uri = server::uri(address);
        let shared = Shared::new(settings, api, uri, runtime.handle().clone());
        let server = server::start(runtime, listener, Arc::clone(&shared)).map_err(failed)?;
        Ok(Sandbox {
            shared,
            client: OnceLock::new(),
            _server: server,
        })
    }
}
