//! A location in a message, and the direction of a change there.

use std::cmp::Ordering;
use std::fmt;

use crate::validate::Sender;

/// A location in what one side sends, formatted as in a sentence: ``the response's `chats[].status` ``.
#[derive(Clone)]
pub struct Location {
    pub sender: Sender,
    /// Whether values are written as text without quotes, e.g. in a query, so that every scalar is also a string.
    pub is_text: bool,
    whole: String,
    path: String,
}

impl Location {
    pub fn new(sender: Sender, whole: impl Into<String>) -> Self {
        Location {
            sender,
            is_text: false,
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

    /// Returns the location of the value that a string contains.
    pub fn content(&self) -> Self {
        Location {
            is_text: false,
            ..self.below("(content)")
        }
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

/// How a change affects the set of values that a location can have. The set is the same without a direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// Some values are no longer possible.
    Narrower,
    /// More values are possible.
    Wider,
    /// Some values are no longer possible, and others are.
    Different,
}

impl Direction {
    /// Returns the direction of a change, if there is one, of whether all new values were possible before, and all old
    /// ones still are.
    pub fn of_sets(old_includes_new: bool, new_includes_old: bool) -> Option<Direction> {
        match (old_includes_new, new_includes_old) {
            (true, true) => None,
            (true, false) => Some(Direction::Narrower),
            (false, true) => Some(Direction::Wider),
            (false, false) => Some(Direction::Different),
        }
    }

    /// Returns the direction of a maximum, given how the new one compares with the old one.
    pub fn of_maximum(ordering: Ordering) -> Option<Direction> {
        match ordering {
            Ordering::Less => Some(Direction::Narrower),
            Ordering::Equal => None,
            Ordering::Greater => Some(Direction::Wider),
        }
    }

    /// Returns the direction of two changes together.
    pub fn join(one: Option<Direction>, other: Option<Direction>) -> Option<Direction> {
        match (one, other) {
            (None, direction) | (direction, None) => direction,
            (Some(one), Some(other)) if one == other => Some(one),
            _ => Some(Direction::Different),
        }
    }

    /// Returns the direction of the change of what is excluded.
    pub fn reverse(self) -> Direction {
        match self {
            Direction::Narrower => Direction::Wider,
            Direction::Wider => Direction::Narrower,
            Direction::Different => Direction::Different,
        }
    }
}
