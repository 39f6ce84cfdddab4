//! Phone numbers.

use std::fmt;

use crate::redacted::Redacted;

/// A phone number, which the API writes in two forms: `+5491155551234` in responses, `5491155551234` in events.
///
/// Two numbers are equal if they differ only in `+`, spaces and other separators. `Debug` does not show the number.
///
/// ```
/// use watsi::PhoneNumber;
///
/// assert_eq!(PhoneNumber::new("+5491155551234"), PhoneNumber::new("5491155551234"));
/// ```
#[derive(Clone)]
pub struct PhoneNumber(String);

impl PhoneNumber {
    /// Creates a phone number from its text.
    pub fn new(number: impl Into<String>) -> Self {
        PhoneNumber(number.into())
    }

    /// Returns the number as it was written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn each_digit(&self) -> impl Iterator<Item = char> {
        let separators = ['+', ' ', '-', '.', '(', ')', '\u{a0}'];
        let digits = self.0.chars();
        digits.filter(move |character| !separators.contains(character))
    }
}

impl PartialEq for PhoneNumber {
    fn eq(&self, other: &Self) -> bool {
        self.each_digit().eq(other.each_digit())
    }
}

impl fmt::Debug for PhoneNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("PhoneNumber").field(&Redacted).finish()
    }
}
