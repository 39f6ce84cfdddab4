//! Measures how much of a contract a set of exchanges covers.

use std::collections::BTreeSet;

use http::{Request, Response};

use super::Finding;
use super::contract::Contract;
use super::exchange::{Received, Sent};
use super::location;
use super::operation::Operation;
use super::schema::SchemaId;

/// Validates exchanges and records which parts of the contract they cover.
pub struct Coverage<'c> {
    contract: &'c Contract,
    operations: BTreeSet<&'c str>,
    responses: BTreeSet<&'c str>,
    properties: BTreeSet<SchemaId>,
}

/// The coverage of one kind of item in a contract, e.g. its operations.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Share {
    /// The number of items that were covered.
    pub covered: usize,
    /// The items that were not covered.
    pub missing: Vec<String>,
}

impl Share {
    /// Returns the number of items in the contract.
    pub fn total(&self) -> usize {
        self.covered + self.missing.len()
    }
}

impl<'c> Coverage<'c> {
    /// Creates a record of the coverage of a contract. Nothing is covered yet.
    pub fn new(contract: &'c Contract) -> Self {
        Coverage {
            contract,
            operations: BTreeSet::new(),
            responses: BTreeSet::new(),
            properties: BTreeSet::new(),
        }
    }

    /// Returns the contract that exchanges are validated against.
    pub fn contract(&self) -> &'c Contract {
        self.contract
    }

    /// Validates an exchange as [`Contract::validate`] does, and records its coverage.
    pub fn validate(
        &mut self,
        operation: &'c Operation,
        request: &Request<impl AsRef<[u8]>>,
        response: &Response<impl AsRef<[u8]>>,
    ) -> Vec<Finding> {
        self.validate_exchange(operation, &request.into(), &response.into())
    }

    pub(super) fn validate_exchange(
        &mut self,
        operation: &'c Operation,
        request: &Sent<'_>,
        response: &Received<'_>,
    ) -> Vec<Finding> {
        let contract = self.contract;
        let validated = contract.validate_exchange(operation, request, response);
        self.operations.insert(&operation.id);
        if let Some(documented) = operation.response(response.status) {
            self.responses.insert(&documented.key);
        }
        // The items of a list have the same properties.
        let mut seen = validated.seen;
        seen.sort_unstable();
        seen.dedup();
        self.properties.extend(seen);
        validated.findings
    }

    /// Returns the coverage of operations, listed by `operationId`.
    pub fn operations(&self) -> Share {
        let ids = self
            .contract
            .operations
            .iter()
            .map(|operation| operation.id.as_str());
        share(ids, &self.operations)
    }

    /// Returns the coverage of status codes across all operations, as written in the contract, e.g. `401` or `2XX`.
    pub fn statuses(&self) -> Share {
        let responses = self
            .contract
            .operations
            .iter()
            .flat_map(|operation| &operation.responses);
        let mut keys: Vec<&str> = Vec::new();
        for response in responses {
            if !keys.contains(&response.key.as_str()) {
                keys.push(&response.key);
            }
        }
        share(keys.into_iter(), &self.responses)
    }

    /// Returns the coverage of request and response properties, e.g. `Conversation.status`. A property is covered if it
    /// was present with a value other than null.
    pub fn properties(&self) -> Share {
        let schemas = &self.contract.schemas;
        let operations = self.contract.operations.iter();
        let mut open: Vec<SchemaId> = operations
            .flat_map(|operation| operation.body_schemas())
            .collect();
        open.reverse();
        let mut visited = BTreeSet::new();
        let mut all: Vec<SchemaId> = Vec::new();
        while let Some(id) = open.pop() {
            if !visited.insert(id) {
                continue;
            }
            let schema = &schemas[id];
            let properties = schema.properties.iter().map(|property| property.schema);
            all.extend(properties);
            let below: Vec<_> = schema.in_place().chain(schema.children()).collect();
            open.extend(below.into_iter().rev());
        }
        let (present, missing): (Vec<_>, Vec<_>) =
            all.into_iter().partition(|id| self.properties.contains(id));
        let name = |id: SchemaId| {
            let pointer = &schemas[id].pointer;
            let place = match location::in_other(pointer) {
                Some(other) => format!("{}#{}", other.document.unwrap_or_default(), other.pointer),
                None => pointer
                    .trim_start_matches("/components/schemas/")
                    .to_owned(),
            };
            place.replace("/properties/", ".")
        };
        Share {
            covered: present.len(),
            missing: missing.into_iter().map(name).collect(),
        }
    }
}

fn share<'a>(all: impl Iterator<Item = &'a str>, covered: &BTreeSet<&str>) -> Share {
    let (present, missing): (Vec<_>, Vec<_>) = all.partition(|item| covered.contains(item));
    Share {
        covered: present.len(),
        missing: missing.into_iter().map(str::to_owned).collect(),
    }
}

impl std::fmt::Debug for Coverage<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Coverage")
            .field("operations", &self.operations())
            .field("statuses", &self.statuses())
            .field("properties", &self.properties())
            .finish()
    }
}
