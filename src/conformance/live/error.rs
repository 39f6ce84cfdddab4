//! Errors of validating a running server.

use std::fmt;

use http::StatusCode;

use super::ask::{BODY_LIMIT, TIMEOUT};

/// An error that prevents the validation of a server.
#[derive(Debug)]
#[non_exhaustive]
pub enum LiveError {
    /// No response was received; the string is the request.
    NoAnswer(String, reqwest::Error),
    /// The response body exceeds the limit; the string is the request.
    TooLong(String),
    /// The server rejects the API key, or the key is not allowed to call this operation. Contains the status code.
    Refused(StatusCode),
    /// The server does not have the path of an operation. Contains the request and the status code.
    NotThere(String, StatusCode),
    /// The server asks to wait longer or more often than is reasonable. Contains the status code.
    Busy(StatusCode),
}

impl fmt::Display for LiveError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoAnswer(request, error) => {
                let why = match error {
                    error if error.is_connect() => "no connection was made",
                    error if error.is_timeout() => {
                        let limit = TIMEOUT.as_secs();
                        return write!(f, "{request}: no answer came within {limit} s");
                    }
                    _ => "the connection broke",
                };
                write!(
                    f,
                    "{request}: {why}; is the server running, and its URL right?"
                )
            }
            Self::TooLong(request) => {
                let limit = BODY_LIMIT / 1024 / 1024;
                write!(f, "{request}: the answer is longer than {limit} MiB")
            }
            Self::NotThere(request, status) => {
                let status = status.as_u16();
                write!(
                    f,
                    "{request}: the server answered {status}: is the base URL right?"
                )
            }
            Self::Refused(status) if *status == StatusCode::FORBIDDEN => {
                f.write_str("the key does not permit this (403): use one whose permissions do")
            }
            Self::Refused(status) => {
                let status = status.as_u16();
                write!(
                    f,
                    "the server does not accept the key ({status}): check it, and the base URL"
                )
            }
            Self::Busy(status) => {
                let status = status.as_u16();
                write!(f, "the server asks to wait ({status}): try again later")
            }
        }
    }
}

impl std::error::Error for LiveError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::NoAnswer(_, error) => Some(error),
            _ => None,
        }
    }
}
