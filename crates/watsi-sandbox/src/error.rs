//! Errors of the sandbox.

use std::net::SocketAddr;
use std::{fmt, io};

/// An error returned by a [`Sandbox`](super::Sandbox) or its builder.
#[derive(Debug)]
#[non_exhaustive]
pub enum SandboxError {
    /// The API key is empty, or contains a character that is not visible ASCII.
    InvalidApiKey,
    /// The webhook secret is empty, so anyone could sign with it.
    EmptySecret,
    /// Listening on the address failed.
    Listen(SocketAddr, io::Error),
    /// No conversation has this id.
    UnknownConversation,
    /// The timestamp is not in the years 0 to 9999, so RFC 3339 cannot express it.
    UnsupportedTimestamp,
    /// No message has this id. Only the latest 10,000 messages are kept.
    UnknownMessage,
    /// No delivery attempt for an event with this id is known, or its subscriptions no longer exist. Only the latest
    /// 10,000 delivery attempts are kept.
    UnknownEvent,
    /// A setting of the fault is invalid or does not apply to it, or there are too many faults. The string describes
    /// the problem.
    InvalidFault(String),
    /// The state to import is not valid. The string describes the problem without quoting data.
    InvalidState(String),
    /// No message was sent before the deadline.
    Timeout,
}

impl fmt::Display for SandboxError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::InvalidApiKey => f.write_str(
                "the API key is empty, or contains white space or another invalid character",
            ),
            Self::EmptySecret => f.write_str("the webhook secret is empty; set a non-empty one"),
            Self::Listen(address, _) => write!(f, "cannot listen on {address}"),
            Self::UnknownConversation => f.write_str("unknown conversation id"),
            Self::UnsupportedTimestamp => {
                f.write_str("the timestamp is not in the years 0 to 9999")
            }
            Self::UnknownMessage => f.write_str("unknown message id"),
            Self::UnknownEvent => f.write_str("no delivery of an event with this id"),
            Self::InvalidFault(problem) => write!(f, "invalid fault: {problem}"),
            Self::InvalidState(problem) => write!(f, "invalid state: {problem}"),
            Self::Timeout => f.write_str("no message was sent before the deadline"),
        }
    }
}

impl std::error::Error for SandboxError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Listen(_, error) => Some(error),
            _ => None,
        }
    }
}
