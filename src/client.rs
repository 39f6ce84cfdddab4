//! How a client is made: every setting is checked once, here.

use std::env::{self, VarError};
use std::fmt;
use std::time::Duration;

use crate::config::ConfigError;
use crate::generated::Client;
use crate::redacted::Redacted;
use crate::retry::RetryPolicy;
use crate::settings::{authorization, base_url, is_loopback, user_agent};
use crate::transport::Inner;

const KEY_VARIABLE: &str = "WATSI_API_KEY";
const URL_VARIABLE: &str = "WATSI_BASE_URL";

impl Client {
    /// Begins a client; [`api_key`](ClientBuilder::api_key) is the one setting it needs.
    pub fn builder() -> ClientBuilder {
        ClientBuilder::default()
    }

    /// A client with the key from `WATSI_API_KEY`, and the base URL from `WATSI_BASE_URL` if that is
    /// set. See <https://docs.watsi.ai/guides/authentication>.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] where `WATSI_API_KEY` is not set, or a variable holds what
    /// [`ClientBuilder::build`] refuses. A `WATSI_BASE_URL` that is set and empty is refused: a script
    /// whose own variable is empty must not reach production.
    pub fn from_env() -> Result<Self, ConfigError> {
        from_variables(env::var)
    }
}

fn from_variables(
    read: impl Fn(&'static str) -> Result<String, VarError>,
) -> Result<Client, ConfigError> {
    let variable = |name| match read(name) {
        Ok(value) => Ok(Some(value)),
        Err(VarError::NotPresent) => Ok(None),
        Err(VarError::NotUnicode(_)) => Err(ConfigError::NotUnicode(name)),
    };
    let key = variable(KEY_VARIABLE)?.ok_or(ConfigError::MissingVariable(KEY_VARIABLE))?;
    let builder = Client::builder().api_key(key);
    match variable(URL_VARIABLE)? {
        Some(url) => builder.base_url(url).build(),
        None => builder.build(),
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("base_url", &self.baseurl)
            .field("api_key", &Redacted)
            .field("timeout", &self.inner.timeout)
            .field("retry", &self.inner.retry)
            .finish_non_exhaustive()
    }
}

/// The settings of a [`Client`].
#[derive(Clone)]
#[must_use]
pub struct ClientBuilder {
    api_key: Option<String>,
    base_url: Option<String>,
    timeout: Duration,
    connect_timeout: Duration,
    retry: RetryPolicy,
    body_limit: usize,
    user_agent_suffix: Option<String>,
    http_client: Option<reqwest::Client>,
    allow_insecure_http: bool,
}

impl Default for ClientBuilder {
    fn default() -> Self {
        ClientBuilder {
            api_key: None,
            base_url: None,
            timeout: Duration::from_secs(30),
            connect_timeout: Duration::from_secs(10),
            retry: RetryPolicy::default(),
            body_limit: 16 * 1024 * 1024,
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
            .field("body_limit", &self.body_limit)
            .field("allow_insecure_http", &self.allow_insecure_http)
            .finish_non_exhaustive()
    }
}

impl ClientBuilder {
    /// The API key, as the dashboard showed it. Required.
    pub fn api_key(mut self, key: impl Into<String>) -> Self {
        self.api_key = Some(key.into());
        self
    }

    /// Where the API is; the paths of the contract are appended to it. Default: the contract's server,
    /// [`BASE_URL`](crate::BASE_URL).
    pub fn base_url(mut self, url: impl Into<String>) -> Self {
        self.base_url = Some(url.into());
        self
    }

    /// The deadline of a call: all its attempts, the waits between them and the body. Default: 30 s.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// How long one attempt to connect may take, within the deadline. Default: 10 s. It has no effect
    /// on an [`http_client`](Self::http_client), which has its own.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// What is repeated, how often and how soon. Default: [`RetryPolicy::default`].
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.retry = policy;
        self
    }

    /// The longest body that is read, in bytes after decompression. Default: 16 MiB.
    pub fn body_limit(mut self, bytes: usize) -> Self {
        self.body_limit = bytes;
        self
    }

    /// What is appended to the `User-Agent`, as `my-shop/1.2`. Default: nothing.
    pub fn user_agent_suffix(mut self, suffix: impl Into<String>) -> Self {
        self.user_agent_suffix = Some(suffix.into());
        self
    }

    /// An HTTP client of your own, for a proxy, certificates or a shared pool.
    ///
    /// Key, deadline, retries, body limit and the check of the base URL are this crate's and hold with
    /// it. What they cannot see is up to you: build it with `redirect(Policy::none())`, or it follows
    /// redirects, which can repeat a `POST` (it takes the key off where a redirect leads to another
    /// host); with `no_proxy()` for a base URL of `http://` to this machine, or a proxy of the
    /// environment sees the key. A connection that was not made may be that of a redirect, so a `POST` is
    /// not repeated then, and its [`Delivery`](crate::Delivery) is unknown. Default headers and a cookie store go wherever you say; its own retries
    /// and timeouts come on top.
    pub fn http_client(mut self, client: reqwest::Client) -> Self {
        self.http_client = Some(client);
        self
    }

    /// Allows a base URL of `http://` to another machine. The key then travels readable. Default:
    /// false; `http://` to this machine (`localhost`, 127.0.0.0/8, `::1`) is always allowed.
    pub fn allow_insecure_http(mut self, allow: bool) -> Self {
        self.allow_insecure_http = allow;
        self
    }

    /// Checks the settings and makes the client. Nothing is sent.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] names the setting that is missing or cannot be used.
    pub fn build(self) -> Result<Client, ConfigError> {
        let authorization = authorization(self.api_key.as_deref())?;
        let user_agent = user_agent(self.user_agent_suffix.as_deref())?;
        let url = base_url(self.base_url.as_deref().unwrap_or(crate::BASE_URL))?;
        let local = is_loopback(&url);
        if url.scheme() == "http" && !local && !self.allow_insecure_http {
            return Err(ConfigError::InsecureBaseUrl);
        }
        if self.timeout.is_zero() || self.connect_timeout.is_zero() {
            return Err(ConfigError::ZeroTimeout);
        }
        let own_http_client = self.http_client.is_some();
        let client = match self.http_client {
            Some(client) => client,
            None => http_client(self.connect_timeout, local)?,
        };
        Ok(Client {
            baseurl: url.as_str().trim_end_matches('/').to_owned(),
            client,
            inner: Inner {
                authorization,
                user_agent,
                timeout: self.timeout,
                retry: self.retry,
                body_limit: self.body_limit,
                own_http_client,
            },
        })
    }
}

pub(crate) fn http_client(
    connect_timeout: Duration,
    local: bool,
) -> Result<reqwest::Client, ConfigError> {
    #[cfg(feature = "rustls-no-provider")]
    if cfg!(not(feature = "rustls")) && rustls::crypto::CryptoProvider::get_default().is_none() {
        return Err(ConfigError::NoCryptoProvider);
    }
    let builder = reqwest::Client::builder()
        .connect_timeout(connect_timeout)
        // A redirect would take the request, and perhaps the key, to where the caller did not send it.
        .redirect(reqwest::redirect::Policy::none())
        // What may be repeated is decided in one place, `retry`.
        .retry(reqwest::retry::never())
        // Another crate of the program may turn these on in `reqwest`; requests stay the same.
        .no_gzip()
        .no_brotli()
        .no_zstd()
        .no_deflate();
    // A proxy of the environment cannot reach this machine's loopback, but would see the key.
    let builder = if local { builder.no_proxy() } else { builder };
    builder.build().map_err(|_| ConfigError::HttpClient)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The client of an environment with these two variables.
    fn from(key: Option<&str>, url: Option<&str>) -> Result<Client, ConfigError> {
        let value = |value: Option<&str>| value.map(str::to_owned).ok_or(VarError::NotPresent);
        from_variables(|name| match name {
            KEY_VARIABLE => value(key),
            URL_VARIABLE => value(url),
            other => panic!("{other} is not documented"),
        })
    }

    #[test]
    fn the_defaults_are_those_of_the_documentation() {
        let inner = from(Some("key"), None).unwrap().inner;
        assert_eq!(inner.timeout, Duration::from_secs(30));
        assert_eq!(inner.body_limit, 16 * 1024 * 1024);
        assert_eq!(inner.retry, RetryPolicy::default());
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
    fn an_empty_key_is_refused() {
        assert_eq!(from(Some(""), None).unwrap_err(), ConfigError::EmptyApiKey);
    }

    #[test]
    fn without_a_base_url_it_is_the_contracts() {
        assert_eq!(from(Some("key"), None).unwrap().baseurl, crate::BASE_URL);
    }

    #[test]
    fn the_base_url_is_read() {
        let client = from(Some("key"), Some("https://host/v2/")).unwrap();
        assert_eq!(client.baseurl, "https://host/v2");
    }

    #[test]
    fn an_empty_base_url_does_not_reach_production() {
        let error = from(Some("key"), Some("")).unwrap_err();
        assert!(matches!(error, ConfigError::InvalidBaseUrl(_)));
    }

    #[test]
    fn a_variable_that_is_no_unicode_is_named() {
        let garbled = |_| Err(VarError::NotUnicode("x".into()));
        assert_eq!(
            from_variables(garbled).unwrap_err(),
            ConfigError::NotUnicode("WATSI_API_KEY")
        );
    }
}
