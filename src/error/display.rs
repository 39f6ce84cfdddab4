//! What an error shows: one line to act on, without a body, a header, a key or a person.

use std::fmt;

use reqwest::Url;

use super::{Delivery, Error, ErrorKind};

impl Error {
    #[cfg(feature = "tracing")]
    pub(crate) fn printable_request_id(&self) -> Option<&str> {
        self.0.envelope.printable_request_id()
    }

    fn situation(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let failed = &*self.0;
        match failed.kind {
            ErrorKind::Config => f.write_str("the client could not be configured"),
            ErrorKind::InvalidRequest => f.write_str("the request could not be built"),
            ErrorKind::Connect => f.write_str("no connection to the server, nothing was sent"),
            ErrorKind::Timeout => f.write_str("no complete answer within the deadline"),
            ErrorKind::Interrupted => f.write_str("the connection broke"),
            ErrorKind::TooLarge => f.write_str("the answer is longer than the client's limit"),
            ErrorKind::Decode => f.write_str("the answer is not what the contract says"),
            ErrorKind::Status => f.write_str("the server answered"),
            ErrorKind::Cursor => f.write_str("the list cannot be read on without a gap"),
            ErrorKind::Redirect => {
                match self.location().and_then(other_server) {
                    Some(origin) => write!(f, "redirected to {origin}")?,
                    None => f.write_str("redirected")?,
                }
                f.write_str(", which is not followed; check the base URL")
            }
        }
    }

    fn advice(&self) -> Option<&'static str> {
        match self.status()?.as_u16() {
            400 if self.0.envelope.message.is_some() => Some("the error's message() says why"),
            401 => Some("check the API key"),
            403 => Some("the key's permissions do not allow it"),
            404 => Some("there is no such resource, or it is not accessible"),
            429 => Some("send fewer requests"),
            400..=599 if self.0.envelope.code.is_none() => {
                Some("the answer has no error envelope; the error's body() is what came")
            }
            _ => None,
        }
    }
}

/// The scheme, host and port that a `Location` leads to, unless that is the same server.
fn other_server(location: &str) -> Option<String> {
    let same = Url::parse("https://same.invalid").ok()?;
    let target = same.join(location).ok()?;
    let other = target.has_host() && target.host() != same.host();
    other.then(|| target.origin().ascii_serialization())
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let failed = &*self.0;
        if !failed.call.operation.is_empty() {
            write!(f, "{}: ", failed.call.operation)?;
        }
        self.situation(f)?;
        if let Some(status) = self.status() {
            let answered = failed.kind == ErrorKind::Status;
            let before = if answered { "" } else { ", status" };
            write!(f, "{before} {}", status.as_u16())?;
            if let Some(code) = failed.envelope.printable_code() {
                write!(f, " {code}")?;
            }
        }
        if let Some(path) = failed.json_path.as_ref().filter(|path| *path != ".") {
            write!(f, ", at {path}")?;
        }
        if let Some(detail) = &failed.detail {
            write!(f, ": {detail}")?;
        } else if let Some(source) = &failed.source
            && failed.kind == ErrorKind::Config
        {
            write!(f, ": {source}")?;
        } else if let Some(advice) = self.advice() {
            write!(f, "; {advice}")?;
        }
        if let Some(wait) = failed.retry_after {
            // Not less than was asked for.
            let begun = u64::from(wait.subsec_nanos() > 0);
            let seconds = wait.as_secs().saturating_add(begun);
            write!(f, "; try again after {seconds} s")?;
        }
        if failed.call.attempts > 0 && !failed.call.safe && self.delivery() == Delivery::Unknown {
            f.write_str("; it may have been processed all the same")?;
        }
        if let Some(id) = failed.envelope.printable_request_id() {
            write!(f, " (request {id})")?;
        }
        if failed.call.attempts > 1 {
            write!(f, " ({} attempts)", failed.call.attempts)?;
        }
        Ok(())
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Error")
            .field("kind", &self.0.kind)
            .field("operation", &self.0.call.operation)
            .field("status", &self.status().map(|status| status.as_u16()))
            .field("code", &self.0.envelope.printable_code())
            .field("request_id", &self.0.envelope.printable_request_id())
            .field("retry_after", &self.0.retry_after)
            .field("json_path", &self.0.json_path)
            .field("detail", &self.0.detail)
            .field("attempts", &self.0.call.attempts)
            .field("delivery", &self.delivery())
            .field("source", &self.0.source)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::call::Call;
    use crate::error::Failed;

    #[test]
    fn a_wait_is_not_said_to_be_shorter_than_it_is() {
        let failed = Failed {
            retry_after: Some(Duration::from_millis(900)),
            ..Failed::new(ErrorKind::Status, Call::NONE)
        };
        assert!(
            Error::from(failed)
                .to_string()
                .ends_with("try again after 1 s")
        );
    }
}
