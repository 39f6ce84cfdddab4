//! The lint of the contract: reports, with rule, location and reason, what the generator does not support.

mod document;
pub mod enums;
pub mod finding;
pub mod ids;
pub mod keys;
pub mod media;
pub mod names;
pub mod nullable;
mod operations;
mod parameters;
pub mod place;
mod schemas;
pub mod variants;

pub use document::{events_key, findings};

use finding::Finding;
use ids::Rule;
use place::Place;

/// The contract, and what has been found in it.
pub struct Lint<'a> {
    contract: Place<'a>,
    /// The version of OpenAPI is 3.1, and not 3.0.
    is_3_1: bool,
    findings: Vec<Finding>,
}

impl Lint<'_> {
    fn report(&mut self, place: &Place<'_>, rule: Rule, reason: impl Into<String>) {
        self.findings.push(Finding {
            id: rule.id(),
            pointer: place.pointer.clone(),
            reason: reason.into(),
        });
    }
}
