//! The placeholder for an API key, a phone number or message text in `Debug` output.

use std::fmt;

/// Writes `[redacted]`.
pub(crate) struct Redacted;

impl fmt::Debug for Redacted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}
