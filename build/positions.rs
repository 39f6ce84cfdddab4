//! Lines and columns of the contract's YAML, so that an editor can jump to a finding.

use std::collections::HashMap;

use yaml_rust2::Event;
use yaml_rust2::parser::{MarkedEventReceiver, Parser};
use yaml_rust2::scanner::Marker;

use super::lint::finding::Finding;
use super::lint::place::escape;

/// The position of each value, by its JSON pointer: that of the key in a mapping, and that of the item in a sequence.
pub struct Positions(HashMap<String, Position>);

#[derive(Clone, Copy)]
struct Position {
    line: usize,
    column: usize,
}

impl Positions {
    /// Finds the positions in a YAML document that was parsed before.
    pub fn new(text: &str) -> Self {
        let mut reader = Reader::default();
        // An error was reported by the first parse; the positions before it are still correct.
        let _ = Parser::new_from_str(text).load(&mut reader, false);
        Positions(reader.positions)
    }

    /// Describes a finding in one line, without the name of the file: `12:5: id: reason`.
    pub fn describe(&self, finding: &Finding) -> String {
        let Finding {
            id,
            pointer,
            reason,
        } = finding;
        let Position { line, column } = self.nearest(pointer);
        format!("{line}:{column}: {id}: {reason}")
    }

    /// Returns the position of the value, or of the closest value around it that has one.
    fn nearest(&self, pointer: &str) -> Position {
        let mut pointer = pointer;
        loop {
            if let Some(position) = self.0.get(pointer) {
                return *position;
            }
            match pointer.rsplit_once('/') {
                Some((parent, _)) => pointer = parent,
                None => return Position { line: 1, column: 1 },
            }
        }
    }
}

#[derive(Default)]
struct Reader {
    positions: HashMap<String, Position>,
    /// The mappings and sequences around the next value, the outermost first.
    open: Vec<Open>,
}

enum Open {
    /// The pointer of a mapping, and the pointer of the value after its last key.
    Mapping(String, Option<String>),
    /// The pointer of a sequence, and the index of its next item.
    Sequence(String, usize),
}

impl Reader {
    /// Returns the pointer of the value that begins here, or `None` if it is a key.
    fn begin(&mut self, key: Option<&str>, mark: Marker) -> Option<String> {
        let position = Position {
            line: mark.line(),
            column: mark.col() + 1,
        };
        match self.open.last_mut() {
            None => Some(String::new()),
            Some(Open::Sequence(pointer, index)) => {
                let item = format!("{pointer}/{index}");
                *index += 1;
                self.positions.insert(item.clone(), position);
                Some(item)
            }
            Some(Open::Mapping(pointer, value)) => {
                if let Some(value) = value.take() {
                    return Some(value);
                }
                let member = format!("{pointer}/{}", escape(key.unwrap_or_default()));
                self.positions.insert(member.clone(), position);
                *value = Some(member);
                None
            }
        }
    }
}

impl MarkedEventReceiver for Reader {
    fn on_event(&mut self, event: Event, mark: Marker) {
        match event {
            Event::Scalar(text, ..) => drop(self.begin(Some(&text), mark)),
            Event::Alias(_) => drop(self.begin(None, mark)),
            Event::MappingStart(..) => {
                let pointer = self.begin(None, mark).unwrap_or_default();
                self.open.push(Open::Mapping(pointer, None));
            }
            Event::SequenceStart(..) => {
                let pointer = self.begin(None, mark).unwrap_or_default();
                self.open.push(Open::Sequence(pointer, 0));
            }
            Event::MappingEnd | Event::SequenceEnd => drop(self.open.pop()),
            _ => {}
        }
    }
}
