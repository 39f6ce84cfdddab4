//! Why the command failed, and what to do next.

use std::path::Path;
use std::{fmt, io};

use anstyle::{AnsiColor, Style};
use openapi_conformance::LiveError;
use serde_json::Value;
use watsi::types::ErrorCode;
use watsi::{ConfigError, ErrorKind, Outcome};

use crate::screen::{REDACTED, Screen, is_harmless, shown_sentence};
use crate::terminal::plain;

/// The maximum number of fields whose problem is shown.
const MOST_DETAILS: usize = 20;

const INSECURE_BASE_URL: &str = "insecure base URL: http:// would send the API key unencrypted; use https:// or \
                                 --allow-insecure-http";

/// The maximum length of a request id that is shown, without its prefix.
const LONGEST_ID: usize = 64;

#[derive(Debug)]
pub enum Failure {
    Output(io::Error),
    Message(String),
    /// Several lines. Lines within one of them would be text of the input.
    Lines(Vec<String>),
}

impl Failure {
    pub fn is_broken_pipe(&self) -> bool {
        matches!(self, Failure::Output(error) if error.kind() == io::ErrorKind::BrokenPipe)
    }

    /// Formats an error and its sources.
    pub fn chain(error: &dyn std::error::Error) -> Self {
        let mut text = error.to_string();
        let mut source = error.source();
        while let Some(cause) = source {
            text += &format!(": {cause}");
            source = cause.source();
        }
        Failure::Message(text)
    }

    pub fn file(path: &Path, error: &dyn fmt::Display) -> Self {
        Failure::Message(format!("{}: {error}", path.display()))
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Failure::Output(error) => error.fmt(f),
            Failure::Message(text) => f.write_str(&plain(text)),
            Failure::Lines(lines) => {
                let lines: Vec<_> = lines.iter().map(|line| plain(line)).collect();
                f.write_str(&lines.join("\n"))
            }
        }
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Failure::Output(error)
    }
}

impl From<watsi::Error> for Failure {
    fn from(error: watsi::Error) -> Self {
        let sent = error.operation() == "send_message" && error.outcome() == Outcome::Unknown;
        let next = match error.status().map(|status| status.as_u16()) {
            _ if sent => {
                "the message may have been sent; check the conversation before you send it again"
            }
            _ if error.kind() == ErrorKind::Connect => {
                "check WATSI_BASE_URL or --base-url, and whether the server is running"
            }
            Some(401) => "check that the API key belongs to this server",
            Some(400) if error.operation() == "send_message" => {
                "check the text, and that the customer wrote within the last 24 hours"
            }
            Some(404) if error.operation() == "send_message" => {
                "check the conversation id; `watsi conversations` lists all ids"
            }
            Some(404) => "check the base URL",
            Some(403) => "use an API key with the required permission",
            Some(429) => "wait and try again",
            Some(500..) => "try again later",
            _ => "",
        };
        let mut lines = Vec::new();
        match error.status() {
            Some(status) if error.kind() == ErrorKind::Status => {
                lines.push(status_message(&error, status.as_u16()));
                lines.extend(details(&error));
            }
            _ => lines.push(error.to_string()),
        }
        if !next.is_empty() {
            lines.push(next.to_owned());
        }
        Failure::Lines(lines)
    }
}

/// Leaves out the server's own message, which can contain anything. Code and request id are shown if they have the
/// documented form.
fn status_message(error: &watsi::Error, status: u16) -> String {
    let mut message = format!("{}: the server responded with {status}", error.operation());
    if let Some(code) = error.code().filter(|code| ErrorCode::KNOWN.contains(code)) {
        message += &format!(" {}", code.as_str());
    }
    if let Some(id) = error.request_id().filter(|id| is_request_id(id)) {
        message += &format!(" (request {id})");
    }
    message
}

/// Returns the problem of each field, as far as it is not data.
fn details(error: &watsi::Error) -> Vec<String> {
    let screen = Screen::default();
    let fields = error.details().and_then(Value::as_object);
    let problems = fields.into_iter().flatten().take(MOST_DETAILS);
    problems
        .map(|(field, problem)| {
            let name = if screen.is_name(field) {
                field
            } else {
                REDACTED
            };
            let sentence = problem.as_str().map(shown_sentence);
            format!("  {name}: {}", sentence.as_deref().unwrap_or(REDACTED))
        })
        .collect()
}

/// Returns true for `req_` and a short token that has no phone number.
fn is_request_id(id: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
    id.strip_prefix("req_").is_some_and(|rest| {
        rest.len() <= LONGEST_ID && rest.bytes().all(allowed) && is_harmless(id)
    })
}

impl From<watsi::ConfigError> for Failure {
    fn from(error: watsi::ConfigError) -> Self {
        Failure::Message(match error {
            ConfigError::InsecureBaseUrl => INSECURE_BASE_URL.to_owned(),
            other => other.to_string(),
        })
    }
}

impl From<LiveError> for Failure {
    fn from(error: LiveError) -> Self {
        match error {
            LiveError::InsecureBaseUrl => Failure::Message(INSECURE_BASE_URL.to_owned()),
            other => Failure::chain(&other),
        }
    }
}

pub fn label() -> String {
    let style = Style::new().bold().fg_color(Some(AnsiColor::Red.into()));
    format!("{style}error{style:#}")
}
