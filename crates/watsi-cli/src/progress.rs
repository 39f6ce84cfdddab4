//! Shows on a terminal that long work goes on.

use std::io::{self, IsTerminal, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use crate::terminal::progress;

const SECOND: Duration = Duration::from_secs(1);

/// Shows what is done from the first second on, until it is dropped. Without a terminal, it shows nothing.
pub struct Progress {
    shown: Option<Shown>,
    bytes: Arc<AtomicU64>,
}

struct Shown {
    end: Sender<()>,
    thread: JoinHandle<()>,
}

impl Progress {
    pub fn start(what: &str) -> Self {
        let bytes = Arc::new(AtomicU64::new(0));
        let shown = io::stderr()
            .is_terminal()
            .then(|| Shown::start(what.to_owned(), Arc::clone(&bytes)));
        Progress { shown, bytes }
    }

    /// Returns a reader whose size is shown.
    pub fn count<R: Read>(&self, reader: R) -> Counted<R> {
        Counted {
            reader,
            bytes: Arc::clone(&self.bytes),
        }
    }
}

impl Shown {
    fn start(what: String, bytes: Arc<AtomicU64>) -> Self {
        let (end, ended) = channel::<()>();
        let thread = thread::spawn(move || {
            let mut seconds = 0;
            while ended.recv_timeout(SECOND) == Err(RecvTimeoutError::Timeout) {
                seconds += 1;
                let megabytes = bytes.load(Ordering::Relaxed) / 1_000_000;
                if megabytes > 0 {
                    progress(&format!("{what}: {megabytes} MB"));
                } else {
                    progress(&format!("{what}: {seconds} s"));
                }
            }
            if seconds > 0 {
                progress("");
            }
        });
        Shown { end, thread }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(Shown { end, thread }) = self.shown.take() {
            drop(end);
            // It does not panic.
            let _ = thread.join();
        }
    }
}

/// Counts the bytes that are read.
pub struct Counted<R> {
    reader: R,
    bytes: Arc<AtomicU64>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.reader.read(buffer)?;
        self.bytes.fetch_add(length as u64, Ordering::Relaxed);
        Ok(length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_that_are_read_are_counted() {
        let progress = Progress::start("reading");
        let mut reader = progress.count([0; 1000].as_slice());
        io::copy(&mut reader, &mut io::sink()).unwrap();
        assert_eq!(progress.bytes.load(Ordering::Relaxed), 1000);
    }
}
