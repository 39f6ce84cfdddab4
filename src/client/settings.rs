//! Validates single settings.

use reqwest::Url;
use reqwest::header::HeaderValue;

use super::ConfigError;

const USER_AGENT: &str = concat!("watsi-rust/", env!("CARGO_PKG_VERSION"));

/// Returns the `Authorization` header for an API key.
pub(crate) fn authorization(key: &str) -> Result<HeaderValue, ConfigError> {
    if key.is_empty() {
        return Err(ConfigError::EmptyApiKey);
    }
    if !key.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(ConfigError::InvalidApiKey);
    }
    let mut header =
        HeaderValue::from_str(&format!("Bearer {key}")).map_err(|_| ConfigError::InvalidApiKey)?;
    header.set_sensitive(true);
    Ok(header)
}

pub(crate) fn user_agent(suffix: Option<&str>) -> Result<HeaderValue, ConfigError> {
    match suffix {
        None => Ok(HeaderValue::from_static(USER_AGENT)),
        Some(suffix) => HeaderValue::from_str(&format!("{USER_AGENT} {suffix}"))
            .map_err(|_| ConfigError::InvalidUserAgent),
    }
}

pub(crate) fn base_url(text: &str) -> Result<Url, ConfigError> {
    use ConfigError::InvalidBaseUrl;
    if text.trim().is_empty() {
        return Err(InvalidBaseUrl("it is empty"));
    }
    // A URL parser would remove these, or read them as slashes.
    if text
        .chars()
        .any(|letter| letter.is_whitespace() || letter.is_control() || letter == '\\')
        || text.contains(":///")
    {
        return Err(InvalidBaseUrl(
            "it contains white space, a backslash or an extra slash",
        ));
    }
    // The parser would accept `https:host`.
    let mut url = Url::parse(text)
        .ok()
        .filter(|_| text.contains("://"))
        .ok_or(InvalidBaseUrl("it is not an absolute URL"))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(InvalidBaseUrl("its scheme is not http or https"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(InvalidBaseUrl("it contains a user name or a password"));
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(InvalidBaseUrl("it has a query or a fragment"));
    }
    let path = url.path().trim_end_matches('/').to_owned();
    url.set_path(&path);
    Ok(url)
}

/// Returns true if the host is this machine.
pub(crate) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost",
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}
