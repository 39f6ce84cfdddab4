//! Whether a file holds keys at all: many recorders leave them out, and then none is missing.

use std::mem;

use super::Found;

/// Where a missing key is found.
pub(super) const POINTER: &str = "/request/headers/authorization";

/// How many findings wait for a key; each takes some hundred bytes.
const MOST: usize = 10_000;

/// The missing keys of one file: held back until an entry shows that keys are recorded.
#[derive(Default)]
pub(super) struct Keys<'c> {
    recorded: bool,
    held: Vec<Found<'c>>,
}

impl<'c> Keys<'c> {
    /// An entry has a key: what was held back, for once and all.
    pub fn recorded(&mut self) -> impl Iterator<Item = Found<'c>> {
        self.recorded = true;
        mem::take(&mut self.held).into_iter()
    }

    /// An entry has no key.
    pub fn missing(&mut self, it: Found<'c>, found: &mut impl FnMut(Found<'c>)) {
        if self.recorded {
            found(it);
        } else if self.held.len() < MOST {
            self.held.push(it);
        }
    }
}
