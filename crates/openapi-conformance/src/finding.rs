//! Validation findings.

use std::fmt;
use std::sync::Arc;

use serde::{Serialize, Serializer};

use super::ids::{self, Id};
use super::location;
use super::part::Part;

/// How a finding affects callers of the API.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Severity {
    /// The response violates the contract: a wrong type, a missing required property, an undocumented status code or
    /// content type, an invalid error envelope, or a list in the wrong order.
    Breaking,
    /// The response contains more than the contract documents: an undocumented property, or an unknown value of an open
    /// enum.
    /// Callers that follow the contract keep working.
    Additive,
    /// The request does not conform to the contract.
    Request,
}

impl Severity {
    /// Returns the severity as a string: `breaking`, `additive` or `request`.
    pub fn as_str(self) -> &'static str {
        match self {
            Severity::Breaking => "breaking",
            Severity::Additive => "additive",
            Severity::Request => "request",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// Serializes the severity as the string that `as_str` returns.
impl Serialize for Severity {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// A place in an exchange that does not conform to the contract. A finding contains no values from the exchange except
/// unknown values of open enums, and names of undocumented properties.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Finding {
    /// The stable id of the violated rule, e.g. `response-property-missing`. `docs/ids.md` lists all ids.
    pub id: &'static str,
    /// How the finding affects callers of the API.
    pub severity: Severity,
    /// A JSON pointer (RFC 6901) into the exchange, e.g. `/response/body/chats/0/id`. It starts with `/request`,
    /// followed by `method`, `path`, `query`, `headers`, `cookies` or `body`, or with `/response`, followed by
    /// `status`, `headers` or `body`.
    pub pointer: String,
    /// A JSON pointer to the part of the contract that is violated.
    pub contract_pointer: String,
    /// A description of the problem that completes a sentence beginning with the pointer, e.g. `is missing`. Its
    /// wording may change.
    pub sentence: String,
    #[serde(skip)]
    part: Part,
    /// The name of the contract.
    #[serde(skip)]
    contract: Option<Arc<str>>,
}

impl Finding {
    /// Returns all ids, each with its meaning.
    pub fn ids() -> &'static [(&'static str, &'static str)] {
        ids::ALL
    }

    /// Creates a finding, e.g. for a rule that only one API has.
    pub fn new(
        id: &'static str,
        part: Part,
        severity: Severity,
        pointer: impl Into<String>,
        contract_pointer: impl Into<String>,
        sentence: impl Into<String>,
    ) -> Self {
        Finding {
            id,
            severity,
            pointer: pointer.into(),
            contract_pointer: contract_pointer.into(),
            sentence: sentence.into(),
            part,
            contract: None,
        }
    }

    /// Creates a finding of one of this crate's rules.
    pub(super) fn of(
        id: Id,
        severity: Severity,
        pointer: impl Into<String>,
        contract_pointer: impl Into<String>,
        sentence: impl Into<String>,
    ) -> Self {
        let (id, part) = (id.as_str(), id.part());
        Finding::new(id, part, severity, pointer, contract_pointer, sentence)
    }

    /// Returns the part of the exchange that the finding concerns.
    pub fn part(&self) -> Part {
        self.part
    }

    pub(super) fn set_part(&mut self, part: Part) {
        self.part = part;
    }

    /// Sets the name of the contract that the finding shows.
    pub(super) fn set_contract(&mut self, name: Option<&Arc<str>>) {
        self.contract = name.cloned();
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = location::shown(self.contract.as_deref(), &self.contract_pointer);
        let (severity, pointer, sentence) = (self.severity, &self.pointer, &self.sentence);
        write!(f, "{severity}: {pointer} {sentence} ({place})")
    }
}
