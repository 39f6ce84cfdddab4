//! Compares two contracts and reports how the changes affect callers.
//!
//! The rules answer one question: can a side that follows the new contract send something that a side built against the
//! old contract does not accept? The set of valid requests must not shrink, and the set of possible responses must not
//! grow. The rules are as tolerant as the client promises to be: new properties, new values of open enums and new
//! failures are not breaking.

mod change;
mod codes;
mod ids;
mod members;
mod operation;
mod responses;
mod scalars;
mod schema;
mod spot;

use std::collections::HashSet;

pub use change::{Change, Impact};
use ids::Id;
use operation::address;
use spot::Spot;

use super::contract::Contract;
use super::operation::Operation;
use super::walk::Writer;

impl Contract {
    /// Returns how a change from this contract to `new` affects callers. Changes to existing parts come first, followed
    /// by additions. The list is empty if callers notice nothing.
    ///
    /// Only what is sent over the wire is compared. Prose, examples, tags, ordering, `x-sensitive`, and the names of
    /// components, operations and path parameters do not count as changes. If a program's code has to change to build
    /// against `new`, the compiler reports it.
    ///
    /// | | breaking | additive |
    /// |---|---|---|
    /// | base URL, method, path | changed | |
    /// | operation, event | removed | new |
    /// | what a caller sends: parameter, property | removed; new and required; now required | new and optional; now optional |
    /// | its values | fewer are accepted: a tighter bound, a new format or pattern, null no longer allowed, a value removed from an open enum | more are accepted |
    /// | default of a parameter | changed, removed | new |
    /// | request body | new, removed | |
    /// | what the API sends: header, property | removed; now optional | new; now required |
    /// | its values | more are possible: a looser bound, a removed format or pattern, null allowed | fewer are possible; a value added to or removed from an open enum |
    /// | success status code | new, removed | a narrower range |
    /// | failure status code | | new, removed |
    /// | content of a response | removed; new for a success | new for a failure |
    /// | error code | with another status code | new, removed |
    /// | `x-cursor-list` | changed, removed | new |
    ///
    /// A changed type is breaking, with two exceptions: an integer that widens to a number in what a caller sends, and
    /// a number that narrows to an integer in what the API sends. Removing something optional is breaking too: a server
    /// may reject what it does not know, and programs that read it no longer get it. A looser bound in a response is
    /// breaking, because programs choose types by bounds. For events, the API sends the bodies and headers, and the
    /// caller sends the responses.
    ///
    /// `security` is not compared, because every valid contract requires a bearer token.
    ///
    /// ```
    /// use watsi::conformance::{Contract, Impact};
    ///
    /// let old = Contract::embedded();
    /// let text = old.json().to_string().replace(r#""maximum":100"#, r#""maximum":50"#);
    /// let changes = old.changes_to(&Contract::parse(&text).unwrap());
    /// assert_eq!(changes[0].impact, Impact::Breaking);
    /// assert_eq!(
    ///     changes[0].sentence,
    ///     "the parameter `limit` has the maximum `50` instead of `100`"
    /// );
    /// ```
    pub fn changes_to(&self, new: &Contract) -> Vec<Change> {
        let mut diff = Diff {
            old: self,
            new,
            operation: None,
            visited: HashSet::new(),
            found: Vec::new(),
        };
        let (was, is) = (self.base_url(), new.base_url());
        if was != is {
            let spot = Spot::new(Writer::Caller, "the base URL");
            let what = format!("changes from {was} to {is}");
            diff.report(&spot, Id::BaseUrlChanged, "/servers/0/url", what);
        }
        diff.operations(&self.operations, &new.operations, Kind::Call);
        diff.operations(&self.events, &new.events, Kind::Event);
        diff.found.into_iter().map(Found::change).collect()
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Call,
    Event,
}

struct Diff<'c> {
    old: &'c Contract,
    new: &'c Contract,
    /// The `operationId` of the operation being compared.
    operation: Option<&'c str>,
    /// The pairs of schemas already compared for this operation. Schemas may contain themselves.
    visited: HashSet<(Writer, &'c str, &'c str)>,
    found: Vec<Found>,
}

/// A change, reported once for all operations that it affects.
struct Found {
    spot: Spot,
    id: Id,
    pointer: String,
    what: String,
    operations: Vec<String>,
}

impl Found {
    fn change(self) -> Change {
        let mut sentence = format!("{} {}", self.spot, self.what);
        let operation = match &self.operations[..] {
            [] => None,
            [one] => Some(one.clone()),
            [first, more @ ..] => {
                sentence += &format!(", in {first} and {} more", more.len());
                None
            }
        };
        Change {
            id: self.id.as_str(),
            impact: self.id.impact(),
            operation,
            pointer: self.pointer,
            sentence,
        }
    }
}

impl<'c> Diff<'c> {
    /// Pairs operations by address, then by `operationId`. A renamed operation is the same operation to a server.
    fn operations(&mut self, old: &'c [Operation], new: &'c [Operation], kind: Kind) {
        let at = |operation: &Operation, other: &Operation| address(operation) == address(other);
        let here = |before: &Operation| {
            let mut here = new.iter().filter(|now| at(before, now));
            let named = here.clone().find(|now| now.id() == before.id());
            named.or_else(|| here.next())
        };
        let moved = |before: &Operation| {
            let mut free = new.iter().filter(|now| !old.iter().any(|old| at(old, now)));
            free.find(|now| now.id() == before.id())
        };
        let mut kept = Vec::new();
        for before in old {
            let now = here(before).or_else(|| moved(before));
            self.visited.clear();
            self.operation = Some(now.unwrap_or(before).id());
            match now {
                Some(now) => {
                    kept.push(now.id());
                    self.pair(before, now, kind);
                }
                None => {
                    let id = match kind {
                        Kind::Call => Id::OperationRemoved,
                        Kind::Event => Id::EventRemoved,
                    };
                    self.whole(before, kind, id, "is removed");
                }
            }
        }
        for now in new.iter().filter(|now| !kept.contains(&now.id())) {
            self.operation = Some(now.id());
            let id = match kind {
                Kind::Call => Id::OperationAdded,
                Kind::Event => Id::EventAdded,
            };
            self.whole(now, kind, id, "is added");
        }
        self.operation = None;
    }

    fn report(&mut self, spot: &Spot, id: Id, pointer: &str, what: String) {
        let operation = self.operation.map(str::to_owned);
        let same = |found: &&mut Found| {
            (found.spot.writer, &*found.pointer, &found.what) == (spot.writer, pointer, &what)
        };
        if let Some(found) = self.found.iter_mut().find(same) {
            let others = operation.filter(|operation| !found.operations.contains(operation));
            found.operations.extend(others);
            return;
        }
        self.found.push(Found {
            spot: spot.clone(),
            id,
            pointer: pointer.to_owned(),
            what,
            operations: operation.into_iter().collect(),
        });
    }
}
