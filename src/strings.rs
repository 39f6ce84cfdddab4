//! The behaviour of the contract's string types: open enums and opaque identifiers. The types are generated.

use std::borrow::Cow;

use serde::Deserialize;

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

/// A string that is read without a copy, unless it has escapes.
#[derive(Deserialize)]
pub(crate) struct Borrowed<'a>(#[serde(borrow)] pub Cow<'a, str>);

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
                let value = $crate::strings::Borrowed::deserialize(deserializer)?;
                Ok(Self::from(value.0.as_ref()))
            }
        }

        $crate::strings::string_type!($name);
    };
}
pub(crate) use open_enum;
