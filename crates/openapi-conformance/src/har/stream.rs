//! Reads the entries of a recording one after the other.

use std::io::Read;

use super::HarError;
use super::entry::Entry;
use super::found::Reason;
use super::source::Source;

/// Calls `each` with the index of every entry of `log.entries` and the entry, as soon as it is read.
pub(super) fn entries(
    reader: impl Read,
    mut each: impl FnMut(usize, Result<Entry, Reason>),
) -> Result<(), HarError> {
    let mut source = Source::open(reader)?;
    let (mut count, mut has_entries) = (0, false);
    source.property("log", &mut |source| {
        source.property("entries", &mut |source| {
            has_entries = true;
            source.items(b'[', b']', &mut |source| {
                let entry = source.value(Entry::read)?;
                each(count, entry.unwrap_or(Err(Reason::TooLarge)));
                count += 1;
                Ok(())
            })
        })
    })?;
    source.end()?;
    if has_entries {
        Ok(())
    } else {
        Err(HarError::NoEntries)
    }
}
