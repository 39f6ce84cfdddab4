//! Open vocabularies: what a tolerant enum is. The enums themselves are made from the contract.

use std::fmt;

use serde::de;

/// A value of an open vocabulary that the contract does not list, as it came.
///
/// It cannot be made by hand: the enums' `From<&str>` make it, and only for unlisted values. So
/// two equal values are always the same variant.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct UnknownValue(Box<str>);

impl UnknownValue {
    /// The value.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Reads a text into a vocabulary, without a copy where the value is listed.
struct ReadText<T>(std::marker::PhantomData<T>);

impl<T: for<'a> From<&'a str>> de::Visitor<'_> for ReadText<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_str<E>(self, value: &str) -> Result<T, E> {
        Ok(T::from(value))
    }
}

macro_rules! open_enum {
    ($(#[$meta:meta])* pub enum $name:ident { $($variant:ident = $text:literal),+ }) => {
        $(#[$meta])*
        ///
        /// An open vocabulary: a value that the contract does not list is kept as
        /// [`Unknown`](Self::Unknown), and written back as it came.
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum $name {
            $(#[doc = concat!("`", $text, "`")] $variant,)+
            /// A value that the contract does not list.
            Unknown(UnknownValue),
        }

        impl $name {
            /// The values that the contract lists.
            pub const KNOWN: &'static [Self] = &[$(Self::$variant),+];

            /// The value as the API writes it.
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $text,)+
                    Self::Unknown(value) => value.as_str(),
                }
            }
        }

        impl From<&str> for $name {
            fn from(value: &str) -> Self {
                match value {
                    $($text => Self::$variant,)+
                    other => Self::Unknown(UnknownValue(other.into())),
                }
            }
        }

        impl From<String> for $name {
            fn from(value: String) -> Self {
                Self::from(value.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = std::convert::Infallible;

            // Not `Self::Err`: that may be a value of the vocabulary.
            fn from_str(value: &str) -> Result<Self, std::convert::Infallible> {
                Ok(Self::from(value))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserializer.deserialize_str(ReadText(std::marker::PhantomData))
            }
        }
    };
}

include!(concat!(env!("OUT_DIR"), "/vocabularies.rs"));

#[cfg(test)]
mod tests {
    use super::*;

    open_enum! {
        /// A vocabulary of the tests, which must not change with the contract.
        pub enum Light { Red = "red", DeepBlue = "deep.blue" }
    }

    #[test]
    fn a_listed_value_is_its_variant() {
        assert_eq!(Light::from("deep.blue"), Light::DeepBlue);
    }

    open_enum! {
        /// Values whose names mean something to Rust.
        pub enum Awkward { Err = "err", Error = "error", None = "none", Some = "some", Type = "type" }
    }

    #[test]
    fn a_value_may_have_a_name_that_means_something_to_rust() {
        for value in Awkward::KNOWN {
            assert_eq!(value.as_str().parse::<Awkward>().as_ref(), Ok(value));
        }
    }

    #[test]
    fn the_listed_values_are_known() {
        assert_eq!(Light::KNOWN, [Light::Red, Light::DeepBlue]);
    }

    #[test]
    fn an_owned_text_is_read_like_a_borrowed_one() {
        assert_eq!(Light::from("red".to_owned()), Light::Red);
    }

    #[test]
    fn values_are_told_apart_by_case() {
        assert_eq!(Light::from("Red").as_str(), "Red");
        assert_ne!(Light::from("Red"), Light::Red);
    }

    #[test]
    fn an_unlisted_value_is_kept_and_written_back() {
        let read: Light = serde_json::from_str("\"ultraviolet\"").unwrap();
        assert!(matches!(&read, Light::Unknown(value) if value.as_str() == "ultraviolet"));
        assert_eq!(serde_json::to_string(&read).unwrap(), "\"ultraviolet\"");
    }

    #[test]
    fn a_listed_value_is_written_back_as_the_api_writes_it() {
        assert_eq!(
            serde_json::to_string(&Light::DeepBlue).unwrap(),
            "\"deep.blue\""
        );
        assert_eq!(Light::DeepBlue.to_string(), "deep.blue");
    }

    #[test]
    fn an_escaped_value_is_the_same_value() {
        let read: Light = serde_json::from_str(r#""re\u0064""#).unwrap();
        assert_eq!(read, Light::Red);
    }

    #[test]
    fn a_value_that_is_no_string_is_refused() {
        serde_json::from_str::<Light>("3").unwrap_err();
        serde_json::from_str::<Light>("null").unwrap_err();
    }

    #[test]
    fn display_keeps_to_a_width() {
        assert_eq!(format!("{:>5}", Light::Red), "  red");
    }
}
