//! Reads the entries of a recording one after the other.

use std::cell::RefCell;
use std::fmt;
use std::io::{self, Read};

use encoding_rs::UTF_8;
use encoding_rs_io::DecodeReaderBytesBuilder;
use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::error::Category;
use serde_json::value::RawValue;

use super::HarError;

/// The number of bytes to read at a time.
const CHUNK: usize = 256 * 1024;
/// How often more is read before an incomplete entry is read byte by byte. Each time, it is scanned from its start.
const ATTEMPTS: usize = 4;

/// Calls `each` with the JSON of every entry of `log.entries`, as soon as it is read. An entry may have `limit` bytes.
pub(super) fn entries(
    mut reader: impl Read,
    limit: usize,
    mut each: impl FnMut(&RawValue),
) -> Result<(), HarError> {
    let mut start = Vec::new();
    let read = reader.by_ref().take(4).read_to_end(&mut start);
    read.map_err(|error| HarError::Read(error.kind()))?;
    match start[..] {
        [0x1f, 0x8b, ..] | [b'P', b'K', 3, 4, ..] => return Err(HarError::Compressed),
        [] | [0xef, 0xbb, 0xbf] | [0xfe, 0xff] | [0xff, 0xfe] => return Err(HarError::Empty),
        _ => {}
    }
    // Invalid bytes become U+FFFD, and a byte order mark tells the encoding.
    let text = DecodeReaderBytesBuilder::new()
        .encoding(Some(UTF_8))
        .bom_override(true)
        .strip_bom(true)
        .build_with_buffer(io::Cursor::new(start).chain(reader), vec![0; CHUNK])
        .map_err(|error| HarError::Read(error.kind()))?;
    let source = RefCell::new(Source {
        buffer: Buffer {
            reader: text,
            bytes: Vec::new(),
            start: 0,
        },
        seen: START,
        jump: Jump {
            from: START,
            to: START,
        },
        limit,
        left: None,
    });
    let mut json = serde_json::Deserializer::from_reader(Shared(&source));
    let mut has_entries = false;
    let walk = Walk {
        path: &["log", "entries"],
        each: &mut each,
        source: &source,
        has_entries: &mut has_entries,
    };
    let read = walk.deserialize(&mut json).and_then(|()| json.end());
    read.map_err(|error| {
        let source = source.borrow();
        let Position { line, column } = source.position(Position {
            line: error.line(),
            column: error.column(),
        });
        match error.classify() {
            Category::Eof => HarError::Truncated { line, column },
            Category::Syntax => HarError::NotJson { line, column },
            Category::Data => HarError::NoEntries,
            Category::Io if source.left == Some(0) => HarError::TooLarge,
            Category::Io => HarError::Read(error.io_error_kind().unwrap_or(io::ErrorKind::Other)),
        }
    })?;
    if has_entries {
        Ok(())
    } else {
        Err(HarError::NoEntries)
    }
}

/// A line, starting at 1, and the number of bytes of it.
#[derive(Clone, Copy)]
struct Position {
    line: usize,
    column: usize,
}

const START: Position = Position { line: 1, column: 0 };

impl Position {
    fn advance(&mut self, bytes: &[u8]) {
        let lines = lines(bytes);
        self.line += lines;
        let last = bytes.iter().rposition(|byte| lines > 0 && *byte == b'\n');
        match last {
            Some(last) => self.column = bytes.len() - last - 1,
            None => self.column += bytes.len(),
        }
    }
}

/// Counts line breaks, many bytes at a time.
fn lines(bytes: &[u8]) -> usize {
    let in_chunk = |chunk: &[u8]| -> u8 { chunk.iter().map(|byte| u8::from(*byte == b'\n')).sum() };
    bytes
        .chunks(255)
        .map(|chunk| usize::from(in_chunk(chunk)))
        .sum()
}

/// Bytes that have been read and not yet used.
struct Buffer<R> {
    reader: R,
    bytes: Vec<u8>,
    start: usize,
}

impl<R: Read> Buffer<R> {
    fn unread(&self) -> &[u8] {
        &self.bytes[self.start..]
    }

    /// Reads more, and keeps what is unread. Returns false at the end.
    fn fill(&mut self) -> io::Result<bool> {
        self.bytes.drain(..self.start);
        self.start = 0;
        let length = self.bytes.len();
        self.bytes.resize(length + CHUNK, 0);
        let read = self.reader.read(&mut self.bytes[length..]);
        self.bytes.truncate(length + *read.as_ref().unwrap_or(&0));
        Ok(read? > 0)
    }
}

/// Bytes that the parser has not seen: where it believes to be, and where it is.
#[derive(Clone, Copy)]
struct Jump {
    from: Position,
    to: Position,
}

/// The text of a recording.
struct Source<R> {
    buffer: Buffer<R>,
    /// Where the parser believes to be.
    seen: Position,
    /// The last jump.
    jump: Jump,
    /// The maximum size of a value that is kept in memory.
    limit: usize,
    /// The number of bytes that a value that is kept in memory may still have, or `None` outside of such values.
    left: Option<usize>,
}

impl<R: Read> Source<R> {
    fn limit_next(&mut self) {
        self.left = Some(self.limit);
    }

