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
        let pattern = translated(pattern)?;
        SIZES.into_iter().find_map(|size| {
            self.left = self.left.checked_sub(size)?;
            let mut builder = RegexBuilder::new(&pattern);
            builder.size_limit(size).nest_limit(100).build().ok()
        })
    }
}

/// Returns whether a text is a regular expression of ECMAScript. One that requires backtracking is valid, too.
pub fn is_valid(pattern: &str) -> bool {
    let Some(pattern) = translated(pattern) else {
        return false;
    };
    let mut builder = RegexBuilder::new(&pattern);
    match builder.size_limit(SIZES[1]).nest_limit(100).build() {
        Ok(_) | Err(regex::Error::CompiledTooBig(_)) => true,
        // Lookaround and backreferences.
        Err(error) => error.to_string().contains("not supported"),
    }
}

/// White space in ECMAScript.
const SPACE: &str = r"\t\n\x0B\x0C\r\x20\xA0\x{1680}\x{2000}-\x{200A}\x{2028}\x{2029}\x{202F}\x{205F}\x{3000}\x{FEFF}";

/// Translates what ECMAScript writes differently: its classes contain only ASCII characters. Returns `None` for what
/// ECMAScript does not have, or what cannot be expressed.
fn translated(pattern: &str) -> Option<String> {
    let mut text = String::with_capacity(pattern.len());
    let mut in_class = false;
    let mut rest = pattern;
    while let Some(letter) = rest.chars().next() {
        rest = &rest[letter.len_utf8()..];
        match letter {
            '\\' => {
                let escaped = rest.chars().next()?;
                rest = &rest[escaped.len_utf8()..];
                match escaped {
                    'd' => text.push_str("[0-9]"),
                    'D' => text.push_str("[^0-9]"),
                    'w' => text.push_str("[0-9A-Za-z_]"),
                    'W' => text.push_str("[^0-9A-Za-z_]"),
                    's' => text.push_str(&format!("[{SPACE}]")),
                    'S' => text.push_str(&format!("[^{SPACE}]")),
                    'b' if in_class => text.push_str(r"\x08"),
                    'b' => text.push_str(r"(?-u:\b)"),
                    '0' => text.push_str(r"\x00"),
                    'c' => {
                        let control = rest.bytes().next().filter(u8::is_ascii_alphabetic)?;
                        rest = &rest[1..];
                        text.push_str(&format!(r"\x{:02X}", control & 0x1f));
                    }
                    'u' => {
                        let (code, after) = code_unit(rest)?;
                        rest = after;
                        text.push_str(&format!(r"\x{{{code:X}}}"));
                    }
                    '/' => text.push('/'),
                    // The word boundary of the engine is Unicode's, and these are anchors of other engines.
                    'B' | 'A' | 'Z' | 'z' | 'G' | 'a' | '<' | '>' => return None,
                    escaped => text.extend(['\\', escaped]),
                }
            }
            '.' if !in_class => text.push_str(r"[^\n\r\x{2028}\x{2029}]"),
            '[' if in_class => text.push_str(r"\["),
            '[' if rest.starts_with("^]") => {
                rest = &rest[2..];
                text.push_str("(?s:.)");
            }
            '[' if rest.starts_with(']') => {
                rest = &rest[1..];
                text.push_str("[a&&b]");
            }
            '&' | '~' => text.extend(['\\', letter]),
            '-' if in_class && rest.starts_with('-') => text.push_str(r"\-"),
            '[' | ']' => {
                in_class = letter == '[';
                text.push(letter);
            }
            other => text.push(other),
        }
    }
    Some(text)
}

/// Reads the digits of `\uXXXX` or `\u{X}`, and a second escape if the first is the start of a surrogate pair.
fn code_unit(text: &str) -> Option<(u32, &str)> {
    if let Some(braced) = text.strip_prefix('{') {
        let (digits, rest) = braced.split_once('}')?;
        return Some((u32::from_str_radix(digits, 16).ok()?, rest));
    }
    let (digits, rest) = text.split_at_checked(4)?;
    let first = u32::from_str_radix(digits, 16).ok()?;
    if !(0xd800..0xdc00).contains(&first) {
        return Some((first, rest));
    }
    let (digits, rest) = rest.strip_prefix(r"\u")?.split_at_checked(4)?;
    let second = u32::from_str_radix(digits, 16).ok()?.checked_sub(0xdc00)?;
    Some((0x10000 + ((first - 0xd800) << 10) + second, rest))
}
