//! What a terminal shows, and what it does.

use std::io::{self, Write};

use serde::Serialize;

/// Writes a line to the standard error; where that cannot be written, nobody reads it.
macro_rules! say {
    ($($text:tt)*) => {
        drop(std::io::Write::write_fmt(
            &mut anstream::stderr(),
            format_args!("{}\n", format_args!($($text)*)),
        ))
    };
}
pub(crate) use say;

/// A text that someone else wrote, without what would command a terminal.
pub fn plain(text: &str) -> String {
    let letters = text.chars();
    letters
        .map(|it| if it.is_control() { '\u{fffd}' } else { it })
        .collect()
}

/// A line of JSON: the same value, and no character of it commands a terminal.
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

/// Shows how far it is, in a line that the next one takes the place of.
pub fn progress(text: &str) {
    let _ = write!(io::stderr(), "\r\x1b[2K{text}");
}

/// Waits for an interrupt that comes after this call, and not only after it is first polled.
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
