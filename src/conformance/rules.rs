//! The build's lint of the contract, for contracts that are loaded at run time.

#[path = "../../build/finding.rs"]
mod finding;
#[path = "../../build/ids.rs"]
mod ids;
#[path = "../../build/keys.rs"]
mod keys;
#[path = "../../build/list_rules.rs"]
mod list_rules;
#[path = "../../build/nullable.rs"]
mod nullable;
#[path = "../../build/operation_rules.rs"]
mod operation_rules;
#[path = "../../build/parameter_rules.rs"]
mod parameter_rules;
#[path = "../../build/preflight.rs"]
mod preflight;
#[path = "../../build/schema_rules.rs"]
mod schema_rules;
#[path = "../../build/variants.rs"]
mod variants;

pub(super) use finding::Place;
pub(super) use nullable::reference as nullable_reference;
pub(super) use preflight::findings;
