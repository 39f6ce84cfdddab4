//! Tracks whether a file contains credentials at all. Many recorders leave them out; then none count as missing.

use std::mem;

use super::Found;

/// The maximum number of findings to hold back; each takes a few hundred bytes.
const MOST: usize = 10_000;

/// The findings for missing credentials in one file, held back until an entry shows that credentials are recorded.
#[derive(Default)]
pub(super) struct Credentials<'c> {
    recorded: bool,
    held: Vec<Found<'c>>,
}

impl<'c> Credentials<'c> {
    /// Notes that an entry has credentials. Returns the findings held back, once.
    pub fn recorded(&mut self) -> impl Iterator<Item = Found<'c>> {
        self.recorded = true;
        mem::take(&mut self.held).into_iter()
    }

    /// Reports that an entry has no credentials, or holds the finding back.
    pub fn missing(&mut self, finding: Found<'c>, found: &mut impl FnMut(Found<'c>)) {
        if self.recorded {
            found(finding);
        } else if self.held.len() < MOST {
            self.held.push(finding);
        }
    }
}
