//! Reads the entries of a recording one after the other.

use std::fmt;
use std::io::{BufReader, Read};

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::error::Category;

use super::HarError;
use super::entry::Entry;
use super::lenient::As;
use super::source::Source;

/// Calls `each` with the index of every entry of `log.entries` and the entry, as soon as it is read.
pub(super) fn entries(
    reader: impl Read,
    each: impl FnMut(usize, Entry) -> Result<(), HarError>,
) -> Result<(), HarError> {
    let reader = BufReader::new(Source::open(reader)?);
    let mut json = serde_json::Deserializer::from_reader(reader);
    let mut log = Log {
        each,
        count: 0,
        listed: false,
        error: None,
    };
    let level = Level::File;
    let log_in = In {
        level,
        log: &mut log,
    };
    let read = log_in.deserialize(&mut json).and_then(|()| json.end());
    match (log.error, read) {
        (Some(error), _) => Err(error),
        (None, Err(error)) => Err(without_message(&error)),
        (None, Ok(())) if !log.listed => Err(HarError::NoEntries),
        (None, Ok(())) => Ok(()),
    }
}

/// Converts the error without its message, which quotes the file.
fn without_message(error: &serde_json::Error) -> HarError {
    let (line, column) = (error.line(), error.column());
    match (error.classify(), error.io_error_kind()) {
        (_, Some(kind)) => HarError::Read(kind),
        (Category::Eof, _) => HarError::Truncated { line, column },
        (Category::Data, _) => HarError::NoEntries,
        _ => HarError::NotJson { line, column },
    }
}

struct Log<F> {
    each: F,
    count: usize,
    listed: bool,
    error: Option<HarError>,
}

#[derive(Clone, Copy)]
enum Level {
    File,
    Log,
    Entries,
}

/// A value on the path to the entries. It must have the expected type.
struct In<'l, F> {
    level: Level,
    log: &'l mut Log<F>,
}

impl<'de, F: FnMut(usize, Entry) -> Result<(), HarError>> DeserializeSeed<'de> for In<'_, F> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        match self.level {
            Level::File | Level::Log => deserializer.deserialize_map(self),
            Level::Entries => deserializer.deserialize_seq(self),
        }
    }
}

impl<'de, F: FnMut(usize, Entry) -> Result<(), HarError>> Visitor<'de> for In<'_, F> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("log.entries")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<String>()? {
            let level = match (self.level, key.as_str()) {
                (Level::File, "log") => Level::Log,
                (Level::Log, "entries") => Level::Entries,
                _ => {
                    map.next_value::<IgnoredAny>()?;
                    continue;
                }
            };
            let log = &mut *self.log;
            map.next_value_seed(In { level, log })?;
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        self.log.listed = true;
        while let Some(As(entry)) = list.next_element()? {
            if let Err(error) = (self.log.each)(self.log.count, entry) {
                self.log.error = Some(error);
                return Err(A::Error::custom("invalid entry"));
            }
            self.log.count += 1;
        }
        Ok(())
    }
}
