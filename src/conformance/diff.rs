//! What a change of the contract does to callers.
//!
//! The rules come down to one question: does a side that follows the new contract write what a side
//! that was built with the old one does not take? So a request may say no less than it may have said,
//! and an answer may say no more. Where the client is tolerant by promise, so is the rule: properties,
//! values of vocabularies and failures that come later do not break it.

mod answers;
mod change;
mod codes;
mod members;
mod operation;
mod scalars;
mod schema;
mod spot;

use std::collections::HashSet;

pub use change::{Change, Impact};
use operation::address;
use spot::{Spot, Turn};

use super::contract::Contract;
use super::operation::Operation;
use super::walk::Writer;

impl Contract {
    /// What it does to callers when a server that followed this contract follows `new`: first of what this
    /// contract has, and then of what is new. Empty where they notice nothing.
    ///
    /// Compared is what goes over the wire. Prose, examples, tags, order, `x-sensitive`, and the names
    /// of components, operations and path parameters are no change: what a program's code must change
    /// when it is built with `new`, the compiler says.
    ///
    /// | | breaking | additive |
    /// |---|---|---|
    /// | base URL, method, path | changed | |
    /// | operation, event | removed | new |
    /// | what a caller sends: parameter, property | removed, new and required, required now | new and optional, optional now |
    /// | its values | fewer are taken: a narrower bound, a format or pattern, no null, a vocabulary without a value | more are taken |
    /// | default of a parameter | changed, removed | stated |
    /// | request body | new, removed | |
    /// | what the API sends: header, property | removed, optional now | new, required now |
    /// | its values | more can come: a wider bound, no format or pattern, null | fewer can come; a vocabulary with or without a value |
    /// | status of a success | new, removed | a range that is narrower |
    /// | status of a failure | | new, removed |
    /// | content of an answer | removed; of a success also new | of a failure new |
    /// | error code | with another status | new, removed |
    /// | `x-cursor-list` | changed, removed | new |
    ///
    /// A type that changes is breaking, but for an integer that widens to a number in what a caller
    /// sends, and a number that narrows to an integer in what the API sends. A removal is breaking even
    /// of what was optional: a server may refuse what it does not know, and a program that reads it
    /// goes without. A bound that is wider in an answer is breaking, since programs choose types by
    /// bounds. The bodies and headers of events are what the API sends, and the answers to them what
    /// a caller sends.
    ///
    /// Of `security` there is nothing to compare: in every contract that can be read it is a bearer token.
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
    ///     "the parameter `limit` has another maximum: `50`, and was `100`"
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
            let what = format!("is {is}, and was {was}");
            diff.report(&spot, Impact::Breaking, "/servers/0/url", what);
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
    /// The `operationId` of what is being compared.
    operation: Option<&'c str>,
    /// The pairs of schemas that were compared for the operation: schemas may hold themselves.
    visited: HashSet<(Writer, &'c str, &'c str)>,
    found: Vec<Found>,
}

/// A change, once for all operations that lead to it.
struct Found {
    spot: Spot,
    impact: Impact,
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
            impact: self.impact,
            operation,
            pointer: self.pointer,
            sentence,
        }
    }
}

impl<'c> Diff<'c> {
    /// Pairs what has one address, and then what has one `operationId`: an operation that only has
    /// another name is the same to a server.
    fn operations(&mut self, old: &'c [Operation], new: &'c [Operation], kind: Kind) {
        let at = |it: &Operation, other: &Operation| address(it) == address(other);
        let here = |before: &Operation| {
            let mut here = new.iter().filter(|it| at(before, it));
            let named = here.clone().find(|it| it.id() == before.id());
            named.or_else(|| here.next())
        };
        let moved = |before: &Operation| {
            let mut free = new.iter().filter(|it| !old.iter().any(|old| at(old, it)));
            free.find(|it| it.id() == before.id())
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
                None => self.whole(before, kind, Impact::Breaking, "is removed"),
            }
        }
        for now in new.iter().filter(|it| !kept.contains(&it.id())) {
            self.operation = Some(now.id());
            self.whole(now, kind, Impact::Additive, "is new");
        }
        self.operation = None;
    }

    fn turned(&mut self, spot: &Spot, turn: Turn, pointer: &str, what: String) {
        self.report(spot, turn.impact(spot.writer), pointer, what);
    }

    fn report(&mut self, spot: &Spot, impact: Impact, pointer: &str, what: String) {
        let operation = self.operation.map(str::to_owned);
        let same = |it: &&mut Found| {
            (it.spot.writer, &*it.pointer, &it.what) == (spot.writer, pointer, &what)
        };
        if let Some(found) = self.found.iter_mut().find(same) {
            let others = operation.filter(|it| !found.operations.contains(it));
            found.operations.extend(others);
            return;
        }
        self.found.push(Found {
            spot: spot.clone(),
            impact,
            pointer: pointer.to_owned(),
            what,
            operations: operation.into_iter().collect(),
        });
    }
}
