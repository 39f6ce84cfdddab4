//! The client, and how it is configured.

mod builder;
mod config_error;
mod settings;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use reqwest::Url;
use reqwest::header::HeaderValue;

pub use builder::ClientBuilder;
pub use config_error::ConfigError;

use crate::http::RetryPolicy;
use crate::redacted::Redacted;

/// A client of the Watsi API.
///
/// Each operation of the API is a method that returns a request builder; `send()` sends the request.
/// Cloning is cheap and shares the connection pool, so create one client and clone it. Use it in one Tokio runtime: a
/// connection makes progress only while the runtime that opened it runs.
///
/// See <https://docs.watsi.ai/quickstart>.
#[derive(Clone)]
pub struct Client {
    pub(crate) shared: Arc<Shared>,
    pub(crate) timeout: Duration,
    pub(crate) retry: RetryPolicy,
}

/// What the clones of a client share.
pub(crate) struct Shared {
    pub http: reqwest::Client,
    /// Without a slash at the end of its path.
    pub base_url: Url,
    pub authorization: HeaderValue,
    pub user_agent: HeaderValue,
    pub response_body_limit: usize,
}

impl Client {
    /// Returns a builder to configure a client; [`api_key`](ClientBuilder::api_key) is the one required setting.
    pub fn builder() -> ClientBuilder {
        ClientBuilder::default()
    }

    /// Creates a client with the API key from `WATSI_API_KEY`, and the base URL from `WATSI_BASE_URL` if that
    /// is set. To combine the environment with other settings, use [`ClientBuilder::from_env`].
    ///
    /// See <https://docs.watsi.ai/guides/authentication>.
    ///
    /// # Errors
    ///
    /// Returns a [`ConfigError`] if `WATSI_API_KEY` is not set, or if a variable holds a value that
    /// [`ClientBuilder::build`] does not accept.
    pub fn from_env() -> Result<Self, ConfigError> {
        ClientBuilder::from_env()?.build()
    }

    /// Returns a clone of this client with a different deadline per call. The connection pool is shared.
    ///
    /// With a zero timeout a call sends nothing. If the deadline is exceeded before there is a connection, the error is
    /// [`ErrorKind::Connect`](crate::ErrorKind::Connect), as after the
    /// [connect timeout](ClientBuilder::connect_timeout).
    ///
    /// ```no_run
    /// # use std::time::Duration;
    /// # async fn run(client: watsi::Client) -> Result<(), watsi::Error> {
    /// let client = client.with_timeout(Duration::from_secs(3));
    /// let page = client.list_conversations().send().await?;
    /// # Ok(())
    /// # }
    /// ```
    #[must_use = "the client itself keeps its timeout"]
    pub fn with_timeout(&self, timeout: Duration) -> Self {
        Client {
            timeout,
            ..self.clone()
        }
    }

    /// Returns a clone of this client with a different retry policy. The connection pool is shared.
    #[must_use = "the client itself keeps its retry policy"]
    pub fn with_retry(&self, policy: RetryPolicy) -> Self {
        Client {
            retry: policy,
            ..self.clone()
        }
    }

    /// Returns the base URL, without a slash at its end.
    pub fn base_url(&self) -> &str {
        self.shared.base_url.as_str().trim_end_matches('/')
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("base_url", &self.base_url())
            .field("api_key", &Redacted)
            .field("timeout", &self.timeout)
            .field("retry", &self.retry)
            .finish_non_exhaustive()
    }
}
