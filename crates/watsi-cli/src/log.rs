//! The log: a line on standard error for each request, delivery and rejection.
//!
//! A thread writes it. If nobody reads standard error, lines are dropped, so that a full pipe does not stop the command.

use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::Duration;

use chrono::{SecondsFormat, Utc};
use serde::Serialize;

use crate::args::{Format, Logged};
use crate::terminal::{json, plain};

/// The maximum number of lines that wait to be written.
const WAITING: usize = 1024;

/// The time to write the rest at the end.
const END: Duration = Duration::from_secs(1);

/// A line of the log. Its parts are names of the contract, codes and ids that [`crate::screen`] shows.
#[derive(Default, Serialize)]
pub struct Line {
    /// What it is about: `request`, `delivery`, `rejected`, `finding` or `note`.
    pub log: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// The path as the contract has it, with its parameters in braces.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub event: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attempt: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub advice: Option<String>,
}

impl Line {
    /// Returns a line about the command itself, which is written as it is.
    pub fn note(text: impl Into<String>) -> Self {
        Line {
            log: "note",
            reason: Some(text.into()),
            ..Line::default()
        }
    }

    fn human(&self) -> String {
        let attempt = self.attempt.filter(|attempt| *attempt > 1);
        let subject = [
            (self.log != "note" && self.log != "finding").then(|| self.log.to_owned()),
            self.method.clone(),
            self.path.clone(),
            self.event.clone(),
            attempt.map(|attempt| format!("attempt {attempt}")),
            self.status.map(|status| status.to_string()),
        ];
        let mut text = subject.into_iter().flatten().collect::<Vec<_>>().join(" ");
        if let Some(reason) = &self.reason {
            let separator = if text.is_empty() { "" } else { ": " };
            text += &format!("{separator}{reason}");
        }
        if let Some(advice) = &self.advice {
            text += &format!("; {advice}");
        }
        plain(&text)
    }

    fn json(&self) -> String {
        #[derive(Serialize)]
        struct Dated<'l> {
            at: String,
            #[serde(flatten)]
            line: &'l Line,
        }
        let at = Utc::now().to_rfc3339_opts(SecondsFormat::Millis, true);
        // A struct of strings can always be serialized.
        json(&Dated { at, line: self }).unwrap_or_default()
    }
}

/// Writes lines. Copies write to the same log.
#[derive(Clone)]
pub struct Log {
    is_quiet: bool,
    format: Format,
    sender: SyncSender<Message>,
    dropped: Arc<AtomicUsize>,
}

enum Message {
    Line(String),
    End,
}

/// Waits for the end of the log.
pub struct Writer {
    sender: SyncSender<Message>,
    /// Disconnected once everything is written.
    ended: Receiver<()>,
}

impl Log {
    /// Starts a log on standard error.
    pub fn start(logged: Logged) -> (Self, Writer) {
        Log::to(anstream::stderr(), logged)
    }

    fn to(mut out: impl Write + Send + 'static, logged: Logged) -> (Self, Writer) {
        let (sender, messages) = sync_channel(WAITING);
        let (end, ended) = sync_channel(0);
        let dropped = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&dropped);
        let log = Log {
            is_quiet: logged.quiet,
            format: logged.log,
            sender: sender.clone(),
            dropped,
        };
        let format = logged.log;
        std::thread::spawn(move || {
            while let Ok(Message::Line(line)) = messages.recv() {
                // Nobody is reading, so errors are ignored.
                drop(writeln!(out, "{line}"));
                let count = counted.swap(0, Ordering::Relaxed);
                if count > 0 {
                    let note = Line::note(format!("{count} lines of the log were dropped"));
                    drop(writeln!(out, "{}", text(&note, format)));
                }
            }
            drop(end);
        });
        (log, Writer { sender, ended })
    }

    /// Writes a line, unless the log is quiet.
    pub fn write(&self, line: &Line) {
        if !self.is_quiet {
            self.always(line);
        }
    }

    /// Writes a line even if the log is quiet, e.g. the address of a server or a failure.
    pub fn always(&self, line: &Line) {
        let message = Message::Line(text(line, self.format));
        if self.sender.try_send(message).is_err() {
            self.dropped.fetch_add(1, Ordering::Relaxed);
        }
    }
}

fn text(line: &Line, format: Format) -> String {
    match format {
        Format::Human => line.human(),
        Format::Json => line.json(),
    }
}

impl Writer {
    /// Waits until everything is written.
    pub fn finish(self) {
        // If too many lines wait, nobody reads them.
        let Writer { sender, ended } = self;
        let _ = sender.try_send(Message::End);
        drop(sender);
        let _ = ended.recv_timeout(END);
    }
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::sync::Mutex;
    use std::sync::mpsc::channel;

    use super::*;

    fn line(status: u16) -> Line {
        Line {
            log: "request",
            method: Some("GET".to_owned()),
            path: Some("/conversations".to_owned()),
            status: Some(status),
            ..Line::default()
        }
    }

    /// Keeps what is written.
    #[derive(Clone, Default)]
    struct Kept(Arc<Mutex<Vec<u8>>>);

    impl Write for Kept {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn attempts_after_the_first_are_numbered() {
        let shown = [None, Some(1), Some(2)].map(|attempt| {
            let line = line(200);
            Line { attempt, ..line }.human()
        });
        let once = "request GET /conversations 200";
        let again = "request GET /conversations attempt 2 200";
        assert_eq!(shown, [once, once, again]);
    }

    /// Blocks until it is released.
    struct Full(std::sync::mpsc::Receiver<()>, Kept);

    impl Write for Full {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let _ = self.0.recv();
            self.1.write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn lines_that_nobody_reads_are_dropped_and_counted() {
        let logged = Logged {
            quiet: false,
            log: Format::Human,
        };
        let (release, released) = channel();
        let kept = Kept::default();
        let (log, writer) = Log::to(Full(released, kept.clone()), logged);
        for _ in 0..WAITING + 100 {
            log.write(&line(200));
        }
        drop((release, log));
        writer.finish();
        let text = String::from_utf8(kept.0.lock().unwrap().clone()).unwrap();
        assert!(text.contains("lines of the log were dropped"), "{text}");
        assert!(text.lines().count() <= WAITING + 3);
    }
}
