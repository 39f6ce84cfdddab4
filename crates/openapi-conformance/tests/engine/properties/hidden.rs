//! Asserts that no phone number is shown.

/// The minimum number of consecutive digits in a phone number. Error messages contain no such run of their own.
const DIGITS: usize = 7;

/// Asserts that no phone number of `input` is in `shown`.
pub fn assert_hidden(input: &[u8], shown: &str) {
    for digits in input.split(|byte| !byte.is_ascii_digit()) {
        let digits = std::str::from_utf8(digits).expect("digits are UTF-8");
        let seen = digits.len() >= DIGITS && shown.contains(digits);
        assert!(!seen, "`{digits}` is shown: {shown}");
    }
}
