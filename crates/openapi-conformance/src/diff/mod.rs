//! Compares two contracts and reports how the changes affect callers.
//!
//! The rules answer one question: can a side that follows the new contract send something that a side built against the
//! old contract does not accept? The set of valid requests must not shrink, and the set of possible responses must not
//! grow. The rules are as tolerant as the client promises to be: new properties, new values of open enums and new
//! failures are not breaking.

mod alternatives;
mod applied;
mod bounds;
mod change;
mod client;
mod content;
mod error_codes;
mod families;
mod ids;
mod keywords;
mod location;
mod members;
mod objects;
mod operation;
mod others;
mod pairing;
mod parameters;
mod responses;
mod schema;
mod security;
mod shape;

use std::collections::{HashMap, HashSet, VecDeque};

pub use change::{Bump, Change, Impact};
use ids::Id;
use location::Location;
use schema::{Pair, Pending};

use super::contract::Contract;
use super::validate::Sender;

impl Contract {
    /// Returns the changes from this contract to `new` that affect callers. Changes to existing parts come first,
    /// followed by additions. The list is empty if callers are not affected.
    ///
    /// The contracts may be any two OpenAPI documents. Operations are matched by method and URL. Schemas are compared
    /// by meaning: it does not matter whether they are inline, composed or components. Prose, examples, tags, ordering
    /// and `x-sensitive` do not count as changes.
    ///
    /// Each change has two impacts. [`Change::impact`] is the impact on the wire, according to these rules:
    ///
    /// | | breaking | additive |
    /// |---|---|---|
    /// | base URL, method, path | changed | |
    /// | operation, event | removed | new |
    /// | credentials | required; no longer sufficient | optional; others are also sufficient |
    /// | what a caller sends: parameter, property | removed; new and required; now required | new and optional; now optional |
    /// | its values | fewer are accepted: a tighter bound, a new format or pattern, null no longer allowed, a value removed from an enum | more are accepted |
    /// | default of a parameter | changed, removed | new |
    /// | request body | new, removed, required | optional |
    /// | what the API sends: header, property | removed; now optional | new; now required |
    /// | its values | more are possible: a looser bound, a removed format or pattern, null allowed, a value added to a closed enum | fewer are possible; a value added to or removed from an open enum |
    /// | success status code | new, removed | a narrower range |
    /// | failure status code | | new, removed |
    /// | content of a response | removed; new for a success | new for a failure |
    /// | error code | moved to another status code | new, removed |
    /// | `x-cursor-list` | changed, removed | new |
    ///
    /// A changed type is breaking, unless a request accepts more types or a response allows fewer. Removing something
    /// optional is also breaking: a server may reject it as unknown, and programs that read it no longer receive it. A
    /// looser bound in a response is breaking, because programs choose their types based on bounds. For events, the API
    /// sends the headers and bodies, and the caller sends the responses. Keywords that are not compared in detail, e.g.
    /// `not`, are breaking if they differ.
    ///
    /// [`Change::client_impact`] is the impact on programs that use the Rust client generated from the contract. The
    /// names of operations, components and path parameters, and the order of required properties, affect only these
    /// programs.
    ///
    /// ```
    /// use openapi_conformance::{Contract, Impact};
    ///
    /// let text = "
    /// openapi: 3.1.0
    /// paths:
    ///   /pets:
    ///     get:
    ///       operationId: list_pets
    ///       parameters:
    ///         - { name: limit, in: query, schema: { type: integer, maximum: 100 } }
    /// ";
    /// let old = Contract::parse(text)?;
    /// let new = Contract::parse(&text.replace("100", "50"))?;
    /// let changes = old.changes_to(&new);
    /// assert_eq!(changes[0].impact, Impact::Breaking);
    /// assert_eq!(changes[0].client_impact, Impact::Unaffected);
    /// assert_eq!(
    ///     changes[0].sentence,
    ///     "the parameter `limit` has the maximum `50` instead of `100`"
    /// );
    /// # Ok::<(), openapi_conformance::ContractError>(())
    /// ```
    pub fn changes_to(&self, new: &Contract) -> Vec<Change> {
        if self.json() == new.json() {
            return Vec::new();
        }
        let mut diff = Diff::new(self, new);
        diff.contracts();
        diff.report_too_complex();
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
    visited: HashSet<Pair>,
    pending: VecDeque<Pending<'c>>,
    /// The pairs of schemas known or assumed to be equivalent or not.
    equal: HashMap<Pair, bool>,
    /// The pairs assumed to be equivalent, until an outer pair is found to be.
    assumed: Vec<Pair>,
    /// Whether the pair differs that is tested for equivalence. `None` if changes are reported.
    probe: Option<bool>,
    depth: usize,
    steps: usize,
    too_complex: bool,
    found: Vec<Found>,
    /// The position of each change in `found`.
    known: HashMap<(Id, Sender, String, String), usize>,
}

/// A change, reported once for all operations that it affects.
struct Found {
    location: Location,
    id: Id,
    pointer: String,
    what: String,
    operations: Vec<String>,
}

impl Found {
    fn change(self) -> Change {
        let mut sentence = format!("{} {}", self.location, self.what);
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
            client_impact: self.id.client_impact(),
            operation,
            pointer: self.pointer,
            sentence,
        }
    }
}

impl<'c> Diff<'c> {
    fn new(old: &'c Contract, new: &'c Contract) -> Self {
        Diff {
            old,
            new,
            operation: None,
            visited: HashSet::new(),
            pending: VecDeque::new(),
            equal: HashMap::new(),
            assumed: Vec::new(),
            probe: None,
            depth: 0,
            steps: 0,
            too_complex: false,
            found: Vec::new(),
            known: HashMap::new(),
        }
    }

    /// Reports a change, or that the pair being tested differs on the wire.
    fn report(&mut self, location: &Location, id: Id, pointer: &str, what: String) {
        if let Some(differs) = &mut self.probe {
            *differs |= id.impact() != Impact::Unaffected;
            return;
        }
        let key = (id, location.sender, pointer.to_owned(), what);
        let operation = self.operation.map(str::to_owned);
        if let Some(index) = self.known.get(&key) {
            let operations = &mut self.found[*index].operations;
            // Operations are compared one after the other.
            if operations.last() != operation.as_ref() {
                operations.extend(operation);
            }
            return;
        }
        self.found.push(Found {
            location: location.clone(),
            id,
            pointer: pointer.to_owned(),
            what: key.3.clone(),
            operations: operation.into_iter().collect(),
        });
        self.known.insert(key, self.found.len() - 1);
    }
}
