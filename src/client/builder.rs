//! Configures a client; `build()` validates the settings.

use std::env::{self, VarError};
use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::settings::{authorization, base_url, is_loopback, user_agent};
use super::{Client, ConfigError, Shared};
use crate::http::RetryPolicy;
use crate::redacted::Redacted;

const KEY_VARIABLE: &str = "WATSI_API_KEY";
const URL_VARIABLE: &str = "WATSI_BASE_URL";

/// Configures a [`Client`].
///
/// ```
/// use std::time::Duration;
/// use watsi::{ClientBuilder, RetryPolicy};
///
/// # fn main() -> Result<(), watsi::ConfigError> {
/// let client = watsi::Client::builder()
///     .api_key("your-api-key")
///     .timeout(Duration::from_secs(60))
///     .connect_timeout(Duration::from_secs(5))
///     .retry(RetryPolicy::default().max_retries(4))
///     .user_agent_suffix("my-shop/1.2")
///     .build()?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
#[must_use = "a builder does nothing until `.build()`"]
pub struct ClientBuilder {
    config: Config,
}

#[derive(Clone)]
struct Config {
    /// The API key, or why there is none.
    api_key: Result<String, ConfigError>,
    base_url: String,
    timeout: Duration,
    connect_timeout: Duration,
    pool_idle_timeout: Option<Duration>,
    tcp_keepalive: Option<Duration>,
    retry: RetryPolicy,
    response_body_limit: usize,
    user_agent_suffix: Option<String>,
    http_client: Option<reqwest::Client>,
    allow_insecure_http: bool,
}

impl Default for ClientBuilder {
    fn default() -> Self {
        ClientBuilder {
            config: Config {
                api_key: Err(ConfigError::MissingApiKey),
                base_url: crate::BASE_URL.to_owned(),
                timeout: Duration::from_secs(30),
                connect_timeout: Duration::from_secs(10),
                pool_idle_timeout: Some(Duration::from_secs(4)),
                tcp_keepalive: Some(Duration::from_secs(15)),
                retry: RetryPolicy::default(),
                response_body_limit: 16 * 1024 * 1024,
                user_agent_suffix: None,
                http_client: None,
                allow_insecure_http: false,
            },
        }
    }
}

impl fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let config = &self.config;
        f.debug_struct("ClientBuilder")
            .field("api_key", &config.api_key.as_ref().map(|_| Redacted))
            .field("timeout", &config.timeout)
            .field("connect_timeout", &config.connect_timeout)
            .field("pool_idle_timeout", &config.pool_idle_timeout)
            .field("tcp_keepalive", &config.tcp_keepalive)
            .field("retry", &config.retry)
            .field("response_body_limit", &config.response_body_limit)
            .field("allow_insecure_http", &config.allow_insecure_http)
            .finish_non_exhaustive()
    }
}

impl ClientBuilder {
    /// Returns a builder with the API key from `WATSI_API_KEY` and the base URL from `WATSI_BASE_URL`, if they are
    /// set. Settings made on the builder override those of the environment.
    ///
    /// ```no_run
    /// # use std::time::Duration;
    /// # use watsi::ClientBuilder;
    /// # fn main() -> Result<(), watsi::ConfigError> {
    /// let client = ClientBuilder::from_env()?.timeout(Duration::from_secs(5)).build()?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Returns [`ConfigError::NotUnicode`] if a variable is not valid Unicode. [`build`](Self::build) reports missing
    /// and invalid settings. An empty `WATSI_BASE_URL` is invalid, so that a script with an empty variable does not
    /// reach production.
    pub fn from_env() -> Result<Self, ConfigError> {
        Self::from_variables(env::var)
    }

    fn from_variables(
        read: impl Fn(&'static str) -> Result<String, VarError>,
    ) -> Result<Self, ConfigError> {
        let variable = |name| match read(name) {
            Ok(value) => Ok(Some(value)),
            Err(VarError::NotPresent) => Ok(None),
            Err(VarError::NotUnicode(_)) => Err(ConfigError::NotUnicode(name)),
        };
        let mut builder = ClientBuilder::default();
        let api_key = variable(KEY_VARIABLE)?;
        builder.config.api_key = api_key.ok_or(ConfigError::MissingVariable(KEY_VARIABLE));
        if let Some(url) = variable(URL_VARIABLE)? {
            builder.config.base_url = url;
        }
        Ok(builder)
    }

    /// Sets the API key, as shown in the dashboard. Required.
    pub fn api_key(mut self, key: impl Into<String>) -> Self {
        self.config.api_key = Ok(key.into());
        self
    }

    /// Sets the base URL; the contract's paths are appended to it. Default: [`BASE_URL`](crate::BASE_URL), the
    /// contract's server.
    pub fn base_url(mut self, url: impl Into<String>) -> Self {
        self.config.base_url = url.into();
        self
    }

    /// Sets the deadline of a call, including all attempts, the waits between them and the response body.
    /// Default: 30 s. [`Client::with_timeout`] sets it for single calls.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.config.timeout = timeout;
        self
    }

