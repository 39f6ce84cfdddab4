//! The build's lint of the contract, for contracts that are loaded at run time.

#[path = "../../build/lint/mod.rs"]
mod lint;

pub(super) use lint::finding::{Place, escape};
pub(super) use lint::findings;
pub(super) use lint::nullable::reference as nullable_reference;
