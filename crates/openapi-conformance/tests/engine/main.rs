//! Contracts of any API are read and compared, and exchanges, recordings and servers are validated against them.

// Helpers.
mod contract; // the contract of a messaging API
mod exchange; // the examples of that contract as requests and responses

// Tests.
mod conformance; // exchanges are validated
mod diff; // contracts are compared
mod documents; // contracts in several documents
mod har; // recordings are validated
mod ids; // the documentation of ids
#[cfg(feature = "live")]
mod live; // running servers are validated
mod oracle; // values are validated as by the crate `jsonschema`
mod positions; // lines and columns in contracts
mod properties; // hold for every contract and recording
mod suite;
mod traits; // traits of the public types
