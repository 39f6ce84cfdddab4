//! Terminal output, and interrupts.

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

/// Returns untrusted text without terminal control characters.
pub fn plain(text: &str) -> String {
    let letters = text.chars();
    letters
        .map(|letter| {
            if letter.is_control() {
                '\u{fffd}'
            } else {
                letter
            }
        })
        .collect()
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

#[cfg(windows)]
pub fn interrupt() -> io::Result<impl Future<Output = ()>> {
    let mut interrupted = tokio::signal::windows::ctrl_c()?;
    Ok(async move {
        interrupted.recv().await;
    })
}
