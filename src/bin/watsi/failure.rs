//! Why the command could not run, and what to do next.

use std::path::Path;
use std::{fmt, io};

use anstyle::{AnsiColor, Style};

#[derive(Debug)]
pub enum Failure {
    Output(io::Error),
    Said(String),
}

impl Failure {
    pub fn is_broken_pipe(&self) -> bool {
        matches!(self, Failure::Output(error) if error.kind() == io::ErrorKind::BrokenPipe)
    }

    pub fn file(path: &Path, error: &dyn fmt::Display) -> Self {
        Failure::Said(format!("{}: {error}", path.display()))
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Failure::Output(error) => error.fmt(f),
            Failure::Said(text) => f.write_str(text),
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
        use watsi::{Delivery, ErrorKind};

        let sent = error.operation() == "send_message" && error.delivery() == Delivery::Unknown;
        let next = match error.kind() {
            _ if sent => {
                "it may have been sent: look into the conversation before you send it again"
            }
            ErrorKind::Config => return Failure::Said(config(&error)),
            ErrorKind::Connect => "is the server running, and WATSI_BASE_URL or --base-url right?",
            ErrorKind::Status => match error.status().map(|status| status.as_u16()) {
                Some(401) => "check the key, and that it is of this server",
                Some(403) => "use a key whose permissions allow it",
                Some(429) => "wait, and try again",
                Some(500..) => "try again later",
                _ => "",
            },
            _ => "",
        };
        // The server's sentence is for the person who asked, and says more than its code.
        let message = error
            .message()
            .map(|it| format!(": {it}"))
            .unwrap_or_default();
        let next = if next.is_empty() {
            String::new()
        } else {
            format!("\n{next}")
        };
        Failure::Said(format!("{error}{message}{next}"))
    }
}

impl From<watsi::ConfigError> for Failure {
    fn from(error: watsi::ConfigError) -> Self {
        Failure::from(watsi::Error::from(error))
    }
}

fn config(error: &watsi::Error) -> String {
    let source = std::error::Error::source(error);
    source.map_or_else(|| error.to_string(), ToString::to_string)
}

pub fn label() -> String {
    let style = Style::new().bold().fg_color(Some(AnsiColor::Red.into()));
    format!("{style}error{style:#}")
}
