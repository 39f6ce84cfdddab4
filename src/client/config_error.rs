//! The errors of invalid settings.

use std::fmt;

/// An error returned by [`ClientBuilder::build`](crate::ClientBuilder::build) and
/// [`Client::from_env`](crate::Client::from_env) for a setting that is missing or invalid.
///
/// It does not contain the setting's value.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ConfigError {
    /// An environment variable is not set.
    MissingVariable(&'static str),
    /// An environment variable is not valid Unicode.
    NotUnicode(&'static str),
    /// No API key was given.
    MissingApiKey,
    /// The API key is the empty string.
    EmptyApiKey,
    /// The API key contains white space, a control character or a non-ASCII character, e.g. the line break at
    /// the end of a file.
    InvalidApiKey,
    /// The base URL is invalid, for the given reason.
    InvalidBaseUrl(&'static str),
    /// The base URL begins with `http://` and is not on this machine, so the API key would be sent unencrypted.
    /// [`allow_insecure_http`](crate::ClientBuilder::allow_insecure_http) allows it.
    InsecureBaseUrl,
    /// The user-agent suffix contains a character that is not allowed in a header.
    InvalidUserAgent,
    /// A timeout is zero, so no call could ever succeed.
    ZeroTimeout,
    /// The feature `rustls-no-provider` is on, `rustls` is not, and the program has installed no crypto
    /// provider.
    NoCryptoProvider,
    /// The HTTP client could not be created, e.g. because the system has no CA certificates.
    HttpClient,
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::MissingVariable(name) => write!(f, "environment variable {name} is not set"),
            Self::NotUnicode(name) => {
                write!(f, "environment variable {name} is not valid Unicode")
            }
            Self::MissingApiKey => f.write_str("missing API key"),
            Self::EmptyApiKey => f.write_str("the API key is empty"),
            Self::InvalidApiKey => f.write_str(
                "the API key contains white space or another invalid character, e.g. a line break at its end",
            ),
            Self::InvalidBaseUrl(why) => write!(f, "invalid base URL: {why}"),
            Self::InsecureBaseUrl => f.write_str(
                "insecure base URL: http:// would send the API key unencrypted; use https:// or \
                 allow_insecure_http(true)",
            ),
            Self::InvalidUserAgent => {
                f.write_str("the user-agent suffix contains a character that is not allowed in a header")
            }
            Self::ZeroTimeout => f.write_str("a timeout is zero"),
            Self::NoCryptoProvider => f.write_str(
                "no crypto provider is installed; call install_default() of a rustls provider first",
            ),
            Self::HttpClient => f.write_str(
                "the HTTP client could not be created; install the system's CA certificates",
            ),
        }
    }
}

impl std::error::Error for ConfigError {}
