//! Configures a client; `build()` validates the settings.

use std::env::{self, VarError};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::settings::{authorization, base_url, is_loopback, user_agent};
use super::{Client, ConfigError, Shared};
use crate::http::RetryPolicy;
use crate::redacted::Redacted;

const KEY_VARIABLE: &str = "WATSI_API_KEY";
const URL_VARIABLE: &str = "WATSI_BASE_URL";

const DEFAULT_TIMEOUT: Duration = Duration::from_secs(30);
const DEFAULT_CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// In bytes.
const DEFAULT_RESPONSE_BODY_LIMIT: usize = 16 * 1024 * 1024;

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
    api_key: Option<String>,
    /// What `build` returns if there is no API key.
    missing_key: ConfigError,
    base_url: Option<String>,
    timeout: Duration,
    connect_timeout: Duration,
    retry: RetryPolicy,
    response_body_limit: usize,
    user_agent_suffix: Option<String>,
    http_client: Option<reqwest::Client>,
    allow_insecure_http: bool,
}

impl Default for ClientBuilder {
    fn default() -> Self {
        ClientBuilder {
            api_key: None,
            missing_key: ConfigError::MissingApiKey,
            base_url: None,
            timeout: DEFAULT_TIMEOUT,
            connect_timeout: DEFAULT_CONNECT_TIMEOUT,
            retry: RetryPolicy::default(),
            response_body_limit: DEFAULT_RESPONSE_BODY_LIMIT,
            user_agent_suffix: None,
            http_client: None,
            allow_insecure_http: false,
        }
    }
}

impl fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientBuilder")
            .field("api_key", &self.api_key.as_ref().map(|_| Redacted))
            .field("timeout", &self.timeout)
            .field("connect_timeout", &self.connect_timeout)
            .field("retry", &self.retry)
            .field("response_body_limit", &self.response_body_limit)
            .field("allow_insecure_http", &self.allow_insecure_http)
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
        Ok(ClientBuilder {
            api_key: variable(KEY_VARIABLE)?,
            missing_key: ConfigError::MissingVariable(KEY_VARIABLE),
            base_url: variable(URL_VARIABLE)?,
            ..Self::default()
        })
    }

    /// Sets the API key, as shown in the dashboard. Required.
    pub fn api_key(mut self, key: impl Into<String>) -> Self {
        self.api_key = Some(key.into());
        self
    }

    /// Sets the base URL; the contract's paths are appended to it. Default: [`BASE_URL`](crate::BASE_URL), the
    /// contract's server.
    pub fn base_url(mut self, url: impl Into<String>) -> Self {
        self.base_url = Some(url.into());
        self
    }

    /// Sets the deadline of a call, including all attempts, the waits between them and the response body.
    /// Default: 30 s. [`Client::with_timeout`] sets it for single calls.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Sets the timeout of one attempt to connect, within the deadline. Default: 10 s. It has no effect on an
    /// [`http_client`](Self::http_client), which has its own.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// Sets the retry policy. Default: [`RetryPolicy::default`]. [`Client::with_retry`] sets it for single calls.
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.retry = policy;
        self
    }

    /// Sets the maximum length of a response body, in bytes after decompression. Default: 16 MiB.
    pub fn response_body_limit(mut self, bytes: usize) -> Self {
        self.response_body_limit = bytes;
        self
    }

    /// Appends a product to the `User-Agent` header, e.g. `my-shop/1.2`. Default: none.
    pub fn user_agent_suffix(mut self, suffix: impl Into<String>) -> Self {
        self.user_agent_suffix = Some(suffix.into());
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
        self.http_client = Some(client);
        self
    }

    /// Allows an `http://` base URL on another machine, which sends the API key unencrypted. Default: false;
    /// `http://` on this machine (`localhost`, 127.0.0.0/8, `::1`) is always allowed.
    pub fn allow_insecure_http(mut self, allow: bool) -> Self {
        self.allow_insecure_http = allow;
        self
    }

    /// Validates the settings and creates the client. Nothing is sent.
    ///
    /// # Errors
    ///
    /// Returns a [`ConfigError`] that names the missing or invalid setting.
    pub fn build(self) -> Result<Client, ConfigError> {
        let key = self.api_key.ok_or(self.missing_key)?;
        let authorization = authorization(&key)?;
        let user_agent = user_agent(self.user_agent_suffix.as_deref())?;
        let base_url = base_url(self.base_url.as_deref().unwrap_or(crate::BASE_URL))?;
        let local = is_loopback(&base_url);
        if base_url.scheme() == "http" && !local && !self.allow_insecure_http {
            return Err(ConfigError::InsecureBaseUrl);
        }
        if self.timeout.is_zero() || self.connect_timeout.is_zero() {
            return Err(ConfigError::ZeroTimeout);
        }
        let http = match self.http_client {
            Some(client) => client,
            None => http_client(self.connect_timeout, local)?,
        };
        Ok(Client {
            shared: Arc::new(Shared {
                http,
                base_url,
                authorization,
                user_agent,
                response_body_limit: self.response_body_limit,
            }),
            timeout: self.timeout,
            retry: self.retry,
        })
    }
}

