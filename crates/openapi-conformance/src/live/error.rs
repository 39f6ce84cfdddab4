//! Errors of validating a running server.

use std::fmt;

use http::StatusCode;

use super::call::{BODY_LIMIT, TIMEOUT};

/// An error that prevents the validation of a server.
#[derive(Debug)]
#[non_exhaustive]
pub enum LiveError {
    /// The base URL is not that of a server.
    BaseUrl {
        /// What is wrong with the URL.
        reason: &'static str,
    },
    /// The base URL starts with `http://`, and its host is not this machine.
    InsecureBaseUrl,
    /// The API key is empty, or contains a character that is not visible ASCII.
    ApiKey,
    /// An operation requires credentials, and there is neither an API key nor a header with them.
    MissingApiKey,
    /// The name or value of a header is invalid, or the HTTP client writes this header itself.
    Header,
    /// No operation has this id, tag or path.
    Selector {
        /// The selector.
        selector: String,
    },
    /// The HTTP client cannot be created.
    HttpClient {
        /// The cause.
        source: reqwest::Error,
    },
    /// No response was received.
    NoResponse {
        /// The method and the path of the request.
        request: String,
        /// The cause.
        source: reqwest::Error,
    },
    /// The response body exceeds the limit of 16 MiB.
    TooLarge {
        /// The method and the path of the request.
        request: String,
    },
    /// The server rejects the API key, or the key is not allowed to call this operation.
    Unauthorized {
        /// The status code of the response.
        status: StatusCode,
    },
    /// The server does not have the path of an operation.
    NotFound {
        /// The method and the path of the request.
        request: String,
        /// The status code of the response.
        status: StatusCode,
    },
    /// The server asks to wait longer or more often than is reasonable.
    Busy {
        /// The status code of the response.
        status: StatusCode,
    },
}

impl fmt::Display for LiveError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BaseUrl { reason } => write!(f, "invalid base URL: {reason}"),
            Self::InsecureBaseUrl => f.write_str(
                "insecure base URL: http:// would send the API key unencrypted; use https://",
            ),
            Self::ApiKey => f.write_str(
                "the API key is empty, or contains white space or another invalid character",
            ),
            Self::MissingApiKey => f.write_str("the contract requires an API key"),
            Self::Header => {
                f.write_str("invalid header: its name or value is invalid, or it cannot be set")
            }
            Self::Selector { selector } => write!(
                f,
                "no operation has the operationId, the tag or the path `{selector}`"
            ),
            Self::HttpClient { .. } => f.write_str("cannot create the HTTP client"),
            Self::NoResponse { request, source } => {
                let reason = match source {
                    error if error.is_connect() => "connection failed",
                    error if error.is_timeout() => {
                        let limit = TIMEOUT.as_secs();
                        return write!(f, "{request}: no complete response within {limit} s");
                    }
                    _ => "connection lost",
                };
                write!(
                    f,
                    "{request}: {reason}; check the base URL and whether the server is running"
                )
            }
            Self::TooLarge { request } => {
                let limit = BODY_LIMIT / 1024 / 1024;
                write!(f, "{request}: the response body exceeds {limit} MiB")
            }
            Self::NotFound { request, status } => {
                let status = status.as_u16();
                write!(
                    f,
                    "{request}: the server responded with {status}; check the base URL"
                )
            }
            Self::Unauthorized { status } if *status == StatusCode::FORBIDDEN => f.write_str(
                "the API key lacks a required permission (403); use an API key that has it",
            ),
            Self::Unauthorized { status } => {
                let status = status.as_u16();
                write!(
                    f,
                    "unknown API key ({status}); check the API key and the base URL"
                )
            }
            Self::Busy { status } => {
                let status = status.as_u16();
                write!(f, "the server is busy ({status}); try again later")
            }
        }
    }
}

impl std::error::Error for LiveError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::HttpClient { source } | Self::NoResponse { source, .. } => Some(source),
            _ => None,
        }
    }
}
