//! Regular expressions of a contract. JSON Schema uses those of ECMAScript.

use regex::{Regex, RegexBuilder};

/// The maximum sizes of a compiled pattern in bytes, which also limit the time to compile one.
const SIZES: [usize; 2] = [1 << 14, 1 << 18];
/// The maximum size of all patterns of a contract in bytes.
const TOTAL: usize = 1 << 26;

/// Compiles the patterns of a contract.
pub struct Compiler {
    left: usize,
}

impl Default for Compiler {
    fn default() -> Self {
        Compiler { left: TOTAL }
    }
}

impl Compiler {
    /// Compiles a pattern, or returns `None` if it is invalid, too large, or requires backtracking: lookaround and
    /// backreferences take exponential time on hostile input.
    pub fn compile(&mut self, pattern: &str) -> Option<Regex> {
        let pattern = translated(pattern);
        SIZES.into_iter().find_map(|size| {
            self.left = self.left.checked_sub(size)?;
            let mut builder = RegexBuilder::new(&pattern);
            builder.size_limit(size).nest_limit(100).build().ok()
        })
    }
}

/// Translates what ECMAScript writes differently: its classes contain only ASCII characters.
fn translated(pattern: &str) -> String {
    let mut text = String::with_capacity(pattern.len());
    let mut in_class = false;
    let mut letters = pattern.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => match letters.next() {
                Some('d') => text.push_str("[0-9]"),
                Some('D') => text.push_str("[^0-9]"),
                Some('w') => text.push_str("[0-9A-Za-z_]"),
                Some('W') => text.push_str("[^0-9A-Za-z_]"),
                Some('b') => text.push_str(r"(?-u:\b)"),
                Some('/') => text.push('/'),
                Some(escaped) => text.extend(['\\', escaped]),
                None => text.push('\\'),
            },
            '[' if in_class => text.push_str(r"\["),
            '&' | '~' => text.extend(['\\', letter]),
            '[' | ']' => {
                in_class = letter == '[';
                text.push(letter);
            }
            other => text.push(other),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn compile(pattern: &str) -> Option<Regex> {
        Compiler::default().compile(pattern)
    }

    #[test]
    fn classes_contain_only_ascii_as_in_ecmascript() {
        let matches = |pattern: &str, text: &str| compile(pattern).unwrap().is_match(text);
        assert!(matches(r"^\d+$", "12"));
        assert!(!matches(r"^\d+$", "\u{661}"));
        assert!(matches(r"^[\w.-]+$", "a-b.c"));
        assert!(matches(r"^[\w-.]+$", "a-b.c"));
        assert!(!matches(r"^[\w.-]+$", "\u{e9}"));
        assert!(matches(r"^[^\d]$", "\u{661}"));
        assert!(matches(r"^\/[[&&~]+$", "/[&~"));
        assert!(matches("^a&~$", "a&~"));
        assert!(matches(r"^\u0041\u{42}$", "AB"));
    }

    #[test]
    fn word_boundary_is_next_to_an_ascii_letter_as_in_ecmascript() {
        let pattern = compile(r"\ba").unwrap();
        assert!(pattern.is_match("\u{e9}a"));
        assert!(!pattern.is_match("ba"));
    }

    #[test]
    fn patterns_that_take_exponential_time_or_space_are_not_compiled() {
        assert!(compile("(?=a)b").is_none());
        assert!(compile(r"(a)\1").is_none());
        assert!(compile("((a{1000}){1000}){1000}").is_none());
        assert!(compile(&"(".repeat(100_000)).is_none());
        let mut compiler = Compiler::default();
        let compiled = (0..10_000).filter(|_| compiler.compile("a{1000}b{1000}").is_some());
        assert!(compiled.count() < 1000);
    }
}
