//! Terminal output, and interrupts.

use std::fmt;
use std::io::{self, Write};

use serde::Serialize;

/// Writes a line to standard error. If writing fails, nobody is reading, so the error is ignored.
macro_rules! say {
    ($($text:tt)*) => {
        drop(std::io::Write::write_fmt(
            &mut anstream::stderr(),
            format_args!("{}\n", format_args!($($text)*)),
        ))
    };
}
pub(crate) use say;

const REPLACEMENT: char = '\u{fffd}';

/// Returns whether a character can command a terminal, break a line, reorder the text around it, or is not allowed in
/// XML.
fn is_harmful(letter: char) -> bool {
    letter.is_control()
        || matches!(letter, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
        || matches!(letter, '\u{feff}' | '\u{fffe}' | '\u{ffff}')
}

/// Returns untrusted text without harmful characters, and without what a GitHub runner takes for a command: `::` at the
/// start of a line, `##[` anywhere.
pub fn plain(text: &str) -> String {
    let harmless: String = text
        .chars()
        .map(|letter| {
            if is_harmful(letter) {
                REPLACEMENT
            } else {
                letter
            }
        })
        .collect();
    let broken = harmless.replace("##[", &format!("#{REPLACEMENT}["));
    match broken.trim_start().strip_prefix("::") {
        Some(rest) => format!("{REPLACEMENT}:{rest}"),
        None => broken,
    }
}

/// Untrusted text without harmful characters. Everything in a report has this type, so no format can forget it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Plain(String);

impl Plain {
    pub fn new(text: impl AsRef<str>) -> Self {
        Plain(plain(text.as_ref()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Plain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Serializes a value as a line of JSON that contains no terminal control characters.
pub fn json(value: &impl Serialize) -> io::Result<String> {
    let text = serde_json::to_string(value)?;
    if !text.contains(char::is_control) {
        return Ok(text);
    }
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '\u{7f}'..='\u{9f}' => escaped.push_str(&format!("\\u{:04x}", u32::from(letter))),
            letter => escaped.push(letter),
        }
    }
    Ok(escaped)
}

/// Shows progress on a line that the next call overwrites.
pub fn progress(text: &str) {
    let _ = write!(io::stderr(), "\r\x1b[2K{text}");
}

/// Waits for an interrupt. Interrupts are noticed from this call on, not only from the first poll.
#[cfg(unix)]
pub fn interrupt() -> io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};

    let mut interrupted = signal(SignalKind::interrupt())?;
    Ok(async move {
        interrupted.recv().await;
    })
}

/// Waits for a request to terminate, like [`interrupt`].
#[cfg(unix)]
pub fn terminate() -> io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};

    let mut terminated = signal(SignalKind::terminate())?;
    Ok(async move {
        terminated.recv().await;
    })
}

/// Windows terminates a process without asking.
#[cfg(windows)]
pub fn terminate() -> io::Result<impl Future<Output = ()>> {
    Ok(std::future::pending())
}

#[cfg(windows)]
pub fn interrupt() -> io::Result<impl Future<Output = ()>> {
    let mut interrupted = tokio::signal::windows::ctrl_c()?;
    Ok(async move {
        interrupted.recv().await;
    })
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn harmful_characters_are_replaced() {
        for letter in
            "\0\u{1b}\n\u{85}\u{9b}\u{61c}\u{200f}\u{2028}\u{2029}\u{202e}\u{2066}\u{feff}\u{ffff}"
                .chars()
        {
            assert_eq!(plain(&format!("a{letter}b")), "a\u{fffd}b", "{letter:?}");
        }
        assert_eq!(plain("é 😀 ]]> %0A ::"), "é 😀 ]]> %0A ::");
    }

    #[test]
    fn commands_of_a_github_runner_are_broken() {
        assert_eq!(plain("::error::x"), "\u{fffd}:error::x");
        assert_eq!(plain("  ::error::x"), "\u{fffd}:error::x");
        assert_eq!(plain("a ##[error]x"), "a #\u{fffd}[error]x");
    }
}
