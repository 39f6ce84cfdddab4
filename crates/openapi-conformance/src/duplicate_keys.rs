//! Finds duplicate names in the objects of a JSON text. Parsers disagree on them: some use the first value, some the
//! last, and this crate's client returns an error.

use std::collections::HashSet;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use serde_json::Value;

use super::place::token;

/// Returns JSON pointers to duplicate names, in document order, in the text of a value.
pub(super) fn names(json: &[u8], value: &Value) -> Vec<String> {
    // Counting is much faster than parsing a second time, and almost no text has duplicates.
    if colons(json) == properties(value) {
        return Vec::new();
    }
    let mut found = Found::default();
    let names = Names(&mut found);
    _ = names.deserialize(&mut serde_json::Deserializer::from_slice(json));
    found.duplicates
}

/// Returns the number of properties in a JSON text: of its colons that are not in strings.
fn colons(json: &[u8]) -> usize {
    let mut count = 0;
    let mut bytes = json.iter();
    while let Some(byte) = bytes.next() {
        match byte {
            b':' => count += 1,
            b'"' => loop {
                match bytes.next() {
                    Some(b'\\') => _ = bytes.next(),
                    Some(b'"') | None => break,
                    Some(_) => {}
                }
            },
            _ => {}
        }
    }
    count
}

/// Returns the number of properties of all objects in a value.
fn properties(value: &Value) -> usize {
    match value {
        Value::Array(items) => items.iter().map(properties).sum(),
        Value::Object(object) => object.len() + object.values().map(properties).sum::<usize>(),
        _ => 0,
    }
}

#[derive(Default)]
struct Found {
    /// The pointer to the current value.
    at: String,
    duplicates: Vec<String>,
}

struct Names<'f>(&'f mut Found);

impl<'de> DeserializeSeed<'de> for Names<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Names<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E: Error>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let Names(found) = self;
        let length = found.at.len();
        let mut names = HashSet::new();
        while let Some(name) = map.next_key::<String>()? {
            found.at.push('/');
            found.at.push_str(&token(&name));
            if !names.insert(name) {
                found.duplicates.push(found.at.clone());
            }
            map.next_value_seed(Names(&mut *found))?;
            found.at.truncate(length);
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        let Names(found) = self;
        let length = found.at.len();
        let mut index = 0;
        loop {
            found.at.push_str(&format!("/{index}"));
            let item = list.next_element_seed(Names(&mut *found))?;
            found.at.truncate(length);
            if item.is_none() {
                return Ok(());
            }
            index += 1;
        }
    }
}
