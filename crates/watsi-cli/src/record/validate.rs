//! Validates the exchanges while they are recorded.

use std::path::Path;
use std::thread::JoinHandle;

use openapi_conformance::Contract;
use openapi_conformance::har::{Exchange, Recording};
use tokio::sync::mpsc::{self, Sender};

use crate::failure::Failure;
use crate::ignore::Ignored;
use crate::log::{Line, Log};
use crate::screen::Screen;
use crate::traffic::Grouped;

/// The number of entries that may wait for the validator. Each can have 32 MiB.
const WAITING: usize = 8;

/// A thread that validates the exchanges as `watsi conform` validates a recording.
pub struct Validator {
    thread: JoinHandle<Validated>,
    sender: Sender<Exchange>,
}

pub struct Validated {
    pub recording: Recording<'static>,
    pub found: Grouped,
    pub ignored: Ignored,
}

impl Validator {
    /// Starts the thread. Findings that are not ignored are written to the log `live` as they come.
    pub fn start(
        contract: &'static Contract,
        target: &str,
        file: &Path,
        live: Option<Log>,
        screen: Screen,
        ignored: Ignored,
    ) -> Result<Self, Failure> {
        let mut recording = Recording::new(contract, Some(target))
            .map_err(|error| Failure::Message(error.to_string()))?;
        let (sender, mut exchanges) = mpsc::channel::<Exchange>(WAITING);
        let file = file.to_owned();
        let thread = std::thread::spawn(move || {
            let mut found = Grouped::default();
            while let Some(exchange) = exchanges.blocking_recv() {
                recording.add(&exchange, |finding| {
                    let finding = screen.found(finding);
                    let text = finding.to_string();
                    // The report has the number of occurrences.
                    let new = found.add(contract, &file, finding);
                    if new.is_some_and(|row| !ignored.includes(row))
                        && let Some(log) = &live
                    {
                        log.write(&Line {
                            log: "finding",
                            reason: Some(text),
                            ..Line::default()
                        });
                    }
                });
            }
            Validated {
                recording,
                found,
                ignored,
            }
        });
        Ok(Validator { thread, sender })
    }

    /// Returns where to send exchanges.
    pub fn sender(&self) -> Sender<Exchange> {
        self.sender.clone()
    }

    /// Waits for the validation of the entries sent so far. All other senders must have been dropped.
    pub fn finish(self) -> Result<Validated, Failure> {
        drop(self.sender);
        let ended = self.thread.join();
        ended.map_err(|_| Failure::Message("the validator failed".to_owned()))
    }
}
