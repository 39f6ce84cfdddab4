//! A contract prepared for validation: its operations and the schemas they use.

use std::fmt;
use std::sync::LazyLock;

use http::Method;
use serde_json::Value;

use super::operation::Operation;
use super::position::{Position, Source};
use super::rules::{self, Place};
use super::schema::{self, Components, Schema};

/// A contract: the one built into this crate, or one parsed from a file.
pub struct Contract {
    pub(super) operations: Vec<Operation>,
    pub(super) events: Vec<Operation>,
    pub(super) components: Components,
    value: Value,
    source: Source,
}

/// The result of routing a request by method and path.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Route<'c> {
    /// An operation of the contract.
    Operation(&'c Operation),
    /// The path is documented, but not with this method. [`Contract::methods`] returns the documented methods.
    NoMethod,
    /// The path is not documented.
    NoPath,
}

/// An error returned by [`Contract::parse`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContractError {
    reasons: Vec<String>,
}

impl ContractError {
    /// Returns every problem with its location: a JSON pointer into the contract, or a line and column.
    pub fn reasons(&self) -> &[String] {
        &self.reasons
    }
}

impl fmt::Display for ContractError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.reasons.join("\n"))
    }
}

impl std::error::Error for ContractError {}

impl Contract {
    /// Returns the contract that this crate's client was generated from.
    pub fn embedded() -> &'static Contract {
        static EMBEDDED: LazyLock<Contract> = LazyLock::new(|| {
            let text = include_str!("../../openapi.yaml");
            let value = serde_saphyr::from_str(text).expect("the contract is valid YAML");
            Contract::compile(value, Source::new(text))
                .expect("the contract passed the lint of the build")
        });
        &EMBEDDED
    }

    /// Parses a contract in YAML or JSON.
    ///
    /// # Errors
    ///
    /// Returns a [`ContractError`] that lists every problem. A contract that the build of this crate would reject is
    /// rejected here too, because no client could be generated from it.
    pub fn parse(text: &str) -> Result<Self, ContractError> {
        // JSON is also YAML, but the JSON parser is much faster.
        let read = serde_json::from_str(text).or_else(|_| serde_saphyr::from_str(text));
        let value: Value = read.map_err(|error: serde_saphyr::Error| ContractError {
            reasons: vec![error.to_string()],
        })?;
        let findings = rules::findings(&value);
        if !findings.is_empty() {
            let reasons = findings.iter().map(ToString::to_string).collect();
            return Err(ContractError { reasons });
        }
        Contract::compile(value, Source::new(text.to_owned()))
    }

    fn compile(value: Value, source: Source) -> Result<Self, ContractError> {
        let compile = || -> Result<_, String> {
            let root = Place::root(&value);
            let components = schema::components(&root)?;
            let called = operations(&root, "paths", &components)?;
            let events = operations(&root, "x-webhooks", &components)?;
            Ok((called, events, components))
        };
        let (operations, events, components) = compile().map_err(|reason| ContractError {
            reasons: vec![reason],
        })?;
        Ok(Contract {
            operations,
            events,
            components,
            value,
            source,
        })
    }

    /// Returns the operations that a client can call.
    pub fn operations(&self) -> impl Iterator<Item = &Operation> {
        self.operations.iter()
    }

    /// Returns the events that the API delivers to a subscriber.
    pub fn events(&self) -> impl Iterator<Item = &Operation> {
        self.events.iter()
    }

    /// Returns the operation or event with this `operationId`.
    pub fn operation(&self, id: &str) -> Option<&Operation> {
        let mut all = self.operations.iter().chain(&self.events);
        all.find(|operation| operation.id == id)
    }

    /// Finds the operation for a method and a path. The path is relative to the base URL, e.g. `/conversations`.
    pub fn route(&self, method: &Method, path: &str) -> Route<'_> {
        let mut here = self
            .operations
            .iter()
            .filter(|operation| operation.is_at(path));
        match here.clone().find(|operation| operation.method == *method) {
            Some(operation) => Route::Operation(operation),
            None if here.next().is_some() => Route::NoMethod,
            None => Route::NoPath,
        }
    }

    /// Returns the documented methods of a path.
    pub fn methods(&self, path: &str) -> Vec<Method> {
        let here = self
            .operations
            .iter()
            .filter(|operation| operation.is_at(path));
        here.map(|operation| operation.method.clone()).collect()
    }

    /// Returns the URL of the contract's server.
    pub fn base_url(&self) -> &str {
        self.value["servers"][0]["url"].as_str().unwrap_or_default()
    }

    /// Returns the whole contract as JSON.
    pub fn json(&self) -> &Value {
        &self.value
    }

    /// Returns the position of a JSON pointer (RFC 6901) in the text of the contract, e.g. of
    /// [`Finding::contract_pointer`](super::Finding::contract_pointer). For a property, it is the position of its name.
    /// If the text does not contain the pointer, it is the position of the nearest ancestor.
    ///
    /// The text is read again at the first call.
    pub fn position(&self, pointer: &str) -> Option<Position> {
        self.source.position(pointer)
    }

    /// Returns the documented errors of the first operation, one per code, each with its status code and example. All
    /// operations share them.
    #[cfg(feature = "sandbox")]
    pub(crate) fn errors(&self) -> impl Iterator<Item = (http::StatusCode, &Value)> {
        let responses = self
            .operations
            .first()
            .into_iter()
            .flat_map(|operation| &operation.responses);
        responses.flat_map(move |response| {
            let status = response.key.parse().ok();
            response.codes.iter().filter_map(move |code| {
                let media = format!("{}/content/application~1json", response.pointer);
                let example = self
                    .value
                    .pointer(&format!("{media}/examples/{code}/value"))?;
                Some((status?, example))
            })
        })
    }

    /// Returns an operation's first success example, by name: its status code, and its body if it has one.
    #[cfg(feature = "sandbox")]
    pub(crate) fn example(
        &self,
        operation: &Operation,
    ) -> Option<(http::StatusCode, Option<&Value>)> {
        let mut responses = operation.responses.iter();
        let success = responses.find(|response| response.key.starts_with('2'))?;
        let status = success.key.replace('X', "0").parse().ok()?;
        let examples = format!("{}/content/application~1json/examples", success.pointer);
        let examples = self.value.pointer(&examples).and_then(Value::as_object);
        let first = examples.and_then(|examples| examples.values().next());
        Some((status, first.map(|example| &example["value"])))
    }

    pub(super) fn schema_at(&self, pointer: &str) -> Option<Schema> {
        let mut place = Place::root(&self.value);
        for key in pointer.strip_prefix('/')?.split('/') {
            place = place.get(&key.replace("~1", "/").replace("~0", "~"))?;
        }
        Schema::read(&place).ok()
    }
}

impl fmt::Debug for Contract {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Contract")
            .field("base_url", &self.base_url())
            .finish_non_exhaustive()
    }
}

fn operations(
    root: &Place<'_>,
    member: &str,
    components: &Components,
) -> Result<Vec<Operation>, String> {
    let mut all = Vec::new();
    for (path, item) in root.children_of(member) {
        let shared = item.children_of("parameters");
        for (method, place) in item.children() {
            let Ok(method) = Method::from_bytes(method.to_uppercase().as_bytes()) else {
                continue;
            };
            if place.get("operationId").is_some() {
                let operation = Operation::read(root, &path, method, &place, &shared, components)?;
                all.push(operation);
            }
        }
    }
    // A literal segment takes precedence over a parameter: `/a/b` over `/a/{id}`.
    if member == "paths" {
        all.sort_by_key(|operation| operation.path.matches('{').count());
    }
    Ok(all)
}
