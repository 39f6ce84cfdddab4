//! A location in a message, and the direction of a change there.

use std::cmp::Ordering;
use std::fmt;

use crate::validate::Sender;

/// A location in what one side sends, formatted as in a sentence: ``the response's `chats[].status` ``.
#[derive(Clone)]
pub struct Location {
    pub sender: Sender,
    whole: String,
    path: String,
}

impl Location {
    pub fn new(sender: Sender, whole: impl Into<String>) -> Self {
        Location {
            sender,
            whole: whole.into(),
            path: String::new(),
        }
    }

    pub fn property(&self, name: &str) -> Self {
        let dot = if self.path.is_empty() { "" } else { "." };
        self.below(&format!("{dot}{name}"))
    }

    pub fn item(&self) -> Self {
        self.below("[]")
    }

    /// Returns the location of the item at a position of a tuple.
    pub fn item_at(&self, index: usize) -> Self {
        self.below(&format!("[{index}]"))
    }

    /// Returns the location of any property of a map.
    pub fn value(&self) -> Self {
        self.property("*")
    }

    fn below(&self, step: &str) -> Self {
        Location {
            path: format!("{}{step}", self.path),
            ..self.clone()
        }
    }
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.whole)?;
        if self.path.is_empty() {
            return Ok(());
        }
        write!(f, "'s `{}`", self.path)
    }
}

/// How a change affects the set of values that a location can have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// Some values are no longer possible.
    Narrower,
    /// More values are possible.
    Wider,
    /// The values are different, neither narrower nor wider.
    Different,
}

impl Direction {
    /// Returns the direction of a constraint that was added, removed or changed.
    pub fn of_constraint<T>(old: Option<&T>, new: Option<&T>) -> Direction {
        match (old, new) {
            (None, Some(_)) => Direction::Narrower,
            (Some(_), None) => Direction::Wider,
            _ => Direction::Different,
        }
    }

    /// Returns the direction of a limit for which more is wider, or `None` if it is the same.
    pub fn of_limit(ordering: Option<Ordering>) -> Option<Direction> {
        match ordering? {
            Ordering::Less => Some(Direction::Wider),
            Ordering::Equal => None,
            Ordering::Greater => Some(Direction::Narrower),
        }
    }
}