    /// Sets the timeout of one attempt to connect, within the deadline. Default: 10 s. This setting and the next two
    /// have no effect on an [`http_client`](Self::http_client), which has its own.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.config.connect_timeout = timeout;
        self
    }

    /// Sets how long a connection may be idle before it is closed; `None` means without a limit. Default: 4 s.
    ///
    /// A request on a connection that the server is closing is lost, and the outcome of a `POST` is then unknown. The
    /// default is shorter than the 5 s after which Node.js, Apache and Uvicorn close an idle connection; Tomcat waits
    /// 20 s, an AWS load balancer 60 s, nginx 75 s.
    pub fn pool_idle_timeout(mut self, timeout: impl Into<Option<Duration>>) -> Self {
        // The pool would panic at a time beyond the range of the clock.
        let in_range = |timeout: &Duration| Instant::now().checked_add(*timeout).is_some();
        self.config.pool_idle_timeout = timeout.into().filter(in_range);
        self
    }

    /// Sets how long a connection waits for data before TCP asks whether the other side still exists; `None` means
    /// never. Default: 15 s.
    pub fn tcp_keepalive(mut self, time: impl Into<Option<Duration>>) -> Self {
        self.config.tcp_keepalive = time.into();
        self
    }

    /// Sets the retry policy. Default: [`RetryPolicy::default`]. [`Client::with_retry`] sets it for single calls.
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.config.retry = policy;
        self
    }

    /// Sets the maximum length of a response body, in bytes after decompression. Default: 16 MiB.
    pub fn response_body_limit(mut self, bytes: usize) -> Self {
        self.config.response_body_limit = bytes;
        self
    }

    /// Appends a product to the `User-Agent` header, e.g. `my-shop/1.2`. Default: none.
    pub fn user_agent_suffix(mut self, suffix: impl Into<String>) -> Self {
        self.config.user_agent_suffix = Some(suffix.into());
        self
    }

    /// Sets an HTTP client of your own, e.g. for a proxy, certificates or a shared pool.
    ///
    /// The API key, deadline, retries, body limit and the check of the base URL still apply. You are responsible for
    /// the rest:
    ///
    /// - Build it with `redirect(Policy::none())`. Otherwise it follows some redirects, which can send a request to
    ///   another server.
    /// - Build it with `no_proxy()` for an `http://` base URL on this machine. Otherwise a proxy from the
    ///   environment sees the API key.
    /// - Its default headers and cookies are sent too, and its own retries and timeouts apply within the
    ///   deadline.
    pub fn http_client(mut self, client: reqwest::Client) -> Self {
        self.config.http_client = Some(client);
        self
    }

    /// Allows an `http://` base URL on another machine, which sends the API key unencrypted. Default: false;
    /// `http://` on this machine (`localhost`, 127.0.0.0/8, `::1`) is always allowed.
    pub fn allow_insecure_http(mut self, allow: bool) -> Self {
        self.config.allow_insecure_http = allow;
        self
    }

    /// Validates the settings and creates the client. Nothing is sent.
    ///
    /// # Errors
    ///
    /// Returns a [`ConfigError`] that names the missing or invalid setting.
    pub fn build(self) -> Result<Client, ConfigError> {
        let config = self.config;
        let authorization = authorization(config.api_key.as_ref().map_err(Clone::clone)?)?;
        let user_agent = user_agent(config.user_agent_suffix.as_deref())?;
        let base_url = base_url(&config.base_url)?;
        let local = is_loopback(&base_url);
        if base_url.scheme() == "http" && !local && !config.allow_insecure_http {
            return Err(ConfigError::InsecureBaseUrl);
        }
        if config.timeout.is_zero() || config.connect_timeout.is_zero() {
            return Err(ConfigError::ZeroTimeout);
        }
        let http = match config.http_client {
            Some(client) => client,
            None => http_client(&config, local)?,
        };
        Ok(Client {
            shared: Arc::new(Shared {
                http,
                base_url,
                authorization,
                user_agent,
                response_body_limit: config.response_body_limit,
            }),
            timeout: config.timeout,
            retry: config.retry,
        })
    }
}

