//! The build reads, lints and lowers the contract, and generates the code that is checked in.

// Helpers.
mod build; // modules of the build script, with their unit tests
#[path = "../common/contract.rs"]
#[expect(dead_code, reason = "the contract suite uses the rest")]
mod contract; // operations, examples and schemas of the contract

// Tests.
mod generated; // the checked-in code is up to date
mod hash; // detects an edited contract in builds without the generator
mod lint; // the lint reports each problem of a contract with its id and location
mod yaml; // build and validator read the same YAML
