//! `Display` and `Debug` of an error, which show no body, header, API key or personal data.

use std::fmt;

use reqwest::Url;

use super::{Error, ErrorKind, Outcome, Repeat};

impl Error {
    #[cfg(feature = "tracing")]
    pub(crate) fn printable_request_id(&self) -> Option<&str> {
        self.0.envelope.printable_request_id()
    }

    fn summary(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.kind {
            ErrorKind::Config => f.write_str("invalid configuration"),
            ErrorKind::InvalidRequest => f.write_str("invalid request"),
            ErrorKind::Connect if self.outcome() == Outcome::NotSent => {
                f.write_str("connection failed; nothing was sent")
            }
            ErrorKind::Connect => f.write_str("connection failed"),
            ErrorKind::Timeout => f.write_str("deadline exceeded"),
            ErrorKind::Interrupted => f.write_str("connection lost"),
            ErrorKind::TooLarge => f.write_str("response body exceeds the client's limit"),
            ErrorKind::Decode => {
                f.write_str("invalid response body")?;
                match self.json_path() {
                    None | Some(".") => Ok(()),
                    Some(path) => write!(f, " at `{path}`"),
                }
            }
            ErrorKind::Status => f.write_str("server responded with"),
            ErrorKind::Cursor => f.write_str("list cannot continue without a gap"),
            ErrorKind::Redirect => match self.location().and_then(other_server) {
                Some(origin) => write!(f, "redirect to {origin} not followed"),
                None => f.write_str("redirect not followed"),
            },
        }
    }

    fn advice(&self) -> Option<&'static str> {
        if self.0.kind == ErrorKind::Redirect {
            return Some("check the base URL");
        }
        match self.status()?.as_u16() {
            400 if self.0.envelope.message.is_some() => Some("see message() for the reason"),
            401 => Some("check the API key"),
            403 => Some("the API key lacks the required permission"),
            404 => Some("the resource does not exist or is not accessible"),
            429 => Some("send fewer requests"),
            400..=599 if self.0.envelope.code.is_none() => {
                Some("no error envelope; see response_body()")
            }
            _ => None,
        }
    }
}

/// The scheme, host and port of a `Location`, unless it is on the same server.
fn other_server(location: &str) -> Option<String> {
    let same = Url::parse("https://same.invalid").ok()?;
    let target = same.join(location).ok()?;
    let other = target.has_host() && target.host() != same.host();
    other.then(|| target.origin().ascii_serialization())
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let report = &*self.0;
        if !report.call.operation.is_empty() {
            write!(f, "{}: ", report.call.operation)?;
        }
        self.summary(f)?;
        if let Some(status) = self.status() {
            let code = report.envelope.printable_code();
            let space = if code.is_some() { " " } else { "" };
            let shown = format!("{}{space}{}", status.as_u16(), code.unwrap_or_default());
            match report.kind {
                ErrorKind::Status => write!(f, " {shown}")?,
                _ => write!(f, " (status {shown})")?,
            }
        }
        if let Some(detail) = &report.detail {
            write!(f, ": {detail}")?;
        } else if let Some(error) = self.config() {
            write!(f, ": {error}")?;
        } else if let Some(advice) = self.advice() {
            write!(f, "; {advice}")?;
        }
        if let Some(wait) = self.retry_after() {
            // Rounded up, so that a retry is never too early.
            let seconds = wait.as_nanos().div_ceil(1_000_000_000);
            write!(f, "; retry after {seconds} s")?;
        }
        if report.call.attempts > 0
            && report.call.repeat != Repeat::Always
            && self.outcome() == Outcome::Unknown
        {
            f.write_str("; the request may have been processed")?;
        }
        if let Some(id) = report.envelope.printable_request_id() {
            write!(f, " (request {id})")?;
        }
        if report.call.attempts > 1 {
            write!(f, " ({} attempts)", report.call.attempts)?;
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
            .field("retry_after", &self.retry_after())
            .field("json_path", &self.0.json_path)
            .field("detail", &self.0.detail)
            .field("attempts", &self.0.call.attempts)
            .field("outcome", &self.outcome())
            .field("source", &self.0.source)
            .finish_non_exhaustive()
    }
}
