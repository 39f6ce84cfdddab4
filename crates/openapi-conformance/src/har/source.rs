//! Reads the JSON of a recording value by value, and keeps one value in memory at a time.

use std::io::{BufRead, BufReader, ErrorKind, Read};

use serde::de::IgnoredAny;
use serde_json::error::Category;

use super::HarError;
use super::scan::Scan;

/// The number of bytes to read at a time.
const CHUNK: usize = 64 * 1024;

/// The maximum size of a value in bytes.
pub(super) const LIMIT: usize = 64 * 1024 * 1024;

pub(super) struct Source<R> {
    reader: BufReader<R>,
    buffer: Vec<u8>,
    /// The start of the bytes in the buffer that have not been consumed.
    at: usize,
    /// The number of lines consumed, and the number of bytes consumed of the current one.
    line: usize,
    column: usize,
}

impl<R: Read> Source<R> {
    /// Opens a recording and skips its byte order mark.
    pub fn open(reader: R) -> Result<Self, HarError> {
        let mut source = Source {
            reader: BufReader::with_capacity(CHUNK, reader),
            buffer: Vec::new(),
            at: 0,
            line: 0,
            column: 0,
        };
        while source.buffer.len() < 4 && source.fill()? {}
        match source.buffer[..] {
            [0x1f, 0x8b, ..] | [b'P', b'K', 3, 4, ..] => return Err(HarError::Compressed),
            [0xef, 0xbb, 0xbf, ..] => source.at = 3,
            _ => {}
        }
        if source.at == source.buffer.len() {
            return Err(HarError::Empty);
        }
        Ok(source)
    }

    /// Reads the next value. Returns `None` if it exceeds the [`LIMIT`].
    pub fn value<T>(
        &mut self,
        read: impl FnOnce(&[u8]) -> Result<T, serde_json::Error>,
    ) -> Result<Option<T>, HarError> {
        if matches!(self.peek()?, b',' | b':' | b'}' | b']') {
            return Err(self.not_json());
        }
        let (mut scan, mut length, mut too_large) = (Scan::default(), 0, false);
        let mut ended = false;
        while !ended {
            if let Some(rest) = scan.end(&self.buffer[self.at + length..]) {
                length += rest;
                break;
            }
            length = self.buffer.len() - self.at;
            if length > LIMIT {
                too_large = true;
                self.consume(length);
                length = 0;
            }
            ended = !self.fill()?;
        }
        if ended && !scan.is_scalar() {
            self.consume(length);
            return Err(self.truncated());
        }
        if too_large || length > LIMIT {
            self.consume(length);
            return Ok(None);
        }
        let value = read(&self.buffer[self.at..self.at + length]).map_err(|error| {
            let column = error.column() + if error.line() == 1 { self.column } else { 0 };
            let line = self.line + error.line();
            match error.classify() {
                Category::Eof if ended => HarError::Truncated { line, column },
                _ => HarError::NotJson { line, column },
            }
        })?;
        self.consume(length);
        Ok(Some(value))
    }

    /// Expects an object, and calls `inner` at the start of every value named `name`. Skips all other values.
    pub fn property(
        &mut self,
        name: &str,
        inner: &mut dyn FnMut(&mut Self) -> Result<(), HarError>,
    ) -> Result<(), HarError> {
        self.items(b'{', b'}', &mut |source| {
            if source.peek()? != b'"' {
                return Err(source.not_json());
            }
            let is_wanted = source.value(|json| {
                serde_json::from_slice::<IgnoredAny>(json)?;
                Ok(json[1..json.len() - 1] == *name.as_bytes())
            })?;
            if source.peek()? != b':' {
                return Err(source.not_json());
            }
            source.consume(1);
            if is_wanted == Some(true) {
                inner(source)
            } else {
                source.skip()
            }
        })
    }

    /// Expects an object or array with these brackets, and calls `item` at the start of each of its items.
    pub fn items(
        &mut self,
        open: u8,
        close: u8,
        item: &mut dyn FnMut(&mut Self) -> Result<(), HarError>,
    ) -> Result<(), HarError> {
        let first = self.peek()?;
        if first != open {
            if !matches!(first, b'{' | b'[') {
                self.skip()?;
            }
            return Err(HarError::NoEntries);
        }
        self.consume(1);
        if self.peek()? == close {
            self.consume(1);
            return Ok(());
        }
        loop {
            item(self)?;
            let next = self.peek()?;
            if next != close && next != b',' {
                return Err(self.not_json());
            }
            self.consume(1);
            if next == close {
                return Ok(());
            }
        }
    }

    /// Skips white space, and returns the next byte.
    pub fn peek(&mut self) -> Result<u8, HarError> {
        self.next()?.ok_or_else(|| self.truncated())
    }

    /// Expects the end of the file.
    pub fn end(&mut self) -> Result<(), HarError> {
        match self.next()? {
            Some(_) => Err(self.not_json()),
            None => Ok(()),
        }
    }

    /// Skips white space, and returns the next byte, or `None` at the end of the file.
    fn next(&mut self) -> Result<Option<u8>, HarError> {
        loop {
            let rest = &self.buffer[self.at..];
            let space = |byte: &u8| matches!(byte, b' ' | b'\n' | b'\r' | b'\t');
            let spaces = rest.iter().take_while(|byte| space(byte)).count();
            self.consume(spaces);
            if let Some(byte) = self.buffer.get(self.at) {
                return Ok(Some(*byte));
            }
            if !self.fill()? {
                return Ok(None);
            }
        }
    }

    fn skip(&mut self) -> Result<(), HarError> {
        self.value(|json| serde_json::from_slice::<IgnoredAny>(json))?;
        Ok(())
    }

    fn consume(&mut self, count: usize) {
        let consumed = &self.buffer[self.at..self.at + count];
        let lines = consumed.iter().filter(|byte| **byte == b'\n').count();
        let last = || consumed.iter().rposition(|byte| *byte == b'\n');
        self.column = match (lines > 0).then(last).flatten() {
            Some(last) => count - last - 1,
            None => self.column + count,
        };
        self.line += lines;
        self.at += count;
    }

    /// Reads more bytes into the buffer. Returns whether there were any.
    fn fill(&mut self) -> Result<bool, HarError> {
        self.buffer.drain(..self.at);
        self.at = 0;
        let more = loop {
            match self.reader.fill_buf() {
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(HarError::Read(error.kind())),
                Ok(more) => break more,
            }
        };
        let count = more.len();
        self.buffer.extend_from_slice(more);
        self.reader.consume(count);
        Ok(count > 0)
    }

    /// Returns the error for the next byte.
    fn not_json(&self) -> HarError {
        HarError::NotJson {
            line: self.line + 1,
            column: self.column + 1,
        }
    }

    fn truncated(&self) -> HarError {
        HarError::Truncated {
            line: self.line + 1,
            column: self.column,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::*;

    #[test]
    fn value_of_the_maximum_size_is_read() {
        let mut source = Source::open(io::repeat(b'1').take(LIMIT as u64)).unwrap();
        let length = source.value(|value| Ok(value.len())).unwrap();
        assert_eq!(length, Some(LIMIT));
    }

    #[test]
    fn value_above_the_limit_is_not_kept_in_memory() {
        let text = io::repeat(b'x').take((LIMIT + 4 * CHUNK) as u64);
        let mut source = Source::open(b"\"".chain(text).chain(&b"\""[..])).unwrap();
        let value = source.value(|_| Ok(())).unwrap();
        assert_eq!(value, None);
        assert!(source.buffer.len() < LIMIT, "{}", source.buffer.len());
    }
}
