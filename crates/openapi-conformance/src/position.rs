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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_has_the_same_positions_as_the_same_text_in_yaml() {
        let text = "{\n \"a\\u0062\" : [ 1,\r\n {\"c/d\": {} , \"é😀\": \"x\\\"}\" } ],\n \"e\": true, \"e\": 2 }\n";
        let json = JsonPositions::read(text);
        let yaml: Spanned<Node> = document::yaml(&text.replace(", \"e\": 2", "")).unwrap();
        let pointers = [
            "",
            "/ab",
            "/ab/0",
            "/ab/1",
            "/ab/1/c~1d",
            "/ab/1/é😀",
            "/ab/2",
            "/ab/-",
            "/e",
            "/e/f",
            "/x",
        ];
        for pointer in pointers {
            assert_eq!(
                json.get(text, pointer),
                yaml_position(&yaml, pointer),
                "{pointer}"
            );
        }
    }

    #[test]
    fn positions_far_into_a_long_line_are_found() {
        let text = format!("{{\"a\": \"{}\", \"b\": 1}}", "é".repeat(100_000));
        assert_eq!(positions(&text, ["/a", "/b"]), ["1:2", "1:100011"]);
    }

    /// Returns the positions of these pointers, as `line:column`.
    fn positions<const N: usize>(text: &str, pointers: [&str; N]) -> [String; N] {
        let positions = Positions::read(text);
        pointers.map(|pointer| positions.get(text, pointer).unwrap().to_string())
    }

    #[test]
    fn a_property_is_at_its_name_and_an_item_at_its_value() {
        let text = "openapi: 3.0.3\npaths:\n  /a/b:\n    get:\n      tags: [x, y]\n      list:\n        - one\n        - two: 2\n";
        let pointers = [
            "",
            "/openapi",
            "/paths/~1a~1b/get",
            "/paths/~1a~1b/get/tags/1",
            "/paths/~1a~1b/get/list/0",
            "/paths/~1a~1b/get/list/1/two",
        ];
        let expected = ["1:1", "1:1", "4:5", "5:17", "7:11", "8:11"];
        assert_eq!(positions(text, pointers), expected);
    }

    #[test]
    fn an_unknown_pointer_has_the_position_of_its_nearest_ancestor() {
        let text = "a:\n  b:\n    - c\n";
        let pointers = ["/a/b/7/x", "/a/x/y", "/x", "/a/b/0/deeper", "/a/b/-1", "a"];
        let expected = ["2:3", "1:1", "1:1", "3:7", "2:3", "1:1"];
        assert_eq!(positions(text, pointers), expected);
    }

    #[test]
    fn names_with_slashes_tildes_quotes_and_numbers_are_found() {
        let text = "a/b: 1\nm~n: 2\n'~1': 3\n200: 4\n\"2XX\": 5\n";
        let pointers = ["/a~1b", "/m~0n", "/~01", "/200", "/2XX"];
        let expected = ["1:1", "2:1", "3:1", "4:1", "5:1"];
        assert_eq!(positions(text, pointers), expected);
    }

    #[test]
    fn flow_collections_are_read() {
        let text = "a: {b: {c: [1, {d: 2}]},\n    e: 3}\n";
        let pointers = ["/a/b", "/a/b/c", "/a/b/c/1", "/a/b/c/1/d", "/a/e"];
        let expected = ["1:5", "1:9", "1:16", "1:17", "2:5"];
        assert_eq!(positions(text, pointers), expected);
    }

    #[test]
    fn the_content_of_an_alias_is_at_its_anchor() {
        let text = "base: &base\n  x: 1\nuse: *base\nlist: [*base]\n";
        let pointers = ["/use", "/use/x", "/list/0/x"];
        assert_eq!(positions(text, pointers), ["3:1", "2:3", "2:3"]);
    }

    #[test]
    fn strings_of_several_lines_do_not_shift_what_follows() {
        let text = "a: |\n  one\n  two\nb: >-\n  three\n\n  four\nc: \"five\n  six\"\nd: 1\n";
        let expected = ["1:1", "4:1", "8:1", "10:1"];
        assert_eq!(positions(text, ["/a", "/b", "/c", "/d"]), expected);
    }

    #[test]
    fn carriage_returns_do_not_count_as_lines_or_columns() {
        let text = "a:\r\n  b: 1\r\n  # a comment\r\n  c: [1,\r\n    2]\r\n";
        let expected = ["2:3", "4:3", "5:5"];
        assert_eq!(positions(text, ["/a/b", "/a/c", "/a/c/1"]), expected);
    }

    #[test]
    fn columns_count_code_points() {
        let text = "{é😀: 1, b: 2}\n";
        assert_eq!(positions(text, ["/é😀", "/b"]), ["1:2", "1:9"]);
    }

    #[test]
    fn json_is_read() {
        let text = "{\n\t\"a/b\": {\"c\": [1, {\"d\\u0065\": null}]},\n\t\"\\ud83d\\ude00\": -1.5e3,\n\t\"e\": true\n}";
        let pointers = ["/a~1b", "/a~1b/c/1", "/a~1b/c/1/de", "/😀", "/e"];
        assert_eq!(
            positions(text, pointers),
            ["2:2", "2:19", "2:20", "3:2", "4:2"]
        );
    }

    #[test]
    fn text_that_cannot_be_read_has_no_positions() {
        for text in ["a: [", &"[".repeat(100_000), "a: *missing"] {
            let position = Positions::read(text).get(text, "/a");
            assert_eq!(position, None);
        }
    }
}
