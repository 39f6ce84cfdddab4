//! What stands in a `Debug` output in the place of a key, a phone number or a text.

use std::fmt;

/// Writes `[redacted]`.
pub(crate) struct Redacted;

impl fmt::Debug for Redacted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}
