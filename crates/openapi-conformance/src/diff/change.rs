//! A change to a contract, and its impact.

use std::fmt;
use std::sync::Arc;

use serde::Serialize;

use super::ids;
use crate::location;

/// The impact of a contract change on a program built against the old contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Impact {
    /// The program fails, its requests are rejected, or it misreads data. If it uses a generated client, it may no
    /// longer compile.
    Breaking,
    /// The program keeps working. The new contract offers or guarantees more.
    Additive,
    /// The program is not affected.
    Unaffected,
}

impl Impact {
    /// Returns the impact as a string: `breaking`, `additive` or `unaffected`.
    pub fn as_str(self) -> &'static str {
        match self {
            Impact::Breaking => "breaking",
            Impact::Additive => "additive",
            Impact::Unaffected => "unaffected",
        }
    }
}

impl fmt::Display for Impact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// The part of a semantic version to increment after changes to a contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Bump {
    /// No program is affected.
    Patch,
    /// Programs keep working, and can use more.
    Minor,
    /// Some programs have to change.
    Major,
}

impl Bump {
    /// Returns the version bump that the changes require, based on the worst impact.
    ///
    /// ```
    /// use openapi_conformance::{Bump, Contract};
    ///
    /// let old = Contract::parse(r#"{"openapi": "3.1.0", "paths": {"/pets": {"get": {}}}}"#)?;
    /// let new = Contract::parse(r#"{"openapi": "3.1.0", "paths": {}}"#)?;
    /// assert_eq!(Bump::of(&old.changes_to(&new)), Bump::Major);
    /// assert_eq!(Bump::of(&new.changes_to(&old)), Bump::Minor);
    /// assert_eq!(Bump::of(&[]), Bump::Patch);
    /// # Ok::<(), openapi_conformance::ContractError>(())
    /// ```
    pub fn of(changes: &[Change]) -> Bump {
        let worst = changes.iter().map(|change| change.impact).min();
        worst.unwrap_or(Impact::Unaffected).into()
    }

    /// Returns the part of the version as a string: `major`, `minor` or `patch`.
    pub fn as_str(self) -> &'static str {
        match self {
            Bump::Major => "major",
            Bump::Minor => "minor",
            Bump::Patch => "patch",
        }
    }
}

/// Converts the impact of all changes to the version bump that it requires.
impl From<Impact> for Bump {
    fn from(impact: Impact) -> Self {
        match impact {
            Impact::Breaking => Bump::Major,
            Impact::Additive => Bump::Minor,
            Impact::Unaffected => Bump::Patch,
        }
    }
}

impl fmt::Display for Bump {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// A difference between two contracts that affects callers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Change {
    /// The stable id of the kind of change, e.g. `response-property-removed`. `docs/ids.md` lists all ids.
    pub id: &'static str,
    /// The impact on a program built against the old contract: based on what is sent over the wire, or on its source
    /// code if the change is of [`Contract::changes_for_generated_clients`](crate::Contract::changes_for_generated_clients).
    pub impact: Impact,
    /// The `operationId` of the affected operation or event, or `None` if all or several are affected. For several, the
    /// sentence names the first and gives the number of the others.
    pub operation: Option<String>,
    /// A JSON pointer (RFC 6901) into the new contract, or into the old one if [`is_in_old`](Self::is_in_old).
    pub pointer: String,
    /// A description of the change, e.g. ``the response's `chats[].status` is removed``.
    pub sentence: String,
    #[serde(skip)]
    pub(super) is_in_old: bool,
    /// The name of the contract that the pointer refers to.
    #[serde(skip)]
    pub(super) contract: Option<Arc<str>>,
}

impl Change {
    /// Returns true if the pointer refers to the old contract, because something was removed.
    pub fn is_in_old(&self) -> bool {
        self.is_in_old
    }

    /// Returns all ids, each with its meaning.
    pub fn ids() -> &'static [(&'static str, &'static str)] {
        ids::ALL
    }
}

/// Formats the change on one line, e.g. ``breaking: list_conversations: the response's `hasMore` is removed (#/...)``.
impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut line = format!("{}: ", self.impact);
        if let Some(operation) = &self.operation {
            line += &format!("{operation}: ");
        }
        let place = location::shown(self.contract.as_deref(), &self.pointer);
        line += &format!("{} ({place})", self.sentence);
        // A name or pattern in a contract may contain a line break.
        f.write_str(&line.replace(char::is_control, " "))
    }
}
