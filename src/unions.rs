//! The behaviour of the contract's unions. The types are generated.

/// Implements a union whose variants differ in the value of one property, the tag. The types of the variants write it.
#[allow(
    unused_macros,
    reason = "the contract decides whether there are unions"
)]
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

        $crate::unions::union_type!($name { $($variant($kind)),+ });
    };
}
#[allow(
    unused_imports,
    reason = "the contract decides whether there are unions"
)]
pub(crate) use tagged_union;

/// Implements a union whose variants differ in their JSON types or properties.
#[allow(
    unused_macros,
    reason = "the contract decides whether there are unions"
)]
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

        $crate::unions::union_type!($name { $($variant($kind)),+ });
    };
}
#[allow(
    unused_imports,
    reason = "the contract decides whether there are unions"
)]
pub(crate) use untagged_union;

/// What unions have in common: they are written as the value of their variant.
#[allow(
    unused_macros,
    reason = "the contract decides whether there are unions"
)]
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
#[allow(
    unused_imports,
    reason = "the contract decides whether there are unions"
)]
pub(crate) use union_type;

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    #[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
    #[serde(tag = "type", rename = "text")]
    struct Text {
        body: String,
    }

    #[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
    #[serde(tag = "type", rename = "location_request")]
    struct LocationRequest {}

    #[derive(Clone, Debug, PartialEq)]
    enum Content {
        Text(Text),
        LocationRequest(LocationRequest),
        Unknown(Value),
    }
    tagged_union!(Content, "type" {
        Text(Text) = "text", LocationRequest(LocationRequest) = "location_request"
    });

    #[derive(Clone, Debug, PartialEq)]
    enum Amount {
        Integer(i64),
        Text(String),
        Unknown(Value),
    }
    untagged_union!(Amount { Integer(i64) if Value::is_i64, Text(String) if |value| value.is_string() });

    #[test]
    fn tag_is_written_once_and_read() {
        for (json, content) in [
            (
                json!({"type": "text", "body": "Hi"}),
                Text {
                    body: "Hi".to_owned(),
                }
                .into(),
            ),
            (
                json!({"type": "location_request"}),
                Content::from(LocationRequest {}),
            ),
        ] {
            assert_eq!(serde_json::to_value(&content).unwrap(), json);
            assert_eq!(
                serde_json::to_string(&content)
                    .unwrap()
                    .matches("type")
                    .count(),
                1
            );
            assert_eq!(serde_json::from_value::<Content>(json).unwrap(), content);
        }
    }

    #[test]
    fn unknown_variant_keeps_its_json() {
        for json in [
            json!({"type": "sticker", "id": [1, null]}),
            json!({"body": "x"}),
            json!(7),
        ] {
            let content: Content = serde_json::from_value(json.clone()).unwrap();
            assert_eq!(content, Content::Unknown(json.clone()));
            assert_eq!(serde_json::to_value(&content).unwrap(), json);
        }
    }

    #[test]
    fn known_tag_with_other_content_is_an_error() {
        serde_json::from_value::<Content>(json!({"type": "text", "body": 7})).unwrap_err();
    }

    #[test]
    fn variants_are_told_apart_by_their_json_types() {
        for (json, amount) in [
            (json!(7), Amount::Integer(7)),
            (json!("7"), Amount::Text("7".to_owned())),
            (json!(null), Amount::Unknown(json!(null))),
            (json!(0.5), Amount::Unknown(json!(0.5))),
        ] {
            let read: Amount = serde_json::from_value(json.clone()).unwrap();
            assert_eq!(read, amount);
            assert_eq!(serde_json::to_value(&read).unwrap(), json);
        }
    }
}
