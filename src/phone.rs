//! Phone numbers.

use std::fmt;
use std::hash::{Hash, Hasher};

use crate::redacted::Redacted;

/// A phone number, which the API writes in two forms: `+5491155551234` in responses, `5491155551234` in events.
///
/// Two numbers are equal if they differ only in `+`, spaces and other separators. `Debug` does not show the number.
///
/// ```
/// use watsi::PhoneNumber;
///
/// let customer = PhoneNumber::from("+5491155551234");
/// assert_eq!(customer, PhoneNumber::from("5491155551234"));
/// assert_eq!(customer.digits(), "5491155551234");
/// ```
#[derive(Clone)]
pub struct PhoneNumber(String);

impl PhoneNumber {
    /// Returns the number as it was written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the number without separators, as events have it.
    pub fn digits(&self) -> String {
        self.each_digit().collect()
    }

    fn each_digit(&self) -> impl Iterator<Item = char> {
        let separators = ['+', ' ', '-', '.', '(', ')', '\u{a0}'];
        let digits = self.0.chars();
        digits.filter(move |character| !separators.contains(character))
    }
}

impl<T: Into<String>> From<T> for PhoneNumber {
    fn from(number: T) -> Self {
        PhoneNumber(number.into())
    }
}

impl PartialEq for PhoneNumber {
    fn eq(&self, other: &Self) -> bool {
        self.each_digit().eq(other.each_digit())
    }
}

impl Eq for PhoneNumber {}

impl Hash for PhoneNumber {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.digits().hash(state);
    }
}

impl fmt::Debug for PhoneNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("PhoneNumber").field(&Redacted).finish()
    }
}