    /// Returns where a position of the parser, after the last jump, is in the text.
    fn position(&self, seen: Position) -> Position {
        let Jump { from, to } = self.jump;
        let line = to.line + seen.line.saturating_sub(from.line);
        let column = if seen.line > from.line {
            seen.column
        } else {
            to.column + seen.column.saturating_sub(from.column)
        };
        Position { line, column }
    }

    /// Calls `each` with the entries that follow another one, as far as they fit into the buffer, which is much faster
    /// than reading byte by byte.
    fn buffered(&mut self, each: &mut impl FnMut(&RawValue)) {
        let mut position = self.position(self.seen);
        let mut attempts = 0;
        loop {
            let unread = self.buffer.unread();
            match next(unread) {
                Next::Entry { entry, end } => {
                    each(entry);
                    position.advance(&unread[..end]);
                    self.jump = Jump {
                        from: self.seen,
                        to: position,
                    };
                    self.buffer.start += end;
                    attempts = 0;
                }
                Next::Incomplete if attempts < ATTEMPTS && unread.len() <= self.limit => {
                    // The parser reads on after an error.
                    if !self.buffer.fill().unwrap_or(false) {
                        return;
                    }
                    attempts += 1;
                }
                _ => return,
            }
        }
    }
}

/// What a text that follows an entry begins with.
enum Next<'b> {
    /// A comma and an entry that ends before this index.
    Entry {
        entry: &'b RawValue,
        end: usize,
    },
    /// A part of that.
    Incomplete,
    Other,
}

fn next(text: &[u8]) -> Next<'_> {
    let trimmed = text.trim_ascii_start();
    let Some(rest) = trimmed.strip_prefix(b",") else {
        return if trimmed.is_empty() {
            Next::Incomplete
        } else {
            Next::Other
        };
    };
    let mut values = serde_json::Deserializer::from_slice(rest).into_iter::<&RawValue>();
    match values.next() {
        Some(Ok(entry)) if is_object(entry) => Next::Entry {
            entry,
            end: text.len() - rest.len() + values.byte_offset(),
        },
        Some(Err(error)) if error.is_eof() => Next::Incomplete,
        None => Next::Incomplete,
        _ => Next::Other,
    }
}

/// The part of the source that is read byte by byte.
struct Shared<'s, R>(&'s RefCell<Source<R>>);

impl<R: Read> Read for Shared<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let source = &mut *self.0.borrow_mut();
        if source.buffer.unread().is_empty() {
            source.buffer.fill()?;
        }
        let count = source.buffer.unread().read(buffer)?;
        source.buffer.start += count;
        source.seen.advance(&buffer[..count]);
        if let Some(left) = &mut source.left {
            if *left < count {
                *left = 0;
                return Err(io::ErrorKind::FileTooLarge.into());
            }
            *left -= count;
        }
        Ok(count)
    }
}

/// Returns whether an entry ends with its last byte, so that no byte after it has been read.
fn is_object(entry: &RawValue) -> bool {
    entry.get().starts_with('{')
}

/// Follows a path of names to the entries.
struct Walk<'w, R, F> {
    path: &'static [&'static str],
    each: &'w mut F,
    source: &'w RefCell<Source<R>>,
    has_entries: &'w mut bool,
}

impl<'de, R: Read, F: FnMut(&RawValue)> DeserializeSeed<'de> for Walk<'_, R, F> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        if self.path.is_empty() {
            deserializer.deserialize_seq(self)
        } else {
            deserializer.deserialize_map(self)
        }
    }
}

impl<'de, R: Read, F: FnMut(&RawValue)> Visitor<'de> for Walk<'_, R, F> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a recording")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let Some((name, path)) = self.path.split_first() else {
            return Err(A::Error::custom("expected an array"));
        };
        loop {
            self.source.borrow_mut().limit_next();
            let is_wanted = map.next_key_seed(Name(name))?;
            self.source.borrow_mut().left = None;
            match is_wanted {
                None => return Ok(()),
                Some(false) => _ = map.next_value::<IgnoredAny>()?,
                Some(true) => map.next_value_seed(Walk {
                    path,
                    each: &mut *self.each,
                    source: self.source,
                    has_entries: &mut *self.has_entries,
                })?,
            }
        }
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        *self.has_entries = true;
        loop {
            self.source.borrow_mut().limit_next();
            let entry: Option<Box<RawValue>> = items.next_element()?;
            self.source.borrow_mut().left = None;
            match entry {
                Some(entry) => {
                    (self.each)(&entry);
                    if is_object(&entry) {
                        self.source.borrow_mut().buffered(self.each);
                    }
                }
                None => return Ok(()),
            }
        }
    }
}

/// Compares a name, which may have invalid Unicode, with this one.
struct Name(&'static str);

impl<'de> DeserializeSeed<'de> for Name {
    type Value = bool;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<bool, D::Error> {
        deserializer.deserialize_bytes(self)
    }
}

impl Visitor<'_> for Name {
    type Value = bool;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_bytes<E>(self, name: &[u8]) -> Result<bool, E> {
        Ok(name == self.0.as_bytes())
    }
}
