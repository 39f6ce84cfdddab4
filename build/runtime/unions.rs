//! The behaviour of the contract's unions. The types are generated.

use std::borrow::Cow;

use serde_json::Value;

/// Implements a union whose variants differ in the value of one property, the tag. The types of the variants write it.
macro_rules! tagged_union {
    ($name:ident, $tag:literal { $($variant:ident($kind:ty) = $value:literal),+ }) => {
        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let value = serde_json::Value::deserialize(deserializer)?;
                match value.get($tag).and_then(serde_json::Value::as_str) {
                    $(Some($value) => serde_json::from_value(value)
                        .map(Self::$variant)
                        .map_err(serde::de::Error::custom),)+
                    _ => Ok(Self::Unknown(value)),
                }
            }
        }

        $crate::generated::runtime::unions::union_type!($name { $($variant($kind)),+ });
    };
}
pub(crate) use tagged_union;

/// Implements a union whose variants differ in their JSON types or properties.
macro_rules! untagged_union {
    ($name:ident { $($variant:ident($kind:ty) if $test:expr),+ }) => {
        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let value = serde_json::Value::deserialize(deserializer)?;
                $(
                    let test: fn(&serde_json::Value) -> bool = $test;
                    if test(&value) {
                        return serde_json::from_value(value)
                            .map(Self::$variant)
                            .map_err(serde::de::Error::custom);
                    }
                )+
                Ok(Self::Unknown(value))
            }
        }

        $crate::generated::runtime::unions::union_type!($name { $($variant($kind)),+ });
    };
}
pub(crate) use untagged_union;

/// What unions have in common: they are written as the value of their variant.
macro_rules! union_type {
    ($name:ident { $($variant:ident($kind:ty)),+ }) => {
        $(
            impl From<$kind> for $name {
                fn from(value: $kind) -> Self {
                    Self::$variant(value)
                }
            }
        )+

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                match self {
                    $(Self::$variant(value) => value.serialize(serializer),)+
                    Self::Unknown(value) => value.serialize(serializer),
                }
            }
        }
    };
}
pub(crate) use union_type;

/// The id of a value that the contract does not describe. Without one, all of its JSON identifies it.
pub(crate) fn id_of_unknown<'v>(value: &'v Value, property: &str) -> Cow<'v, str> {
    match value.get(property) {
        Some(Value::String(id)) => Cow::Borrowed(id),
        Some(id) => Cow::Owned(id.to_string()),
        None => Cow::Owned(value.to_string()),
    }
}
