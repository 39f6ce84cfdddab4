//! Phone numbers.

use std::convert::Infallible;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::redacted::Redacted;

/// A phone number, which the API writes in two forms: `+5491155551234` in responses, `5491155551234` in events.
///
/// Two numbers are equal if they differ only in `+`, spaces, `-`, `.`, `(` and `)`. `Debug` does not show the number.
///
/// ```
/// use watsi::PhoneNumber;
///
/// assert_eq!(PhoneNumber::from("+5491155551234"), "5491155551234");
/// ```
#[derive(Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PhoneNumber(String);

impl PhoneNumber {
    /// Returns the number as it was written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the number as it was written.
    pub fn into_string(self) -> String {
        self.0
    }
}

fn digits(number: &str) -> impl Iterator<Item = char> {
    let separators = ['+', ' ', '-', '.', '(', ')', '\u{a0}'];
    number
        .chars()
        .filter(move |character| !separators.contains(character))
}

impl From<&str> for PhoneNumber {
    fn from(number: &str) -> Self {
        PhoneNumber(number.to_owned())
    }
}

impl From<String> for PhoneNumber {
    fn from(number: String) -> Self {
        PhoneNumber(number)
    }
}

impl FromStr for PhoneNumber {
    type Err = Infallible;

    fn from_str(number: &str) -> Result<Self, Infallible> {
        Ok(PhoneNumber::from(number))
    }
}

impl From<&PhoneNumber> for PhoneNumber {
    fn from(number: &PhoneNumber) -> Self {
        number.clone()
    }
}

impl PartialEq<str> for PhoneNumber {
    fn eq(&self, other: &str) -> bool {
        digits(&self.0).eq(digits(other))
    }
}

impl PartialEq<&str> for PhoneNumber {
    fn eq(&self, other: &&str) -> bool {
        *self == **other
    }
}

impl PartialEq for PhoneNumber {
    fn eq(&self, other: &Self) -> bool {
        *self == *other.0
    }
}

impl Eq for PhoneNumber {}

impl Hash for PhoneNumber {
    fn hash<H: Hasher>(&self, state: &mut H) {
        digits(&self.0).for_each(|digit| digit.hash(state));
    }
}

impl fmt::Debug for PhoneNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("PhoneNumber").field(&Redacted).finish()
    }
}
