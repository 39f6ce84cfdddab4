//! Why a client could not be configured.

use std::fmt;

/// A setting that [`ClientBuilder::build`](crate::ClientBuilder::build) or
/// [`Client::from_env`](crate::Client::from_env) refuses. No text of it holds the setting's value.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ConfigError {
    /// An environment variable is not set.
    MissingVariable(&'static str),
    /// An environment variable is not valid Unicode.
    NotUnicode(&'static str),
    /// No API key was given.
    MissingApiKey,
    /// The API key is the empty text.
    EmptyApiKey,
    /// The API key holds a line break, a space, a control or a non-ASCII character; often the line
    /// break at the end of a file.
    InvalidApiKey,
    /// The base URL cannot be used; the text says why.
    InvalidBaseUrl(&'static str),
    /// The base URL begins with `http://` and does not lead to this machine, so the key would travel
    /// readable. [`allow_insecure_http`](crate::ClientBuilder::allow_insecure_http) allows it.
    InsecureBaseUrl,
    /// The user-agent suffix holds a character that a header cannot carry.
    InvalidUserAgent,
    /// A timeout is zero, so no call could ever succeed.
    ZeroTimeout,
    /// The feature `rustls-no-provider` is on, `rustls` is not, and the program has installed no crypto
    /// provider.
    NoCryptoProvider,
    /// The HTTP client could not be made (the system's certificates could not be read, say).
    HttpClient,
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::MissingVariable(name) => write!(f, "the environment variable {name} is not set"),
            Self::NotUnicode(name) => {
                write!(f, "the environment variable {name} is not valid Unicode")
            }
            Self::MissingApiKey => f.write_str("no API key was given"),
            Self::EmptyApiKey => f.write_str("the API key is empty"),
            Self::InvalidApiKey => f.write_str(
                "the API key holds a character that no key has (a line break at its end, perhaps)",
            ),
            Self::InvalidBaseUrl(why) => write!(f, "the base URL cannot be used: {why}"),
            Self::InsecureBaseUrl => f.write_str(
                "the base URL is http:// to another machine, which would show the key to the \
                 network; use https:// or allow_insecure_http(true)",
            ),
            Self::InvalidUserAgent => {
                f.write_str("the user-agent suffix holds a character that a header cannot carry")
            }
            Self::ZeroTimeout => f.write_str("a timeout is zero"),
            Self::NoCryptoProvider => f.write_str(
                "no crypto provider is installed; call install_default() of a rustls provider first",
            ),
            Self::HttpClient => f.write_str("the HTTP client could not be made"),
        }
    }
}

impl std::error::Error for ConfigError {}
