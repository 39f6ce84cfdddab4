//! Names that stand twice in one object of a JSON text. Readers differ in what they make of it: some
//! take the first value, some the last, and the client of this crate refuses it.

use std::collections::HashSet;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use super::walk::token;

/// JSON pointers to them, in the text's order; none of a text that is no JSON.
pub(super) fn names(json: &[u8]) -> Vec<String> {
    let mut found = Found::default();
    let names = Names(&mut found);
    _ = names.deserialize(&mut serde_json::Deserializer::from_slice(json));
    found.twice
}

#[derive(Default)]
struct Found {
    /// Where the value stands that is looked at.
    at: String,
    twice: Vec<String>,
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
                found.twice.push(found.at.clone());
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
