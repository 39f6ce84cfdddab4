//! Errors of validating a running server.

use std::fmt;

use http::StatusCode;

use super::call::{BODY_LIMIT, TIMEOUT};

/// An error that prevents the validation of a server.
#[derive(Debug)]
#[non_exhaustive]
pub enum LiveError {
    /// No response was received; the string is the request.
    NoResponse(String, reqwest::Error),
    /// The response body exceeds the limit; the string is the request.
    TooLarge(String),
    /// The server rejects the API key, or the key is not allowed to call this operation. Contains the status code.
    Unauthorized(StatusCode),
    /// The server does not have the path of an operation. Contains the request and the status code.
    NotFound(String, StatusCode),
    /// The server asks to wait longer or more often than is reasonable. Contains the status code.
    Busy(StatusCode),
}

impl fmt::Display for LiveError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoResponse(request, error) => {
                let reason = match error {
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
            Self::TooLarge(request) => {
                let limit = BODY_LIMIT / 1024 / 1024;
                write!(f, "{request}: the response body exceeds {limit} MiB")
            }
            Self::NotFound(request, status) => {
                let status = status.as_u16();
                write!(
                    f,
                    "{request}: the server responded with {status}; check the base URL"
                )
            }
            Self::Unauthorized(status) if *status == StatusCode::FORBIDDEN => f.write_str(
                "the API key lacks a required permission (403); use an API key that has it",
            ),
            Self::Unauthorized(status) => {
                let status = status.as_u16();
                write!(
                    f,
                    "unknown API key ({status}); check the API key and the base URL"
                )
            }
            Self::Busy(status) => {
                let status = status.as_u16();
                write!(f, "the server is busy ({status}); try again later")
            }
        }
    }
}

impl std::error::Error for LiveError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::NoResponse(_, error) => Some(error),
            _ => None,
        }
    }
}
