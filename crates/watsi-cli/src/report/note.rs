//! Remarks about the contract and the list of ignored findings.

use std::fmt;

use openapi_conformance::{Contract, Note, Position};
use serde::Serialize;

use super::place;
use crate::terminal::Plain;

/// A part of a contract that is not validated.
#[derive(Serialize)]
pub struct ContractNote {
    pub id: &'static str,
    /// The file of the contract.
    pub contract: Plain,
    /// The first place.
    pub pointer: Plain,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub position: Option<Position>,
    /// The number of places.
    pub count: usize,
    pub sentence: Plain,
    /// Why the note is ignored, if it is. It is then not written.
    #[serde(skip)]
    pub ignored: Option<Plain>,
}

impl ContractNote {
    pub fn new(note: &Note, contract: &Contract, file: &Plain) -> Self {
        let location = contract.location(&note.pointer);
        let other = location
            .document
            .filter(|name| Some(name.as_str()) != contract.name());
        ContractNote {
            id: note.id,
            contract: other.map_or_else(|| file.clone(), Plain::new),
            pointer: Plain::new(location.pointer),
            position: contract.position(&note.pointer),
            count: note.count,
            sentence: Plain::new(&note.sentence),
            ignored: None,
        }
    }

    /// Returns the notes of a contract.
    pub fn all(contract: &Contract, file: &Plain) -> Vec<Self> {
        let notes = contract.notes().iter();
        notes.map(|note| Self::new(note, contract, file)).collect()
    }
}

impl fmt::Display for ContractNote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = place(&self.contract, self.position, &self.pointer);
        write!(f, "{} ({place}", self.sentence)?;
        if self.count > 1 {
            write!(f, " and {} more", self.count - 1)?;
        }
        f.write_str(")")
    }
}

/// An entry of the list of ignored findings that matches none.
#[derive(Serialize)]
pub struct Warning {
    pub file: Plain,
    pub line: u64,
    pub sentence: Plain,
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.file, self.line, self.sentence)
    }
}
