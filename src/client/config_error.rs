//! The errors of invalid settings.

use thiserror::Error;

/// An error returned by [`ClientBuilder::build`](crate::ClientBuilder::build) and
/// [`Client::from_env`](crate::Client::from_env) for a setting that is missing or invalid.
///
/// It does not contain the setting's value.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// An environment variable is not set.
    #[error("environment variable {0} is not set")]
    MissingVariable(&'static str),
    /// An environment variable is not valid Unicode.
    #[error("environment variable {0} is not valid Unicode")]
    NotUnicode(&'static str),
    /// No API key was given.
    #[error("missing API key")]
    MissingApiKey,
    /// The API key is the empty string.
    #[error("the API key is empty")]
    EmptyApiKey,
    /// The API key contains white space, a control character or a non-ASCII character, e.g. the line break at
    /// the end of a file.
    #[error(
        "the API key contains white space or another invalid character, e.g. a line break at its end"
    )]
    InvalidApiKey,
    /// The base URL is invalid, for the given reason.
    #[error("invalid base URL: {0}")]
    InvalidBaseUrl(&'static str),
    /// The base URL begins with `http://` and is not on this machine, so the API key would be sent unencrypted.
    /// [`allow_insecure_http`](crate::ClientBuilder::allow_insecure_http) allows it.
    #[error(
        "insecure base URL: http:// would send the API key unencrypted; use https:// or allow_insecure_http(true)"
    )]
    InsecureBaseUrl,
    /// The user-agent suffix contains a character that is not allowed in a header.
    #[error("the user-agent suffix contains a character that is not allowed in a header")]
    InvalidUserAgent,
    /// A timeout is zero, so no call could ever succeed.
    #[error("a timeout is zero")]
    ZeroTimeout,
    /// The feature `rustls-no-provider` is on, `rustls` is not, and the program has installed no crypto
    /// provider.
    #[error("no crypto provider is installed; call install_default() of a rustls provider first")]
    NoCryptoProvider,
    /// The HTTP client could not be created, e.g. because the system has no CA certificates.
    #[error("the HTTP client could not be created; install the system's CA certificates")]
    HttpClient,
}
