//! Repairs the bytes of a recording while reading: recorders write invalid Unicode.

use std::io::{self, Read};
use std::str;

use super::HarError;
use crate::json::escape;

/// The number of bytes to read at a time.
const CHUNK: usize = 64 * 1024;

/// The longest sequence that must be seen as a whole: the escapes of a surrogate pair.
const PAIR: usize = 12;

/// A reader that replaces each byte that is not valid UTF-8 with `?`, and each escape of a lone surrogate with U+FFFD.
/// Replacements have the same length, so positions stay correct.
pub(super) struct Source<R> {
    reader: R,
    buffer: Box<[u8]>,
    /// The start of the bytes to return next.
    start: usize,
    /// The end of the repaired bytes.
    mended: usize,
    /// The end of the valid UTF-8.
    valid: usize,
    /// The end of the bytes read so far.
    end: usize,
    ended: bool,
}

impl<R: Read> Source<R> {
    /// Opens a recording and skips its byte order mark.
    pub fn open(reader: R) -> Result<Self, HarError> {
        let mut source = Source {
            reader,
            buffer: vec![0; CHUNK].into(),
            start: 0,
            mended: 0,
            valid: 0,
            end: 0,
            ended: false,
        };
        while source.end < 4 && !source.ended {
            source
                .fill()
                .map_err(|error| HarError::Read(error.kind()))?;
        }
        match &source.buffer[..source.end] {
            [0x1f, 0x8b, ..] | [b'P', b'K', 3, 4, ..] => return Err(HarError::Compressed),
            [0xef, 0xbb, 0xbf, ..] => source.start = 3,
            _ => {}
        }
        if source.start == source.end {
            return Err(HarError::Empty);
        }
        source.mended = source.start;
        source.valid = source.start;
        source.mend();
        Ok(source)
    }

    /// Reads more bytes into the buffer.
    fn fill(&mut self) -> io::Result<()> {
        let count = loop {
            match self.reader.read(&mut self.buffer[self.end..]) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                read => break read?,
            }
        };
        self.end = self.buffer.len().min(self.end + count);
        self.ended = count == 0;
        Ok(())
    }

    fn mend(&mut self) {
        self.utf8();
        self.surrogates();
    }

    fn utf8(&mut self) {
        while self.valid < self.end {
            let rest = &mut self.buffer[self.valid..self.end];
            let Err(error) = str::from_utf8(rest) else {
                self.valid = self.end;
                return;
            };
            let valid = error.valid_up_to();
            let wrong = match error.error_len() {
                Some(wrong) => wrong,
                None if self.ended => rest.len() - valid,
                // The rest of the character has not been read yet.
                None => {
                    self.valid += valid;
                    return;
                }
            };
            rest[valid..valid + wrong].fill(b'?');
            self.valid += valid + wrong;
        }
    }

    fn surrogates(&mut self) {
        while self.mended < self.valid {
            let rest = &mut self.buffer[self.mended..self.valid];
            let Some(at) = rest.iter().position(|byte| *byte == b'\\') else {
                self.mended = self.valid;
                return;
            };
            self.mended += at;
            if rest.len() - at < PAIR && !self.ended {
                return;
            }
            match (escape(rest, at), escape(rest, at + 6)) {
                (Some(0xd800..=0xdbff), Some(0xdc00..=0xdfff)) => self.mended += PAIR,
                (Some(0xd800..=0xdfff), _) => {
                    rest[at..at + 6].copy_from_slice(b"\\ufffd");
                    self.mended += 6;
                }
                // Any other escape is a backslash and one character that does not start an escape.
                _ => self.mended = self.valid.min(self.mended + 2),
            }
        }
    }
}

impl<R: Read> Read for Source<R> {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        while self.start == self.mended {
            if self.ended {
                return Ok(0);
            }
            self.buffer.copy_within(self.start..self.end, 0);
            self.valid -= self.start;
            self.end -= self.start;
            self.start = 0;
            self.mended = 0;
            self.fill()?;
            self.mend();
        }
        let count = to.len().min(self.mended - self.start);
        to[..count].copy_from_slice(&self.buffer[self.start..self.start + count]);
        self.start += count;
        Ok(count)
    }
}
