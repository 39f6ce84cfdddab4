//! A place in what one side writes, and which way a change of it goes.

use std::fmt;

use super::Impact;
use crate::conformance::walk::Writer;

/// A place in what one side writes, as a sentence names it: ``the answer's `chats[].status` ``.
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

    /// Any property of an object whose properties are not named.
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

/// Which values a place can have after a change.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// Some that it could have.
    Narrower,
    /// Others too.
    Wider,
    /// Neither.
    Another,
}

impl Turn {
    /// A constraint that is stated now, or no more, or is another.
    pub fn of_constraint<T>(old: Option<&T>, new: Option<&T>) -> Turn {
        match (old, new) {
            (None, Some(_)) => Turn::Narrower,
            (Some(_), None) => Turn::Wider,
            _ => Turn::Another,
        }
    }

    /// A caller writes what the old contract lets it; the API, what the new one does.
    pub fn impact(self, writer: Writer) -> Impact {
        match (self, writer) {
            (Turn::Wider, Writer::Caller) | (Turn::Narrower, Writer::Api) => Impact::Additive,
            _ => Impact::Breaking,
        }
    }
}
