//! Reads recordings that deviate from the format. A value of the wrong type counts as absent, and the last value of a
//! duplicate property wins.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserialize, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// A value that can be read leniently. By default, every kind of JSON value is ignored.
pub(super) trait Lenient: Default {
    fn text(&mut self, _text: &str) {}

    fn number(&mut self, _number: f64) {}

    /// Reads the value of `key` from `map`.
    fn member<'de, A: MapAccess<'de>>(&mut self, _key: &str, map: &mut A) -> Result<(), A::Error> {
        map.next_value::<IgnoredAny>().map(|_| ())
    }

    /// Reads an item from `list`; `None` at its end.
    fn item<'de, A: SeqAccess<'de>>(&mut self, list: &mut A) -> Result<Option<()>, A::Error> {
        Ok(list.next_element::<IgnoredAny>()?.map(|_| ()))
    }
}

/// Reads the next value from `map`.
pub(super) fn value<'de, T: Lenient, A: MapAccess<'de>>(map: &mut A) -> Result<T, A::Error> {
    Ok(map.next_value::<As<T>>()?.0)
}

/// A value that was read leniently.
pub(super) struct As<T>(pub T);

impl<'de, T: Lenient> Deserialize<'de> for As<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Any(PhantomData))
    }
}

struct Any<T>(PhantomData<T>);

impl<'de, T: Lenient> Visitor<'de> for Any<T> {
    type Value = As<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_unit<E>(self) -> Result<As<T>, E> {
        Ok(As(T::default()))
    }

    fn visit_bool<E>(self, _: bool) -> Result<As<T>, E> {
        Ok(As(T::default()))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<As<T>, E> {
        self.visit_f64(number as f64)
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<As<T>, E> {
        self.visit_f64(number as f64)
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<As<T>, E> {
        let mut it = T::default();
        it.number(number);
        Ok(As(it))
    }

    fn visit_str<E>(self, text: &str) -> Result<As<T>, E> {
        let mut it = T::default();
        it.text(text);
        Ok(As(it))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<As<T>, A::Error> {
        let mut it = T::default();
        while let Some(key) = map.next_key::<String>()? {
            it.member(&key, &mut map)?;
        }
        Ok(As(it))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<As<T>, A::Error> {
        let mut it = T::default();
        while it.item(&mut list)?.is_some() {}
        Ok(As(it))
    }
}

impl Lenient for Option<String> {
    fn text(&mut self, text: &str) {
        *self = Some(text.to_owned());
    }
}

/// Accepts integers that are written as strings or with a fraction of zero.
impl Lenient for Option<i64> {
    fn text(&mut self, text: &str) {
        if let Ok(number) = text.trim().parse() {
            self.number(number);
        }
    }

    fn number(&mut self, number: f64) {
        *self = (number.fract() == 0.0).then_some(number as i64);
    }

    fn member<'de, A: MapAccess<'de>>(&mut self, key: &str, map: &mut A) -> Result<(), A::Error> {
        // Numbers arrive in this form if another crate enables serde_json's `arbitrary_precision`.
        let digits: Option<String> = value(map)?;
        if key == "$serde_json::private::Number" {
            self.text(&digits.unwrap_or_default());
        }
        Ok(())
    }
}

/// Ignores any value.
impl Lenient for () {}
