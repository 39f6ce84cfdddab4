//! The behaviour of the contract's string types: open enums and opaque identifiers. The types are generated.

use std::fmt;
use std::marker::PhantomData;

use serde::de;

/// A value of an open enum that the contract does not list, as it was received.
///
/// Only the `From` implementations of the enums create it, and only for unknown values. So two equal values are always
/// the same variant.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct UnknownValue(pub(crate) Box<str>);

impl UnknownValue {
    /// Returns the value.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Reads a string into `T` without copying it first.
pub(crate) struct FromStrVisitor<T>(pub PhantomData<T>);

impl<T: for<'a> From<&'a str>> de::Visitor<'_> for FromStrVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_str<E>(self, value: &str) -> Result<T, E> {
        Ok(T::from(value))
    }
}

/// What identifiers and open enums have in common: they are strings.
macro_rules! string_type {
    ($name:ident) => {
        impl From<String> for $name {
            fn from(value: String) -> Self {
                Self::from(value.as_str())
            }
        }

        impl From<&$name> for $name {
            fn from(value: &$name) -> Self {
                value.clone()
            }
        }

        impl std::str::FromStr for $name {
            type Err = std::convert::Infallible;

            // Not `Self::Err`: an open enum may have a variant of that name.
            fn from_str(value: &str) -> Result<Self, std::convert::Infallible> {
                Ok(Self::from(value))
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                self.as_str()
            }
        }

        impl PartialEq<str> for $name {
            fn eq(&self, other: &str) -> bool {
                self.as_str() == other
            }
        }

        impl PartialEq<&str> for $name {
            fn eq(&self, other: &&str) -> bool {
                self.as_str() == *other
            }
        }

        impl PartialEq<$name> for str {
            fn eq(&self, other: &$name) -> bool {
                self == other.as_str()
            }
        }

        impl PartialEq<$name> for &str {
            fn eq(&self, other: &$name) -> bool {
                *self == other.as_str()
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }
    };
}
pub(crate) use string_type;

/// Implements an opaque identifier, a struct around a `String`.
macro_rules! opaque_id {
    ($name:ident) => {
        impl $name {
            /// Returns the identifier.
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// Returns the identifier. There is no `From` for this, so that an identifier is not mistaken
            /// for other text.
            pub fn into_string(self) -> String {
                self.0
            }
        }

        impl From<&str> for $name {
            fn from(value: &str) -> Self {
                Self(value.to_owned())
            }
        }

        impl std::borrow::Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer).map(Self)
            }
        }

        $crate::strings::string_type!($name);
    };
}
pub(crate) use opaque_id;

/// Implements an open enum, which has a variant for each known value, and `Unknown`.
macro_rules! open_enum {
    ($name:ident { $($variant:ident = $value:literal),+ }) => {
        impl $name {
            /// The known values.
            pub const KNOWN: &'static [Self] = &[$(Self::$variant),+];

            /// Returns the value as the API writes it.
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $value,)+
                    Self::Unknown(value) => value.as_str(),
                }
            }
        }

        impl From<&str> for $name {
            fn from(value: &str) -> Self {
                match value {
                    $($value => Self::$variant,)+
                    other => Self::Unknown($crate::strings::UnknownValue(other.into())),
                }
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserializer
                    .deserialize_str($crate::strings::FromStrVisitor(std::marker::PhantomData))
            }
        }

        $crate::strings::string_type!($name);
    };
}
pub(crate) use open_enum;

#[cfg(test)]
mod tests {
    use super::UnknownValue;

    #[derive(Clone, Debug, PartialEq, Eq)]
    enum Light {
        Red,
        DeepBlue,
        Unknown(UnknownValue),
    }
    open_enum!(Light { Red = "red", DeepBlue = "deep.blue" });

    #[derive(Clone, Debug, PartialEq, Eq)]
    enum Awkward {
        Err,
        Error,
        None,
        Some,
        Type,
        Unknown(UnknownValue),
    }
    open_enum!(Awkward { Err = "err", Error = "error", None = "none", Some = "some", Type = "type" });

    #[derive(Clone, Debug, PartialEq, Eq, Hash)]
    struct LightId(String);
    opaque_id!(LightId);

    #[test]
    fn known_value_is_its_variant() {
        assert_eq!(Light::from("deep.blue"), Light::DeepBlue);
    }

    #[test]
    fn value_may_have_a_name_from_the_prelude() {
        for value in Awkward::KNOWN {
            assert_eq!(value.as_str().parse::<Awkward>().as_ref(), Ok(value));
        }
    }

    #[test]
    fn known_contains_the_values_of_the_contract() {
        assert_eq!(Light::KNOWN, [Light::Red, Light::DeepBlue]);
    }

    #[test]
    fn owned_string_converts_like_a_borrowed_one() {
        assert_eq!(Light::from("red".to_owned()), Light::Red);
    }

    #[test]
    fn values_are_case_sensitive() {
        assert_eq!(Light::from("Red").as_str(), "Red");
        assert_ne!(Light::from("Red"), Light::Red);
    }

    #[test]
    fn unknown_value_is_kept_and_serialized() {
        let read: Light = serde_json::from_str("\"ultraviolet\"").unwrap();
        assert!(matches!(&read, Light::Unknown(value) if value.as_str() == "ultraviolet"));
        assert_eq!(serde_json::to_string(&read).unwrap(), "\"ultraviolet\"");
    }

    #[test]
    fn known_value_is_serialized_as_the_api_writes_it() {
        assert_eq!(
            serde_json::to_string(&Light::DeepBlue).unwrap(),
            "\"deep.blue\""
        );
        assert_eq!(Light::DeepBlue.to_string(), "deep.blue");
    }

    #[test]
    fn escaped_value_is_the_same_value() {
        let read: Light = serde_json::from_str(r#""re\u0064""#).unwrap();
        assert_eq!(read, Light::Red);
    }

    #[test]
    fn only_a_string_is_deserialized() {
        serde_json::from_str::<Light>("3").unwrap_err();
        serde_json::from_str::<Light>("null").unwrap_err();
        serde_json::from_str::<LightId>("3").unwrap_err();
    }

    #[test]
    fn display_pads_to_a_width() {
        assert_eq!(format!("{:>5}", Light::Red), "  red");
    }

    #[test]
    fn value_is_compared_with_a_string() {
        let id = LightId::from("l1");
        assert_eq!(id, "l1");
        assert_eq!("l1", id);
        assert_ne!(id, *"l2");
        assert_ne!(*"l2", id);
        assert!(Light::Red == "red" && Light::Red != *"blue");
    }

    #[test]
    fn identifier_is_deserialized_and_serialized_as_a_string() {
        let id: LightId = serde_json::from_str("\"l1\"").unwrap();
        assert_eq!(serde_json::to_string(&id).unwrap(), "\"l1\"");
        assert_eq!(
            (
                id.to_string().as_str(),
                LightId::from(&id).into_string().as_str()
            ),
            ("l1", "l1")
        );
    }
}
