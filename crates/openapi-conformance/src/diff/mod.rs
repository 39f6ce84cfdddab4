//! Compares two contracts and reports how the changes affect callers.
//!
//! The rules answer one question: can a side that follows the new contract send something that a side built against the
//! old contract does not accept? The set of valid requests must not shrink, and the set of possible responses must not
//! grow. The rules are as tolerant as the client promises to be: new properties, new values of open enums and new
//! failures are not breaking.

mod alternatives;
mod applied;
mod bodies;
mod bounds;
mod change;
mod condition;
mod conditions;
mod generated_client;
mod ids;
mod keywords;
mod lifecycle;
mod location;
mod members;
mod operations;
mod parameters;
mod responses;
mod schema;
mod security;
mod shape;
mod unchanged;

use std::collections::HashMap;
use std::time::SystemTime;

use alternatives::Fingerprints;
pub use change::{Bump, Change, Impact};
use ids::{Family, Id};
use location::{Direction, Location};
use schema::Comparison;
use unchanged::Unchanged;

use super::contract::Contract;
use super::validate::Sender;

impl Contract {
    /// Returns the changes from this contract to `new` that affect callers by what is sent over the wire. Changes to
    /// existing parts come first, followed by additions. The list is empty if callers are not affected.
    ///
    /// The contracts may be any two OpenAPI documents. Operations are matched by method and URL. Schemas are compared
    /// by meaning: it does not matter whether they are inline, composed or components. Prose, examples, tags, ordering
    /// and `x-sensitive` do not count as changes.
    ///
    /// | | breaking | additive |
    /// |---|---|---|
    /// | base URL, method, path | changed | |
    /// | operation, event, callback | removed | new, deprecated; removed after it was deprecated |
    /// | sunset of something deprecated | earlier, removed | new, later |
    /// | credentials, OAuth scopes | required; no longer sufficient | optional; others are also sufficient |
    /// | OAuth flows and URLs, offered scopes | changed, removed | new |
    /// | what a caller sends: parameter, property | removed; new and required; now required | new and optional; now optional; removed after it was deprecated |
    /// | its values | fewer are accepted: a tighter bound, a new format or pattern, null no longer allowed, a value removed from an enum | more are accepted |
    /// | its default, if it is optional | changed, removed | new |
    /// | request body | new and required, removed, required | new and optional, optional |
    /// | what the API sends: header, property | removed; now optional | new; now required; removed after it was deprecated |
    /// | its values | more are possible: a looser bound, a removed format or pattern, null allowed, a value added to a closed enum | fewer are possible; a value added to or removed from an open enum |
    /// | its default | | changed |
    /// | media type | removed; new in a response | new in a request |
    /// | success status code | new, removed | a narrower range |
    /// | failure status code | | new, removed |
    /// | content of a response | removed; new for a success | new for a failure |
    /// | error code | moved to another status code | new, removed |
    /// | `x-pagination` | changed, removed | new |
    ///
    /// A changed type is breaking, unless a request accepts more types or a response allows fewer. The same holds for
    /// alternatives and for conditions, e.g. `not` or `if`. In a query, a path and a header, every scalar is also a
    /// string. A property that is `readOnly` is not a part of requests, and one that is `writeOnly` not of responses.
    ///
    /// Removing something optional is also breaking: a server may reject it as unknown, and programs that read it no
    /// longer receive it. A looser bound in a response is breaking, because programs choose their types based on
    /// bounds. For events, the API sends the headers and bodies, and the caller sends the responses.
    ///
    /// If both contracts have semantic versions and `info.version` rises less than the changes require, there is one
    /// more change, `version-too-low`. It is the only one whose impact is [`Impact::Unaffected`].
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
    /// assert_eq!(
    ///     changes[0].sentence,
    ///     "the parameter `limit` has the maximum `50` instead of `100`"
    /// );
    /// # Ok::<(), openapi_conformance::ContractError>(())
    /// ```
    pub fn changes_to(&self, new: &Contract) -> Vec<Change> {
        self.changes_at(new, SystemTime::now())
    }

    /// Returns the same changes as [`changes_to`](Self::changes_to) at a given time.
    ///
    /// The time matters only if the new contract lacks something deprecated that had a sunset (`x-sunset`): its removal
    /// is breaking before that day.
    pub fn changes_at(&self, new: &Contract, now: SystemTime) -> Vec<Change> {
        Diff::new(self, new, Audience::Wire, now).changes()
    }

    /// Returns the changes from this contract to `new` that affect the source code of programs with a generated client,
    /// each with its impact on them.
    ///
    /// The names of operations, components and path parameters, the order of required properties and the formats of
    /// numbers affect only these programs. Most changes on the wire affect them, too, but not with the same impact: a
    /// client has to be generated anew to offer an optional property.
    ///
    /// ```
    /// use openapi_conformance::{Contract, Impact};
    ///
    /// let text = r#"{"openapi": "3.1.0", "paths": {"/pets": {"get": {"operationId": "list_pets"}}}}"#;
    /// let old = Contract::parse(text)?;
    /// let new = Contract::parse(&text.replace("list_pets", "pets"))?;
    /// assert_eq!(old.changes_to(&new), []);
    /// let changes = old.changes_for_generated_clients(&new);
    /// assert_eq!(changes[0].id, "operation-id-changed");
    /// assert_eq!(changes[0].impact, Impact::Breaking);
    /// # Ok::<(), openapi_conformance::ContractError>(())
    /// ```
    pub fn changes_for_generated_clients(&self, new: &Contract) -> Vec<Change> {
        Diff::new(
            self,
            new,
            Audience::GeneratedClients,
            SystemTime::UNIX_EPOCH,
        )
        .changes()
    }
}

