//! Lines and columns of the values of a contract.

use std::borrow::Cow;
use std::fmt;
use std::sync::OnceLock;

use serde::Serialize;
use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_saphyr::Spanned;

use super::document;
use super::place::unescape;
use json::JsonPositions;

mod json;

/// A position in the text of a contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[non_exhaustive]
pub struct Position {
    /// The line, starting at 1.
    pub line: u64,
    /// The column, in Unicode code points, starting at 1.
    pub column: u64,
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.line, self.column)
    }
}

/// The text of a contract. Positions are read from it only when the first one is needed.
pub(super) struct Source {
    text: Cow<'static, str>,
    positions: OnceLock<Positions>,
}

impl Source {
    pub fn new(text: impl Into<Cow<'static, str>>) -> Self {
        Source {
            text: text.into(),
            positions: OnceLock::new(),
        }
    }

    pub fn text(&self) -> &str {
        &self.text
    }

    /// Returns the position of the value, or of its nearest ancestor in the text. For a property, it is the position
    /// of its name. What an alias refers to is at its anchor.
    pub fn position(&self, pointer: &str) -> Option<Position> {
        let positions = self.positions.get_or_init(|| Positions::read(&self.text));
        positions.get(&self.text, pointer)
    }
}

/// The positions of all values in a text.
enum Positions {
    Json(JsonPositions),
    Yaml(Spanned<Node>),
    Unreadable,
}

impl Positions {
    fn read(text: &str) -> Self {
        // JSON is also YAML, but its structure needs no memory.
        if text.trim_start().starts_with('{')
            && serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok()
        {
            return Positions::Json(JsonPositions::read(text));
        }
        document::yaml(text).map_or(Positions::Unreadable, Positions::Yaml)
    }

    fn get(&self, text: &str, pointer: &str) -> Option<Position> {
        match self {
            Positions::Json(positions) => Some(positions.get(text, pointer)),
            Positions::Yaml(root) => Some(yaml_position(root, pointer)),
            Positions::Unreadable => None,
        }
    }
}

fn yaml_position(root: &Spanned<Node>, pointer: &str) -> Position {
    let (mut node, mut position) = (&root.value, at(root));
    for token in pointer.split('/').skip(1) {
        let Some((child, found)) = node.child(&unescape(token)) else {
            break;
        };
        (node, position) = (child, found);
    }
    position
}

fn at<T>(spanned: &Spanned<T>) -> Position {
    Position {
        line: spanned.defined.line(),
        column: spanned.defined.column(),
    }
}

/// The structure of a value in YAML.
enum Node {
    /// The properties, sorted by name.
    Object(Vec<(Spanned<String>, Node)>),
    Array(Vec<Spanned<Node>>),
    Scalar,
}

impl Node {
    fn child(&self, key: &str) -> Option<(&Node, Position)> {
        match self {
            Node::Object(properties) => {
                let name = |(name, _): &(Spanned<String>, Node)| name.value.as_str().cmp(key);
                let index = properties.binary_search_by(name).ok()?;
                let (name, node) = &properties[index];
                Some((node, at(name)))
            }
            Node::Array(items) => {
                let item = items.get(key.parse::<usize>().ok()?)?;
                Some((&item.value, at(item)))
            }
            Node::Scalar => None,
        }
    }
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NodeVisitor)
    }
}

struct NodeVisitor;

macro_rules! scalars {
    ($($visit:ident: $type:ty),*) => {
        $(fn $visit<E>(self, _: $type) -> Result<Node, E> {
            Ok(Node::Scalar)
        })*
    };
}

impl<'de> Visitor<'de> for NodeVisitor {
    type Value = Node;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    scalars!(visit_bool: bool, visit_i64: i64, visit_u64: u64, visit_i128: i128, visit_u128: u128, visit_f64: f64);
    scalars!(visit_str: &str, visit_bytes: &[u8]);

    fn visit_unit<E>(self) -> Result<Node, E> {
        Ok(Node::Scalar)
    }

    fn visit_none<E>(self) -> Result<Node, E> {
        Ok(Node::Scalar)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Node, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, value: D) -> Result<Node, D::Error> {
        IgnoredAny::deserialize(value)?;
        Ok(Node::Scalar)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Node, A::Error> {
        let mut nodes = Vec::new();
        while let Some(item) = items.next_element()? {
            nodes.push(item);
        }
        Ok(Node::Array(nodes))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut properties: A) -> Result<Node, A::Error> {
        let mut nodes = Vec::new();
        while let Some(property) = properties.next_entry()? {
            nodes.push(property);
        }
        let by_name = |(one, _): &(Spanned<String>, Node), (other, _): &(Spanned<String>, Node)| {
            one.value.cmp(&other.value)
        };
        nodes.sort_by(by_name);
        Ok(Node::Object(nodes))
    }
}
