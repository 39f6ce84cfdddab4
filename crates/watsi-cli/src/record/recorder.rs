//! Writes exchanges to the file, and passes them on to the validator.

use std::io;
use std::sync::{Mutex, PoisonError};

use openapi_conformance::har;
use tokio::sync::mpsc::Sender;

use super::exchange::Exchange;
use super::file::HarFile;
use super::redact::Redactor;

pub struct Recorder(Mutex<State>);

struct State {
    /// `None` after the end.
    file: Option<HarFile>,
    redactor: Redactor,
    /// `None` after the end.
    validator: Option<Sender<har::Exchange>>,
    /// The first error, after which nothing is written.
    failed: Option<io::Error>,
}

impl Recorder {
    pub fn new(file: HarFile, redactor: Redactor, validator: Sender<har::Exchange>) -> Self {
        Recorder(Mutex::new(State {
            file: Some(file),
            redactor,
            validator: Some(validator),
            failed: None,
        }))
    }

    /// Adds an exchange to the recording. It blocks, and may be called only where that is allowed.
    pub fn add(&self, exchange: &Exchange) -> io::Result<()> {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let State {
            file: Some(file),
            redactor,
            validator: Some(validator),
            failed: failed @ None,
        } = &mut *state
        else {
            return Ok(());
        };
        let entry = redactor.entry(exchange);
        // The validator sees what was sent. It ends only after the recorder.
        _ = validator.blocking_send(exchange.recorded());
        file.add(entry.to_string().as_bytes()).inspect_err(|error| {
            *failed = Some(io::Error::new(error.kind(), error.to_string()));
        })
    }

    /// Ends the recording. Exchanges that are still under way are not recorded.
    pub fn finish(&self) -> io::Result<()> {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        (state.file, state.validator) = (None, None);
        state.failed.take().map_or(Ok(()), Err)
    }
}