fn http_client(connect_timeout: Duration, local: bool) -> Result<reqwest::Client, ConfigError> {
    #[cfg(feature = "rustls-no-provider")]
    if cfg!(not(feature = "rustls")) && rustls::crypto::CryptoProvider::get_default().is_none() {
        return Err(ConfigError::NoCryptoProvider);
    }
    let builder = reqwest::Client::builder()
        .connect_timeout(connect_timeout)
        // A redirect would send the request, and perhaps the API key, to another server than the caller's.
        .redirect(reqwest::redirect::Policy::none())
        // `RetryPolicy` alone decides about retries.
        .retry(reqwest::retry::never())
        // Another crate of the program may turn these features on; requests stay the same.
        .no_gzip()
        .no_brotli()
        .no_zstd()
        .no_deflate();
    // A proxy from the environment cannot reach this machine's loopback, but would see the API key.
    let builder = if local { builder.no_proxy() } else { builder };
    builder.build().map_err(|_| ConfigError::HttpClient)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The client of an environment with these two variables.
    fn from(key: Option<&str>, url: Option<&str>) -> Result<Client, ConfigError> {
        let value = |value: Option<&str>| value.map(str::to_owned).ok_or(VarError::NotPresent);
        let builder = ClientBuilder::from_variables(|name| match name {
            KEY_VARIABLE => value(key),
            URL_VARIABLE => value(url),
            other => panic!("{other} is not documented"),
        });
        builder?.build()
    }

    #[test]
    fn the_defaults_are_the_documented_ones() {
        let client = from(Some("key"), None).unwrap();
        assert_eq!(client.timeout, Duration::from_secs(30));
        assert_eq!(client.shared.response_body_limit, 16 * 1024 * 1024);
        assert_eq!(client.retry, RetryPolicy::default());
        assert_eq!(
            ClientBuilder::default().connect_timeout,
            Duration::from_secs(10)
        );
    }

    #[test]
    fn a_missing_key_is_named() {
        assert_eq!(
            from(None, None).unwrap_err(),
            ConfigError::MissingVariable("WATSI_API_KEY")
        );
    }

    #[test]
    fn an_empty_key_is_rejected() {
        assert_eq!(from(Some(""), None).unwrap_err(), ConfigError::EmptyApiKey);
    }

    #[test]
    fn the_default_base_url_is_that_of_the_contract() {
        assert_eq!(from(Some("key"), None).unwrap().base_url(), crate::BASE_URL);
    }

    #[test]
    fn the_base_url_is_that_of_the_environment() {
        let client = from(Some("key"), Some("https://host/v2/")).unwrap();
        assert_eq!(client.base_url(), "https://host/v2");
    }

    #[test]
    fn an_empty_base_url_does_not_reach_production() {
        let error = from(Some("key"), Some("")).unwrap_err();
        assert!(matches!(error, ConfigError::InvalidBaseUrl(_)));
    }

    #[test]
    fn a_variable_that_is_not_unicode_is_named() {
        let garbled = |_| Err(VarError::NotUnicode("x".into()));
        assert_eq!(
            ClientBuilder::from_variables(garbled).unwrap_err(),
            ConfigError::NotUnicode("WATSI_API_KEY")
        );
    }

    #[test]
    fn a_setting_overrides_the_environment() {
        let builder = ClientBuilder::from_variables(|_| Err(VarError::NotPresent)).unwrap();
        let client = builder
            .api_key("key")
            .base_url("https://host")
            .build()
            .unwrap();
        assert_eq!(client.base_url(), "https://host");
    }
}
