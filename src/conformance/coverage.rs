//! How much of a contract a set of exchanges has shown.

use std::collections::BTreeSet;

use http::{Request, Response};

use super::Finding;
use super::contract::Contract;
use super::operation::Operation;
use super::schema::{Kind, More, Schema};

/// Judges exchanges, and counts what of the contract they have shown.
pub struct Coverage<'c> {
    contract: &'c Contract,
    operations: BTreeSet<&'c str>,
    answers: BTreeSet<&'c str>,
    properties: BTreeSet<&'c str>,
}

/// What was shown of one kind of thing.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Share {
    /// How many were shown.
    pub shown: usize,
    /// Those that were not.
    pub missing: Vec<String>,
}

impl Share {
    /// How many the contract has.
    pub fn total(&self) -> usize {
        self.shown + self.missing.len()
    }
}

impl<'c> Coverage<'c> {
    /// Nothing shown yet.
    pub fn new(contract: &'c Contract) -> Self {
        Coverage {
            contract,
            operations: BTreeSet::new(),
            answers: BTreeSet::new(),
            properties: BTreeSet::new(),
        }
    }

    /// The contract.
    pub fn contract(&self) -> &'c Contract {
        self.contract
    }

    /// Judges an exchange, as [`Contract::judge`], and counts it.
    pub fn judge(
        &mut self,
        operation: &'c Operation,
        request: &Request<impl AsRef<[u8]>>,
        response: &Response<impl AsRef<[u8]>>,
    ) -> Vec<Finding> {
        let shown = self.contract.show(operation, request, response);
        self.operations.insert(&operation.id);
        if let Some(answer) = operation.answer(response.status()) {
            self.answers.insert(&answer.key);
        }
        self.properties.extend(shown.seen);
        shown.findings
    }

    /// Operations, by their ids.
    pub fn operations(&self) -> Share {
        let ids = self.contract.operations.iter().map(|it| it.id.as_str());
        share(ids, &self.operations)
    }

    /// Statuses, of any operation, as the contract writes them: `2XX`, `401`.
    pub fn statuses(&self) -> Share {
        let answers = self.contract.operations.iter().flat_map(|it| &it.answers);
        let mut keys: Vec<&str> = Vec::new();
        for answer in answers {
            if !keys.contains(&answer.key.as_str()) {
                keys.push(&answer.key);
            }
        }
        share(keys.into_iter(), &self.answers)
    }

    /// Properties that were there with a value, of all that requests and answers can have, as
    /// `Conversation.status`.
    pub fn properties(&self) -> Share {
        let mut all = Vec::new();
        let mut components = BTreeSet::new();
        for operation in &self.contract.operations {
            let answers = operation.answers.iter().filter_map(|it| it.schema.as_ref());
            for schema in operation.request.iter().chain(answers) {
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

    /// Every property below `schema`, once: a component may lead to itself.
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

fn share<'a>(all: impl Iterator<Item = &'a str>, shown: &BTreeSet<&str>) -> Share {
    let (there, missing): (Vec<_>, Vec<_>) = all.partition(|it| shown.contains(it));
    Share {
        shown: there.len(),
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
