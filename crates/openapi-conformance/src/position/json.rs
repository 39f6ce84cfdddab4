//! Positions in a JSON text, which is scanned for the objects and arrays that lead to a value.

use std::collections::HashMap;
use std::sync::Mutex;

use super::Position;
use crate::place::unescape;

/// The number of bytes after which the position is known.
const STEP: usize = 1 << 14;

/// Finds positions in a text that is valid JSON.
pub struct JsonPositions {
    /// The position at every multiple of `STEP`, or at the character after it.
    steps: Vec<Step>,
    /// The children of the values that have been passed, by the offset of the value.
    children: Mutex<HashMap<usize, HashMap<String, Child>>>,
}

#[derive(Clone, Copy)]
struct Step {
    offset: usize,
    position: Position,
}

/// Where a property or an item is.
#[derive(Clone, Copy)]
struct Child {
    /// The offset of its name or, for an item, of the value.
    start: usize,
    value: usize,
}

impl JsonPositions {
    pub fn read(text: &str) -> Self {
        let mut steps = Vec::new();
        let mut position = Position { line: 1, column: 1 };
        let mut next = 0;
        for (offset, letter) in text.char_indices() {
            if offset >= next {
                steps.push(Step { offset, position });
                next = (offset / STEP + 1) * STEP;
            }
            advance(&mut position, letter, text.as_bytes().get(offset + 1));
        }
        JsonPositions {
            steps,
            children: Mutex::default(),
        }
    }

    pub fn get(&self, text: &str, pointer: &str) -> Position {
        let mut known = match self.children.lock() {
            Ok(known) => known,
            // The children of a value are added as a whole.
            Err(poisoned) => poisoned.into_inner(),
        };
        let mut value = Scanner::new(text, 0).value_start();
        let mut start = value;
        for token in pointer.split('/').skip(1) {
            let children = known.entry(value).or_insert_with(|| children(text, value));
            let Some(child) = children.get(&*unescape(token)) else {
                break;
            };
            (start, value) = (child.start, child.value);
        }
        self.position(text, start)
    }

    fn position(&self, text: &str, offset: usize) -> Position {
        let after = self.steps.partition_point(|step| step.offset <= offset);
        let Some(step) = after.checked_sub(1).and_then(|index| self.steps.get(index)) else {
            return Position { line: 1, column: 1 };
        };
        let mut position = step.position;
        for (index, letter) in text[step.offset..offset].char_indices() {
            let next = text.as_bytes().get(step.offset + index + 1);
            advance(&mut position, letter, next);
        }
        position
    }
}

/// Moves a position past a character. A carriage return before a line feed is a part of it.
fn advance(position: &mut Position, letter: char, next: Option<&u8>) {
    if letter == '\n' || letter == '\r' && next != Some(&b'\n') {
        position.line += 1;
        position.column = 1;
    } else if letter != '\r' {
        position.column += 1;
    }
}

/// Returns the properties or items of the value at an offset. The first one of duplicate names counts.
fn children(text: &str, value: usize) -> HashMap<String, Child> {
    let mut children = HashMap::new();
    let mut scanner = Scanner::new(text, value);
    let is_object = scanner.peek() == Some(b'{');
    if !is_object && scanner.peek() != Some(b'[') {
        return children;
    }
    scanner.offset += 1;
    loop {
        let start = scanner.value_start();
        match scanner.peek() {
            Some(b',') => {
                scanner.offset += 1;
                continue;
            }
            Some(b']' | b'}') | None => return children,
            Some(_) => {}
        }
        let mut name = children.len().to_string();
        if is_object {
            scanner.skip();
            name = serde_json::from_str(&text[start..scanner.offset]).unwrap_or_default();
            scanner.value_start();
            // The colon.
            scanner.offset += 1;
        }
        let value = scanner.value_start();
        scanner.skip();
        children.entry(name).or_insert(Child { start, value });
    }
}

/// Passes over values in a text that is valid JSON.
struct Scanner<'t> {
    text: &'t [u8],
    offset: usize,
}

impl<'t> Scanner<'t> {
    fn new(text: &'t str, offset: usize) -> Self {
        Scanner {
            text: text.as_bytes(),
            offset,
        }
    }

    fn peek(&self) -> Option<u8> {
        self.text.get(self.offset).copied()
    }

    /// Moves to the next byte that is not white space, and returns its offset.
    fn value_start(&mut self) -> usize {
        while self.peek().is_some_and(|byte| byte.is_ascii_whitespace()) {
            self.offset += 1;
        }
        self.offset
    }

    /// Moves behind the value that starts here.
    fn skip(&mut self) {
        match self.peek() {
            Some(b'"') => self.skip_string(),
            Some(b'{' | b'[') => self.skip_children(),
            _ => {
                while self.peek().is_some_and(|byte| {
                    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.')
                }) {
                    self.offset += 1;
                }
            }
        }
    }

    fn skip_children(&mut self) {
        let mut depth = 0usize;
        while let Some(byte) = self.peek() {
            match byte {
                b'"' => {
                    self.skip_string();
                    continue;
                }
                b'{' | b'[' => depth += 1,
                b'}' | b']' => depth -= 1,
                _ => {}
            }
            self.offset += 1;
            if depth == 0 {
                return;
            }
        }
    }

    fn skip_string(&mut self) {
        self.offset += 1;
        while let Some(byte) = self.peek() {
            self.offset += 1;
            match byte {
                b'\\' => self.offset += 1,
                b'"' => return,
                _ => {}
            }
        }
    }
}
