//! Why a server could not be checked.

use std::fmt;

use http::StatusCode;

/// Why a server could not be checked.
#[derive(Debug)]
#[non_exhaustive]
pub enum LiveError {
    /// No answer came; the text is the request.
    NoAnswer(String, reqwest::Error),
    /// The answer is longer than 16 MiB; the text is the request.
    TooLong(String),
    /// The server does not accept the key, or does not allow it this operation (its status).
    Refused(StatusCode),
    /// The server asks to wait, longer or more often than is reasonable (its status).
    Busy(StatusCode),
}

impl fmt::Display for LiveError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoAnswer(request, error) => {
                let why = match error {
                    error if error.is_connect() => "no connection was made",
                    error if error.is_timeout() => "no answer came within 30 s",
                    _ => "the connection broke",
                };
                write!(
                    f,
                    "{request}: {why}; is the server running, and its URL right?"
                )
            }
            Self::TooLong(request) => write!(f, "{request}: the answer is longer than 16 MiB"),
            Self::Refused(status) if *status == StatusCode::FORBIDDEN => f.write_str(
                "the key is not permitted to list (403): use one with the scope `conversations`",
            ),
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
