//! Validates the exchanges while they are recorded.

use std::io::{self, Read};
use std::path::Path;
use std::thread::JoinHandle;

use openapi_conformance::Contract;
use openapi_conformance::har::Recording;
use tokio::sync::mpsc::{self, Receiver, Sender};

use super::file;

use crate::failure::Failure;
use crate::terminal::{plain, say};
use crate::traffic::Grouped;

/// The number of entries that may wait for the validator.
const WAITING: usize = 64;

/// A thread that reads the exchanges as one endless recording, so they are validated as `watsi conform` does it.
pub struct Validator {
    thread: JoinHandle<Validated>,
    sender: Sender<Vec<u8>>,
}

pub struct Validated {
    pub recording: Recording<'static>,
    pub found: Grouped,
}

impl Validator {
    pub fn start(
        contract: &'static Contract,
        target: &str,
        file: &Path,
        live: bool,
    ) -> Result<Self, Failure> {
        let recording = Recording::new(contract, Some(target));
        let mut recording = recording.map_err(|error| Failure::Message(error.to_string()))?;
        let (sender, entries) = mpsc::channel(WAITING);
        let file = file.to_owned();
        let thread = std::thread::spawn(move || {
            let mut found = Grouped::default();
            let read = recording.read(Entries::new(entries), |finding| {
                let text = plain(&finding.to_string());
                // The report has the number of occurrences.
                if found.add(contract, &file, finding) && live {
                    say!("{text}");
                }
            });
            if let Err(error) = read {
                say!("the validation ended early: {error}");
            }
            Validated { recording, found }
        });
        Ok(Validator { thread, sender })
    }

    /// Returns where to send the JSON of an entry.
    pub fn sender(&self) -> Sender<Vec<u8>> {
        self.sender.clone()
    }

    /// Waits for the validation of the entries sent so far. All other senders must have been dropped.
    pub fn finish(self) -> Result<Validated, Failure> {
        drop(self.sender);
        let ended = self.thread.join();
        ended.map_err(|_| Failure::Message("the validator failed".to_owned()))
    }
}

/// Reads the entries as the text of a HAR file.
struct Entries {
    entries: Receiver<Vec<u8>>,
    /// The text that is read next, and the position in it.
    text: io::Cursor<Vec<u8>>,
    is_first: bool,
    has_ended: bool,
}

impl Entries {
    fn new(entries: Receiver<Vec<u8>>) -> Self {
        Entries {
            entries,
            text: io::Cursor::new(file::head()),
            is_first: true,
            has_ended: false,
        }
    }

    fn next(&mut self) -> Vec<u8> {
        let Some(mut entry) = self.entries.blocking_recv() else {
            self.has_ended = true;
            return b"]}}".to_vec();
        };
        if !self.is_first {
            entry.insert(0, b',');
        }
        self.is_first = false;
        entry
    }
}

impl Read for Entries {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            match self.text.read(buffer)? {
                0 if !self.has_ended && !buffer.is_empty() => {
                    self.text = io::Cursor::new(self.next())
                }
                count => return Ok(count),
            }
        }
    }
}
