//! A location in a message, and the direction of a change there.

use std::fmt;

use crate::conformance::walk::Writer;

/// A location in what one side sends, formatted as in a sentence: ``the response's `chats[].status` ``.
#[derive(Clone)]
pub struct Spot {
    pub writer: Writer,
    whole: String,
    path: String,
}

impl Spot {
    pub fn new(writer: Writer, whole: impl Into<String>) -> Self {
        Spot {
            writer,
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

    /// Returns the location of any property of a map.
    pub fn value(&self) -> Self {
        self.property("*")
    }

    fn below(&self, step: &str) -> Self {
        Spot {
            path: format!("{}{step}", self.path),
            ..self.clone()
        }
    }
}

impl fmt::Display for Spot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.whole)?;
        if self.path.is_empty() {
            return Ok(());
        }
        write!(f, "'s `{}`", self.path)
    }
}

/// How a change affects the set of values that a location can have.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// Some values are no longer possible.
    Narrower,
    /// More values are possible.
    Wider,
    /// The values are different, neither narrower nor wider.
    Another,
}

impl Turn {
    /// Returns the direction of a constraint that was added, removed or changed.
    pub fn of_constraint<T>(old: Option<&T>, new: Option<&T>) -> Turn {
        match (old, new) {
            (None, Some(_)) => Turn::Narrower,
            (Some(_), None) => Turn::Wider,
            _ => Turn::Another,
        }
    }
}
