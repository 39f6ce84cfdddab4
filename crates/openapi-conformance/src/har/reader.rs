//! Reads the entries of a recording one after the other.

use std::cell::Cell;
use std::fmt;
use std::io::{self, BufReader, Read};

use encoding_rs::UTF_8;
use encoding_rs_io::DecodeReaderBytesBuilder;
use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::error::Category;
use serde_json::value::RawValue;

use super::HarError;

/// The maximum size of an entry in bytes.
const LIMIT: usize = 64 * 1024 * 1024;
/// The number of bytes to read at a time.
const CHUNK: usize = 64 * 1024;

/// Calls `each` with the JSON of every entry of `log.entries`, as soon as it is read.
pub(super) fn entries(
    mut reader: impl Read,
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
        .build(io::Cursor::new(start).chain(reader));
    let left = Cell::new(None);
    let limited = Limited {
        reader: text,
        left: &left,
    };
    let reader = BufReader::with_capacity(CHUNK, limited);
    let mut json = serde_json::Deserializer::from_reader(reader);
    let mut has_entries = false;
    let walk = Walk {
        path: &["log", "entries"],
        each: &mut each,
        left: &left,
        has_entries: &mut has_entries,
    };
    let read = walk.deserialize(&mut json).and_then(|()| json.end());
    read.map_err(|error| {
        let (line, column) = (error.line(), error.column());
        match error.classify() {
            Category::Eof => HarError::Truncated { line, column },
            Category::Syntax => HarError::NotJson { line, column },
            Category::Data => HarError::NoEntries,
            Category::Io if left.get() == Some(0) => HarError::TooLarge,
            Category::Io => HarError::Read(error.io_error_kind().unwrap_or(io::ErrorKind::Other)),
        }
    })?;
    if has_entries {
        Ok(())
    } else {
        Err(HarError::NoEntries)
    }
}

/// A reader that fails if a value that is kept in memory is too large.
struct Limited<'l, R> {
    reader: R,
    /// The number of bytes that the value may still have, or `None` outside of such values.
    left: &'l Cell<Option<usize>>,
}

impl<R: Read> Read for Limited<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.reader.read(buffer)?;
        if let Some(left) = self.left.get() {
            self.left.set(Some(left.saturating_sub(count)));
            if count > left {
                return Err(io::ErrorKind::FileTooLarge.into());
            }
        }
        Ok(count)
    }
}

/// Follows a path of names to the entries.
struct Walk<'w, F> {
    path: &'static [&'static str],
    each: &'w mut F,
    left: &'w Cell<Option<usize>>,
    has_entries: &'w mut bool,
}

impl<'de, F: FnMut(&RawValue)> DeserializeSeed<'de> for Walk<'_, F> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        if self.path.is_empty() {
            deserializer.deserialize_seq(self)
        } else {
            deserializer.deserialize_map(self)
        }
    }
}

impl<'de, F: FnMut(&RawValue)> Visitor<'de> for Walk<'_, F> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a recording")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let Some((name, path)) = self.path.split_first() else {
            return Err(A::Error::custom("expected an array"));
        };
        loop {
            self.left.set(Some(LIMIT));
            let is_wanted = map.next_key_seed(Name(name))?;
            self.left.set(None);
            match is_wanted {
                None => return Ok(()),
                Some(false) => _ = map.next_value::<IgnoredAny>()?,
                Some(true) => map.next_value_seed(Walk {
                    path,
                    each: &mut *self.each,
                    left: self.left,
                    has_entries: &mut *self.has_entries,
                })?,
            }
        }
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        *self.has_entries = true;
        loop {
            self.left.set(Some(LIMIT));
            let entry: Option<Box<RawValue>> = items.next_element()?;
            self.left.set(None);
            match entry {
                Some(entry) => (self.each)(&entry),
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
