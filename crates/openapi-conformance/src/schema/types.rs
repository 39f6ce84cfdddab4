//! Sets of JSON types.

use serde_json::Value;

use super::Dialect;

/// A set of JSON types. An integer is also a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Types(u8);

impl Types {
    /// 2^63: larger floats have no fraction, and are beyond an integer of 64 bits.
    pub const LARGE: f64 = 9_223_372_036_854_775_808.0;

    pub const NONE: Types = Types(0);
    pub const NULL: Types = Types(1);
    pub const BOOLEAN: Types = Types(2);
    pub const INTEGER: Types = Types(4);
    /// Numbers that are not integers.
    const FRACTION: Types = Types(8);
    pub const NUMBER: Types = Types::FRACTION.or(Types::INTEGER);
    pub const STRING: Types = Types(16);
    pub const ARRAY: Types = Types(32);
    pub const OBJECT: Types = Types(64);
    pub const ALL: Types = Types(127);

    const NAMES: [(&str, &str, Types); 7] = [
        ("object", "an object", Types::OBJECT),
        ("array", "an array", Types::ARRAY),
        ("string", "a string", Types::STRING),
        ("number", "a number", Types::NUMBER),
        ("integer", "an integer", Types::INTEGER),
        ("boolean", "a boolean", Types::BOOLEAN),
        ("null", "null", Types::NULL),
    ];

    /// Returns the type with this name in a schema.
    pub fn named(name: &str) -> Option<Types> {
        let mut names = Types::NAMES.iter();
        names
            .find(|(known, ..)| *known == name)
            .map(|named| named.2)
    }

    /// Returns the type of a value. A number without a fraction is an integer in JSON Schema 2020-12, but not in
    /// OpenAPI 3.0.
    pub fn of(value: &Value, dialect: Dialect) -> Types {
        match value {
            Value::Null => Types::NULL,
            Value::Bool(_) => Types::BOOLEAN,
            Value::Number(number) if !number.is_f64() => Types::INTEGER,
            Value::Number(number) => {
                let number = number.as_f64().unwrap_or_default();
                // Integers beyond 64 bits are parsed as floats.
                let is_large = number.abs() >= Types::LARGE;
                if is_large || number.fract() == 0.0 && dialect == Dialect::OpenApi31 {
                    Types::INTEGER
                } else {
                    Types::FRACTION
                }
            }
            Value::String(_) => Types::STRING,
            Value::Array(_) => Types::ARRAY,
            Value::Object(_) => Types::OBJECT,
        }
    }

    pub fn and(self, other: Types) -> Types {
        Types(self.0 & other.0)
    }

    pub const fn or(self, other: Types) -> Types {
        Types(self.0 | other.0)
    }

    pub fn without(self, other: Types) -> Types {
        Types(self.0 & !other.0)
    }

    /// Returns each type besides null as a set of its own. Numbers are one type.
    pub fn each(self) -> Vec<Types> {
        let all = [
            Types::BOOLEAN,
            Types::NUMBER,
            Types::STRING,
            Types::ARRAY,
            Types::OBJECT,
        ];
        let each = all.into_iter().map(|types| self.and(types));
        each.filter(|types| *types != Types::NONE).collect()
    }

    /// Returns the types without numbers that are not integers.
    pub fn without_fractions(self) -> Types {
        self.without(Types::FRACTION)
    }

    /// Returns whether the sets have a type in common.
    pub fn intersects(self, other: Types) -> bool {
        self.0 & other.0 != 0
    }

    pub fn contains(self, other: Types) -> bool {
        self.0 & other.0 == other.0
    }

    /// Returns the names with articles, as in a sentence: `a string or null`.
    pub fn sentence(self) -> String {
        let mut rest = self;
        let mut names = Vec::new();
        for (_, name, types) in Types::NAMES {
            if rest.contains(types) {
                rest = rest.without(types);
                names.push(name);
            }
        }
        if rest.contains(Types::FRACTION) {
            names.push("a number");
        }
        names.join(" or ")
    }
}