fn http_client(config: &Config, local: bool) -> Result<reqwest::Client, ConfigError> {
    #[cfg(feature = "rustls-no-provider")]
    if cfg!(not(feature = "rustls")) && rustls::crypto::CryptoProvider::get_default().is_none() {
        return Err(ConfigError::NoCryptoProvider);
    }
    let mut builder = reqwest::Client::builder()
        .connect_timeout(config.connect_timeout)
        .pool_idle_timeout(config.pool_idle_timeout)
        .tcp_keepalive(config.tcp_keepalive)
        // A redirect would send the request, and perhaps the API key, to another server than the caller's.
        .redirect(reqwest::redirect::Policy::none())
        // `RetryPolicy` alone decides about retries.
        .retry(reqwest::retry::never())
        // Another crate of the program may turn these features on; requests stay the same.
        .no_gzip()
        .no_brotli()
        .no_zstd()
        .no_deflate();
    if config.tcp_keepalive.is_none() {
        // Any of these settings turns the keep-alive on.
        builder = builder
            .tcp_keepalive_interval(None)
            .tcp_keepalive_retries(None);
    }
    if local {
        // A proxy from the environment cannot reach this machine's loopback, but would see the API key.
        builder = builder.no_proxy();
    }
    builder.build().map_err(|_| ConfigError::HttpClient)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the client of an environment with these two variables.
    fn client_of(key: Option<&str>, url: Option<&str>) -> Result<Client, ConfigError> {
        ClientBuilder::from_variables(|name| {
            let value = match name {
                KEY_VARIABLE => key,
                URL_VARIABLE => url,
                other => panic!("{other} is not documented"),
            };
            value.map(str::to_owned).ok_or(VarError::NotPresent)
        })?
        .build()
    }

    #[test]
    fn defaults_are_the_documented_ones() {
        let client = client_of(Some("key"), None).unwrap();
        assert_eq!(client.base_url(), crate::BASE_URL);
        assert!(client.shared.authorization.is_sensitive());
        assert_eq!(client.timeout, Duration::from_secs(30));
        assert_eq!(client.shared.response_body_limit, 16 * 1024 * 1024);
        assert_eq!(client.retry, RetryPolicy::default());
        let config = ClientBuilder::default().config;
        assert_eq!(config.connect_timeout, Duration::from_secs(10));
        assert_eq!(config.pool_idle_timeout, Some(Duration::from_secs(4)));
        assert_eq!(config.tcp_keepalive, Some(Duration::from_secs(15)));
    }

    #[test]
    fn missing_and_empty_variables_are_rejected() {
        let missing = client_of(None, None).unwrap_err();
        assert_eq!(missing, ConfigError::MissingVariable("WATSI_API_KEY"));
        let empty = client_of(Some(""), None).unwrap_err();
        assert_eq!(empty, ConfigError::EmptyApiKey);
        // It must not reach production.
        let empty = client_of(Some("key"), Some("")).unwrap_err();
        assert!(matches!(empty, ConfigError::InvalidBaseUrl(_)));
    }

    #[test]
    fn idle_timeout_beyond_the_range_of_the_clock_is_no_limit() {
        let builder = ClientBuilder::default().pool_idle_timeout(Duration::MAX);
        assert_eq!(builder.config.pool_idle_timeout, None);
    }

    #[test]
    fn base_url_is_that_of_the_environment() {
        let client = client_of(Some("key"), Some("https://host/v2/")).unwrap();
        assert_eq!(client.base_url(), "https://host/v2");
    }

    #[test]
    fn variable_that_is_not_unicode_is_named() {
        let garbled = ClientBuilder::from_variables(|_| Err(VarError::NotUnicode("x".into())));
        let expected = ConfigError::NotUnicode("WATSI_API_KEY");
        assert_eq!(garbled.unwrap_err(), expected);
    }

    #[test]
    fn setting_overrides_the_environment() {
        let builder = ClientBuilder::from_variables(|_| Err(VarError::NotPresent)).unwrap();
        let client = builder.api_key("key").base_url("https://host");
        assert_eq!(client.build().unwrap().base_url(), "https://host");
    }
}
