//! Measures how much of a contract a set of exchanges covers.

use std::collections::BTreeSet;

use http::{Request, Response};

use super::Finding;
use super::contract::Contract;
use super::operation::Operation;
use super::schema::{Kind, More, Schema};

/// Validates exchanges and records which parts of the contract they cover.
pub struct Coverage<'c> {
    contract: &'c Contract,
    operations: BTreeSet<&'c str>,
    responses: BTreeSet<&'c str>,
    properties: BTreeSet<&'c str>,
}

/// The coverage of one kind of contract item.
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
    /// Creates an empty coverage record.
    pub fn new(contract: &'c Contract) -> Self {
        Coverage {
            contract,
            operations: BTreeSet::new(),
            responses: BTreeSet::new(),
            properties: BTreeSet::new(),
        }
    }

    /// Returns the contract.
    pub fn contract(&self) -> &'c Contract {
        self.contract
    }

    /// Validates an exchange like [`Contract::validate`], and records its coverage.
    pub fn validate(
        &mut self,
        operation: &'c Operation,
        request: &Request<impl AsRef<[u8]>>,
        response: &Response<impl AsRef<[u8]>>,
    ) -> Vec<Finding> {
        let validated = self
            .contract
            .validate_with_coverage(operation, request, response);
        self.operations.insert(&operation.id);
        if let Some(documented) = operation.response(response.status()) {
            self.responses.insert(&documented.key);
        }
        self.properties.extend(validated.seen);
        validated.findings
    }

    /// Returns the coverage of operations, by id.
    pub fn operations(&self) -> Share {
        let ids = self
            .contract
            .operations
            .iter()
            .map(|operation| operation.id.as_str());
        share(ids, &self.operations)
    }

    /// Returns the coverage of status codes across all operations, as written in the contract: `2XX`, `401`.
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
    /// was present with a value.
    pub fn properties(&self) -> Share {
        let mut all = Vec::new();
        let mut components = BTreeSet::new();
        for operation in &self.contract.operations {
            let responses = operation
                .responses
                .iter()
                .filter_map(|response| response.schema.as_ref());
            for schema in operation.request.iter().chain(responses) {
                self.collect(schema, &mut components, &mut all);
            }
        }
        let mut share = share(all.into_iter(), &self.properties);
        for pointer in &mut share.missing {
            *pointer = pointer
                .trim_start_matches("/components/schemas/")
                .replace("/properties/", ".");
        }
        share
    }

    /// Collects every property below `schema` once. A component may contain itself.
    fn collect(
        &self,
        schema: &'c Schema,
        components: &mut BTreeSet<&'c str>,
        all: &mut Vec<&'c str>,
    ) {
        match &schema.kind {
            Kind::Component(name) => {
                let component = self.contract.components.get(name);
                if let Some(component) = component.filter(|_| components.insert(name)) {
                    self.collect(component, components, all);
                }
            }
            Kind::All(parts) => {
                for part in parts {
                    self.collect(part, components, all);
                }
            }
            Kind::List(items) => self.collect(items, components, all),
            Kind::Object { properties, more } => {
                for property in properties {
                    if !all.contains(&property.schema.pointer.as_str()) {
                        all.push(&property.schema.pointer);
                        self.collect(&property.schema, components, all);
                    }
                }
                if let More::Of(values) = more {
                    self.collect(values, components, all);
                }
            }
            _ => {}
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