/// Who a change affects.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Audience {
    /// Every caller, by what is sent.
    Wire,
    /// Programs that use a client generated from the contract.
    GeneratedClients,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Call,
    Event,
}

struct Diff<'c> {
    old: &'c Contract,
    new: &'c Contract,
    audience: Audience,
    /// The time at which a sunset is in the past or not.
    now: SystemTime,
    unchanged: Unchanged<'c>,
    /// The `operationId` of the operation being compared.
    operation: Option<&'c str>,
    /// Counts the operations compared so far.
    operations: usize,
    schemas: Comparison<'c>,
    fingerprints: Fingerprints,
    found: Vec<Found<'c>>,
    /// The position of each change in `found`.
    known: HashMap<(Id, Sender, String, String), usize>,
}

/// A change, reported once for all operations that it affects.
struct Found<'c> {
    location: Location,
    id: Id,
    impact: Impact,
    pointer: String,
    what: String,
    /// The first operation, and the number of all.
    operation: Option<&'c str>,
    count: usize,
    /// The number of the last operation.
    last: usize,
}

impl Found<'_> {
    fn change(self, old: &Contract, new: &Contract) -> Change {
        let exists_in = |contract: &Contract| contract.json().pointer(&self.pointer).is_some();
        // The item at this index of the new array is another one.
        let index = self.pointer.rsplit('/').next().map(str::parse::<usize>);
        let is_removed_item =
            self.id.as_str().ends_with("-removed") && matches!(index, Some(Ok(_)));
        let is_in_old = exists_in(old) && (is_removed_item || !exists_in(new));
        let contract = if is_in_old { old } else { new };
        let mut sentence = format!("{} {}", self.location, self.what);
        let mut operation = self.operation;
        if let Some(first) = self.operation.filter(|_| self.count > 1) {
            sentence += &format!(", in {first} and {} more", self.count - 1);
            operation = None;
        }
        Change {
            id: self.id.as_str(),
            impact: self.impact,
            operation: operation.map(str::to_owned),
            pointer: self.pointer,
            sentence,
            is_in_old,
            contract: contract.name.clone(),
        }
    }
}

impl<'c> Diff<'c> {
    fn new(old: &'c Contract, new: &'c Contract, audience: Audience, now: SystemTime) -> Self {
        Diff {
            old,
            new,
            audience,
            now,
            unchanged: Unchanged::new(old, new),
            operation: None,
            operations: 0,
            schemas: Comparison::default(),
            fingerprints: Fingerprints::default(),
            found: Vec::new(),
            known: HashMap::new(),
        }
    }

    fn changes(mut self) -> Vec<Change> {
        if self.old.has_text_of(self.new) {
            return Vec::new();
        }
        self.contracts();
        self.report_too_complex();
        if self.audience == Audience::Wire {
            self.version();
        }
        let (old, new) = (self.old, self.new);
        let found = self.found.into_iter();
        found.map(|found| found.change(old, new)).collect()
    }

    /// Reports a change of a constraint, or that the schemas being related differ.
    fn differ(
        &mut self,
        location: &Location,
        family: &Family,
        direction: Direction,
        pointer: &str,
        what: impl FnOnce() -> String,
    ) {
        if !self.schemas.relates(direction) {
            self.report(
                location,
                family.id(direction, location.sender),
                pointer,
                what(),
            );
        }
    }

    /// Reports a change, unless it does not affect the audience.
    fn report(&mut self, location: &Location, id: Id, pointer: &str, what: String) {
        let impact = match self.audience {
            Audience::Wire => id.impact(),
            Audience::GeneratedClients => generated_client::impact(id),
        };
        if impact == Impact::Unaffected {
            return;
        }
        self.add(location, id, impact, pointer, what);
    }

    fn add(&mut self, location: &Location, id: Id, impact: Impact, pointer: &str, what: String) {
        let key = (id, location.sender, pointer.to_owned(), what);
        let index = match self.known.get(&key) {
            Some(index) => *index,
            None => {
                self.found.push(Found {
                    location: location.clone(),
                    id,
                    impact,
                    pointer: pointer.to_owned(),
                    what: key.3.clone(),
                    operation: self.operation,
                    count: 0,
                    last: usize::MAX,
                });
                self.known.insert(key, self.found.len() - 1);
                self.found.len() - 1
            }
        };
        self.affects_operation(index);
        self.schemas.remember(index);
    }

    /// Counts the operation being compared as one that a change affects.
    fn affects_operation(&mut self, index: usize) {
        let found = &mut self.found[index];
        // Operations are compared one after the other.
        if found.last != self.operations {
            found.last = self.operations;
            found.count += 1;
        }
    }
}
