//! Tracks whether a file contains API keys at all. Many recorders leave them out; then none counts as missing.

use std::mem;

use super::Found;

/// The pointer of the finding for a missing API key.
pub(super) const POINTER: &str = "/request/headers/authorization";

/// The maximum number of findings to hold back; each takes a few hundred bytes.
const MOST: usize = 10_000;

/// The findings for missing API keys in one file, held back until an entry shows that keys are recorded.
#[derive(Default)]
pub(super) struct Keys<'c> {
    recorded: bool,
    held: Vec<Found<'c>>,
}

impl<'c> Keys<'c> {
    /// Notes that an entry has an API key. Returns the findings held back, once.
    pub fn recorded(&mut self) -> impl Iterator<Item = Found<'c>> {
        self.recorded = true;
        mem::take(&mut self.held).into_iter()
    }

    /// Reports that an entry has no API key, or holds the finding back.
    pub fn missing(&mut self, finding: Found<'c>, found: &mut impl FnMut(Found<'c>)) {
        if self.recorded {
            found(finding);
        } else if self.held.len() < MOST {
            self.held.push(finding);
        }
    }
}
